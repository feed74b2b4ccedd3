using Redshift.Core.Layers;

namespace Redshift.Torch;

/// <summary>A loss and its gradient on the device, in double precision, as <c>LossFunction</c> has them for arrays.</summary>
internal abstract class DeviceLoss
{
    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2.0 * Math.PI);

    /// <summary>The loss of a network with this head.</summary>
    public static DeviceLoss Of(Head head, Loss loss) => loss.Interpret(head, Interpreter.Instance);

    /// <summary>Each object's loss, [objects].</summary>
    /// <param name="outputs">[objects x outputs], 64 bits.</param>
    /// <param name="targets">[objects x targets], 64 bits.</param>
    public abstract Tensor Values(Tensor outputs, Tensor targets);

    /// <summary>What each object's loss changes by with its outputs, [objects x outputs].</summary>
    public abstract Tensor Derivatives(Tensor outputs, Tensor targets);

    /// <summary>The mean loss's gradient in 32 bits, objects weighing as told.</summary>
    public Tensor Gradient(Tensor outputs, Tensor targets, Tensor? weights)
    {
        var share = 1.0 / outputs.shape[0];
        var derivatives = Derivatives(outputs, targets);
        return (weights is null ? derivatives * share : derivatives * (weights * share).unsqueeze(1)).to(ScalarType.Float32);
    }

    /// <summary>The mean loss, a single number.</summary>
    public Tensor Mean(Tensor outputs, Tensor targets, Tensor? weights)
    {
        var values = Values(outputs, targets);
        return (weights is null ? values : values * weights).mean();
    }

    private sealed class Interpreter : ILossInterpreter<DeviceLoss>
    {
        public static Interpreter Instance { get; } = new();

        public DeviceLoss Mse() => new Elementwise(e => e.square(), e => e * 2.0);

        public DeviceLoss Mae() => new Elementwise(e => e.abs(), e => e.sign());

        public DeviceLoss Huber(double delta) => new Elementwise(
            e => torch.where(e.abs().le(delta), e.square() * 0.5, (e.abs() - 0.5 * delta) * delta),
            e => e.clamp(-delta, delta));

        public DeviceLoss CrossEntropy(IReadOnlyList<int> groups) => new CrossEntropyLoss(groups);

        public DeviceLoss GaussianNll() => new GaussianLoss();

        public DeviceLoss MixtureNll() => new MixtureLoss();
    }

    private sealed class Elementwise(Func<Tensor, Tensor> value, Func<Tensor, Tensor> derivative) : DeviceLoss
    {
        public override Tensor Values(Tensor outputs, Tensor targets) => value(outputs - targets).mean([1]);

        public override Tensor Derivatives(Tensor outputs, Tensor targets) => derivative(outputs - targets) / outputs.shape[1];
    }

    /// <summary>Softmax cross-entropy of logits against distributions, in groups of outputs that are softmaxed together.</summary>
    private sealed class CrossEntropyLoss(IReadOnlyList<int> groups) : DeviceLoss
    {
        public override Tensor Values(Tensor outputs, Tensor targets) =>
            torch.stack(InGroups(outputs, targets, OfGroup)).sum(0);

        public override Tensor Derivatives(Tensor outputs, Tensor targets) =>
            torch.cat(InGroups(outputs, targets, (y, t) => t.sum(1, true) * y.softmax(1) - t), 1);

        /// <summary>A class without weight adds nothing, even where its logit is minus infinity.</summary>
        private static Tensor OfGroup(Tensor y, Tensor t) =>
            torch.where(t.eq(0.0), torch.zeros_like(t), t * (y.logsumexp(1, true) - y)).sum(1);

        private List<Tensor> InGroups(Tensor outputs, Tensor targets, Func<Tensor, Tensor, Tensor> function)
        {
            var (parts, first) = (new List<Tensor>(), 0);
            foreach (var size in groups)
            {
                parts.Add(function(outputs.narrow(1, first, size), targets.narrow(1, first, size)));
                first += size;
            }

            return parts;
        }
    }

    private sealed class GaussianLoss : DeviceLoss
    {
        public override Tensor Values(Tensor outputs, Tensor targets) =>
            -LogDensity(targets, outputs.narrow(1, 0, 1), outputs.narrow(1, 1, 1)).squeeze(1);

        public override Tensor Derivatives(Tensor outputs, Tensor targets)
        {
            var (mean, logWidth) = (outputs.narrow(1, 0, 1), outputs.narrow(1, 1, 1));
            return torch.cat([ByMean(targets, mean, logWidth), ByLogWidth(targets, mean, logWidth)], 1);
        }
    }

    private sealed class MixtureLoss : DeviceLoss
    {
        public override Tensor Values(Tensor outputs, Tensor targets)
        {
            var (logits, means, logWidths) = Parts(outputs);
            return logits.logsumexp(1) - (logits + LogDensity(targets, means, logWidths)).logsumexp(1);
        }

        public override Tensor Derivatives(Tensor outputs, Tensor targets)
        {
            var (logits, means, logWidths) = Parts(outputs);
            var given = (logits + LogDensity(targets, means, logWidths)).softmax(1);
            return torch.cat(
                [
                    logits.softmax(1) - given,
                    given * ByMean(targets, means, logWidths),
                    given * ByLogWidth(targets, means, logWidths),
                ],
                1);
        }

        private static (Tensor Logits, Tensor Means, Tensor LogWidths) Parts(Tensor outputs)
        {
            var n = outputs.shape[1] / 3;
            return (outputs.narrow(1, 0, n), outputs.narrow(1, n, n), outputs.narrow(1, 2 * n, n));
        }
    }

    /// <summary>The logarithm of a normal density. Log widths beyond the head's ends count as the ends.</summary>
    private static Tensor LogDensity(Tensor target, Tensor mean, Tensor logWidth)
    {
        var held = Held(logWidth);
        return -held - Distance(target, mean, held).square() * 0.5 - HalfLogTwoPi;
    }

    private static Tensor ByMean(Tensor target, Tensor mean, Tensor logWidth) => (mean - target) * (Held(logWidth) * -2.0).exp();

    /// <summary>Beyond the ends a gradient leads back only.</summary>
    private static Tensor ByLogWidth(Tensor target, Tensor mean, Tensor logWidth)
    {
        var derivative = 1.0 - Distance(target, mean, Held(logWidth)).square();
        var outwards = logWidth.lt(-HeadModule.FurthestLogWidth).logical_and(derivative.gt(0.0))
            .logical_or(logWidth.gt(HeadModule.FurthestLogWidth).logical_and(derivative.lt(0.0)));
        return derivative.masked_fill(outwards, 0.0);
    }

    private static Tensor Distance(Tensor target, Tensor mean, Tensor held) => (target - mean) * (-held).exp();

    private static Tensor Held(Tensor logWidth) => logWidth.clamp(-HeadModule.FurthestLogWidth, HeadModule.FurthestLogWidth);
}
