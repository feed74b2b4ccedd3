using Redshift.Engine;

namespace Redshift.Torch;

/// <summary>The optimiser: penalties, clipping, and the rule that moves the weights, on the weights' device and without a
/// number read back.</summary>
internal sealed class WeightUpdate
{
    private readonly Weights weights;
    private readonly TrainingPlan plan;
    private readonly UpdateRule rule;
    private readonly Tensor[] state;

    public WeightUpdate(Weights weights, TrainingPlan plan)
    {
        (this.weights, this.plan) = (weights, plan);
        rule = UpdateRule.Of(plan.Optimiser);
        state = rule.StateNames.Select(_ => weights.Zeros(weights.Count)).ToArray();
    }

    /// <summary>Moves all weights by the gradient that has been added up.</summary>
    /// <param name="step">Steps taken, this one included.</param>
    /// <param name="rate">The learning rate.</param>
    public void Run(long step, double rate)
    {
        using var still = torch.no_grad();
        var (values, gradient) = (weights.Values.narrow(0, 0, weights.Count), weights.Gradient);
        var (shrinking, itsGradient) = (values.narrow(0, 0, weights.Decaying), gradient.narrow(0, 0, weights.Decaying));
        if (plan.Penalty.L1 != 0.0)
            itsGradient.add_(shrinking.sign(), plan.Penalty.L1);
        if (plan.Penalty.L2 != 0.0)
            itsGradient.add_(shrinking, 2.0 * plan.Penalty.L2);
        if (plan.ClipNorm is { } longest)
            gradient.mul_((longest / gradient.to(ScalarType.Float64).norm()).clamp_max(1.0).to(ScalarType.Float32));
        rule.Apply(new UpdateRun(values, shrinking, gradient, state, step, rate));
    }

    /// <summary>Copies of the state's arrays, by name.</summary>
    public Dictionary<string, float[]> Save()
    {
        using var scope = torch.NewDisposeScope();
        return Arrays().ToDictionary(array => array.Name, array => Transfers.Download(array.View()));
    }

    /// <summary>Puts saved arrays back; all are checked before the first is written.</summary>
    public void Load(IReadOnlyDictionary<string, float[]> saved)
    {
        using var scope = torch.NewDisposeScope();
        Arguments.CheckState(Arrays().Select(array => (array.Name, array.Count)).ToList(), saved, plan.Optimiser);
        foreach (var array in Arrays())
            array.View().Assign(saved[array.Name]);
    }

    private IEnumerable<(string Name, int Count, Func<Tensor> View)> Arrays() =>
        from array in weights.Trainable
        from part in Enumerable.Range(0, state.Length)
        select ($"{rule.StateNames[part]}/{array.Name}", array.Count, (Func<Tensor>)(() => state[part].narrow(0, array.Start, array.Count)));
}
