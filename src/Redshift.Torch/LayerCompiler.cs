using Redshift.Core.Layers;
using Redshift.Engine;
using Functional = TorchSharp.torch.nn.functional;

namespace Redshift.Torch;

/// <summary>A layer that runs. Signals are [objects x channels x length] on the way, graphs [objects x nodes x features],
/// features [objects x features].</summary>
internal delegate Tensor RunningLayer(Tensor input, Pass pass);

/// <summary>One way through the network.</summary>
/// <param name="Training">Whether dropout drops and batches are normalised by their own mean and variance.</param>
/// <param name="StepKey">The step's random key, of <see cref="DropoutMask.StepKey"/>.</param>
internal sealed record Pass(bool Training, ulong StepKey)
{
    /// <summary>The batch's means and variances that the running averages are to move towards, once the step is accepted.</summary>
    public List<(Tensor Average, Tensor OfBatch, double Momentum)> Averages { get; } = [];

    /// <summary>Whether all variances are numbers; one beyond 32 bits is none.</summary>
    public bool IsFinite() => Averages.TrueForAll(a => a.OfBatch.isfinite().all().item<bool>());

    /// <summary>0, or NaN where <see cref="IsFinite"/> would say no; on the device.</summary>
    public Tensor Check(Device device)
    {
        var zero = torch.zeros([], ScalarType.Float64, device);
        foreach (var (_, ofBatch, _) in Averages)
            zero = zero + ofBatch.to(ScalarType.Float64).sum() * 0.0;
        return zero;
    }

    /// <summary>Moves the running averages.</summary>
    public void MoveAverages()
    {
        foreach (var (average, ofBatch, momentum) in Averages)
            average.mul_(momentum).add_(ofBatch, 1.0 - momentum);
    }
}

/// <summary>Turns a network's layers into operations of libtorch, one member a layer. Weights keep Redshift's layout; a
/// kernel's view is turned to libtorch's where it is used.</summary>
internal sealed class LayerCompiler(Weights weights, Precision precision) : ILayerInterpreter<RunningLayer>
{
    private int dropouts;

    /// <summary>The whole network: from [objects x input size] in memory order to [objects x outputs].</summary>
    public static RunningLayer Compile(Network network, Weights weights, Precision precision)
    {
        var layers = NetworkModule.interpret(new LayerCompiler(weights, precision), network);
        return (input, pass) => Chain(FromMemory(input, network.Input), layers, pass);
    }

    public RunningLayer Dense(Step step, Dense layer)
    {
        var (kernel, bias) = (Own(step, "kernel"), layer.Bias ? Own(step, "bias") : null);
        return (x, _) => Plus(Product(x, kernel), bias);
    }

    public RunningLayer Conv1d(Step step, Conv1d layer)
    {
        var (kernel, bias) = (Own(step, "kernel"), layer.Bias ? Own(step, "bias") : null);
        return (x, _) => precision == Precision.Full
            ? Functional.conv1d(x, kernel.permute(2, 1, 0), bias, layer.Stride, layer.Padding)
            : Plus(
                Wide(Functional.conv1d(Narrow(x), Narrow(kernel.permute(2, 1, 0)), null, layer.Stride, layer.Padding)),
                bias?.unsqueeze(-1));
    }

    public RunningLayer MaxPool1d(Step step, Pool1d layer) => (x, _) => Functional.max_pool1d(x, layer.Size, layer.Stride);

    public RunningLayer AvgPool1d(Step step, Pool1d layer) => (x, _) => Functional.avg_pool1d(x, layer.Size, layer.Stride);

    public RunningLayer Activation(Step step, ActivationKind kind)
    {
        var channels = step.Input.IsSignal ? 1 : -1;
        return kind switch
        {
            { IsLinear: true } => (x, _) => x,
            { IsRelu: true } => (x, _) => x.relu(),
            { IsSigmoid: true } => (x, _) => x.sigmoid(),
            { IsTanh: true } => (x, _) => x.tanh(),
            { IsSoftmax: true } => (x, _) => x.softmax(channels),
            { IsGelu: true } => (x, _) => Functional.gelu(x),
            { IsSoftplus: true } => (x, _) => Functional.softplus(x),
            _ => throw new NotSupportedException($"{step.Path}: the backend torch lacks the activation {kind}"),
        };
    }

    public RunningLayer Dropout(Step step, Dropout layer)
    {
        var mask = new DeviceMask(layer.Rate, dropouts++);
        var shape = step.Input;
        return (x, pass) => pass.Training
            ? x * FromMemory(mask.Draw(x.shape[0] * shape.Size, pass.StepKey, x.device).view(-1, shape.Size), shape)
            : x;
    }

