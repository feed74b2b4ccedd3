namespace Redshift.Engine.Simd;

/// <summary>All weights' optimiser: state, penalties, clipping. Weights are cut into runs of fixed length, so that
/// neither the
/// norm nor anything else depends on the threads.</summary>
internal sealed unsafe class WeightUpdate : IDisposable
{
    /// <summary>Weights in a task.</summary>
    private const int RunLength = 8192;

    private readonly TrainingPlan plan;
    private readonly UpdateRule rule;
    private readonly Parameter[] parameters;
    private readonly AlignedBuffer?[] first;
    private readonly AlignedBuffer?[] second;
    private readonly (int Parameter, int Start, int Count)[] runs;
    private readonly double[] squares;
    private readonly Action<int> measure;
    private readonly Action<int> apply;
    private float scale;

    public WeightUpdate(TrainingPlan plan, IEnumerable<Parameter> all)
    {
        this.plan = plan;
        rule = UpdateRule.Of(plan.Optimiser);
        parameters = all.Where(p => p.Spec.Trainable).ToArray();
        foreach (var parameter in parameters)
            parameter.PrepareGradient();
        first = States(0);
        second = States(1);
        runs = Enumerable.Range(0, parameters.Length).SelectMany(Runs).ToArray();
        squares = new double[runs.Length];
        (measure, apply) = (Measure, Apply);
    }

    private bool Penalised => plan.Penalty.L1 != 0.0 || plan.Penalty.L2 != 0.0;

    /// <summary>Moves all weights by their gradients.</summary>
    /// <param name="team">Who works.</param>
    /// <param name="step">Steps taken, this one included.</param>
    /// <param name="rate">The learning rate.</param>
    public void Run(Team team, long step, double rate)
    {
        rule.Begin(step, rate);
        scale = 1f;
        if (Penalised || plan.ClipNorm is not null)
            team.Run(runs.Length, measure);
        if (plan.ClipNorm is { } longest)
        {
            var norm = Math.Sqrt(squares.Sum());
            if (norm > longest)
                scale = (float)(longest / norm);
        }

        team.Run(runs.Length, apply);
    }

    /// <summary>Copies of the state's arrays, by name.</summary>
    public Dictionary<string, float[]> Save() =>
        Arrays().ToDictionary(array => array.Name, array => array.Values.Span.ToArray());

    /// <summary>Puts saved arrays back; all are checked before the first is written.</summary>
    public void Load(IReadOnlyDictionary<string, float[]> state)
    {
        var arrays = Arrays().ToList();
        Arguments.CheckState(arrays.ConvertAll(array => (array.Name, (int)array.Values.Count)), state, plan.Optimiser);
        foreach (var (name, values) in arrays)
            state[name].CopyTo(values.Span);
    }

    public void Dispose()
    {
        foreach (var buffer in first.Concat(second))
            buffer?.Dispose();
    }

    private AlignedBuffer?[] States(int index) =>
        parameters.Select(p => index < rule.StateNames.Count ? new AlignedBuffer(p.Count) : null).ToArray();

    private IEnumerable<(string Name, AlignedBuffer Values)> Arrays()
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            if (first[i] is { } values)
                yield return ($"{rule.StateNames[0]}/{parameters[i].Spec.Name}", values);
            if (second[i] is { } others)
                yield return ($"{rule.StateNames[1]}/{parameters[i].Spec.Name}", others);
        }
    }

    private IEnumerable<(int, int, int)> Runs(int parameter)
    {
        for (var start = 0; start < parameters[parameter].Count; start += RunLength)
            yield return (parameter, start, Math.Min(RunLength, parameters[parameter].Count - start));
    }

    /// <summary>Adds the penalties to the gradient of one run and sums its squares.</summary>
    private void Measure(int task)
    {
        var (index, start, count) = runs[task];
        var parameter = parameters[index];
        var gradient = parameter.Gradient.Start + start;
        if (Penalised && parameter.Spec.Decays)
        {
            var weights = parameter.Weights.Start + start;
            var (l1, l2) = ((float)plan.Penalty.L1, (float)(2.0 * plan.Penalty.L2));
            for (var i = 0; i < count; i++)
            {
                var sign = weights[i] > 0f ? 1f : weights[i] < 0f ? -1f : 0f;
                gradient[i] += l1 * sign + l2 * weights[i];
            }
        }

        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += (double)gradient[i] * gradient[i];
        squares[task] = sum;
    }

    private void Apply(int task)
    {
        var (index, start, count) = runs[task];
        var parameter = parameters[index];
        rule.Apply(new UpdateRun
        {
            Weights = parameter.Weights.Start + start,
            Gradient = parameter.Gradient.Start + start,
            First = first[index] is { } values ? values.Start + start : null,
            Second = second[index] is { } others ? others.Start + start : null,
            Count = count,
            Scale = scale,
            Decays = parameter.Spec.Decays,
        });
    }
}
