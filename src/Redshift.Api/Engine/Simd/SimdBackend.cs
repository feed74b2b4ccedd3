using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>The built-in engine: plain C# on the processor's vectors. Results are the same, bit for bit, for any
/// number of
/// threads and any vector width.</summary>
public sealed class SimdBackend : IBackend
{
    /// <inheritdoc />
    public string Name => "simd";

    /// <inheritdoc />
    public string Description => $"built in, {Kernels.Name}, {Environment.ProcessorCount} processors";

    /// <inheritdoc />
    public IModel Compile(Network network, ulong seed, int threads)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return new SimdModel(network, seed, threads);
    }
}
