using System.Numerics;
using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>What an optimiser does to one run of weights. The loops take whole vectors: buffers have room beyond their
/// end,
/// where weights and gradients are zero and stay so.</summary>
internal abstract unsafe class UpdateRule
{
    /// <summary>The rule of an optimiser.</summary>
    public static UpdateRule Of(Optimiser optimiser) => optimiser.Interpret(Interpreter.Instance);

    /// <summary>Prefixes of the state's arrays: none, one or two.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Sets what all weights of a step share.</summary>
    /// <param name="step">Steps taken, this one included.</param>
    /// <param name="rate">The learning rate.</param>
    public abstract void Begin(long step, double rate);

    /// <summary>Moves some weights.</summary>
    /// <param name="run">The weights, their gradient and state.</param>
    public abstract void Apply(in UpdateRun run);

    private sealed class Interpreter : IOptimiserInterpreter<UpdateRule>
    {
        public static Interpreter Instance { get; } = new();

        public UpdateRule Sgd(Sgd sgd) => new SgdRule(sgd);

        public UpdateRule Adam(Adam adam) => new AdamRule(adam, 0.0);

        public UpdateRule AdamW(Adam adam, double decay) => new AdamRule(adam, decay);

        public UpdateRule Adamax(Adam adamax) => new AdamaxRule(adamax);

        public UpdateRule RmsProp(RmsProp rms) => new RmsPropRule(rms);
    }
}

/// <summary>Some weights of one array.</summary>
internal unsafe struct UpdateRun
{
    public float* Weights;

    public float* Gradient;

    /// <summary>The first array of the state, if the rule has one.</summary>
    public float* First;

    /// <summary>The second.</summary>
    public float* Second;

    public int Count;

    /// <summary>What the gradient is multiplied by first: below 1 where its norm is clipped.</summary>
    public float Scale;

    /// <summary>Whether weight decay applies.</summary>
    public bool Decays;
}

internal sealed unsafe class SgdRule(Sgd sgd) : UpdateRule
{
    private float rate;

    public override IReadOnlyList<string> StateNames { get; } = sgd.Momentum > 0.0 ? ["m"] : [];

    public override void Begin(long step, double rate) => this.rate = (float)rate;

    public override void Apply(in UpdateRun run)
    {
        var momentum = new Vector<float>((float)sgd.Momentum);
        for (var i = 0; i < run.Count; i += Vector<float>.Count)
        {
            var change = Vector.Load(run.Gradient + i) * run.Scale;
            if (run.First != null)
            {
                var velocity = momentum * Vector.Load(run.First + i) + change;
                Vector.Store(velocity, run.First + i);
                change = sgd.Nesterov ? change + momentum * velocity : velocity;
            }

            Vector.Store(Vector.Load(run.Weights + i) - rate * change, run.Weights + i);
        }
    }
}

/// <summary>Adam and, with a decay, AdamW.</summary>
internal sealed unsafe class AdamRule(Adam adam, double decay) : UpdateRule
{
    private float rate; // over the first moment's correction
    private float rootCorrection; // 1 / sqrt(second moment's correction)
    private float keep; // 1 - rate x decay

    public override IReadOnlyList<string> StateNames { get; } = ["m", "v"];

    public override void Begin(long step, double rate)
    {
        this.rate = (float)(rate / (1.0 - Math.Pow(adam.Beta1, step)));
        rootCorrection = (float)(1.0 / Math.Sqrt(1.0 - Math.Pow(adam.Beta2, step)));
        keep = (float)(1.0 - rate * decay);
    }

    public override void Apply(in UpdateRun run)
    {
        var (beta1, beta2) = (new Vector<float>((float)adam.Beta1), new Vector<float>((float)adam.Beta2));
        var rest1 = new Vector<float>((float)(1.0 - adam.Beta1));
        var rest2 = new Vector<float>((float)(1.0 - adam.Beta2));
        var epsilon = new Vector<float>((float)adam.Epsilon);
        var shrink = new Vector<float>(run.Decays ? keep : 1f);
        for (var i = 0; i < run.Count; i += Vector<float>.Count)
        {
            var gradient = Vector.Load(run.Gradient + i) * run.Scale;
            var m = beta1 * Vector.Load(run.First + i) + rest1 * gradient;
            var v = beta2 * Vector.Load(run.Second + i) + rest2 * (gradient * gradient);
            Vector.Store(m, run.First + i);
            Vector.Store(v, run.Second + i);
            var change = rate * m / (Vector.SquareRoot(v) * rootCorrection + epsilon);
            Vector.Store(shrink * Vector.Load(run.Weights + i) - change, run.Weights + i);
        }
    }
}

internal sealed unsafe class AdamaxRule(Adam adamax) : UpdateRule
{
    private float rate;

    public override IReadOnlyList<string> StateNames { get; } = ["m", "u"];

    public override void Begin(long step, double rate) =>
        this.rate = (float)(rate / (1.0 - Math.Pow(adamax.Beta1, step)));

    public override void Apply(in UpdateRun run)
    {
        var (beta1, beta2) = (new Vector<float>((float)adamax.Beta1), new Vector<float>((float)adamax.Beta2));
        var rest1 = new Vector<float>((float)(1.0 - adamax.Beta1));
        var epsilon = new Vector<float>((float)adamax.Epsilon);
        for (var i = 0; i < run.Count; i += Vector<float>.Count)
        {
            var gradient = Vector.Load(run.Gradient + i) * run.Scale;
            var m = beta1 * Vector.Load(run.First + i) + rest1 * gradient;
            var (held, now) = (beta2 * Vector.Load(run.Second + i), Vector.Abs(gradient));
            var u = Vector.ConditionalSelect(Vector.GreaterThan(held, now), held, now);
            Vector.Store(m, run.First + i);
            Vector.Store(u, run.Second + i);
            Vector.Store(Vector.Load(run.Weights + i) - rate * m / (u + epsilon), run.Weights + i);
        }
    }
}

internal sealed unsafe class RmsPropRule(RmsProp rms) : UpdateRule
{
    private float rate;

    public override IReadOnlyList<string> StateNames { get; } = rms.Momentum > 0.0 ? ["v", "m"] : ["v"];

    public override void Begin(long step, double rate) => this.rate = (float)rate;

    public override void Apply(in UpdateRun run)
    {
        var (rho, rest) = (new Vector<float>((float)rms.Rho), new Vector<float>((float)(1.0 - rms.Rho)));
        var epsilon = new Vector<float>((float)rms.Epsilon);
        var momentum = new Vector<float>((float)rms.Momentum);
        for (var i = 0; i < run.Count; i += Vector<float>.Count)
        {
            var gradient = Vector.Load(run.Gradient + i) * run.Scale;
            var square = rho * Vector.Load(run.First + i) + rest * (gradient * gradient);
            Vector.Store(square, run.First + i);
            var change = gradient / (Vector.SquareRoot(square) + epsilon);
            if (run.Second != null)
            {
                change = momentum * Vector.Load(run.Second + i) + change;
                Vector.Store(change, run.Second + i);
            }

            Vector.Store(Vector.Load(run.Weights + i) - rate * change, run.Weights + i);
        }
    }
}
