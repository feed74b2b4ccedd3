using System.Runtime.InteropServices;
using Redshift.Core.Layers;
using Redshift.Engine;

namespace Redshift.Torch;

/// <summary>Objects on a device. On the CPU the host's side is the device's; for CUDA it is pinned memory, from which the
/// device copies by itself.</summary>
internal sealed class PlacedExamples : IPlacedExamples
{
    /// <summary>Bytes of inputs held at most on the CPU, whose memory also holds the catalogue.</summary>
    private const long MostOnHost = 64L << 20;

    private readonly Device device;
    private readonly Tensor[] host;
    private readonly Tensor[] placed;
    private Tensor? order;

    private PlacedExamples(int capacity, int[] widths, Device device)
    {
        (Capacity, this.device) = (capacity, device);
        var remote = device.type != DeviceType.CPU;
        host = Array.ConvertAll(widths, width => Kept(Empty(capacity, width, torch.CPU, remote)));
        placed = remote ? Array.ConvertAll(widths, width => Kept(Empty(capacity, width, device, false))) : host;
    }

    public int Capacity { get; }

    public Span<float> Inputs => SpanOf(0);

    public Span<float> Targets => SpanOf(1);

    public Span<float> Weights => host.Length > 2 ? SpanOf(2) : [];

    /// <summary>Room for as many objects as asked for, or for as many as fit.</summary>
    public static PlacedExamples Make(Network network, int wanted, bool weighted, Device device)
    {
        int[] widths = weighted ? [network.Input.Size, network.Targets, 1] : [network.Input.Size, network.Targets];
        var most = device.type == DeviceType.CPU ? MostOnHost : int.MaxValue;
        var capacity = (int)Math.Clamp(most / (sizeof(float) * (long)widths.Max()), 1, wanted);
        while (true)
        {
            try
            {
                return new PlacedExamples(capacity, widths, device);
            }
            catch (ExternalException) when (device.type != DeviceType.CPU && capacity > 1)
            {
                // Out of the device's memory, which TorchSharp cannot be asked for.
                capacity /= 2;
            }
        }
    }

    public void Send(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        for (var i = 0; i < host.Length && !ReferenceEquals(host, placed); i++)
            placed[i].narrow(0, 0, count).copy_(host[i].narrow(0, 0, count));
    }

    public void Arrange(ReadOnlySpan<int> order)
    {
        using var scope = torch.NewDisposeScope();
        var places = new long[order.Length];
        for (var i = 0; i < places.Length; i++)
            places[i] = order[i];
        this.order?.Dispose();
        this.order = Kept(torch.tensor(places).to(device));
    }

    /// <summary>A batch: inputs, targets and, where objects weigh differently, weights.</summary>
    public (Tensor Inputs, Tensor Targets, Tensor? Weights) Pick(int first, int count)
    {
        var rows = (order ?? throw new InvalidOperationException("Step: expects Arrange first")).narrow(0, first, count);
        return (
            placed[0].index_select(0, rows),
            placed[1].index_select(0, rows),
            placed.Length > 2 ? placed[2].index_select(0, rows).squeeze(1) : null);
    }

    public void Dispose()
    {
        order?.Dispose();
        foreach (var tensor in host.Concat(placed))
            tensor.Dispose();
    }

    private static Tensor Empty(int capacity, int width, Device device, bool pinned)
    {
        var tensor = torch.empty([capacity, width], ScalarType.Float32, device);
        if (!pinned)
            return tensor;
        using (tensor)
            return tensor.pin_memory();
    }

    private static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();

    private Span<float> SpanOf(int i) => MemoryMarshal.Cast<byte, float>(host[i].bytes);
}
