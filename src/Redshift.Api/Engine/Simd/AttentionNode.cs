using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>Graph attention on a complete graph with self loops.</summary>
internal sealed class AttentionPlan(
    GraphAttention layer, KernelWeights kernel, Parameter self, Parameter neighbour, Parameter bias, int nodes) : LayerPlan
{
    public GraphAttention Layer { get; } = layer;

    /// <summary>The product with the kernel, which all nodes share.</summary>
    public DensePlan Project { get; } = new(kernel, relu: false);

    /// <summary>a of the node that attends, [heads x units].</summary>
    public Parameter Self { get; } = self;

    /// <summary>a of the node attended to, [heads x units].</summary>
    public Parameter Neighbour { get; } = neighbour;

    public Parameter Bias { get; } = bias;

    public int Nodes { get; } = nodes;

    /// <summary>Heads times units.</summary>
    public int Width { get; } = layer.Heads * layer.Units;

    public override IEnumerable<PackedWeights> Weights => Project.Weights;

    public override Node CreateNode(in NodePlace place) => new AttentionNode(this, place);
}

/// <summary>
/// Velickovic et al. 2018 (arXiv:1710.10903), eqs. 1 to 5, the nonlinearity of eq. 4 apart: v = W h;
/// alpha_ij = softmax over j of LeakyReLU(a_self v_i + a_neighbour v_j); y_i = sum over j of alpha_ij v_j, plus a bias; the
/// heads side by side. An object's graph is one task, a node of it one row.
/// </summary>
internal sealed unsafe class AttentionNode : Node
{
    private readonly AttentionPlan plan;
    private readonly DenseNode project;
    private readonly int nodes;
    private readonly int heads;
    private readonly int units;
    private readonly float slope;
    private readonly float* own; // a_self v, [rows x heads]
    private readonly float* other; // a_neighbour v, [rows x heads]
    private readonly float* alpha; // training: [objects x heads x nodes x nodes]; else one row of it an object
    private readonly float* alphaGradient; // towards alpha, then towards what the softmax takes: a row an object
    private readonly float* ownGradient;
    private readonly float* otherGradient;
    private readonly nint alphaStep;
    private readonly Action<int> forward;
    private readonly Action<int> backward;
    private readonly Action<int> towardsWeights;

    public AttentionNode(AttentionPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        (nodes, heads, units) = (plan.Nodes, plan.Layer.Heads, plan.Layer.Units);
        slope = (float)plan.Layer.Slope;
        (forward, backward, towardsWeights) = (ForwardObject, BackwardObject, TowardsWeights);
        var rows = (long)place.Capacity * nodes;
        var inner = place;
        inner.Capacity = checked((int)rows);
        project = (DenseNode)Own(plan.Project.CreateNode(inner));
        Output = Allocate(rows * plan.Width);
        own = Allocate(rows * heads);
        other = Allocate(rows * heads);
        alphaStep = place.Training ? (nint)heads * nodes * nodes : nodes;
        alpha = Allocate(place.Capacity * alphaStep);
        if (!place.Training)
            return;
        OutputGradient = Allocate(rows * plan.Width);
        alphaGradient = Allocate(rows);
        ownGradient = Allocate(rows * heads);
        otherGradient = Allocate(rows * heads);
    }

    protected override void Forward(Team team, ulong key)
    {
        project.Forward(team, Count * nodes, key);
        team.Run(Count, forward);
    }

    public override void Backward(Team team)
    {
        team.Run(Count, backward);
        team.Run(ColumnSums.Tasks(plan.Width), towardsWeights);
        project.Backward(team);
    }

    /// <summary>Where one row of alpha is: of an object, a head and the node that attends.</summary>
    private Span<float> Alpha(int i, int head, int node) =>
        new(alpha + i * alphaStep + (OutputGradient == null ? 0 : ((nint)head * nodes + node) * nodes), nodes);

    /// <summary>A head's numbers of one node of an object, in an array laid out as the output.</summary>
    private float* Head(float* values, int i, int head, int node) =>
        values + ((nint)i * nodes + node) * plan.Width + (nint)head * units;

