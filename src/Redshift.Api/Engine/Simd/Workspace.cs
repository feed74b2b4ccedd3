using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>Buffers for a network's way forward, and back when training, for up to <see cref="Capacity"/>
/// objects.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    private readonly Network network;
    private readonly AlignedBuffer input;
    private readonly Chain chain;

    public Workspace(Network network, IReadOnlyList<LayerPlan> plans, int capacity, bool training)
    {
        this.network = network;
        Capacity = capacity;
        input = new AlignedBuffer((long)capacity * network.Input.Size);
        // A network without layers still has a place for its gradient.
        EmptyGradient = training && plans.Count == 0 ? new AlignedBuffer(input.Count) : null;
        var gradient = EmptyGradient is null ? null : EmptyGradient.Start;
        chain = new Chain(
            plans,
            new NodePlace { Input = input.Start, InputGradient = gradient, Capacity = capacity, Training = training });
    }

    public int Capacity { get; }

    private AlignedBuffer? EmptyGradient { get; }

    /// <summary>Where the outputs' gradient goes before <see cref="Backward"/>.</summary>
    public Span<float> OutputGradient(int count) => new(chain.OutputGradient, count * network.Outputs);

    /// <summary>The outputs of some objects.</summary>
    public ReadOnlySpan<float> Forward(Team team, ReadOnlySpan<float> inputs, int count, ulong key)
    {
        inputs.CopyTo(input.Span);
        chain.Forward(team, count, key);
        return new ReadOnlySpan<float>(chain.Output, count * network.Outputs);
    }

    /// <summary>Fills the weights' gradients.</summary>
    public void Backward(Team team) => chain.Backward(team);

    public void Dispose()
    {
        chain.Dispose();
        input.Dispose();
        EmptyGradient?.Dispose();
    }
}
