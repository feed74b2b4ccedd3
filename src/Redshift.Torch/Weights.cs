using System.Runtime.InteropServices;
using Redshift.Core.Layers;
using Redshift.Engine;

namespace Redshift.Torch;

/// <summary>
/// A network's weights on a device, in Redshift's layout, in three long arrays: those that weight decay shrinks, the other
/// ones that gradients move, and averages. The layers see views of them, and gradients are added up in views of one array, so
/// that an optimiser's step is a few operations however many layers there are.
/// </summary>
internal sealed class Weights : IDisposable
{
    private readonly Dictionary<string, (ParameterSpec Spec, Tensor View, long Start)> views = [];
    private readonly List<Tensor> owned = [];

    public Weights(Network network, ulong seed, Device device)
    {
        Device = device;
        var order = network.Parameters.Select((spec, index) => (Spec: spec, Index: index)).OrderBy(p => Rank(p.Spec)).ToArray();
        Decaying = order.Where(p => Rank(p.Spec) == 0).Sum(p => (long)p.Spec.Count);
        Count = order.Where(p => p.Spec.Trainable).Sum(p => (long)p.Spec.Count);
        Values = Zeros(order.Sum(p => (long)p.Spec.Count));
        Gradient = Zeros(Count);
        var start = 0L;
        foreach (var (spec, index) in order)
        {
            var dimensions = spec.Dimensions.Select(d => (long)d).ToArray();
            var view = Own(Values.narrow(0, start, spec.Count).view(dimensions).detach());
            view.Assign(Initialisation.Draw(spec, seed, index));
            if (spec.Trainable)
            {
                view.requires_grad = true;
                view.grad = Own(Gradient.narrow(0, start, spec.Count).view(dimensions));
            }

            views.Add(spec.Name, (spec, view, start));
            start += spec.Count;
        }
    }

    public Device Device { get; }

    /// <summary>All weights.</summary>
    public Tensor Values { get; }

    /// <summary>How many of the first weights decay.</summary>
    public long Decaying { get; }

    /// <summary>How many of the first weights gradients move.</summary>
    public long Count { get; }

    /// <summary>Their gradient, added up by each way back: to be cleared before it.</summary>
    public Tensor Gradient { get; }

    /// <summary>The arrays that gradients move, with their places.</summary>
    public IEnumerable<(string Name, long Start, int Count)> Trainable =>
        views.Values.Where(v => v.Spec.Trainable).Select(v => (v.Spec.Name, v.Start, v.Spec.Count));

    /// <summary>One array, as the layers use it; null where there is none of this name.</summary>
    public Tensor? Find(string name) => views.TryGetValue(name, out var found) ? found.View : null;

    /// <summary>What an array is; null where there is none of this name.</summary>
    public ParameterSpec? SpecOf(string name) => views.TryGetValue(name, out var found) ? found.Spec : null;

    /// <summary>An array of zeros on the weights' device that lives as long as they.</summary>
    public Tensor Zeros(long count) => Own(torch.zeros(count, ScalarType.Float32, Device));

    /// <summary>A tensor that lives as long as the weights, whatever scope it was made in.</summary>
    public Tensor Own(Tensor tensor)
    {
        owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    public void Dispose()
    {
        foreach (var tensor in owned)
            tensor.Dispose();
    }

    private static int Rank(ParameterSpec spec) => !spec.Trainable ? 2 : spec.Decays ? 0 : 1;
}

/// <summary>Numbers between arrays of .NET and tensors.</summary>
internal static class Transfers
{
    /// <summary>Some numbers as a tensor of a shape on a device.</summary>
    public static Tensor Upload(ReadOnlySpan<float> values, long[] shape, Device device)
    {
        var host = torch.empty(shape, ScalarType.Float32);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
        return device.type == DeviceType.CPU ? host : host.to(device);
    }

    /// <summary>A tensor's numbers, in memory order.</summary>
    public static void Download(Tensor tensor, Span<float> values)
    {
        using var host = tensor.detach().cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(host.bytes).CopyTo(values);
    }

    /// <summary>A copy of a tensor's numbers, in memory order.</summary>
    public static float[] Download(Tensor tensor)
    {
        var values = new float[tensor.numel()];
        Download(tensor, values);
        return values;
    }

    /// <summary>Writes numbers into a tensor.</summary>
    public static void Assign(this Tensor tensor, ReadOnlySpan<float> values)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        tensor.copy_(Upload(values, tensor.shape, tensor.device));
    }
}
