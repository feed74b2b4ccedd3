using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>A loss and its gradient. Sums are in double precision and in the order of the objects.</summary>
internal abstract class LossFunction
{
    /// <summary>The function of a loss.</summary>
    public static LossFunction Of(Loss loss) => loss.Interpret(Interpreter.Instance);

    /// <summary>The mean loss.</summary>
    public abstract double Value(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int count);

    /// <summary>The mean loss's derivative by each output.</summary>
    public abstract void Gradient(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int count, Span<float> gradient);

    private sealed class Interpreter : ILossInterpreter<LossFunction>
    {
        public static Interpreter Instance { get; } = new();

        public LossFunction Mse() => new ElementLoss(static e => e * e, static e => 2.0 * e);

        public LossFunction Mae() => new ElementLoss(Math.Abs, static e => Math.Sign(e));

        public LossFunction Huber(double delta) => new ElementLoss(
            e => Math.Abs(e) <= delta ? 0.5 * e * e : delta * (Math.Abs(e) - 0.5 * delta),
            e => Math.Clamp(e, -delta, delta));

        public LossFunction CrossEntropy() => new CrossEntropyLoss();
    }

    /// <summary>The mean over objects and outputs of a function of the error.</summary>
    private sealed class ElementLoss(Func<double, double> value, Func<double, double> derivative) : LossFunction
    {
        public override double Value(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int count)
        {
            var sum = 0.0;
            for (var i = 0; i < outputs.Length; i++)
                sum += value((double)outputs[i] - targets[i]);
            return sum / outputs.Length;
        }

        public override void Gradient(
            ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int count, Span<float> gradient)
        {
            for (var i = 0; i < outputs.Length; i++)
                gradient[i] = (float)(derivative((double)outputs[i] - targets[i]) / outputs.Length);
        }
    }

    /// <summary>Softmax cross-entropy of logits against distributions.</summary>
    private sealed class CrossEntropyLoss : LossFunction
    {
        public override double Value(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int count)
        {
            var sum = 0.0;
            var classes = outputs.Length / count;
            for (var at = 0; at < outputs.Length; at += classes)
            {
                var logits = outputs.Slice(at, classes);
                var total = ActivationFunctions.LogSumExp(logits);
                for (var i = 0; i < classes; i++)
                {
                    // A class without weight adds nothing, even where its logit is minus infinity.
                    if (targets[at + i] != 0f)
                        sum += targets[at + i] * (total - logits[i]);
                }
            }

            return sum / count;
        }

        public override void Gradient(
            ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int count, Span<float> gradient)
        {
            var classes = outputs.Length / count;
            for (var at = 0; at < outputs.Length; at += classes)
            {
                var target = targets.Slice(at, classes);
                var row = gradient.Slice(at, classes);
                ActivationFunctions.Softmax(outputs.Slice(at, classes), row);
                var weight = 0.0;
                foreach (var share in target)
                    weight += share;
                for (var i = 0; i < classes; i++)
                    row[i] = (float)((weight * row[i] - target[i]) / count);
            }
        }
    }
}
