using System.Numerics;
using System.Runtime.CompilerServices;

namespace Redshift.Engine.Simd;

/// <summary>A convolution of few inputs (taps x channels at most 7) with ReLU and pooling in one pass: the sums before
/// the pooling are never stored, and computed again on the way back. Each sum is the same chain of fused steps as in
/// the general product.</summary>
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
        var (size, step, filters) = (plan.Pool!.Size, plan.Stride * plan.Channels, (nint)plan.Filters);
        var bias = plan.Packed.BiasStart;
        for (var block = 0; block < plan.Pooled; block += Block)
        {
            var end = Math.Min(block + Block, plan.Pooled);
            for (var f = 0; f < filters; f += Vector<float>.Count)
            {
                var from = plan.Packed.Kernel.Weights.Start + f;
                var w0 = TDepth.Value > 0 ? Vector.Load(from) : default;
                var w1 = TDepth.Value > 1 ? Vector.Load(from + 1 * filters) : default;
                var w2 = TDepth.Value > 2 ? Vector.Load(from + 2 * filters) : default;
                var w3 = TDepth.Value > 3 ? Vector.Load(from + 3 * filters) : default;
                var w4 = TDepth.Value > 4 ? Vector.Load(from + 4 * filters) : default;
                var w5 = TDepth.Value > 5 ? Vector.Load(from + 5 * filters) : default;
                var w6 = TDepth.Value > 6 ? Vector.Load(from + 6 * filters) : default;
                var start = bias == null ? Vector<float>.Zero : Vector.Load(bias + f);
                for (var t = block; t < end; t++)
                {
                    var at = x + (nint)t * size * step;
                    var largest = Sum(at, start, w0, w1, w2, w3, w4, w5, w6);
                    for (var i = 1; i < size; i++)
                        largest = MaxPooling.Larger(largest, Sum(at + i * step, start, w0, w1, w2, w3, w4, w5, w6));
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
        var (size, step, filters) = (plan.Pool!.Size, plan.Stride * plan.Channels, (nint)plan.Filters);
        var bias = plan.Packed.BiasStart;
        var biasGradient = bias == null ? null : plan.Packed.Bias!.Gradient.Start;
        var sums = stackalloc Vector<float>[size];
        var (relu, zero) = (plan.Relu, Vector<float>.Zero);
        for (var block = 0; block < plan.Pooled; block += Block)
        {
            var end = Math.Min(block + Block, plan.Pooled);
            for (var f = first; f < last; f += Vector<float>.Count)
            {
                var from = plan.Packed.Kernel.Weights.Start + f;
                var w0 = TDepth.Value > 0 ? Vector.Load(from) : default;
                var w1 = TDepth.Value > 1 ? Vector.Load(from + 1 * filters) : default;
                var w2 = TDepth.Value > 2 ? Vector.Load(from + 2 * filters) : default;
                var w3 = TDepth.Value > 3 ? Vector.Load(from + 3 * filters) : default;
                var w4 = TDepth.Value > 4 ? Vector.Load(from + 4 * filters) : default;
                var w5 = TDepth.Value > 5 ? Vector.Load(from + 5 * filters) : default;
                var w6 = TDepth.Value > 6 ? Vector.Load(from + 6 * filters) : default;
                var start = bias == null ? Vector<float>.Zero : Vector.Load(bias + f);
                var to = plan.Packed.Kernel.Gradient.Start + f;
                var g0 = TDepth.Value > 0 ? Vector.Load(to) : default;
                var g1 = TDepth.Value > 1 ? Vector.Load(to + 1 * filters) : default;
                var g2 = TDepth.Value > 2 ? Vector.Load(to + 2 * filters) : default;
                var g3 = TDepth.Value > 3 ? Vector.Load(to + 3 * filters) : default;
                var g4 = TDepth.Value > 4 ? Vector.Load(to + 4 * filters) : default;
                var g5 = TDepth.Value > 5 ? Vector.Load(to + 5 * filters) : default;
                var g6 = TDepth.Value > 6 ? Vector.Load(to + 6 * filters) : default;
                var total = bias == null ? Vector<float>.Zero : Vector.Load(biasGradient + f);
                for (var t = block; t < end; t++)
                {
                    var at = x + (nint)t * size * step;
                    var dz = Vector.Load(dy + (nint)t * filters + f);
                    var largest = Sum(at, start, w0, w1, w2, w3, w4, w5, w6);
                    sums[0] = largest;
                    for (var i = 1; i < size; i++)
                    {
                        sums[i] = Sum(at + i * step, start, w0, w1, w2, w3, w4, w5, w6);
                        largest = MaxPooling.Larger(largest, sums[i]);
                    }

                    // What is left of dz goes to the first position that holds the maximum.
                    if (relu)
                        dz = Vector.ConditionalSelect(Vector.GreaterThan(largest, zero), dz, zero);
                    total += dz;
                    for (var i = 0; i < size; i++)
                    {
                        var hit = Vector.Equals(sums[i], largest);
                        var part = Vector.ConditionalSelect(hit, dz, zero);
                        dz = Vector.ConditionalSelect(hit, zero, dz);
                        var input = at + i * step;
                        g0 = TDepth.Value > 0 ? Step(input + 0, part, g0) : g0;
                        g1 = TDepth.Value > 1 ? Step(input + 1, part, g1) : g1;
                        g2 = TDepth.Value > 2 ? Step(input + 2, part, g2) : g2;
                        g3 = TDepth.Value > 3 ? Step(input + 3, part, g3) : g3;
                        g4 = TDepth.Value > 4 ? Step(input + 4, part, g4) : g4;
                        g5 = TDepth.Value > 5 ? Step(input + 5, part, g5) : g5;
                        g6 = TDepth.Value > 6 ? Step(input + 6, part, g6) : g6;
                    }
                }

                Put(g0, to, 0, filters);
                Put(g1, to, 1, filters);
                Put(g2, to, 2, filters);
                Put(g3, to, 3, filters);
                Put(g4, to, 4, filters);
                Put(g5, to, 5, filters);
                Put(g6, to, 6, filters);
                if (bias != null)
                    Vector.Store(total, biasGradient + f);
            }
        }
    }

    /// <summary>start + x w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Sum(
        float* x, Vector<float> start, Vector<float> w0, Vector<float> w1, Vector<float> w2, Vector<float> w3,
        Vector<float> w4, Vector<float> w5, Vector<float> w6)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector<float> value, float* to, int row, nint step)
    {
        if (row < TDepth.Value)
            Vector.Store(value, to + row * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Step(float* x, Vector<float> w, Vector<float> sum) =>
        Vector.FusedMultiplyAdd(new Vector<float>(*x), w, sum);
}
