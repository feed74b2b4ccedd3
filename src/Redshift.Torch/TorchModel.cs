using Redshift.Core.Layers;
using Redshift.Engine;

namespace Redshift.Torch;

/// <summary>A network on libtorch: its weights on a device, and the training step.</summary>
internal sealed class TorchModel : IResidentModel
{
    /// <summary>Objects predicted at once: memory does not grow with a catalogue.</summary>
    private const int PredictedAtOnce = 1024;

    private readonly Weights weights;
    private readonly RunningLayer body;
    private readonly Device device;
    private readonly int threads;
    private readonly TakenSteps taken;
    private DeviceLoss? loss;
    private LossFunction? hostLoss;
    private WeightUpdate? update;
    private ulong dropoutSeed;

    public TorchModel(Network network, ulong seed, int threads, Device device, Precision precision)
    {
        (Network, this.threads, this.device) = (network, threads, device);
        TorchLibrary.UseThreads(threads);
        using var scope = torch.NewDisposeScope();
        weights = new Weights(network, seed, device);
        body = LayerCompiler.Compile(network, weights, precision);
        taken = new TakenSteps(network.Outputs, device);
    }

    public Network Network { get; }

    public long StepCount { get; private set; }

    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs, int count)
    {
        var (width, each) = (Network.Input.Size, Network.Outputs);
        Arguments.CheckSize(nameof(inputs), inputs.Length, count, width);
        Arguments.CheckSize(nameof(outputs), outputs.Length, count, each);
        TorchLibrary.UseThreads(threads);
        using var mode = torch.inference_mode();
        for (var first = 0; first < count; first += PredictedAtOnce)
        {
            using var scope = torch.NewDisposeScope();
            var some = Math.Min(PredictedAtOnce, count - first);
            var x = Transfers.Upload(inputs.Slice(first * width, some * width), [some, width], device);
            Transfers.Download(body(x, new Pass(false, 0)), outputs.Slice(first * each, some * each));
        }
    }

    public double Loss(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count, Loss loss) =>
        LossFunction.Checked(Network, outputs, targets, weights, count, loss);

    public void BeginTraining(TrainingPlan plan, ulong seed)
    {
        Arguments.CheckPlan(Network, plan);
        using var scope = torch.NewDisposeScope();
        (hostLoss, loss) = (LossFunction.Of(Network.Head, plan.Loss), DeviceLoss.Of(Network.Head, plan.Loss));
        update = new WeightUpdate(weights, plan);
        taken.Forget();
        dropoutSeed = seed;
        StepCount = 0;
    }

    public double Step(
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> targets,
        ReadOnlySpan<float> weights,
        int count,
        double learningRate,
        Span<float> outputs)
    {
        if (update is null || loss is null || hostLoss is null)
            throw new InvalidOperationException("Step: expects BeginTraining first");
        Arguments.CheckStep(Network, inputs.Length, targets.Length, weights.Length, outputs.Length, count);
        TorchLibrary.UseThreads(threads);
        using var scope = torch.NewDisposeScope();
        var pass = new Pass(true, DropoutMask.StepKey(dropoutSeed, StepCount));
        var y = body(Transfers.Upload(inputs, [count, Network.Input.Size], device), pass);
        Transfers.Download(y, outputs);
        var value = hostLoss.Value(outputs, targets, weights, count);
        if (!Arguments.AllFinite(outputs) || !double.IsFinite(value) || !pass.IsFinite())
            return double.NaN;
        MoveWeights(
            y,
            Transfers.Upload(targets, [count, Network.Targets], device),
            weights.IsEmpty ? null : Transfers.Upload(weights, [count], device),
            pass,
            learningRate);
        return value;
    }

    public IPlacedExamples Place(int wanted, bool weighted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1);
        return PlacedExamples.Make(Network, wanted, weighted, device);
    }

    public void Step(IPlacedExamples examples, int first, int count, double learningRate)
    {
        if (update is null || loss is null)
            throw new InvalidOperationException("Step: expects BeginTraining first");
        TorchLibrary.UseThreads(threads);
        using var scope = torch.NewDisposeScope();
        var (inputs, targets, objectWeights) = ((PlacedExamples)examples).Pick(first, count);
        var pass = new Pass(true, DropoutMask.StepKey(dropoutSeed, StepCount));
        var y = body(inputs, pass);
        using (torch.no_grad())
        {
            var doubles = y.to(ScalarType.Float64);
            var value = loss.Mean(doubles, targets.to(ScalarType.Float64), objectWeights?.to(ScalarType.Float64));
            // Nothing, or NaN where a number is none: nothing is read back to find out.
            taken.Add(value + doubles.sum() * 0.0 + pass.Check(device), y);
        }

        MoveWeights(y, targets, objectWeights, pass, learningRate);
    }

    public (double[] Losses, float[] Outputs) Read() => taken.Read();

    public float[] GetWeights(string name)
    {
        using var scope = torch.NewDisposeScope();
        return Transfers.Download(weights.Find(name) ?? throw Arguments.NoSuchWeights(Network, name));
    }

    public void SetWeights(string name, ReadOnlySpan<float> values)
    {
        var array = weights.Find(name) ?? throw Arguments.NoSuchWeights(Network, name);
        Arguments.CheckWeights(weights.SpecOf(name)!, values);
        array.Assign(values);
    }

    public IReadOnlyDictionary<string, float[]> GetOptimiserState() =>
        update?.Save() ?? throw new InvalidOperationException("optimiser state: expects BeginTraining first");

    public void SetOptimiserState(IReadOnlyDictionary<string, float[]> state, long stepCount)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        if (update is null)
            throw new InvalidOperationException("optimiser state: expects BeginTraining first");
        update.Load(state);
        StepCount = stepCount;
    }

    public void Dispose()
    {
        taken.Dispose();
        weights.Dispose();
    }

    /// <summary>The way back and the optimiser's step.</summary>
    private void MoveWeights(Tensor y, Tensor targets, Tensor? objectWeights, Pass pass, double learningRate)
    {
        Tensor gradient;
        using (torch.no_grad())
        {
            gradient = loss!.Gradient(
                y.to(ScalarType.Float64), targets.to(ScalarType.Float64), objectWeights?.to(ScalarType.Float64));
        }

        weights.Gradient.zero_();
        if (y.requires_grad)
            y.backward([gradient]);
        StepCount++;
        update!.Run(StepCount, learningRate);
        using (torch.no_grad())
            pass.MoveAverages();
    }
}
