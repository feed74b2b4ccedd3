namespace Redshift.Engine.Simd;

/// <summary>A convolution as a matrix product whose left rows overlap in memory: position t's window starts t x stride
/// x
/// channels into the signal. Then ReLU and pooling, while the result is in the cache.</summary>
internal sealed unsafe class ConvNode : Node
{
    private readonly ConvPlan plan;
    private readonly float* signal; // the input, with zeros at both ends where the layer pads
    private readonly int signalSize;
    private readonly float* sums; // before ReLU and pooling: [objects x windows x filters], or of one object
    private readonly int sumsStep;
    private readonly Action<int> forward;
    private readonly ConvGradient? gradient;

    public ConvNode(ConvPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        signalSize = (plan.Length + 2 * plan.Padding) * plan.Channels;
        signal = plan.Padding == 0 ? place.Input : Allocate((long)place.Capacity * signalSize);
        var size = plan.Windows * plan.Filters;
        var pooled = plan.Pooled * plan.Filters;
        Output = Allocate((long)place.Capacity * pooled);
        // With pooling, predicting takes one object after the other and reuses the sums.
        sumsStep = plan.Pool is null || place.Training ? size : 0;
        sums = plan.Pool is null ? Output : Allocate(Math.Max(size, (long)place.Capacity * sumsStep));
        forward = ForwardTask;
        if (!place.Training)
            return;
        OutputGradient = Allocate((long)place.Capacity * pooled);
        gradient = Own(new ConvGradient(plan, place, signal, sums, OutputGradient));
    }

    protected override void Forward(Team team, ulong key)
    {
        if (plan.Padding > 0)
        {
            for (var i = 0; i < Count; i++)
                Pad(i);
        }

        // Without a whole buffer of sums only one object at a time may run.
        var workers = sumsStep == 0 && Count > 1 ? Team.Alone : team;
        workers.Run(Count * plan.Packed.Forward.Count, forward);
    }

    public override void Backward(Team team) => gradient!.Run(team, Count);

    private void Pad(int i)
    {
        var size = plan.Length * plan.Channels;
        var target = signal + (nint)i * signalSize + plan.Padding * plan.Channels;
        Elementwise.Copy(Input + (nint)i * size, target, size);
    }

    /// <summary>One panel of filters of one object; neighbours in order share the panel.</summary>
    private void ForwardTask(int task)
    {
        var (panel, i) = Math.DivRem(task, Count);
        var product = new ProductArguments
        {
            A = signal + (nint)i * signalSize,
            RowStep = plan.Stride * plan.Channels,
            Depth = plan.Kernel * plan.Channels,
            Rows = plan.Windows,
            Bias = plan.Packed.BiasStart,
            C = sums + (nint)i * sumsStep,
            CStep = plan.Filters,
        };
        MatrixProduct.Multiply(product, plan.Packed.Forward, panel);
        var y = Output + (nint)i * plan.Pooled * plan.Filters;
        plan.Finish(product.C, y, panel * Kernels.PanelColumns, plan.Packed.Forward.ColumnsOf(panel));
    }
}
