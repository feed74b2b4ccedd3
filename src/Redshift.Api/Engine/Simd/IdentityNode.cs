using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>A graph's nodes told apart.</summary>
internal sealed class IdentityPlan(Shape.Graph graph) : LayerPlan
{
    public int Nodes { get; } = graph.nodes;

    public int Features { get; } = graph.features;

    public override Node CreateNode(in NodePlace place) => new IdentityNode(this, place);
}

/// <summary>
/// y_i = the features of node i, then 1 at place i of as many places as there are nodes. A buffer is zero at first
/// and no layer writes to its input, so the ones are written once; a call copies the features, and their gradient back.
/// </summary>
internal sealed unsafe class IdentityNode : Node
{
    private readonly int nodes;
    private readonly int features;
    private readonly int width;
    private readonly Action<int> forward;
    private readonly Action<int> backward;

    public IdentityNode(IdentityPlan plan, in NodePlace place)
        : base(place)
    {
        (nodes, features) = (plan.Nodes, plan.Features);
        width = features + nodes;
        (forward, backward) = (ForwardObject, BackwardObject);
        var rows = (long)place.Capacity * nodes;
        Output = Allocate(rows * width);
        for (var row = 0L; row < rows; row++)
            Output[row * width + features + row % nodes] = 1f;
        if (place.Training)
            OutputGradient = Allocate(rows * width);
    }

    protected override void Forward(Team team, ulong key) => team.Run(Count, forward);

    public override void Backward(Team team)
    {
        if (InputGradient != null)
            team.Run(Count, backward);
    }

    private void ForwardObject(int i)
    {
        for (var row = (nint)i * nodes; row < (nint)(i + 1) * nodes; row++)
            Elementwise.Copy(Input + row * features, Output + row * width, features);
    }

    private void BackwardObject(int i)
    {
        for (var row = (nint)i * nodes; row < (nint)(i + 1) * nodes; row++)
            Elementwise.Copy(OutputGradient + row * width, InputGradient + row * features, features);
    }
}
