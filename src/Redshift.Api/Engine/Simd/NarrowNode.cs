namespace Redshift.Engine.Simd;

/// <summary>A first convolution of few inputs, fused with the ReLU and the pooling that follow.</summary>
internal sealed unsafe class NarrowNode : Node
{
    /// <summary>Filters in a task of the way back: whole lines of the cache, in runs that its prefetching
    /// follows.</summary>
    private const int TaskFilters = 128;

    private readonly ConvPlan plan;
    private readonly delegate*<ConvPlan, float*, float*, void> kernel;
    private readonly delegate*<ConvPlan, float*, float*, int, int, void> gradient;
    private readonly Action<int> forward;
    private readonly Action<int> backward;

    public NarrowNode(ConvPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        (forward, backward) = (ForwardObject, BackwardFilters);
        var size = (long)place.Capacity * plan.Pooled * plan.Filters;
        Output = Allocate(size);
        if (place.Training)
            OutputGradient = Allocate(size);
        switch (plan.Kernel * plan.Channels)
        {
            case 1:
                kernel = &NarrowConv<One>.Forward;
                gradient = &NarrowConv<One>.Backward;
                break;
            case 2:
                kernel = &NarrowConv<Two>.Forward;
                gradient = &NarrowConv<Two>.Backward;
                break;
            case 3:
                kernel = &NarrowConv<Three>.Forward;
                gradient = &NarrowConv<Three>.Backward;
                break;
            case 4:
                kernel = &NarrowConv<Four>.Forward;
                gradient = &NarrowConv<Four>.Backward;
                break;
            case 5:
                kernel = &NarrowConv<Five>.Forward;
                gradient = &NarrowConv<Five>.Backward;
                break;
            case 6:
                kernel = &NarrowConv<Six>.Forward;
                gradient = &NarrowConv<Six>.Backward;
                break;
            default:
                kernel = &NarrowConv<Seven>.Forward;
                gradient = &NarrowConv<Seven>.Backward;
                break;
        }
    }

    /// <summary>Whether a layer is of this kind: whole lines of filters, pooling side by side, and nobody asks for the
    /// gradient towards the input.</summary>
    public static bool Suits(ConvPlan plan, in NodePlace place) =>
        plan.Kernel * plan.Channels <= 7 && plan.Filters % 16 == 0 && plan.Padding == 0 && plan.SideBySide
        && place.InputGradient == null;

    protected override void Forward(Team team, ulong key) => team.Run(Count, forward);

    public override void Backward(Team team) => team.Run((plan.Filters + TaskFilters - 1) / TaskFilters, backward);

    private float* SignalOf(int i) => Input + (nint)i * plan.Length * plan.Channels;

    private void ForwardObject(int i) => kernel(plan, SignalOf(i), Output + (nint)i * plan.Pooled * plan.Filters);

    /// <summary>The kernel's gradient of some filters: all objects in order.</summary>
    private void BackwardFilters(int task)
    {
        var first = task * TaskFilters;
        var last = Math.Min(first + TaskFilters, plan.Filters);
        for (var row = 0; row < plan.Kernel * plan.Channels; row++)
            Elementwise.Clear(plan.Packed.Kernel.Gradient.Start + (nint)row * plan.Filters + first, last - first);
        if (plan.Packed.Bias is { } bias)
            Elementwise.Clear(bias.Gradient.Start + first, last - first);
        for (var i = 0; i < Count; i++)
            gradient(plan, SignalOf(i), OutputGradient + (nint)i * plan.Pooled * plan.Filters, first, last);
    }
}
