namespace Redshift.Engine.Simd;

/// <summary>A kernel and a bias, and the kernel's copies in the order in which products read it.</summary>
internal abstract unsafe class PackedWeights(Parameter kernel, Parameter? bias) : IDisposable
{
    public Parameter Kernel { get; } = kernel;

    public Parameter? Bias { get; } = bias;

    public float* BiasStart => Bias is null ? null : Bias.Weights.Start;

    /// <summary>Independent parts of packing.</summary>
    /// <param name="training">Whether the way back is packed too.</param>
    public abstract int PackingTasks(bool training);

    /// <summary>Does one part of packing the weights as they are now.</summary>
    public abstract void Pack(int task, bool training);

    public abstract void Dispose();
}

/// <summary>A kernel [positions x channels x filters] and a bias, packed for both directions. A dense layer has one
/// position.</summary>
internal sealed unsafe class KernelWeights(Parameter kernel, Parameter? bias, int positions, int channels, int filters)
    : PackedWeights(kernel, bias)
{
    private readonly Lazy<Panels> backward = new(() => new Panels(positions * filters, channels));

    public int Positions { get; } = positions;

    public int Channels { get; } = channels;

    public int Filters { get; } = filters;

    /// <summary>B of y = x W.</summary>
    public Panels Forward { get; } = new(positions * channels, filters);

    /// <summary>B of dx = dy W', positions reversed.</summary>
    public Panels Backward => backward.Value;

    public override int PackingTasks(bool training) => Forward.Count + (training ? Backward.Count : 0);

    public override void Pack(int task, bool training)
    {
        var weights = Kernel.Weights.Start;
        if (task < Forward.Count)
            Forward.Pack(task, 0, weights, Filters, Forward.Depth);
        else
            Backward.PackFlipped(task - Forward.Count, weights, Positions, Filters);
    }

    public override void Dispose()
    {
        Forward.Dispose();
        if (backward.IsValueCreated)
            backward.Value.Dispose();
    }
}
