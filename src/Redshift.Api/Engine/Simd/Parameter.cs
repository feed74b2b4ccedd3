using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>One array of weights and, in training, its gradient.</summary>
internal sealed class Parameter(ParameterSpec spec) : IDisposable
{
    private AlignedBuffer? gradient;

    public ParameterSpec Spec { get; } = spec;

    public int Count { get; } = spec.Count;

    public AlignedBuffer Weights { get; } = new(spec.Count);

    /// <summary>The gradient, after <see cref="PrepareGradient"/>.</summary>
    public AlignedBuffer Gradient =>
        gradient ?? throw new InvalidOperationException($"{Spec.Name} has no gradient yet");

    /// <summary>Makes room for the gradient: before the threads start, which would each make their own.</summary>
    public void PrepareGradient() => gradient ??= new AlignedBuffer(Count);

    public void Dispose()
    {
        Weights.Dispose();
        gradient?.Dispose();
    }
}

/// <summary>A kernel [positions x channels x filters] and a bias, packed for both directions. A dense layer has one
/// position.</summary>
internal sealed unsafe class KernelWeights(Parameter kernel, Parameter? bias, int positions, int channels, int filters)
    : IDisposable
{
    private readonly Lazy<Panels> backward = new(() => new Panels(positions * filters, channels));

    public Parameter Kernel { get; } = kernel;

    public Parameter? Bias { get; } = bias;

    public int Positions { get; } = positions;

    public int Channels { get; } = channels;

    public int Filters { get; } = filters;

    /// <summary>B of y = x W.</summary>
    public Panels Forward { get; } = new(positions * channels, filters);

    /// <summary>B of dx = dy W', positions reversed.</summary>
    public Panels Backward => backward.Value;

    public float* BiasStart => Bias is null ? null : Bias.Weights.Start;

    /// <summary>Independent parts of packing.</summary>
    public int PackingTasks(bool training) => Forward.Count + (training ? Backward.Count : 0);

    /// <summary>Does one part of packing the weights as they are now.</summary>
    public void Pack(int task)
    {
        var weights = Kernel.Weights.Start;
        if (task < Forward.Count)
            Forward.Pack(task, 0, weights, Filters, Forward.Depth);
        else
            Backward.PackFlipped(task - Forward.Count, weights, Positions, Filters);
    }

    public void Dispose()
    {
        Forward.Dispose();
        if (backward.IsValueCreated)
            backward.Value.Dispose();
    }
}
