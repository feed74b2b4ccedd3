using Redshift.Core.Layers;

namespace Redshift.Torch;

/// <summary>All weights of a step.</summary>
/// <param name="Values">The weights that gradients move.</param>
/// <param name="Decaying">Those of them that decay: a view.</param>
/// <param name="Gradient">Their gradient.</param>
/// <param name="State">The optimiser's arrays, as many as it names.</param>
/// <param name="Step">Steps taken, this one included.</param>
/// <param name="Rate">The learning rate.</param>
internal sealed record UpdateRun(Tensor Values, Tensor Decaying, Tensor Gradient, Tensor[] State, long Step, double Rate);

/// <summary>What an optimiser does to the weights. The formulas are those of <see cref="Optimiser"/>, written out: libtorch's
/// own classes have other defaults, and Adamax's epsilon stands in another place there.</summary>
internal abstract class UpdateRule
{
    /// <summary>The rule of an optimiser.</summary>
    public static UpdateRule Of(Optimiser optimiser) => optimiser.Interpret(Interpreter.Instance);

    /// <summary>Prefixes of the state's arrays: none, one or two.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Moves the weights, in place.</summary>
    public abstract void Apply(UpdateRun run);

    private sealed class Interpreter : IOptimiserInterpreter<UpdateRule>
    {
        public static Interpreter Instance { get; } = new();

        public UpdateRule Sgd(Sgd sgd) => new SgdRule(sgd);

        public UpdateRule Adam(Adam adam) => new AdamRule(adam, 0.0);

        public UpdateRule AdamW(Adam adam, double decay) => new AdamRule(adam, decay);

        public UpdateRule Adamax(Adam adamax) => new AdamaxRule(adamax);

        public UpdateRule RmsProp(RmsProp rms) => new RmsPropRule(rms);
    }

    private sealed class SgdRule(Sgd sgd) : UpdateRule
    {
        public override IReadOnlyList<string> StateNames { get; } = sgd.Momentum > 0.0 ? ["m"] : [];

        public override void Apply(UpdateRun run)
        {
            var change = run.Gradient;
            if (sgd.Momentum > 0.0)
            {
                var velocity = run.State[0].mul_(sgd.Momentum).add_(run.Gradient);
                change = sgd.Nesterov ? run.Gradient + velocity * sgd.Momentum : velocity;
            }

            run.Values.add_(change, -run.Rate);
        }
    }

    /// <summary>Adam and, with a decay, AdamW.</summary>
    private sealed class AdamRule(Adam adam, double decay) : UpdateRule
    {
        public override IReadOnlyList<string> StateNames { get; } = ["m", "v"];

        public override void Apply(UpdateRun run)
        {
            var m = run.State[0].mul_(adam.Beta1).add_(run.Gradient, 1.0 - adam.Beta1);
            var v = run.State[1].mul_(adam.Beta2).addcmul_(run.Gradient, run.Gradient, 1.0 - adam.Beta2);
            var rootCorrection = 1.0 / Math.Sqrt(1.0 - Math.Pow(adam.Beta2, run.Step));
            var width = v.sqrt().mul_(rootCorrection).add_(adam.Epsilon);
            if (decay != 0.0)
                run.Decaying.mul_(1.0 - run.Rate * decay);
            run.Values.addcdiv_(m, width, -run.Rate / (1.0 - Math.Pow(adam.Beta1, run.Step)));
        }
    }

    private sealed class AdamaxRule(Adam adamax) : UpdateRule
    {
        public override IReadOnlyList<string> StateNames { get; } = ["m", "u"];

        public override void Apply(UpdateRun run)
        {
            var m = run.State[0].mul_(adamax.Beta1).add_(run.Gradient, 1.0 - adamax.Beta1);
            var u = run.State[1].copy_(torch.maximum(run.State[1] * adamax.Beta2, run.Gradient.abs()));
            run.Values.addcdiv_(m, u + adamax.Epsilon, -run.Rate / (1.0 - Math.Pow(adamax.Beta1, run.Step)));
        }
    }

    private sealed class RmsPropRule(RmsProp rms) : UpdateRule
    {
        public override IReadOnlyList<string> StateNames { get; } = rms.Momentum > 0.0 ? ["v", "m"] : ["v"];

        public override void Apply(UpdateRun run)
        {
            var square = run.State[0].mul_(rms.Rho).addcmul_(run.Gradient, run.Gradient, 1.0 - rms.Rho);
            var change = run.Gradient / square.sqrt().add_(rms.Epsilon);
            if (rms.Momentum > 0.0)
                change = run.State[1].mul_(rms.Momentum).add_(change);
            run.Values.add_(change, -run.Rate);
        }
    }
}
