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

    public LayerPlan BatchNorm(Step step, BatchNorm layer) => throw Lacking(step);

    public LayerPlan LayerNorm(Step step, LayerNorm layer) => throw Lacking(step);

    public LayerPlan? Flatten(Step step) => null; // memory order is the order of the features

    public LayerPlan GraphAttention(Step step, GraphAttention layer) => throw Lacking(step);

    public LayerPlan GraphMean(Step step) => throw Lacking(step);

    public LayerPlan Residual(Step step, IReadOnlyList<LayerPlan?> inner) =>
        new ResidualPlan(Join(inner), step.Input.Size);

    private static NotSupportedException Lacking(Step step) =>
        new($"{step.Path}: backend simd expects layers that it has, found {NetworkModule.describe(step)}");

    private static int Channels(Shape shape) => shape switch
    {
        Shape.Signal signal => signal.channels,
        Shape.Graph graph => graph.features,
        _ => shape.Size,
    };

    private Parameter Kernel(Step step) => parameters[step.Path + "/kernel"];

    private Parameter? Bias(Step step, bool bias) => bias ? parameters[step.Path + "/bias"] : null;

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
