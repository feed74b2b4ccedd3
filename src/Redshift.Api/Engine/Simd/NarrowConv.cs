using System.Numerics;
using System.Runtime.CompilerServices;

namespace Redshift.Engine.Simd;

/// <summary>A convolution of few inputs (taps x channels at most 7) with ReLU and pooling in one pass: the sums before the
/// pooling are never stored, and computed again on the way back. Each sum is the same chain of fused steps as in the
/// general product.</summary>
/// <typeparam name="TDepth">Taps x channels.</typeparam>
internal static unsafe class NarrowConv<TDepth>
    where TDepth : struct, ICount
{
    /// <summary>Windows whose outputs stay in the first cache while all filters pass.</summary>
    private const int Block = 16;

    /// <summary>The outputs of one object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(ConvPlan plan, float* x, float* y)
    {
        var (size, step, filters) = (plan.Pool!.Size, plan.Stride * plan.Channels, plan.Filters);
        var bias = plan.Packed.BiasStart;
        for (var block = 0; block < plan.Pooled; block += Block)
        {
            var end = Math.Min(block + Block, plan.Pooled);
            for (var f = 0; f < filters; f += Vector<float>.Count)
            {
                var kernel = new Taps(plan.Packed.Kernel.Weights.Start + f, filters);
                var start = bias == null ? Vector<float>.Zero : Vector.Load(bias + f);
                for (var t = block; t < end; t++)
                {
                    var at = x + (nint)t * size * step;
                    var largest = kernel.Sum(at, start);
                    for (var i = 1; i < size; i++)
                        largest = MaxPooling.Larger(largest, kernel.Sum(at + i * step, start));
                    Vector.Store(plan.Relu ? Elementwise.Relu(largest) : largest, y + (nint)t * filters + f);
                }
            }
        }
    }

    /// <summary>Adds one object's part to the gradients of the kernel and the bias, for some filters.</summary>
    /// <param name="plan">The layer.</param>
    /// <param name="x">The object's signal.</param>
    /// <param name="dy">Its outputs' gradient.</param>
    /// <param name="first">The first filter.</param>
    /// <param name="last">The filter after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(ConvPlan plan, float* x, float* dy, int first, int last)
    {
        var (size, step, filters) = (plan.Pool!.Size, plan.Stride * plan.Channels, plan.Filters);
        var bias = plan.Packed.BiasStart;
        var biasGradient = bias == null ? null : plan.Packed.Bias!.Gradient.Start;
        var sums = stackalloc Vector<float>[size];
        for (var block = 0; block < plan.Pooled; block += Block)
        {
            var end = Math.Min(block + Block, plan.Pooled);
            for (var f = first; f < last; f += Vector<float>.Count)
            {
                var kernel = new Taps(plan.Packed.Kernel.Weights.Start + f, filters);
                var start = bias == null ? Vector<float>.Zero : Vector.Load(bias + f);
                var to = plan.Packed.Kernel.Gradient.Start + f;
                var gradient = new Taps(to, filters);
                var total = bias == null ? Vector<float>.Zero : Vector.Load(biasGradient + f);
                for (var t = block; t < end; t++)
                {
                    var at = x + (nint)t * size * step;
                    var largest = sums[0] = kernel.Sum(at, start);
                    for (var i = 1; i < size; i++)
                        largest = MaxPooling.Larger(largest, sums[i] = kernel.Sum(at + i * step, start));
                    var open = plan.Relu ? Vector.GreaterThan(largest, Vector<float>.Zero) : Vector<int>.AllBitsSet;
                    var dz = Vector.Load(dy + (nint)t * filters + f);
                    for (var i = 0; i < size; i++)
                    {
                        var hit = Vector.Equals(sums[i], largest) & open;
                        open = Vector.AndNot(open, hit);
                        var part = Vector.ConditionalSelect(hit, dz, Vector<float>.Zero);
                        gradient.Add(at + i * step, part);
                        total += part;
                    }
                }

                gradient.Store(to, filters);
                if (bias != null)
                    Vector.Store(total, biasGradient + f);
            }
        }
    }

    /// <summary>The taps of one vector of filters.</summary>
    private struct Taps
    {
        private Vector<float> w0, w1, w2, w3, w4, w5, w6;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Taps(float* from, nint step)
        {
            this = default;
            w0 = Vector.Load(from);
            if (TDepth.Value > 1)
                w1 = Vector.Load(from + step);
            if (TDepth.Value > 2)
                w2 = Vector.Load(from + 2 * step);
            if (TDepth.Value > 3)
                w3 = Vector.Load(from + 3 * step);
            if (TDepth.Value > 4)
                w4 = Vector.Load(from + 4 * step);
            if (TDepth.Value > 5)
                w5 = Vector.Load(from + 5 * step);
            if (TDepth.Value > 6)
                w6 = Vector.Load(from + 6 * step);
        }

        /// <summary>start + x w.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector<float> Sum(float* x, Vector<float> start)
        {
            var sum = Step(x, w0, start);
            if (TDepth.Value > 1)
                sum = Step(x + 1, w1, sum);
            if (TDepth.Value > 2)
                sum = Step(x + 2, w2, sum);
            if (TDepth.Value > 3)
                sum = Step(x + 3, w3, sum);
            if (TDepth.Value > 4)
                sum = Step(x + 4, w4, sum);
            if (TDepth.Value > 5)
                sum = Step(x + 5, w5, sum);
            if (TDepth.Value > 6)
                sum = Step(x + 6, w6, sum);
            return sum;
        }

        /// <summary>Adds x dz.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(float* x, Vector<float> dz)
        {
            w0 = Step(x, dz, w0);
            if (TDepth.Value > 1)
                w1 = Step(x + 1, dz, w1);
            if (TDepth.Value > 2)
                w2 = Step(x + 2, dz, w2);
            if (TDepth.Value > 3)
                w3 = Step(x + 3, dz, w3);
            if (TDepth.Value > 4)
                w4 = Step(x + 4, dz, w4);
            if (TDepth.Value > 5)
                w5 = Step(x + 5, dz, w5);
            if (TDepth.Value > 6)
                w6 = Step(x + 6, dz, w6);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* to, nint step)
        {
            Vector.Store(w0, to);
            if (TDepth.Value > 1)
                Vector.Store(w1, to + step);
            if (TDepth.Value > 2)
                Vector.Store(w2, to + 2 * step);
            if (TDepth.Value > 3)
                Vector.Store(w3, to + 3 * step);
            if (TDepth.Value > 4)
                Vector.Store(w4, to + 4 * step);
            if (TDepth.Value > 5)
                Vector.Store(w5, to + 5 * step);
            if (TDepth.Value > 6)
                Vector.Store(w6, to + 6 * step);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<float> Step(float* x, Vector<float> w, Vector<float> sum) =>
            Vector.FusedMultiplyAdd(new Vector<float>(*x), w, sum);
    }
}
