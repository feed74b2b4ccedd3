namespace Redshift.Engine.Simd;

/// <summary>The way back through a convolution. Towards the input it is again an overlapping product: of the result's
/// gradient,
/// set apart by the stride and padded to the full width, with the kernel reversed. Towards the kernel it is the
/// transposed signal times the gradient, summed over objects and positions in their order; threads share the kernel's
/// elements, never the sum.</summary>
internal sealed unsafe class ConvGradient : IDisposable
{
    /// <summary>Rows of the kernel in a task.</summary>
    private const int KernelRows = 32 * Kernels.MaxRows;

    private readonly ConvPlan plan;
    private readonly float* inputGradient;
    private readonly float* signal;
    private readonly float* sums;
    private readonly float* outputGradient;
    private readonly AlignedBuffer spread; // [objects x (length + kernel - 1) x filters]
    private readonly int spreadSize;
    private readonly Panels packed; // the result's gradient [objects x windows x filters] as a right-hand side
    private readonly AlignedBuffer one = new(1);
    private readonly Action<int> unpool;
    private readonly Action<int> multiply;
    private int count;

    public ConvGradient(ConvPlan plan, in NodePlace place, float* signal, float* sums, float* outputGradient)
    {
        this.plan = plan;
        this.signal = signal;
        this.sums = sums;
        this.outputGradient = outputGradient;
        inputGradient = place.InputGradient;
        spreadSize = (plan.Length + plan.Kernel - 1) * plan.Filters;
        spread = new AlignedBuffer((long)place.Capacity * spreadSize);
        packed = new Panels(place.Capacity * plan.Windows, plan.Filters);
        one.Span[0] = 1f;
        (unpool, multiply) = (Unpool, Multiply);
    }

    private int InputTasks => inputGradient == null ? 0 : count * plan.Packed.Backward.Count;

    private int KernelChunks => (plan.Kernel * plan.Channels + KernelRows - 1) / KernelRows;

    public void Run(Team team, int objects)
    {
        count = objects;
        team.Run(count, unpool);
        team.Run(InputTasks + packed.Count * KernelChunks, multiply);
    }

    public void Dispose()
    {
        spread.Dispose();
        packed.Dispose();
        one.Dispose();
    }

    /// <summary>The gradient before ReLU and pooling of one object, spread and packed.</summary>
    private void Unpool(int i)
    {
        var filters = plan.Filters;
        var target = spread.Start + (nint)i * spreadSize + (plan.Kernel - 1 - plan.Padding) * filters;
        var step = (nint)plan.Stride * filters;
        var z = sums + (nint)i * plan.Windows * filters;
        var dy = outputGradient + (nint)i * plan.Pooled * filters;
        plan.Unpool(z, dy, target, step);
        for (var panel = 0; panel < packed.Count; panel++)
            packed.Pack(panel, i * plan.Windows, target, step, plan.Windows);
    }

    private void Multiply(int task)
    {
        if (task < InputTasks)
        {
            var (panel, i) = Math.DivRem(task, count);
            TowardsInput(panel, i);
        }
        else
        {
            var (panel, chunk) = Math.DivRem(task - InputTasks, KernelChunks);
            TowardsKernel(panel, chunk);
        }
    }

    private void TowardsInput(int panel, int i)
    {
        var product = new ProductArguments
        {
            A = spread.Start + (nint)i * spreadSize,
            RowStep = plan.Filters,
            Depth = plan.Kernel * plan.Filters,
            Rows = plan.Length,
            C = inputGradient + (nint)i * plan.Length * plan.Channels,
            CStep = plan.Channels,
        };
        MatrixProduct.Multiply(product, plan.Packed.Backward, panel);
    }

    private void TowardsKernel(int panel, int chunk)
    {
        var rows = plan.Kernel * plan.Channels;
        var first = chunk * KernelRows;
        var product = new ProductArguments
        {
            A = signal,
            RowStep = 1,
            DepthStep = (nint)plan.Stride * plan.Channels,
            GroupStep = (nint)(plan.Length + 2 * plan.Padding) * plan.Channels,
            Groups = count,
            Depth = plan.Windows,
            C = plan.Packed.Kernel.Gradient.Start,
            CStep = plan.Filters,
        };
        MatrixProduct.MultiplyTransposed(product, packed, panel, first, Math.Min(first + KernelRows, rows));
        if (chunk == 0 && plan.Packed.Bias is { } bias)
            MatrixProduct.SumColumns(packed, panel, count * plan.Windows, one.Start, bias.Gradient.Start);
    }
}
