using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Redshift.Engine.Simd;

/// <summary>The microkernels for this processor's widest vectors, chosen once.</summary>
internal static unsafe class Kernels
{
    /// <summary>Rows of a full tile.</summary>
    public const int MaxRows = 6;

    private const int Shapes = 3; // panels of 1, 2 or 4 vectors

    private static readonly delegate*<TileArguments*, void>[] alongRows;
    private static readonly delegate*<TileArguments*, void>[] alongDepth;

    static Kernels()
    {
        if (Avx512F.IsSupported)
        {
            (Width, MaxVectors, Name) = (16, 4, "AVX-512");
            alongRows = Table<Width512, Vector512<float>, AlongRows>();
            alongDepth = Table<Width512, Vector512<float>, AlongDepth>();
        }
        else if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
        {
            // 16 registers: 12 sums, 2 vectors of B, 1 of A.
            (Width, MaxVectors, Name) = (8, 2, "AVX2");
            alongRows = Table<Width256, Vector256<float>, AlongRows>();
            alongDepth = Table<Width256, Vector256<float>, AlongDepth>();
        }
        else
        {
            (Width, MaxVectors, Name) = AdvSimd.IsSupported ? (4, 4, "NEON") : (4, 2, "128-bit vectors");
            alongRows = Table<Width128, Vector128<float>, AlongRows>();
            alongDepth = Table<Width128, Vector128<float>, AlongDepth>();
        }
    }

    /// <summary>Floats in a vector.</summary>
    public static int Width { get; }

    /// <summary>Vectors in a full panel.</summary>
    public static int MaxVectors { get; }

    /// <summary>Columns of a full panel.</summary>
    public static int PanelColumns => Width * MaxVectors;

    public static string Name { get; }

    /// <summary>The vectors that a panel of so many columns takes: 1, 2 or 4.</summary>
    public static int VectorsFor(int columns)
    {
        var needed = (columns + Width - 1) / Width;
        return needed <= 2 ? needed : 4;
    }

    /// <summary>Multiplies one tile.</summary>
    /// <param name="transposed">Whether A's rows, not its depths, follow one another in memory.</param>
    /// <param name="rows">1 to 6.</param>
    /// <param name="vectors">1, 2 or 4.</param>
    /// <param name="tile">The operands.</param>
    public static void Multiply(bool transposed, int rows, int vectors, TileArguments* tile)
    {
        var table = transposed ? alongDepth : alongRows;
        table[(vectors >> 1) * MaxRows + rows - 1](tile);
    }

    private static delegate*<TileArguments*, void>[] Table<TWidth, TVector, TOrder>()
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
        where TOrder : struct, IOrder
    {
        var table = new delegate*<TileArguments*, void>[Shapes * MaxRows];
        Fill<TWidth, TVector, One, TOrder>(table, 0);
        Fill<TWidth, TVector, Two, TOrder>(table, MaxRows);
        Fill<TWidth, TVector, Four, TOrder>(table, 2 * MaxRows);
        return table;
    }

    private static void Fill<TWidth, TVector, TVectors, TOrder>(delegate*<TileArguments*, void>[] table, int at)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
        where TVectors : struct, ICount
        where TOrder : struct, IOrder
    {
        table[at] = &MicroKernel<TWidth, TVector, One, TVectors, TOrder>.Multiply;
        table[at + 1] = &MicroKernel<TWidth, TVector, Two, TVectors, TOrder>.Multiply;
        table[at + 2] = &MicroKernel<TWidth, TVector, Three, TVectors, TOrder>.Multiply;
        table[at + 3] = &MicroKernel<TWidth, TVector, Four, TVectors, TOrder>.Multiply;
        table[at + 4] = &MicroKernel<TWidth, TVector, Five, TVectors, TOrder>.Multiply;
        table[at + 5] = &MicroKernel<TWidth, TVector, Six, TVectors, TOrder>.Multiply;
    }
}
