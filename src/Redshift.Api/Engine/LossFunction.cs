using Redshift.Core.Layers;
using Redshift.Engine.Simd;

namespace Redshift.Engine;

/// <summary>A loss and its gradient. Sums are in double precision and in the order of the objects. Weights are one an
/// object, or none at all, which stands for ones. Every backend tells its losses by it.</summary>
internal abstract class LossFunction
{
    /// <summary>The function of a loss.</summary>
    public static LossFunction Of(Head head, Loss loss) => loss.Interpret(head, Interpreter.Instance);

    /// <summary>The mean loss of outputs that come from outside, with all sizes checked: what
    /// <see cref="IModel.Loss(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, int, Loss)"/> promises.</summary>
    public static double Checked(
        Network network, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Arguments.CheckFit(network, loss);
        Arguments.CheckSize(nameof(outputs), outputs.Length, count, network.Outputs);
        Arguments.CheckSize(nameof(targets), targets.Length, count, network.Targets);
        Arguments.CheckSize(nameof(weights), weights.Length, weights.IsEmpty ? 0 : count, 1);
        return Of(network.Head, loss).Value(outputs, targets, weights, count);
    }

    /// <summary>The mean loss.</summary>
    public abstract double Value(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count);

    /// <summary>The mean loss's derivative by each output.</summary>
    public abstract void Gradient(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count, Span<float> gradient);

    private sealed class Interpreter : ILossInterpreter<LossFunction>
    {
        public static Interpreter Instance { get; } = new();

        public LossFunction Mse() => new ElementLoss(static e => e * e, static e => 2.0 * e);

        public LossFunction Mae() => new ElementLoss(Math.Abs, static e => Math.Sign(e));

        public LossFunction Huber(double delta) => new ElementLoss(
            e => Math.Abs(e) <= delta ? 0.5 * e * e : delta * (Math.Abs(e) - 0.5 * delta),
            e => Math.Clamp(e, -delta, delta));

        public LossFunction CrossEntropy(IReadOnlyList<int> groups) => new CrossEntropyLoss(groups.ToArray());

        public LossFunction GaussianNll() => new GaussianLoss();

        public LossFunction MixtureNll() => new MixtureLoss();
    }

    /// <summary>The mean over objects and outputs of a function of the error.</summary>
    private sealed class ElementLoss(Func<double, double> value, Func<double, double> derivative) : LossFunction
    {
        public override double Value(
            ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count)
        {
            var sum = 0.0;
            var each = outputs.Length / count;
            for (int row = 0, i = 0; row < count; row++)
            {
                var weight = weights.IsEmpty ? 1.0 : weights[row];
                for (var end = i + each; i < end; i++)
                    sum += weight * value((double)outputs[i] - targets[i]);
            }

            return sum / outputs.Length;
        }

        public override void Gradient(
            ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count, Span<float> gradient)
        {
            var each = outputs.Length / count;
            for (int row = 0, i = 0; row < count; row++)
            {
                var weight = weights.IsEmpty ? 1.0 : weights[row];
                for (var end = i + each; i < end; i++)
                    gradient[i] = (float)(weight * derivative((double)outputs[i] - targets[i]) / outputs.Length);
            }
        }
    }

    /// <summary>A loss that takes an object's outputs together.</summary>
    private abstract class ObjectLoss : LossFunction
    {
        public sealed override double Value(
            ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count)
        {
            var sum = 0.0;
            var (each, targetsEach) = (outputs.Length / count, targets.Length / count);
            for (var i = 0; i < count; i++)
            {
                var own = Value(outputs.Slice(i * each, each), targets.Slice(i * targetsEach, targetsEach));
                sum += weights.IsEmpty ? own : weights[i] * own;
            }

            return sum / count;
        }

        public sealed override void Gradient(
            ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int count, Span<float> gradient)
        {
            var (each, targetsEach) = (outputs.Length / count, targets.Length / count);
            for (var i = 0; i < count; i++)
            {
                Gradient(
                    outputs.Slice(i * each, each),
                    targets.Slice(i * targetsEach, targetsEach),
                    (weights.IsEmpty ? 1.0 : weights[i]) / count,
                    gradient.Slice(i * each, each));
            }
        }

        /// <summary>One object's loss.</summary>
        protected abstract double Value(ReadOnlySpan<float> output, ReadOnlySpan<float> target);

        /// <summary>Its derivatives times <paramref name="share"/>.</summary>
        protected abstract void Gradient(
            ReadOnlySpan<float> output, ReadOnlySpan<float> target, double share, Span<float> gradient);
    }

    /// <summary>Softmax cross-entropy of logits against distributions, in groups of outputs that are softmaxed together.</summary>
    private sealed class CrossEntropyLoss(int[] groups) : ObjectLoss
    {
        protected override double Value(ReadOnlySpan<float> output, ReadOnlySpan<float> target)
        {
            var sum = 0.0;
            var first = 0;
            foreach (var size in groups)
            {
                sum += OfGroup(output.Slice(first, size), target.Slice(first, size));
                first += size;
            }

            return sum;
        }

