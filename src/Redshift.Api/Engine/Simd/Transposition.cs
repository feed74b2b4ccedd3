using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Redshift.Engine.Simd;

/// <summary>Small matrices turned over, four by four where the processor's shuffles allow it.</summary>
internal static unsafe class Transposition
{
    /// <summary>target[column, row] = source[row, column].</summary>
    /// <param name="source">The source's first element.</param>
    /// <param name="sourceStep">From a row of the source to the next.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="target">The target's first element.</param>
    /// <param name="targetStep">From a row of the target to the next.</param>
    public static void Transpose(
        float* source, nint sourceStep, int rows, int columns, float* target, nint targetStep)
    {
        var (wholeRows, wholeColumns) = Sse.IsSupported ? (rows & ~3, columns & ~3) : (0, 0);
        for (var column = 0; column < wholeColumns; column += 4)
        {
            for (var row = 0; row < wholeRows; row += 4)
                Block(source + row * sourceStep + column, sourceStep, target + column * targetStep + row, targetStep);
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
                target[column * targetStep + row] = source[row * sourceStep + column];
        }
    }

    private static void Block(float* source, nint sourceStep, float* target, nint targetStep)
    {
        var a = Vector128.Load(source);
        var b = Vector128.Load(source + sourceStep);
        var c = Vector128.Load(source + 2 * sourceStep);
        var d = Vector128.Load(source + 3 * sourceStep);
        var (ab, abHigh) = (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
        var (cd, cdHigh) = (Sse.UnpackLow(c, d), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(ab, cd).Store(target);
        Sse.MoveHighToLow(cd, ab).Store(target + targetStep);
        Sse.MoveLowToHigh(abHigh, cdHigh).Store(target + 2 * targetStep);
        Sse.MoveHighToLow(cdHigh, abHigh).Store(target + 3 * targetStep);
    }
}
