using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Redshift.Benchmarks;

/// <summary>The most floating-point operations a second that the processor does: independent fused multiply-adds in
/// registers, on the widest vectors.</summary>
internal static class Peak
{
    private const int Rounds = 20_000;
    private const int Chains = 12;

    /// <summary>GFLOP/s of some threads together: the best of short runs, so that other work on the machine counts
    /// little.</summary>
    public static double Measure(int threads)
    {
        var best = new double[threads];
        var workers = Enumerable.Range(0, threads)
            .Select(i => new Thread(() => best[i] = Enumerable.Range(0, 400).Max(_ => Once())))
            .ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return best.Sum();
    }

    private static double Once()
    {
        var start = Stopwatch.GetTimestamp();
        var lanes = Avx512F.IsSupported ? Run512() : Run256();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return 2.0 * Chains * lanes * Rounds / seconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Run512()
    {
        var factor = Vector512.Create(0.999f);
        Vector512<float> a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        Vector512<float> g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (var round = 0; round < Rounds; round++)
        {
            a = Avx512F.FusedMultiplyAdd(a, factor, factor);
            b = Avx512F.FusedMultiplyAdd(b, factor, factor);
            c = Avx512F.FusedMultiplyAdd(c, factor, factor);
            d = Avx512F.FusedMultiplyAdd(d, factor, factor);
            e = Avx512F.FusedMultiplyAdd(e, factor, factor);
            f = Avx512F.FusedMultiplyAdd(f, factor, factor);
            g = Avx512F.FusedMultiplyAdd(g, factor, factor);
            h = Avx512F.FusedMultiplyAdd(h, factor, factor);
            i = Avx512F.FusedMultiplyAdd(i, factor, factor);
            j = Avx512F.FusedMultiplyAdd(j, factor, factor);
            k = Avx512F.FusedMultiplyAdd(k, factor, factor);
            l = Avx512F.FusedMultiplyAdd(l, factor, factor);
        }

        Keep(Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l));
        return Vector512<float>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Run256()
    {
        var factor = Vector256.Create(0.999f);
        Vector256<float> a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        Vector256<float> g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, factor, factor);
            b = Vector256.FusedMultiplyAdd(b, factor, factor);
            c = Vector256.FusedMultiplyAdd(c, factor, factor);
            d = Vector256.FusedMultiplyAdd(d, factor, factor);
            e = Vector256.FusedMultiplyAdd(e, factor, factor);
            f = Vector256.FusedMultiplyAdd(f, factor, factor);
            g = Vector256.FusedMultiplyAdd(g, factor, factor);
            h = Vector256.FusedMultiplyAdd(h, factor, factor);
            i = Vector256.FusedMultiplyAdd(i, factor, factor);
            j = Vector256.FusedMultiplyAdd(j, factor, factor);
            k = Vector256.FusedMultiplyAdd(k, factor, factor);
            l = Vector256.FusedMultiplyAdd(l, factor, factor);
        }

        Keep(Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l));
        return Vector256<float>.Count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float value) => _ = value;
}
