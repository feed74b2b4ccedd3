using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>A network with weights, and buffers to run and train it.</summary>
internal sealed class SimdModel : IModel
{
    private readonly Dictionary<string, Parameter> parameters;
    private readonly IReadOnlyList<LayerPlan> plans;
    private readonly PackedWeights[] packedWeights;
    private readonly Team team;
    private readonly Predictor predictor;
    private readonly Lock packing = new();
    private readonly (PackedWeights Weights, int Task)[] forwardPacking;
    private (PackedWeights Weights, int Task)[]? allPacking;
    private readonly Action<int> packForward;
    private readonly Action<int> packAll;
    private volatile bool forwardFresh;
    private bool allFresh;
    private TrainingPlan? plan;
    private LossFunction? loss;
    private WeightUpdate? update;
    private Workspace? training;
    private ulong dropoutSeed;

    public SimdModel(Network network, ulong seed, int threads, bool minimalFiltering)
    {
        Network = network;
        parameters = network.Parameters.ToDictionary(spec => spec.Name, spec => new Parameter(spec));
        for (var i = 0; i < network.Parameters.Count; i++)
        {
            var spec = network.Parameters[i];
            Initialisation.Draw(spec, seed, i).CopyTo(parameters[spec.Name].Weights.Span);
        }

        plans = LayerPlanner.Plan(network, parameters, minimalFiltering);
        packedWeights = plans.SelectMany(p => p.Weights).ToArray();
        forwardPacking = PackingTasks(training: false);
        packForward = i => forwardPacking[i].Weights.Pack(forwardPacking[i].Task, training: false);
        packAll = i => allPacking![i].Weights.Pack(allPacking[i].Task, training: true);
        team = new Team(threads);
        predictor = new Predictor(network, plans, team);
    }

    public Network Network { get; }

    public long StepCount { get; private set; }

    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs, int count)
    {
        Arguments.CheckSize(nameof(inputs), inputs.Length, count, Network.Input.Size);
        Arguments.CheckSize(nameof(outputs), outputs.Length, count, Network.Outputs);
        if (count == 0)
            return;
        if (!forwardFresh)
        {
            lock (packing)
            {
                if (!forwardFresh)
                    Team.Alone.Run(forwardPacking.Length, packForward);
                forwardFresh = true;
            }
        }

        predictor.Run(inputs, outputs, count);
    }

    public double Loss(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count, Loss loss) =>
        LossFunction.Checked(Network, outputs, targets, weights, count, loss);

    public void BeginTraining(TrainingPlan plan, ulong seed)
    {
        Arguments.CheckPlan(Network, plan);
        update?.Dispose();
        this.plan = plan;
        loss = LossFunction.Of(Network.Head, plan.Loss);
        update = new WeightUpdate(plan, Network.Parameters.Select(spec => parameters[spec.Name]));
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
        if (update is null || loss is null)
            throw new InvalidOperationException("Step: expects BeginTraining first");
        Arguments.CheckStep(Network, inputs.Length, targets.Length, weights.Length, outputs.Length, count);
        Refresh();
        var workspace = Training(count);
        workspace.Forward(team, inputs, count, DropoutMask.StepKey(dropoutSeed, StepCount)).CopyTo(outputs);
        var value = loss.Value(outputs, targets, weights, count);
        if (!Arguments.AllFinite(outputs) || !double.IsFinite(value))
            return double.NaN;
        loss.Gradient(outputs, targets, weights, count, workspace.OutputGradient(count));
        workspace.Backward(team);
        StepCount++;
        update.Run(team, StepCount, learningRate);
        Stale();
        return value;
    }

    public float[] GetWeights(string name) => Find(name).Weights.Span.ToArray();

    public void SetWeights(string name, ReadOnlySpan<float> values)
    {
        var parameter = Find(name);
        Arguments.CheckWeights(parameter.Spec, values);
        values.CopyTo(parameter.Weights.Span);
        Stale();
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
        team.Dispose();
        predictor.Dispose();
        training?.Dispose();
        update?.Dispose();
        foreach (var packed in packedWeights)
            packed.Dispose();
        foreach (var parameter in parameters.Values)
            parameter.Dispose();
    }

    private Parameter Find(string name) =>
        parameters.TryGetValue(name, out var parameter) ? parameter : throw Arguments.NoSuchWeights(Network, name);

    private (PackedWeights, int)[] PackingTasks(bool training) =>
        packedWeights.SelectMany(w => Enumerable.Range(0, w.PackingTasks(training)).Select(task => (w, task))).ToArray();

    /// <summary>Packs the weights for both directions, where they have changed.</summary>
    private void Refresh()
    {
        if (allFresh)
            return;
        allPacking ??= PackingTasks(training: true);
        team.Run(allPacking.Length, packAll);
        (allFresh, forwardFresh) = (true, true);
    }

    private void Stale() => (allFresh, forwardFresh) = (false, false);

    private Workspace Training(int count)
    {
        if (training is null || training.Capacity < count)
        {
            training?.Dispose();
            training = new Workspace(Network, plans, count, training: true);
        }

        return training;
    }
}
