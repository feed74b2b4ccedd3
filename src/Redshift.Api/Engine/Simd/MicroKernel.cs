using System.Runtime.CompilerServices;

namespace Redshift.Engine.Simd;

/// <summary>The innermost loop: a tile of up to 6 rows by up to 4 vectors, kept in registers while the depth runs.
/// Each element
/// is one chain of fused multiply-adds in the order of the depth, whatever the tile's size, so that results do not
/// depend on where an element falls. The 24 sums are single variables because only those stay in registers.</summary>
internal static unsafe class MicroKernel<TWidth, TVector, TRows, TVectors, TOrder>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
    where TRows : struct, ICount
    where TVectors : struct, ICount
    where TOrder : struct, IOrder
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(TileArguments* tile)
    {
        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c30 = default, c31 = default, c32 = default, c33 = default;
        TVector c40 = default, c41 = default, c42 = default, c43 = default;
        TVector c50 = default, c51 = default, c52 = default, c53 = default;
        var initial = tile->Initial;
        if (TRows.Value > 0)
            Start(initial, ref c00, ref c01, ref c02, ref c03);
        if (TRows.Value > 1)
            Start(initial + tile->InitialStep, ref c10, ref c11, ref c12, ref c13);
        if (TRows.Value > 2)
            Start(initial + 2 * tile->InitialStep, ref c20, ref c21, ref c22, ref c23);
        if (TRows.Value > 3)
            Start(initial + 3 * tile->InitialStep, ref c30, ref c31, ref c32, ref c33);
        if (TRows.Value > 4)
            Start(initial + 4 * tile->InitialStep, ref c40, ref c41, ref c42, ref c43);
        if (TRows.Value > 5)
            Start(initial + 5 * tile->InitialStep, ref c50, ref c51, ref c52, ref c53);

        var b = tile->B;
        for (nint group = 0; group < tile->Groups; group++)
        {
            var a0 = tile->A + group * tile->GroupStep;
            var step = tile->RowStep;
            var a1 = TOrder.Transposed ? a0 + 1 : a0 + step;
            var a2 = TOrder.Transposed ? a0 + 2 : a0 + 2 * step;
            var a3 = TOrder.Transposed ? a0 + 3 : a0 + 3 * step;
            var a4 = TOrder.Transposed ? a0 + 4 : a0 + 4 * step;
            var a5 = TOrder.Transposed ? a0 + 5 : a0 + 5 * step;
            var depthStep = TOrder.Transposed ? tile->DepthStep : 1;
            for (nint depth = 0, at = 0; depth < tile->Depth; depth++, at += depthStep)
            {
                var b0 = TWidth.Load(b);
                var b1 = TVectors.Value > 1 ? TWidth.Load(b + TWidth.Count) : default;
                var b2 = TVectors.Value > 2 ? TWidth.Load(b + 2 * TWidth.Count) : default;
                var b3 = TVectors.Value > 3 ? TWidth.Load(b + 3 * TWidth.Count) : default;
                b += TVectors.Value * TWidth.Count;
                if (TRows.Value > 0)
                    Add(TWidth.Broadcast(a0 + at), b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                if (TRows.Value > 1)
                    Add(TWidth.Broadcast(a1 + at), b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13);
                if (TRows.Value > 2)
                    Add(TWidth.Broadcast(a2 + at), b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23);
                if (TRows.Value > 3)
                    Add(TWidth.Broadcast(a3 + at), b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33);
                if (TRows.Value > 4)
                    Add(TWidth.Broadcast(a4 + at), b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43);
                if (TRows.Value > 5)
                    Add(TWidth.Broadcast(a5 + at), b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53);
            }
        }

        var target = tile->C;
        if (TRows.Value > 0)
            Finish(target, c00, c01, c02, c03);
        if (TRows.Value > 1)
            Finish(target + tile->CStep, c10, c11, c12, c13);
        if (TRows.Value > 2)
            Finish(target + 2 * tile->CStep, c20, c21, c22, c23);
        if (TRows.Value > 3)
            Finish(target + 3 * tile->CStep, c30, c31, c32, c33);
        if (TRows.Value > 4)
            Finish(target + 4 * tile->CStep, c40, c41, c42, c43);
        if (TRows.Value > 5)
            Finish(target + 5 * tile->CStep, c50, c51, c52, c53);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start(float* from, ref TVector c0, ref TVector c1, ref TVector c2, ref TVector c3)
    {
        c0 = TWidth.Load(from);
        if (TVectors.Value > 1)
            c1 = TWidth.Load(from + TWidth.Count);
        if (TVectors.Value > 2)
            c2 = TWidth.Load(from + 2 * TWidth.Count);
        if (TVectors.Value > 3)
            c3 = TWidth.Load(from + 3 * TWidth.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        TVector a, TVector b0, TVector b1, TVector b2, TVector b3,
        ref TVector c0, ref TVector c1, ref TVector c2, ref TVector c3)
    {
        c0 = TWidth.MultiplyAdd(a, b0, c0);
        if (TVectors.Value > 1)
            c1 = TWidth.MultiplyAdd(a, b1, c1);
        if (TVectors.Value > 2)
            c2 = TWidth.MultiplyAdd(a, b2, c2);
        if (TVectors.Value > 3)
            c3 = TWidth.MultiplyAdd(a, b3, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(float* to, TVector c0, TVector c1, TVector c2, TVector c3)
    {
        TWidth.Store(c0, to);
        if (TVectors.Value > 1)
            TWidth.Store(c1, to + TWidth.Count);
        if (TVectors.Value > 2)
            TWidth.Store(c2, to + 2 * TWidth.Count);
        if (TVectors.Value > 3)
            TWidth.Store(c3, to + 3 * TWidth.Count);
    }
}
