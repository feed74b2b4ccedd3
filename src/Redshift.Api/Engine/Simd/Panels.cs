namespace Redshift.Engine.Simd;

/// <summary>The right-hand side of a matrix product, cut into panels of as many columns as a tile has. A panel's rows
/// follow
/// one another; the last panel is filled up with zeros to whole vectors.</summary>
internal sealed unsafe class Panels : IDisposable
{
    private readonly AlignedBuffer buffer;

    /// <param name="depth">The most rows.</param>
    /// <param name="columns">Columns.</param>
    public Panels(int depth, int columns)
    {
        Depth = depth;
        Columns = columns;
        Count = (columns + Kernels.PanelColumns - 1) / Kernels.PanelColumns;
        buffer = new AlignedBuffer((long)Count * Kernels.PanelColumns * depth);
    }

    public int Depth { get; }

    public int Columns { get; }

    /// <summary>How many panels there are.</summary>
    public int Count { get; }

    /// <summary>A panel's first row.</summary>
    public float* this[int panel] => buffer.Start + (nint)panel * Kernels.PanelColumns * Depth;

    /// <summary>Columns of a panel that are not filling.</summary>
    public int ColumnsOf(int panel) => Math.Min(Kernels.PanelColumns, Columns - panel * Kernels.PanelColumns);

    /// <summary>Vectors of a panel's rows.</summary>
    public int VectorsOf(int panel) => Kernels.VectorsFor(ColumnsOf(panel));

    /// <summary>Packs rows into one panel.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="row">The panel's row where the first goes.</param>
    /// <param name="source">The first row's column 0.</param>
    /// <param name="step">From a row of the source to the next.</param>
    /// <param name="rows">How many rows.</param>
    public void Pack(int panel, int row, float* source, nint step, int rows)
    {
        var width = VectorsOf(panel) * Kernels.Width;
        var columns = ColumnsOf(panel);
        var target = this[panel] + (nint)row * width;
        source += (nint)panel * Kernels.PanelColumns;
        for (var i = 0; i < rows; i++, source += step, target += width)
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
    }

    /// <summary>Packs one panel of the kernel that carries gradients back: B[(k, f), c] = W[kernel - 1 - k, c,
    /// f].</summary>
    /// <param name="panel">The panel: a range of channels c.</param>
    /// <param name="weights">W [kernel x channels x filters].</param>
    /// <param name="kernel">Positions.</param>
    /// <param name="filters">Filters f.</param>
    public void PackFlipped(int panel, float* weights, int kernel, int filters)
    {
        const int Block = 16; // a line of the cache
        var width = VectorsOf(panel) * Kernels.Width;
        var columns = ColumnsOf(panel);
        for (var k = 0; k < kernel; k++)
        {
            var source = weights + ((nint)(kernel - 1 - k) * Columns + panel * Kernels.PanelColumns) * filters;
            var target = this[panel] + (nint)k * filters * width;
            for (var first = 0; first < filters; first += Block)
            {
                var last = Math.Min(first + Block, filters);
                Transposition.Transpose(
                    source + first, filters, columns, last - first, target + (nint)first * width, width);
            }
        }
    }

    public void Dispose() => buffer.Dispose();
}