    /// <summary>A head's place in an array of one number a node and head.</summary>
    private nint Score(int i, int head, int node) => ((nint)i * nodes + node) * heads + head;

    private void ForwardObject(int i)
    {
        for (var head = 0; head < heads; head++)
        {
            var self = plan.Self.Weights.Start + (nint)head * units;
            var neighbour = plan.Neighbour.Weights.Start + (nint)head * units;
            for (var node = 0; node < nodes; node++)
            {
                var v = Head(project.Output, i, head, node);
                own[Score(i, head, node)] = (float)Dot(self, v, units);
                other[Score(i, head, node)] = (float)Dot(neighbour, v, units);
            }

            for (var node = 0; node < nodes; node++)
                Gather(i, head, node);
        }
    }

    /// <summary>One node's output: the mean of all nodes' values by its attention.</summary>
    private void Gather(int i, int head, int node)
    {
        var weights = Alpha(i, head, node);
        for (var j = 0; j < nodes; j++)
            weights[j] = Leaky(Before(i, head, node, j));
        ActivationFunctions.Softmax(weights, weights);
        var y = Head(Output, i, head, node);
        Elementwise.Copy(plan.Bias.Weights.Start + (nint)head * units, y, units);
        for (var j = 0; j < nodes; j++)
            Elementwise.AddScaled(weights[j], Head(project.Output, i, head, j), y, units);
    }

    /// <summary>What the LeakyReLU takes.</summary>
    private float Before(int i, int head, int node, int j) => own[Score(i, head, node)] + other[Score(i, head, j)];

    private float Leaky(float x) => x > 0f ? x : slope * x;

    private void BackwardObject(int i)
    {
        var first = (nint)i * nodes;
        Elementwise.Clear(project.OutputGradient + first * plan.Width, nodes * plan.Width);
        Elementwise.Clear(ownGradient + first * heads, nodes * heads);
        Elementwise.Clear(otherGradient + first * heads, nodes * heads);
        for (var head = 0; head < heads; head++)
        {
            for (var node = 0; node < nodes; node++)
                Scatter(i, head, node);
            for (var node = 0; node < nodes; node++)
            {
                var dv = Head(project.OutputGradient, i, head, node);
                var at = Score(i, head, node);
                Elementwise.AddScaled(ownGradient[at], plan.Self.Weights.Start + (nint)head * units, dv, units);
                Elementwise.AddScaled(otherGradient[at], plan.Neighbour.Weights.Start + (nint)head * units, dv, units);
            }
        }
    }

    /// <summary>One node's gradient to the values it took in and to the scores of its attention.</summary>
    private void Scatter(int i, int head, int node)
    {
        var weights = Alpha(i, head, node);
        var gradient = new Span<float>(alphaGradient + (nint)i * nodes, nodes);
        var dy = Head(OutputGradient, i, head, node);
        for (var j = 0; j < nodes; j++)
        {
            gradient[j] = (float)Dot(dy, Head(project.Output, i, head, j), units);
            Elementwise.AddScaled(weights[j], dy, Head(project.OutputGradient, i, head, j), units);
        }

        ActivationFunctions.SoftmaxGradient(weights, gradient, gradient);
        var sum = 0.0;
        for (var j = 0; j < nodes; j++)
        {
            var d = Before(i, head, node, j) > 0f ? gradient[j] : slope * gradient[j];
            sum += d;
            otherGradient[Score(i, head, j)] += d;
        }

        ownGradient[Score(i, head, node)] = (float)sum;
    }

    private void TowardsWeights(int task)
    {
        var rows = Count * nodes;
        var v = project.Output;
        ColumnSums.OfScaled(task, v, ownGradient, rows, plan.Width, units, plan.Self.Gradient.Start);
        ColumnSums.OfScaled(task, v, otherGradient, rows, plan.Width, units, plan.Neighbour.Gradient.Start);
        ColumnSums.Of(task, OutputGradient, rows, plan.Width, plan.Bias.Gradient.Start);
    }

    private static double Dot(float* a, float* b, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }
}
