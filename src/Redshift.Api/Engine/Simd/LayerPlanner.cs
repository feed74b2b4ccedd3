using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>Turns a network's layers into plans, and joins those that run faster together.</summary>
internal sealed class LayerPlanner(IReadOnlyDictionary<string, Parameter> parameters, bool minimalFiltering)
    : ILayerInterpreter<LayerPlan?>
{
    private int dropouts;

    /// <summary>The plans of a network; layers that change nothing have none.</summary>
    public static IReadOnlyList<LayerPlan> Plan(
        Network network, IReadOnlyDictionary<string, Parameter> parameters, bool minimalFiltering) =>
        Join(NetworkModule.interpret(new LayerPlanner(parameters, minimalFiltering), network));

    public LayerPlan Dense(Step step, Dense layer) =>
        new DensePlan(Weights(step, layer.Bias, 1, step.Input.Size, layer.Units), relu: false);

    public LayerPlan Conv1d(Step step, Conv1d layer)
    {
        var channels = ((Shape.Signal)step.Input).channels;
        var windows = ((Shape.Signal)step.Output).length;
        var minimal = minimalFiltering
            && MinimalFiltering.Pays(layer.Kernel, layer.Stride, channels, layer.Filters, windows);
        PackedWeights weights = minimal
            ? new FilterWeights(Kernel(step), Bias(step, layer.Bias), layer.Kernel, channels, layer.Filters)
            : Weights(step, layer.Bias, layer.Kernel, channels, layer.Filters);
        return new ConvPlan(step, layer, weights);
    }

    public LayerPlan MaxPool1d(Step step, Pool1d layer) => new PoolPlan(step, layer, largest: true);

    public LayerPlan AvgPool1d(Step step, Pool1d layer) => new PoolPlan(step, layer, largest: false);

    public LayerPlan? Activation(Step step, ActivationKind kind) =>
        kind.IsLinear ? null : new ActivationPlan(kind, step.Input.Size, Channels(step.Input));

    public LayerPlan? Dropout(Step step, Dropout layer) => new DropoutPlan(layer.Rate, step.Input.Size, dropouts++);

    public LayerPlan BatchNorm(Step step, BatchNorm layer) => new BatchNormPlan(
        layer, Affine(step), Own(step, "mean"), Own(step, "variance"), step.Input.Size, Channels(step.Input));

    public LayerPlan LayerNorm(Step step, LayerNorm layer) =>
        new LayerNormPlan(layer.Epsilon, Affine(step), step.Input.Size, Channels(step.Input));

    public LayerPlan? Flatten(Step step) => null; // memory order is the order of the features

    public LayerPlan GraphAttention(Step step, GraphAttention layer) => new AttentionPlan(
        layer,
        Weights(step, bias: false, 1, Channels(step.Input), layer.Heads * layer.Units),
        Own(step, "attention_self"),
        Own(step, "attention_neighbour"),
        Own(step, "bias"),
        ((Shape.Graph)step.Input).nodes);

    public LayerPlan GraphIdentity(Step step) => new IdentityPlan((Shape.Graph)step.Input);

    public LayerPlan GraphMean(Step step) => PoolPlan.OverNodes((Shape.Graph)step.Input);

    public LayerPlan Residual(Step step, IReadOnlyList<LayerPlan?> inner) =>
        new ResidualPlan(Join(inner), step.Input.Size);

    private static int Channels(Shape shape) => shape switch
    {
        Shape.Signal signal => signal.channels,
        Shape.Graph graph => graph.features,
        _ => shape.Size,
    };

    private Parameter Own(Step step, string name) => parameters[$"{step.Path}/{name}"];

    private Parameter Kernel(Step step) => Own(step, "kernel");

    private Parameter? Bias(Step step, bool bias) => bias ? Own(step, "bias") : null;

    private GainAndOffset Affine(Step step) => new(Own(step, "gain"), Own(step, "offset"));

    private KernelWeights Weights(Step step, bool bias, int positions, int channels, int filters) =>
        new(Kernel(step), Bias(step, bias), positions, channels, filters);

    private static List<LayerPlan> Join(IReadOnlyList<LayerPlan?> plans)
    {
        var joined = new List<LayerPlan>();
        foreach (var plan in plans)
        {
            if (plan is null)
                continue;
            var last = joined.Count > 0 ? joined[^1] : null;
            if (TryJoin(last, plan) is { } both)
                joined[^1] = both;
            else
                joined.Add(plan);
        }

        return joined;
    }

    /// <summary>One plan for two layers, if there is one. ReLU and maximum may come in either order.</summary>
    private static LayerPlan? TryJoin(LayerPlan? first, LayerPlan second) => (first, second) switch
    {
        (ConvPlan { Relu: false } conv, ActivationPlan { Kind.IsRelu: true }) => conv.WithRelu(),
        (ConvPlan { Pool: null } conv, PoolPlan { Largest: true } pool) => conv.WithPool(pool.Pool),
        (DensePlan { Relu: false } dense, ActivationPlan { Kind.IsRelu: true }) => dense.WithRelu(),
        _ => null,
    };
}
