namespace Redshift.Engine.Simd;

/// <summary>The way back through minimal filtering: its exact transpose. The results' gradient goes to the 8 points
/// once, and there both to the kernel, summed over objects and tiles in their order, and to the signal.</summary>
internal sealed unsafe class FilterGradient : IDisposable
{
    /// <summary>Rows after which a kernel's sums rest in memory.</summary>
    private const int DepthBlock = 128;

    private readonly ConvPlan plan;
    private readonly FilterPlan layout;
    private readonly FilterWeights weights;
    private readonly float* inputGradient;
    private readonly float* sums;
    private readonly float* outputGradient;
    private readonly AlignedBuffer? positions; // the gradient before ReLU and pooling, where it has no other place
    // The kernel's gradient at the points: [points x panels x channels x panel's columns].
    private readonly AlignedBuffer kernel;
    private readonly AlignedBuffer one = new(1);
    private readonly Action<int> transform;
    private readonly Action<int> towardsKernel;
    private readonly Action<int> finish;
    private int count;
    private int group;
    private int inputTasks;

    public FilterGradient(ConvPlan plan, FilterPlan layout, in NodePlace place, float* sums, float* outputGradient)
    {
        (this.plan, this.layout, weights) = (plan, layout, plan.Filtered);
        inputGradient = place.InputGradient;
        this.sums = sums;
        this.outputGradient = outputGradient;
        if (plan.Pool is not null && !plan.SideBySide)
            positions = new AlignedBuffer((long)place.Capacity * plan.Windows * plan.Filters);
        kernel = new AlignedBuffer(MinimalFiltering.Points * (long)KernelStep);
        one.Span[0] = 1f;
        (transform, towardsKernel, finish) = (Transform, TowardsKernel, Finish);
    }

    /// <summary>From a point of the kernel's gradient to the next, beside the cache's sets.</summary>
    private nint KernelStep => (nint)plan.Channels * plan.Filters + 80;

    private int Panels => weights.Forward.Count;

    public void Run(Team team, int objects)
    {
        count = objects;
        team.Run(count, transform);
        team.Run(MinimalFiltering.Points * Panels, towardsKernel);
        group = layout.GroupSize(count, plan.Channels, team);
        inputTasks = inputGradient == null ? 0 : (count + group - 1) / group * weights.Backward.Count;
        team.Run(inputTasks + plan.Channels / 16, finish);
    }

    public void Dispose()
    {
        positions?.Dispose();
        kernel.Dispose();
        one.Dispose();
    }

    /// <summary>One object's gradient back through ReLU and pooling, and to the points.</summary>
    private void Transform(int i)
    {
        var size = (nint)plan.Windows * plan.Filters;
        var dy = outputGradient + (nint)i * plan.Pooled * plan.Filters;
        // In place: over the sums, or without pooling over the gradient itself.
        var dz = positions is not null ? positions.Start + i * size : plan.Pool is null ? dy : sums + i * size;
        plan.Unpool(sums + i * size, dy, dz, plan.Filters);
        var width = Kernels.PanelColumns;
        for (var panel = 0; panel < Panels; panel++)
        {
            var target = layout.Room(panel, i * layout.Tiles);
            for (var t = 0; t < layout.Tiles; t++, target += width)
            {
                var at = t * layout.Results;
                var results = Math.Min(layout.Results, plan.Windows - at);
                var from = dz + (nint)at * plan.Filters + panel * width;
                FilterTransforms.OutputGradient(
                    from, plan.Filters, results, layout.Results, width, target, layout.PointStep);
            }
        }
    }

    /// <summary>One point of the kernel's gradient, one panel of filters; with point 1, the plain sum, the bias's
    /// too.</summary>
    private void TowardsKernel(int task)
    {
        var (panel, p) = Math.DivRem(task, MinimalFiltering.Points);
        var (width, rows) = (Kernels.PanelColumns, count * layout.Tiles);
        var gradient = layout.Room(panel, 0) + p * layout.PointStep;
        var signal = layout.Signal + p * layout.SignalStep;
        var target = kernel.Start + p * KernelStep + (nint)panel * plan.Channels * width;
        Sum(signal, plan.Channels, plan.Channels, gradient, rows, target, width);
        if (p == 1 && weights.Bias is { } bias)
            Sum(one.Start, 0, 1, gradient, rows, bias.Gradient.Start + panel * width, 0);
    }

