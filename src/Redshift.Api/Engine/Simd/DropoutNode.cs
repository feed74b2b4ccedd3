namespace Redshift.Engine.Simd;

/// <summary>Dropout: in training alone.</summary>
/// <param name="rate">The probability of a zero.</param>
/// <param name="size">Numbers of one object.</param>
/// <param name="index">Which dropout of the network it is.</param>
internal sealed class DropoutPlan(double rate, int size, int index) : LayerPlan
{
    public double Rate { get; } = rate;

    public int Size { get; } = size;

    public int Index { get; } = index;

    public override Node CreateNode(in NodePlace place) => new DropoutNode(this, place);
}

/// <summary>y = x mask. The mask is that of <see cref="DropoutMask"/>.</summary>
internal sealed unsafe class DropoutNode : Node
{
    private readonly DropoutPlan plan;
    private readonly float* mask; // 0 or 1 / (1 - rate)
    private readonly float kept;
    private readonly ulong threshold;
    private readonly Action<int> forward;
    private readonly Action<int> backward;
    private ulong layerKey;

    public DropoutNode(DropoutPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        (forward, backward) = (ForwardObject, BackwardObject);
        if (!place.Training)
        {
            Output = Input;
            return;
        }

        var size = (long)place.Capacity * plan.Size;
        Output = Allocate(size);
        OutputGradient = Allocate(size);
        mask = Allocate(size);
        kept = (float)(1.0 / (1.0 - plan.Rate));
        threshold = DropoutMask.Threshold(plan.Rate);
    }

    protected override void Forward(Team team, ulong key)
    {
        if (mask == null)
            return;
        layerKey = DropoutMask.LayerKey(key, plan.Index);
        team.Run(Count, forward);
    }

    public override void Backward(Team team)
    {
        if (InputGradient != null)
            team.Run(Count, backward);
    }

    private void ForwardObject(int i)
    {
        var at = (nint)i * plan.Size;
        for (var element = at; element < at + plan.Size; element++)
            mask[element] = DropoutMask.Drops(layerKey, (ulong)element, threshold) ? 0f : kept;
        Elementwise.Multiply(Input + at, mask + at, Output + at, plan.Size);
    }

    private void BackwardObject(int i)
    {
        var at = (nint)i * plan.Size;
        Elementwise.Multiply(OutputGradient + at, mask + at, InputGradient + at, plan.Size);
    }
}
