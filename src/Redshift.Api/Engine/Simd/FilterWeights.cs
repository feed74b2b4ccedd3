namespace Redshift.Engine.Simd;

/// <summary>A kernel [taps x channels x filters] and a bias for minimal filtering: at each of the 8 points one matrix
/// [channels x filters], and its transpose for the way back.</summary>
internal sealed unsafe class FilterWeights(Parameter kernel, Parameter? bias, int taps, int channels, int filters)
    : PackedWeights(kernel, bias)
{
    private readonly AlignedBuffer? zeroBias = bias is null ? new AlignedBuffer(filters) : null;
    private readonly Lazy<Panels> backward = new(() => new Panels(MinimalFiltering.Points * filters, channels));

    public int Taps { get; } = taps;

    public int Channels { get; } = channels;

    public int Filters { get; } = filters;

    /// <summary>B of the way forward: rows (point, channel), columns filters.</summary>
    public Panels Forward { get; } = new(MinimalFiltering.Points * channels, filters);

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
        var pointStep = (nint)Channels * width;
        for (var panel = 0; panel < Forward.Count; panel++)
        {
            var first = task * block;
            var from = Kernel.Weights.Start + (nint)first * Filters + panel * width;
            var to = Forward[panel] + (nint)first * width;
            for (var c = 0; c < block; c++)
                FilterTransforms.Kernel(from + (nint)c * Filters, tapStep, Taps, width, to + (nint)c * width, pointStep);
            if (training)
                Transpose(to, pointStep, first, panel * width);
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
    private void Transpose(float* from, nint pointStep, int channel, int filter)
    {
        var (block, width) = (Block, Kernels.PanelColumns);
        var (panel, column) = Math.DivRem(channel, width);
        for (var p = 0; p < MinimalFiltering.Points; p++)
        {
            var target = Backward[panel] + ((nint)p * Filters + filter) * width + column;
            Transposition.Transpose(from + p * pointStep, width, block, width, target, width);
        }
    }
}
