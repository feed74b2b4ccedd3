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

    /// <summary>Whether wide convolutions take fewer multiplications by interpolation (<see
    /// cref="Simd.MinimalFiltering"/>), for a few more bits of rounding error. On, unless the environment variable
    /// REDSHIFT_MINIMAL_FILTERING is 0.</summary>
    public bool MinimalFiltering { get; init; } = Simd.MinimalFiltering.Default;

    /// <inheritdoc />
    public IReadOnlyList<(string Name, string Description)> Devices => [("cpu", Kernels.Name)];

    /// <inheritdoc />
    public IBackend On(string device, Precision precision)
    {
        if (device is not ("auto" or "cpu"))
            throw new ArgumentException($"--device: expected auto or cpu with the backend simd, found {device}; use --backend torch");
        return precision == Precision.Full
            ? this
            : throw new ArgumentException($"--precision: expected float32 with the backend simd, found bfloat16; use --backend torch");
    }

    /// <inheritdoc />
    public IModel Compile(Network network, ulong seed, int threads)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return new SimdModel(network, seed, threads, MinimalFiltering);
    }
}
