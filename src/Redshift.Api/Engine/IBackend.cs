using Redshift.Core.Layers;

namespace Redshift.Engine;

/// <summary>What the weights are trained towards and how: fixed when a network is compiled for training.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Optimiser">The optimiser; its learning rate comes with each step.</param>
/// <param name="Penalty">L1 and L2 penalties on kernels.</param>
/// <param name="ClipNorm">The largest norm of the whole gradient; longer ones are shortened to it. Null: no clipping.</param>
public sealed record TrainingPlan(Loss Loss, Optimiser Optimiser, Penalty Penalty, double? ClipNorm);

/// <summary>The numbers that matrix products and convolutions multiply. Weights, sums, normalisations, losses and the
/// optimiser are in 32 bits whatever it is.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    Full = 0,

    /// <summary>16 bits with the exponent of 32 (bfloat16, 8 bits of precision): about twice as fast where the device has
    /// products of it.</summary>
    BFloat16 = 1,
}

/// <summary>Makes networks run. One instance serves many networks.</summary>
public interface IBackend
{
    /// <summary>The name on the command line: <c>simd</c>, <c>torch</c>.</summary>
    string Name { get; }

    /// <summary>What it runs on, in a line: vector width, library versions, device.</summary>
    string Description { get; }

    /// <summary>What it can run on, by the names that <see cref="On"/> takes, each with what it is.</summary>
    IReadOnlyList<(string Name, string Description)> Devices { get; }

    /// <summary>This backend on a device of its choice or of yours.</summary>
    /// <param name="device"><c>auto</c> (the fastest there is), <c>cpu</c>, <c>cuda</c> (the first) or <c>cuda:N</c>.</param>
    /// <param name="precision">What products multiply.</param>
    /// <exception cref="ArgumentException">Another name, or the device or the precision is not to be had; the message says
    /// what to do.</exception>
    IBackend On(string device, Precision precision);

    /// <summary>Compiles a network with freshly drawn weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="seed">Seed of the weights; the same seed gives the same weights on every backend.</param>
    /// <param name="threads">Worker threads, at least 1. Results of <c>simd</c> do not depend on it; those of <c>torch</c> do
    /// in their last bits.</param>
    /// <exception cref="NotSupportedException">A layer that this backend lacks; the message names it and its path.</exception>
    IModel Compile(Network network, ulong seed, int threads);
}

/// <summary>
/// A compiled network: weights and the means to use and to train them. <see cref="Predict"/> may be called from many
/// threads at once, and while nothing else is called; all other members from one thread at a time.
/// </summary>
public interface IModel : IDisposable
{
    /// <summary>The network that was compiled.</summary>
    Network Network { get; }

    /// <summary>The network's raw outputs, before its head reads them. An object's outputs depend on its own inputs alone,
    /// whatever else is in the call: with <c>simd</c> bit for bit, with <c>torch</c> up to rounding.</summary>
    /// <param name="inputs">[count x input size], row-major.</param>
    /// <param name="outputs">[count x outputs], row-major.</param>
    /// <param name="count">Objects.</param>
    void Predict(ReadOnlySpan<float> inputs, Span<float> outputs, int count);

    /// <summary>The mean loss (without penalties) of given outputs.</summary>
    /// <param name="outputs">[count x outputs].</param>
    /// <param name="targets">[count x <see cref="Network.Targets"/>], as the head encodes them.</param>
    /// <param name="weights">[count]: what each object's part is multiplied by, at least 0; empty: 1.</param>
    /// <param name="count">Objects, which the weighted sum is divided by.</param>
    /// <param name="loss">The loss.</param>
    /// <exception cref="ArgumentException">A span of another size, or a loss that does not fit the head.</exception>
    double Loss(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count, Loss loss);

    /// <summary>The mean loss, objects weighing the same.</summary>
    double Loss(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int count, Loss loss) =>
        Loss(outputs, targets, default, count, loss);

    /// <summary>Makes ready for training: a fresh optimiser state.</summary>
    /// <param name="plan">Loss, optimiser, penalties.</param>
    /// <param name="seed">Seed of dropout.</param>
    /// <exception cref="ArgumentException">The loss does not fit the head, or a number is out of its range.</exception>
    void BeginTraining(TrainingPlan plan, ulong seed);

    /// <summary>One optimiser step on one batch.</summary>
    /// <param name="inputs">[count x input size].</param>
    /// <param name="targets">[count x <see cref="Network.Targets"/>], as the head encodes them.</param>
    /// <param name="weights">[count]: what each object's loss is multiplied by, at least 0; empty: 1.</param>
    /// <param name="count">Objects in the batch.</param>
    /// <param name="learningRate">This step's rate.</param>
    /// <param name="outputs">[count x outputs]: the outputs before the step, for training metrics.</param>
    /// <returns>The batch's mean loss before the step, without penalties; NaN where the outputs are not finite (the weights
    /// are then left as they were).</returns>
    double Step(
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> targets,
        ReadOnlySpan<float> weights,
        int count,
        double learningRate,
        Span<float> outputs);

    /// <summary>One optimiser step on one batch of objects that weigh the same.</summary>
    double Step(ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, int count, double learningRate, Span<float> outputs) =>
        Step(inputs, targets, default, count, learningRate, outputs);

    /// <summary>A copy of one array of weights, by its name in <see cref="Network.Parameters"/>.</summary>
    float[] GetWeights(string name);

    /// <summary>Sets one array of weights.</summary>
    /// <exception cref="ArgumentException">No such array, or another number of values.</exception>
    void SetWeights(string name, ReadOnlySpan<float> values);

    /// <summary>The optimiser's arrays (moments by parameter, named <c>m/body/0/kernel</c> …), for a checkpoint.</summary>
    IReadOnlyDictionary<string, float[]> GetOptimiserState();

    /// <summary>Steps taken since <see cref="BeginTraining"/>: bias correction and dropout depend on it.</summary>
    long StepCount { get; }

    /// <summary>Puts a saved optimiser state back, after <see cref="BeginTraining"/> with the same plan and seed.</summary>
    /// <exception cref="ArgumentException">Arrays missing, unknown or of another size.</exception>
    void SetOptimiserState(IReadOnlyDictionary<string, float[]> state, long stepCount);
}