    /// <summary>C = A' B over rows of A and B.</summary>
    private static void Sum(float* a, nint aStep, int columns, float* b, int rows, float* c, nint cStep)
    {
        var width = Kernels.PanelColumns;
        var start = stackalloc float[width];
        new Span<float>(start, width).Clear();
        var tile = new TileArguments { RowStep = 1, DepthStep = aStep, Groups = 1, CStep = cStep };
        for (var depth = 0; depth < rows; depth += DepthBlock)
        {
            tile.Depth = Math.Min(DepthBlock, rows - depth);
            tile.B = b + (nint)depth * width;
            for (var column = 0; column < columns; column += Kernels.MaxRows)
            {
                tile.A = a + depth * aStep + column;
                tile.C = c + column * cStep;
                tile.Initial = depth == 0 ? start : tile.C;
                tile.InitialStep = depth == 0 ? 0 : cStep;
                var many = Math.Min(Kernels.MaxRows, columns - column);
                Kernels.Multiply(transposed: true, many, Kernels.MaxVectors, &tile);
            }
        }
    }

    private void Finish(int task)
    {
        if (task < inputTasks)
            TowardsInput(task);
        else
            FinishKernel((task - inputTasks) * 16);
    }

    /// <summary>The kernel's gradient of 16 channels from the points to the taps.</summary>
    private void FinishKernel(int channel)
    {
        var tapStep = (nint)plan.Channels * plan.Filters;
        var width = Kernels.PanelColumns;
        for (var panel = 0; panel < Panels; panel++)
        {
            for (var c = channel; c < channel + 16; c++)
            {
                var from = kernel.Start + ((nint)panel * plan.Channels + c) * width;
                var to = weights.Kernel.Gradient.Start + (nint)c * plan.Filters + panel * width;
                FilterTransforms.KernelGradient(from, KernelStep, width, to, tapStep, plan.Kernel);
            }
        }
    }

    /// <summary>One panel of channels of a group of objects: at the points, over the signal that is no longer needed,
    /// then at the positions.</summary>
    private void TowardsInput(int task)
    {
        var (number, panel) = Math.DivRem(task, weights.Backward.Count);
        var first = number * group;
        var last = Math.Min(first + group, count);
        var (width, row) = (Kernels.PanelColumns, first * layout.Tiles);
        var target = layout.Signal + (nint)row * plan.Channels + panel * width;
        for (var p = 0; p < MinimalFiltering.Points; p++)
        {
            var product = new PointProduct
            {
                A = layout.Room(0, row) + p * layout.PointStep,
                RowStep = width,
                Groups = Panels,
                GroupStep = layout.PanelStep,
                Rows = (last - first) * layout.Tiles,
                B = weights.Backward[panel] + p * weights.BackwardStep,
                C = target + p * layout.SignalStep,
                CStep = plan.Channels,
            };
            product.Run();
        }

        for (var i = first; i < last; i++, target += (nint)layout.Tiles * plan.Channels)
            Spread(i, panel, target);
    }

    /// <summary>One panel of one object from the points to the positions; neighbouring tiles overlap.</summary>
    private void Spread(int i, int panel, float* points)
    {
        var width = Kernels.PanelColumns;
        var dx = inputGradient + (nint)i * plan.Length * plan.Channels + panel * width;
        var outside = stackalloc float[width];
        var rows = stackalloc float*[MinimalFiltering.Points];
        for (var t = 0; t < layout.Tiles; t++, points += plan.Channels)
        {
            for (var j = 0; j < MinimalFiltering.Points; j++)
            {
                var at = t * layout.Results - plan.Padding + j;
                rows[j] = at >= 0 && at < plan.Length ? dx + (nint)at * plan.Channels : outside;
            }

            var shared = t == 0 ? 0 : plan.Kernel - 1;
            FilterTransforms.InputGradient(points, layout.SignalStep, width, rows, shared);
        }
    }
}
