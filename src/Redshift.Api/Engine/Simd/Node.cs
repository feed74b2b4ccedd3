namespace Redshift.Engine.Simd;

/// <summary>Where a layer stands in a workspace.</summary>
internal unsafe struct NodePlace
{
    /// <summary>[capacity x input size].</summary>
    public float* Input;

    /// <summary>Where the gradient towards the input goes; null where nobody needs it.</summary>
    public float* InputGradient;

    /// <summary>The most objects in a call.</summary>
    public int Capacity;

    public bool Training;
}

/// <summary>A layer without buffers: shared by all workspaces of a model.</summary>
internal abstract class LayerPlan
{
    /// <summary>The layer with buffers of its own.</summary>
    public abstract Node CreateNode(in NodePlace place);

    /// <summary>The packed weights that must be fresh before the layer runs.</summary>
    public virtual IEnumerable<PackedWeights> Weights => [];
}

/// <summary>A layer in a workspace: its buffers and its tasks. Buffers are made once, so that running allocates
/// nothing.</summary>
internal abstract unsafe class Node(in NodePlace place) : IDisposable
{
    private readonly List<IDisposable> owned = [];

    protected float* Input { get; } = place.Input;

    protected float* InputGradient { get; } = place.InputGradient;

    /// <summary>[capacity x output size].</summary>
    public float* Output { get; protected init; }

    /// <summary>[capacity x output size], filled by the next layer; null when predicting.</summary>
    public float* OutputGradient { get; protected init; }

    /// <summary>Objects in this call.</summary>
    protected int Count { get; private set; }

    /// <summary>Computes the outputs of the first <paramref name="count"/> objects.</summary>
    /// <param name="team">Who works.</param>
    /// <param name="count">Objects.</param>
    /// <param name="key">The step's random key, for dropout.</param>
    public void Forward(Team team, int count, ulong key)
    {
        Count = count;
        Forward(team, key);
    }

    protected abstract void Forward(Team team, ulong key);

    /// <summary>Turns the output's gradient into the input's and the weights', after a forward pass on the same
    /// inputs.</summary>
    public abstract void Backward(Team team);

    /// <summary>A buffer that lives as long as the node.</summary>
    protected float* Allocate(long count) => Own(new AlignedBuffer(count)).Start;

    /// <summary>Something that lives as long as the node.</summary>
    protected T Own<T>(T disposable)
        where T : IDisposable
    {
        owned.Add(disposable);
        return disposable;
    }

    public void Dispose()
    {
        foreach (var item in owned)
            item.Dispose();
    }
}

/// <summary>Layers in a row, in a workspace.</summary>
internal sealed unsafe class Chain : IDisposable
{
    private readonly Node[] nodes;

    public Chain(IReadOnlyList<LayerPlan> plans, NodePlace place)
    {
        nodes = new Node[plans.Count];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = plans[i].CreateNode(place);
            place.Input = nodes[i].Output;
            place.InputGradient = nodes[i].OutputGradient;
        }

        Output = place.Input;
        OutputGradient = place.InputGradient;
    }

    public float* Output { get; }

    public float* OutputGradient { get; }

    public void Forward(Team team, int count, ulong key)
    {
        foreach (var node in nodes)
            node.Forward(team, count, key);
    }

    public void Backward(Team team)
    {
        for (var i = nodes.Length - 1; i >= 0; i--)
            nodes[i].Backward(team);
    }

    public void Dispose()
    {
        foreach (var node in nodes)
            node.Dispose();
    }
}