    public RunningLayer BatchNorm(Step step, BatchNorm layer)
    {
        var (gain, offset, mean, variance) = (Own(step, "gain"), Own(step, "offset"), Own(step, "mean"), Own(step, "variance"));
        var channels = (long)mean.shape[0];
        return (x, pass) =>
        {
            // A graph's nodes count as objects; a signal's channels are where libtorch wants them.
            var rows = x.numel() / channels;
            var flat = step.Input.IsGraph ? x.view(rows, channels) : x;
            if (!pass.Training || rows == 1)
                return Functional.batch_norm(flat, mean, variance, gain, offset, false, 0.0, layer.Epsilon).view(x.shape);

            // Averages of momentum 1 are the batch's own numbers, the variance by the divisor n - 1.
            var (ofMean, ofVariance) = (torch.zeros_like(mean), torch.zeros_like(variance));
            var y = Functional.batch_norm(flat, ofMean, ofVariance, gain, offset, true, 1.0, layer.Epsilon).view(x.shape);
            pass.Averages.Add((mean, ofMean, layer.Momentum));
            pass.Averages.Add((variance, ofVariance * ((rows - 1.0) / rows), layer.Momentum));
            return y;
        };
    }

    public RunningLayer LayerNorm(Step step, LayerNorm layer)
    {
        var (gain, offset) = (Own(step, "gain"), Own(step, "offset"));
        Tensor Normalise(Tensor x) => Functional.layer_norm(x, gain.shape, gain, offset, layer.Epsilon);
        return step.Input.IsSignal
            ? (x, _) => Normalise(x.transpose(1, 2)).transpose(1, 2)
            : (x, _) => Normalise(x);
    }

    /// <summary>Memory order is position by position, channels fastest.</summary>
    public RunningLayer Flatten(Step step) => step.Input.IsSignal
        ? (x, _) => x.transpose(1, 2).flatten(1)
        : (x, _) => x.flatten(1);

    /// <summary>Velickovic et al. 2018 (arXiv:1710.10903), eqs. 1 to 5, the nonlinearity of eq. 4 apart.</summary>
    public RunningLayer GraphAttention(Step step, GraphAttention layer)
    {
        var (kernel, bias) = (Own(step, "kernel"), Own(step, "bias"));
        var (self, neighbour) = (Own(step, "attention_self"), Own(step, "attention_neighbour"));
        return (x, _) =>
        {
            var (count, nodes) = (x.shape[0], x.shape[1]);
            var values = Product(x, kernel).view(count, nodes, layer.Heads, layer.Units);
            var attends = (values * self).sum(-1).permute(0, 2, 1).unsqueeze(-1); // [objects x heads x nodes x 1]
            var attended = (values * neighbour).sum(-1).permute(0, 2, 1).unsqueeze(-2); // [objects x heads x 1 x nodes]
            var alpha = Functional.leaky_relu(attends + attended, layer.Slope).softmax(-1);
            var gathered = alpha.matmul(values.permute(0, 2, 1, 3)); // [objects x heads x nodes x units]
            return gathered.permute(0, 2, 1, 3).flatten(2) + bias;
        };
    }

    public RunningLayer GraphIdentity(Step step)
    {
        var nodes = ((Shape.Graph)step.Input).nodes;
        var index = weights.Own(torch.eye(nodes, dtype: ScalarType.Float32, device: weights.Device));
        return (x, _) => torch.cat([x, index.expand(x.shape[0], nodes, nodes)], 2);
    }

    public RunningLayer GraphMean(Step step) => (x, _) => x.mean([1]);

    public RunningLayer Residual(Step step, IReadOnlyList<RunningLayer> inner) => (x, pass) => x + Chain(x, inner, pass);

    private static Tensor Chain(Tensor x, IReadOnlyList<RunningLayer> layers, Pass pass)
    {
        foreach (var layer in layers)
            x = layer(x, pass);
        return x;
    }

    /// <summary>[objects x size] in memory order as the layers take it.</summary>
    private static Tensor FromMemory(Tensor x, Shape shape) => shape switch
    {
        Shape.Signal signal => x.view(-1, signal.length, signal.channels).transpose(1, 2),
        Shape.Graph graph => x.view(-1, graph.nodes, graph.features),
        _ => x,
    };

    private Tensor Own(Step step, string name) =>
        weights.Find($"{step.Path}/{name}") ?? throw new InvalidOperationException($"{step.Path}: expected weights {name}, found none");

    private Tensor Product(Tensor x, Tensor kernel) => Wide(Narrow(x).matmul(Narrow(kernel)));

    private static Tensor Plus(Tensor x, Tensor? bias) => bias is null ? x : x + bias;

    /// <summary>What a product multiplies; the gradient comes back in 32 bits.</summary>
    private Tensor Narrow(Tensor x) => precision == Precision.BFloat16 ? x.to(ScalarType.BFloat16) : x;

    private Tensor Wide(Tensor x) => precision == Precision.BFloat16 ? x.to(ScalarType.Float32) : x;
}