        protected override void Gradient(
            ReadOnlySpan<float> output, ReadOnlySpan<float> target, double share, Span<float> gradient)
        {
            var first = 0;
            foreach (var size in groups)
            {
                GradientOfGroup(output.Slice(first, size), target.Slice(first, size), share, gradient.Slice(first, size));
                first += size;
            }
        }

        private static double OfGroup(ReadOnlySpan<float> output, ReadOnlySpan<float> target)
        {
            var sum = 0.0;
            var total = ActivationFunctions.LogSumExp(output);
            for (var i = 0; i < output.Length; i++)
            {
                // A class without weight adds nothing, even where its logit is minus infinity.
                if (target[i] != 0f)
                    sum += target[i] * (total - output[i]);
            }

            return sum;
        }

        private static void GradientOfGroup(
            ReadOnlySpan<float> output, ReadOnlySpan<float> target, double share, Span<float> gradient)
        {
            ActivationFunctions.Softmax(output, gradient);
            var whole = 0.0;
            foreach (var part in target)
                whole += part;
            for (var i = 0; i < output.Length; i++)
                gradient[i] = (float)(share * (whole * gradient[i] - target[i]));
        }
    }

    /// <summary>The negative log likelihood of a normal distribution: mean, log width.</summary>
    private sealed class GaussianLoss : ObjectLoss
    {
        protected override double Value(ReadOnlySpan<float> output, ReadOnlySpan<float> target) =>
            -LogNormal.Density(target[0], output[0], output[1]);

        protected override void Gradient(
            ReadOnlySpan<float> output, ReadOnlySpan<float> target, double share, Span<float> gradient)
        {
            gradient[0] = (float)(share * LogNormal.ByMean(target[0], output[0], output[1]));
            gradient[1] = (float)(share * LogNormal.ByLogWidth(target[0], output[0], output[1]));
        }
    }

    /// <summary>The negative log likelihood of a mixture of normal distributions: logits, means, log widths.</summary>
    private sealed class MixtureLoss : ObjectLoss
    {
        protected override double Value(ReadOnlySpan<float> output, ReadOnlySpan<float> target) =>
            ActivationFunctions.LogSumExp(output[..(output.Length / 3)]) - LogJoint(output, target[0]);

        protected override void Gradient(
            ReadOnlySpan<float> output, ReadOnlySpan<float> target, double share, Span<float> gradient)
        {
            var n = output.Length / 3;
            var logWeights = ActivationFunctions.LogSumExp(output[..n]);
            var joint = LogJoint(output, target[0]);
            for (var k = 0; k < n; k++)
            {
                var (mean, logWidth) = (output[n + k], output[2 * n + k]);
                var weight = Math.Exp(output[k] - logWeights);
                var given = Math.Exp(output[k] + LogNormal.Density(target[0], mean, logWidth) - joint);
                gradient[k] = (float)(share * (weight - given));
                gradient[n + k] = (float)(share * given * LogNormal.ByMean(target[0], mean, logWidth));
                gradient[2 * n + k] = (float)(share * given * LogNormal.ByLogWidth(target[0], mean, logWidth));
            }
        }

        /// <summary>log sum over components of exp(logit) times the density, by the largest term.</summary>
        private static double LogJoint(ReadOnlySpan<float> output, double target)
        {
            var n = output.Length / 3;
            var largest = double.NegativeInfinity;
            for (var k = 0; k < n; k++)
                largest = Math.Max(largest, output[k] + LogNormal.Density(target, output[n + k], output[2 * n + k]));
            var sum = 0.0;
            for (var k = 0; k < n; k++)
                sum += Math.Exp(output[k] + LogNormal.Density(target, output[n + k], output[2 * n + k]) - largest);
            return largest + Math.Log(sum);
        }
    }

    /// <summary>The logarithm of a normal density by its mean and log width, and what the negative of it changes by. Log
    /// widths beyond the head's ends count as the ends; there a gradient leads back only.</summary>
    private static class LogNormal
    {
        private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2.0 * Math.PI);

        public static double Density(double target, double mean, double logWidth)
        {
            var held = Held(logWidth);
            var distance = (target - mean) * Math.Exp(-held);
            return -held - 0.5 * distance * distance - HalfLogTwoPi;
        }

        public static double ByMean(double target, double mean, double logWidth)
        {
            var inverse = Math.Exp(-Held(logWidth));
            return (mean - target) * inverse * inverse;
        }

        public static double ByLogWidth(double target, double mean, double logWidth)
        {
            var distance = (target - mean) * Math.Exp(-Held(logWidth));
            var derivative = 1.0 - distance * distance;
            var outwards = logWidth < -HeadModule.FurthestLogWidth ? derivative > 0.0
                : logWidth > HeadModule.FurthestLogWidth && derivative < 0.0;
            return outwards ? 0.0 : derivative;
        }

        private static double Held(double logWidth) =>
            Math.Clamp(logWidth, -HeadModule.FurthestLogWidth, HeadModule.FurthestLogWidth);
    }
}
