namespace Redshift.Engine.Simd;

/// <summary>Sums down the columns of a matrix, some columns a task, over the rows in order and in double
/// precision.</summary>
internal static unsafe class ColumnSums
{
    private const int TaskColumns = 16;

    public static int Tasks(int columns) => (columns + TaskColumns - 1) / TaskColumns;

    /// <summary>target[c] = sum of a[row, c].</summary>
    public static void Of(int task, float* a, int rows, int columns, float* target)
    {
        var (first, count) = Place(task, columns);
        var sums = stackalloc double[TaskColumns];
        new Span<double>(sums, TaskColumns).Clear();
        nint at = first;
        for (var row = 0; row < rows; row++, at += columns)
        {
            for (var c = 0; c < count; c++)
                sums[c] += a[at + c];
        }

        Store(sums, target + first, count);
    }

    /// <summary>target[c] = sum of a[row, c] b[row, c].</summary>
    public static void OfProducts(int task, float* a, float* b, int rows, int columns, float* target)
    {
        var (first, count) = Place(task, columns);
        var sums = stackalloc double[TaskColumns];
        new Span<double>(sums, TaskColumns).Clear();
        nint at = first;
        for (var row = 0; row < rows; row++, at += columns)
        {
            for (var c = 0; c < count; c++)
                sums[c] += (double)a[at + c] * b[at + c];
        }

        Store(sums, target + first, count);
    }

    /// <summary>target[c] = sum of a[row, c] s[row, c / group]: one factor for each <paramref name="group"/> columns of a
    /// row.</summary>
    public static void OfScaled(int task, float* a, float* s, int rows, int columns, int group, float* target)
    {
        var (first, count) = Place(task, columns);
        var sums = stackalloc double[TaskColumns];
        new Span<double>(sums, TaskColumns).Clear();
        var groups = columns / group;
        nint at = first;
        for (var row = 0; row < rows; row++, at += columns, s += groups)
        {
            for (var c = 0; c < count; c++)
                sums[c] += (double)a[at + c] * s[(first + c) / group];
        }

        Store(sums, target + first, count);
    }

    private static (int First, int Count) Place(int task, int columns) =>
        (task * TaskColumns, Math.Min(TaskColumns, columns - task * TaskColumns));

    private static void Store(double* sums, float* target, int count)
    {
        for (var c = 0; c < count; c++)
            target[c] = (float)sums[c];
    }
}
