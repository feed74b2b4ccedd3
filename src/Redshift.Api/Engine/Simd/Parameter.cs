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
