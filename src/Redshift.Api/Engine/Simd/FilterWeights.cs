namespace Redshift.Engine.Simd;

/// <summary>A kernel [taps x channels x filters] and a bias for minimal filtering: at each of the 8 points one matrix
/// [channels x filters], and its transpose for the way back.</summary>
internal sealed unsafe class FilterWeights(Parameter kernel, Parameter? bias, int taps, int channels, int filters)
    : PackedWeights(kernel, bias)
{
    private readonly AlignedBuffer? zeroBias = bias is null ? new AlignedBuffer(filters) : null;
    private readonly Lazy<Panels> backward = new(() => new Panels(MinimalFiltering.Points * (filters + 1), channels));

    public int Taps { get; } = taps;

    public int Channels { get; } = channels;

    public int Filters { get; } = filters;

    /// <summary>From a point of a panel of <see cref="Forward"/> to the next: a row apart, so that points do not meet
    /// in the cache's sets.</summary>
    public nint ForwardStep { get; } = (nint)(channels + 1) * Kernels.PanelColumns;

    /// <summary>From a point of a panel of <see cref="Backward"/> to the next.</summary>
    public nint BackwardStep { get; } = (nint)(filters + 1) * Kernels.PanelColumns;

    /// <summary>B of the way forward: rows (point, channel), columns filters.</summary>
    public Panels Forward { get; } = new(MinimalFiltering.Points * (channels + 1), filters);

    /// <summary>B of the way back: rows (point, filter), columns channels.</summary>
    public Panels Backward => backward.Value;

    /// <summary>The bias, or zeros.</summary>
    public float* BiasOrZeros => zeroBias is null ? BiasStart : zeroBias.Start;

    /// <summary>Channels of a task.</summary>
    private static int Block => Math.Min(16, Kernels.PanelColumns);

    public override int PackingTasks(bool training) => Channels / Block;

    public override void Pack(int task, bool training)
    {
        var (block, width) = (Block, Kernels.PanelColumns);
        var tapStep = (nint)Channels * Filters;
        for (var panel = 0; panel < Forward.Count; panel++)
        {
            var first = task * block;
            var from = Kernel.Weights.Start + (nint)first * Filters + panel * width;
            var to = Forward[panel] + (nint)first * width;
            for (var c = 0; c < block; c++)
            {
                FilterTransforms.Kernel(
                    from + (nint)c * Filters, tapStep, Taps, width, to + (nint)c * width, ForwardStep);
            }

            if (training)
                Transpose(to, first, panel * width);
        }
    }

    public override void Dispose()
    {
        Forward.Dispose();
        zeroBias?.Dispose();
        if (backward.IsValueCreated)
            backward.Value.Dispose();
    }

    /// <summary>Copies what was just packed forward, still in the first cache, to the way back.</summary>
    private void Transpose(float* from, int channel, int filter)
    {
        var (block, width) = (Block, Kernels.PanelColumns);
        var (panel, column) = Math.DivRem(channel, width);
        for (var p = 0; p < MinimalFiltering.Points; p++)
        {
            var target = Backward[panel] + p * BackwardStep + (nint)filter * width + column;
            Transposition.Transpose(from + p * ForwardStep, width, block, width, target, width);
        }
    }
}
