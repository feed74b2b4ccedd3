using Redshift.Core.Layers;
using Redshift.Engine;

namespace Redshift.Torch;

/// <summary>
/// The backend on TorchSharp: the same networks, losses and optimisers as the built-in one, with the same starting weights,
/// dropout masks and names of arrays, on the CPU or on a CUDA device. Numbers agree with the built-in backend's up to
/// rounding; unlike those they depend on the number of threads in their last bits.
/// </summary>
public sealed class TorchBackend : IBackend
{
    private readonly Device? device;
    private readonly Precision precision;

    /// <summary>The backend on the device that it finds best when it compiles, in 32 bits.</summary>
    public TorchBackend()
    {
    }

    private TorchBackend(Device device, Precision precision) => (this.device, this.precision) = (device, precision);

    /// <inheritdoc />
    public string Name => "torch";

    /// <inheritdoc />
    public string Description => TorchLibrary.IsLoaded
        ? $"{TorchLibrary.Versions}, on {NameOf(device ?? TorchLibrary.Find("auto"))}, {WordsFor(precision)}"
        : $"{TorchLibrary.Versions}, which does not load; see docs/packages.md for TorchRuntime";

    /// <inheritdoc />
    public IReadOnlyList<(string Name, string Description)> Devices => TorchLibrary.Devices;

    /// <inheritdoc />
    public IBackend On(string device, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Enum.IsDefined(precision)
            ? new TorchBackend(TorchLibrary.Find(device), precision)
            : throw new ArgumentException($"--precision: expected float32 or bfloat16, found {precision}");
    }

    /// <inheritdoc />
    public IModel Compile(Network network, ulong seed, int threads)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return new TorchModel(network, seed, threads, device ?? TorchLibrary.Find("auto"), precision);
    }

    private static string NameOf(Device device) => device.type == DeviceType.CUDA ? $"cuda:{device.index}" : "cpu";

    private static string WordsFor(Precision precision) => precision == Precision.BFloat16 ? "bfloat16" : "float32";
}
