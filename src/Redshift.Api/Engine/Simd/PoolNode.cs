using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>A pooling on its own: the maximum or the mean of each window.</summary>
internal sealed class PoolPlan : LayerPlan
{
    public PoolPlan(Step step, Pool1d pool, bool largest)
    {
        var input = (Shape.Signal)step.Input;
        (Channels, Length) = (input.channels, input.length);
        Windows = ((Shape.Signal)step.Output).length;
        (Pool, Largest) = (pool, largest);
    }

    private PoolPlan(int channels, int length)
    {
        (Channels, Length, Windows) = (channels, length, 1);
        Pool = new Pool1d(length, length);
    }

    /// <summary>The mean over a graph's nodes: one window.</summary>
    public static PoolPlan OverNodes(Shape.Graph graph) => new(graph.features, graph.nodes);

    public Pool1d Pool { get; }

    /// <summary>The maximum; else the mean.</summary>
    public bool Largest { get; }

    public int Channels { get; }

    public int Length { get; }

    public int Windows { get; }

    public override Node CreateNode(in NodePlace place) => new PoolNode(this, place);
}

/// <summary>Pooling, object by object.</summary>
internal sealed unsafe class PoolNode : Node
{
    private readonly PoolPlan plan;
    private readonly float share;
    private readonly Action<int> forward;
    private readonly Action<int> backward;

    public PoolNode(PoolPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        share = 1f / plan.Pool.Size;
        var size = (long)place.Capacity * plan.Windows * plan.Channels;
        Output = Allocate(size);
        if (place.Training)
            OutputGradient = Allocate(size);
        (forward, backward) = (ForwardObject, BackwardObject);
    }

    protected override void Forward(Team team, ulong key) => team.Run(Count, forward);

    public override void Backward(Team team)
    {
        if (InputGradient != null)
            team.Run(Count, backward);
    }

    private float* WindowOf(float* signal, int i, int t) =>
        signal + ((nint)i * plan.Length + (nint)t * plan.Pool.Stride) * plan.Channels;

    private void ForwardObject(int i)
    {
        var y = Output + (nint)i * plan.Windows * plan.Channels;
        for (var t = 0; t < plan.Windows; t++, y += plan.Channels)
        {
            if (plan.Largest)
                MaxPooling.Forward(WindowOf(Input, i, t), plan.Channels, plan.Pool.Size, y, plan.Channels, relu: false);
            else
                Mean(WindowOf(Input, i, t), y);
        }
    }

    private void BackwardObject(int i)
    {
        Elementwise.Clear(InputGradient + (nint)i * plan.Length * plan.Channels, plan.Length * plan.Channels);
        var dy = OutputGradient + (nint)i * plan.Windows * plan.Channels;
        for (var t = 0; t < plan.Windows; t++, dy += plan.Channels)
        {
            var dx = WindowOf(InputGradient, i, t);
            if (plan.Largest)
            {
                var x = WindowOf(Input, i, t);
                MaxPooling.Backward(
                    x, plan.Channels, plan.Pool.Size, dy, dx, plan.Channels, plan.Channels, relu: false, add: true);
            }
            else
            {
                Spread(dy, dx);
            }
        }
    }

    private void Mean(float* x, float* y)
    {
        Elementwise.Copy(x, y, plan.Channels);
        for (var row = 1; row < plan.Pool.Size; row++)
            Elementwise.Add(y, x + (nint)row * plan.Channels, y, plan.Channels);
        for (var c = 0; c < plan.Channels; c++)
            y[c] *= share;
    }

    private void Spread(float* dy, float* dx)
    {
        for (var row = 0; row < plan.Pool.Size; row++, dx += plan.Channels)
        {
            for (var c = 0; c < plan.Channels; c++)
                dx[c] += share * dy[c];
        }
    }
}
