using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redshift.Engine.Simd;

/// <summary>The transforms of minimal filtering for one tile and some columns (channels or filters; whole vectors).
/// Every column is on its own, in a fixed order of fused steps, so that all vector widths give the same
/// numbers.</summary>
internal static unsafe class FilterTransform<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>B' x: 8 positions to 8 points.</summary>
    /// <param name="rows">The positions' rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="points">Point 0's row.</param>
    /// <param name="step">From a point to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(float** rows, int columns, float* points, nint step)
    {
        float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3];
        float* r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        for (nint c = 0; c < columns; c += TWidth.Count)
        {
            var (x1, x2, x3) = (TWidth.Load(r1 + c), TWidth.Load(r2 + c), TWidth.Load(r3 + c));
            var (x4, x5, x6) = (TWidth.Load(r4 + c), TWidth.Load(r5 + c), TWidth.Load(r6 + c));
            var to = points + c;
            var first = Step(5.25f, TWidth.Subtract(x4, x2), TWidth.Subtract(TWidth.Load(r0 + c), x6));
            var last = Step(5.25f, TWidth.Subtract(x3, x5), TWidth.Subtract(TWidth.Load(r7 + c), x1));
            TWidth.Store(first, to);
            Pair(Step(-4.25f, x4, TWidth.Add(x2, x6)), Step(-4.25f, x3, TWidth.Add(x1, x5)), to + step, step);
            Pair(
                Step(-1.25f, x4, Step(0.25f, x2, x6)),
                Step(-2.5f, x3, Step(0.5f, x1, TWidth.Add(x5, x5))),
                to + 3 * step,
                step);
            Pair(
                Step(-5f, x4, Step(4f, x2, x6)),
                Step(-2.5f, x3, Step(0.5f, x5, TWidth.Add(x1, x1))),
                to + 5 * step,
                step);
            TWidth.Store(last, to + 7 * step);
        }
    }

    /// <summary>B v: the gradient at 8 points to that at 8 positions.</summary>
    /// <param name="points">Point 0's row.</param>
    /// <param name="step">From a point to the next.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="rows">The positions' rows.</param>
    /// <param name="shared">The first so many rows are added to, the others set.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient(float* points, nint step, int columns, float** rows, int shared)
    {
        for (nint c = 0; c < columns; c += TWidth.Count)
        {
            var at = points + c;
            var (v0, v7) = (TWidth.Load(at), TWidth.Load(at + 7 * step));
            SumAndDifference(at + step, step, out var s1, out var d1);
            SumAndDifference(at + 3 * step, step, out var s2, out var d2);
            SumAndDifference(at + 5 * step, step, out var s3, out var d3);
            Put(v0, rows[0] + c, shared > 0);
            Put(TWidth.Subtract(Step(2f, d3, Step(0.5f, d2, d1)), v7), rows[1] + c, shared > 1);
            Put(Step(-5.25f, v0, Step(4f, s3, Step(0.25f, s2, s1))), rows[2] + c, shared > 2);
            var middle = TWidth.MultiplyAdd(TWidth.Spread(-4.25f), d1, Times(5.25f, v7));
            Put(Step(-2.5f, TWidth.Add(d2, d3), middle), rows[3] + c, shared > 3);
            middle = TWidth.MultiplyAdd(TWidth.Spread(-4.25f), s1, Times(5.25f, v0));
            Put(Step(-5f, s3, Step(-1.25f, s2, middle)), rows[4] + c, shared > 4);
            Put(Step(-5.25f, v7, Step(0.5f, d3, Step(2f, d2, d1))), rows[5] + c, shared > 5);
            Put(TWidth.Subtract(TWidth.Add(TWidth.Add(s1, s2), s3), v0), rows[6] + c, shared > 6);
            Put(v7, rows[7] + c, shared > 7);
        }
    }

    /// <summary>bias + A' M: 8 points to the tile's results.</summary>
    /// <param name="points">Point 0's row.</param>
    /// <param name="step">From a point to the next.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="bias">The bias.</param>
    /// <param name="y">The first result's row.</param>
    /// <param name="yStep">From a result to the next.</param>
    /// <param name="results">How many to write.</param>
    /// <param name="all">Results of a full tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(
        float* points, nint step, int columns, float* bias, float* y, nint yStep, int results, int all)
    {
        for (nint c = 0; c < columns; c += TWidth.Count)
        {
            var at = points + c;
            SumAndDifference(at + step, step, out var s1, out var d1);
            SumAndDifference(at + 3 * step, step, out var s2, out var d2);
            SumAndDifference(at + 5 * step, step, out var s3, out var d3);
            var start = TWidth.Load(bias + c);
            var to = y + c;
            var (up, down) = (1f, 1f);
            for (var i = 0; i < results; i++, to += yStep, up *= 2f, down *= 0.5f)
            {
                var sum = (i & 1) == 0 ? Step(down, s3, Step(up, s2, s1)) : Step(down, d3, Step(up, d2, d1));
                if (i == 0)
                    sum = TWidth.Add(sum, TWidth.Load(at));
                if (i == all - 1)
                    sum = TWidth.Add(sum, TWidth.Load(at + 7 * step));
                TWidth.Store(TWidth.Add(sum, start), to);
            }
        }
    }

    /// <summary>A dy: the gradient of a tile's results to that at 8 points.</summary>
    /// <param name="dy">The first result's row.</param>
    /// <param name="yStep">From a result to the next.</param>
    /// <param name="results">How many there are; those missing of a full tile count as 0.</param>
    /// <param name="all">Results of a full tile.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="points">Point 0's row.</param>
    /// <param name="step">From a point to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputGradient(
        float* dy, nint yStep, int results, int all, int columns, float* points, nint step)
    {
        for (nint c = 0; c < columns; c += TWidth.Count)
        {
            var from = dy + c;
            var first = TWidth.Load(from);
            var (e1, e2, e3) = (first, first, first);
            TVector o1 = default, o2 = default, o3 = default, last = default;
            var (up, down) = (2f, 0.5f);
            from += yStep;
            for (var i = 1; i < results; i++, from += yStep, up *= 2f, down *= 0.5f)
            {
                last = TWidth.Load(from);
                if ((i & 1) == 0)
                    (e1, e2, e3) = (TWidth.Add(e1, last), Step(up, last, e2), Step(down, last, e3));
                else
                    (o1, o2, o3) = (TWidth.Add(o1, last), Step(up, last, o2), Step(down, last, o3));
            }

            var to = points + c;
            TWidth.Store(first, to);
            Pair(e1, o1, to + step, step);
            Pair(e2, o2, to + 3 * step, step);
            Pair(e3, o3, to + 5 * step, step);
            TWidth.Store(results == all ? last : default, to + 7 * step);
        }
    }

    /// <summary>G w: the kernel's taps to 8 points.</summary>
    /// <param name="taps">Tap 0's row.</param>
    /// <param name="tapStep">From a tap to the next.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="points">Point 0's row.</param>
    /// <param name="step">From a point to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Kernel(float* taps, nint tapStep, int kernel, int columns, float* points, nint step)
    {
        var factors = MinimalFiltering.Factors;
        var (f1, f2, f3) = (TWidth.Spread(factors[0]), TWidth.Spread(factors[1]), TWidth.Spread(factors[2]));
        for (nint c = 0; c < columns; c += TWidth.Count)
        {
            var from = taps + c;
            var first = TWidth.Load(from);
            var (e1, e2, e3) = (first, first, first);
            TVector o1 = default, o2 = default, o3 = default, last = default;
            var (up, down) = (2f, 0.5f);
            from += tapStep;
            for (var k = 1; k < kernel; k++, from += tapStep, up *= 2f, down *= 0.5f)
            {
                last = TWidth.Load(from);
                if ((k & 1) == 0)
                    (e1, e2, e3) = (TWidth.Add(e1, last), Step(up, last, e2), Step(down, last, e3));
                else
                    (o1, o2, o3) = (TWidth.Add(o1, last), Step(up, last, o2), Step(down, last, o3));
            }

            var to = points + c;
            TWidth.Store(first, to);
            Pair(TWidth.Multiply(f1, e1), TWidth.Multiply(f1, o1), to + step, step);
            Pair(TWidth.Multiply(f2, e2), TWidth.Multiply(f2, o2), to + 3 * step, step);
            Pair(TWidth.Multiply(f3, e3), TWidth.Multiply(f3, o3), to + 5 * step, step);
            TWidth.Store(last, to + 7 * step);
        }
    }

    /// <summary>G' u: the gradient at 8 points to that of the taps.</summary>
    /// <param name="points">Point 0's row.</param>
    /// <param name="step">From a point to the next.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="taps">Tap 0's row.</param>
    /// <param name="tapStep">From a tap to the next.</param>
    /// <param name="kernel">Taps.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KernelGradient(float* points, nint step, int columns, float* taps, nint tapStep, int kernel)
    {
        var factors = MinimalFiltering.Factors;
        for (nint c = 0; c < columns; c += TWidth.Count)
        {
            var at = points + c;
            SumAndDifference(at + step, step, out var s1, out var d1);
            SumAndDifference(at + 3 * step, step, out var s2, out var d2);
            SumAndDifference(at + 5 * step, step, out var s3, out var d3);
            (s1, d1) = (Times(factors[0], s1), Times(factors[0], d1));
            (s2, d2) = (Times(factors[1], s2), Times(factors[1], d2));
            (s3, d3) = (Times(factors[2], s3), Times(factors[2], d3));
            var to = taps + c;
            var (up, down) = (1f, 1f);
            for (var k = 0; k < kernel; k++, to += tapStep, up *= 2f, down *= 0.5f)
            {
                var sum = (k & 1) == 0 ? Step(down, s3, Step(up, s2, s1)) : Step(down, d3, Step(up, d2, d1));
                if (k == 0)
                    sum = TWidth.Add(sum, TWidth.Load(at));
                if (k == kernel - 1)
                    sum = TWidth.Add(sum, TWidth.Load(at + 7 * step));
                TWidth.Store(sum, to);
            }
        }
    }

    /// <summary>factor x + sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Step(float factor, TVector x, TVector sum) =>
        TWidth.MultiplyAdd(TWidth.Spread(factor), x, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Times(float factor, TVector x) => TWidth.Multiply(TWidth.Spread(factor), x);

    /// <summary>The values at a and -a of a polynomial with these even and odd parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(TVector even, TVector odd, float* to, nint step)
    {
        TWidth.Store(TWidth.Add(even, odd), to);
        TWidth.Store(TWidth.Subtract(even, odd), to + step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumAndDifference(float* from, nint step, out TVector sum, out TVector difference)
    {
        var (plus, minus) = (TWidth.Load(from), TWidth.Load(from + step));
        (sum, difference) = (TWidth.Add(plus, minus), TWidth.Subtract(plus, minus));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector value, float* to, bool add) =>
        TWidth.Store(add ? TWidth.Add(TWidth.Load(to), value) : value, to);
}

/// <summary>The transforms for this processor's widest vectors, chosen once.</summary>
internal static unsafe class FilterTransforms
{
    static FilterTransforms()
    {
        switch (Kernels.Width)
        {
            case 16:
                Choose<Width512, Vector512<float>>();
                break;
            case 8:
                Choose<Width256, Vector256<float>>();
                break;
            default:
                Choose<Width128, Vector128<float>>();
                break;
        }
    }

    public static delegate*<float**, int, float*, nint, void> Input { get; private set; }

    public static delegate*<float*, nint, int, float**, int, void> InputGradient { get; private set; }

    public static delegate*<float*, nint, int, float*, float*, nint, int, int, void> Output { get; private set; }

    public static delegate*<float*, nint, int, int, int, float*, nint, void> OutputGradient { get; private set; }

    public static delegate*<float*, nint, int, int, float*, nint, void> Kernel { get; private set; }

    public static delegate*<float*, nint, int, float*, nint, int, void> KernelGradient { get; private set; }

    private static void Choose<TWidth, TVector>()
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        Input = &FilterTransform<TWidth, TVector>.Input;
        InputGradient = &FilterTransform<TWidth, TVector>.InputGradient;
        Output = &FilterTransform<TWidth, TVector>.Output;
        OutputGradient = &FilterTransform<TWidth, TVector>.OutputGradient;
        Kernel = &FilterTransform<TWidth, TVector>.Kernel;
        KernelGradient = &FilterTransform<TWidth, TVector>.KernelGradient;
    }
}
