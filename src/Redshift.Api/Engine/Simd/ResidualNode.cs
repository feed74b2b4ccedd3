namespace Redshift.Engine.Simd;

/// <summary>x + inner(x).</summary>
internal sealed class ResidualPlan(IReadOnlyList<LayerPlan> inner, int size) : LayerPlan
{
    public IReadOnlyList<LayerPlan> Inner { get; } = inner;

    public int Size { get; } = size;

    public override IEnumerable<PackedWeights> Weights => Inner.SelectMany(plan => plan.Weights);

    public override Node CreateNode(in NodePlace place) => new ResidualNode(this, place);
}

/// <summary>The sum of a chain and its input; the gradient goes both ways.</summary>
internal sealed unsafe class ResidualNode : Node
{
    private readonly int size;
    private readonly Chain inner;
    private readonly float* innerGradient;

    public ResidualNode(ResidualPlan plan, in NodePlace place)
        : base(place)
    {
        size = plan.Size;
        var numbers = (long)place.Capacity * size;
        Output = Allocate(numbers);
        var innerPlace = place;
        if (place.Training)
        {
            OutputGradient = Allocate(numbers);
            innerGradient = Allocate(numbers);
            innerPlace.InputGradient = innerGradient;
        }

        inner = Own(new Chain(plan.Inner, innerPlace));
    }

    protected override void Forward(Team team, ulong key)
    {
        inner.Forward(team, Count, key);
        Elementwise.Add(Input, inner.Output, Output, Count * size);
    }

    public override void Backward(Team team)
    {
        Elementwise.Copy(OutputGradient, inner.OutputGradient, (long)Count * size);
        inner.Backward(team);
        if (InputGradient != null)
            Elementwise.Add(OutputGradient, innerGradient, InputGradient, Count * size);
    }
}
