namespace Redshift.Engine.Simd;

/// <summary>A dense layer, with a ReLU that follows it.</summary>
internal sealed class DensePlan(KernelWeights weights, bool relu) : LayerPlan
{
    public KernelWeights Packed { get; } = weights;

    public bool Relu { get; } = relu;

    public override IEnumerable<PackedWeights> Weights => [Packed];

    public DensePlan WithRelu() => new(Packed, relu: true);

    public override Node CreateNode(in NodePlace place) => new DenseNode(this, place);
}

/// <summary>y = x W + b for all objects at once. Gradients: dx = dy W', dW = x' dy, db the sum of dy.</summary>
internal sealed unsafe class DenseNode : Node
{
    /// <summary>Objects, or rows of the kernel, in a task.</summary>
    private const int TaskRows = 16 * Kernels.MaxRows;

    private readonly DensePlan plan;
    private readonly int inputs;
    private readonly int units;
    private readonly float* masked; // the gradient before the ReLU
    private readonly float* one;
    private readonly Panels? packed;
    private readonly Action<int> forward;
    private readonly Action<int> pack;
    private readonly Action<int> backward;

    public DenseNode(DensePlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        (inputs, units) = (plan.Packed.Channels, plan.Packed.Filters);
        (forward, pack, backward) = (ForwardTask, PackTask, BackwardTask);
        Output = Allocate((long)place.Capacity * units);
        if (!place.Training)
            return;
        OutputGradient = Allocate((long)place.Capacity * units);
        masked = plan.Relu ? Allocate((long)place.Capacity * units) : OutputGradient;
        packed = Own(new Panels(place.Capacity, units));
        one = Allocate(1);
        *one = 1f;
    }

    private int ObjectChunks => (Count + TaskRows - 1) / TaskRows;

    private int KernelChunks => (inputs + TaskRows - 1) / TaskRows;

    private int InputTasks => InputGradient == null ? 0 : plan.Packed.Backward.Count * ObjectChunks;

    protected override void Forward(Team team, ulong key) =>
        team.Run(plan.Packed.Forward.Count * ObjectChunks, forward);

    public override void Backward(Team team)
    {
        team.Run(packed!.Count, pack);
        team.Run(InputTasks + packed.Count * KernelChunks, backward);
    }

    private void ForwardTask(int task)
    {
        var (panel, chunk) = Math.DivRem(task, ObjectChunks);
        var first = chunk * TaskRows;
        var product = new ProductArguments
        {
            A = Input + (nint)first * inputs,
            RowStep = inputs,
            Depth = inputs,
            Rows = Math.Min(TaskRows, Count - first),
            Bias = plan.Packed.BiasStart,
            C = Output + (nint)first * units,
            CStep = units,
        };
        MatrixProduct.Multiply(product, plan.Packed.Forward, panel);
        if (!plan.Relu)
            return;
        var columns = plan.Packed.Forward.ColumnsOf(panel);
        var y = product.C + panel * Kernels.PanelColumns;
        for (var row = 0; row < product.Rows; row++, y += units)
            Elementwise.Relu(y, columns);
    }

    /// <summary>The gradient before the ReLU, some units of all objects, also packed as a right-hand side.</summary>
    private void PackTask(int panel)
    {
        if (plan.Relu)
        {
            var columns = packed!.ColumnsOf(panel);
            nint at = panel * Kernels.PanelColumns;
            for (var row = 0; row < Count; row++, at += units)
                Elementwise.ReluGradient(OutputGradient + at, Output + at, masked + at, columns);
        }

        packed!.Pack(panel, 0, masked, units, Count);
    }

    private void BackwardTask(int task)
    {
        if (task < InputTasks)
            TowardsInput(task);
        else
            TowardsKernel(task - InputTasks);
    }

    private void TowardsInput(int task)
    {
        var (panel, chunk) = Math.DivRem(task, ObjectChunks);
        var first = chunk * TaskRows;
        var product = new ProductArguments
        {
            A = masked + (nint)first * units,
            RowStep = units,
            Depth = units,
            Rows = Math.Min(TaskRows, Count - first),
            C = InputGradient + (nint)first * inputs,
            CStep = inputs,
        };
        MatrixProduct.Multiply(product, plan.Packed.Backward, panel);
    }

    private void TowardsKernel(int task)
    {
        var (panel, chunk) = Math.DivRem(task, KernelChunks);
        var first = chunk * TaskRows;
        var product = new ProductArguments
        {
            A = Input,
            RowStep = 1,
            DepthStep = inputs,
            Groups = 1,
            Depth = Count,
            C = plan.Packed.Kernel.Gradient.Start,
            CStep = units,
        };
        MatrixProduct.MultiplyTransposed(product, packed!, panel, first, Math.Min(first + TaskRows, inputs));
        if (chunk == 0 && plan.Packed.Bias is { } bias)
            MatrixProduct.SumColumns(packed!, panel, Count, one, bias.Gradient.Start);
    }
}
