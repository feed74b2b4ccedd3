namespace Redshift.Engine.Simd;

/// <summary>The left-hand side of a product and where the result goes.</summary>
internal unsafe struct ProductArguments
{
    public float* A;

    /// <summary>From a row of A to the next; 1 for a transposed A. Rows may overlap: a convolution's do.</summary>
    public nint RowStep;

    /// <summary>From one depth to the next in a transposed A.</summary>
    public nint DepthStep;

    /// <summary>From a group of depths to the next in a transposed A.</summary>
    public nint GroupStep;

    /// <summary>Groups of depths in a transposed A.</summary>
    public int Groups;

    /// <summary>Depths in all, or in a group of a transposed A.</summary>
    public int Depth;

    /// <summary>Rows of the result.</summary>
    public int Rows;

    /// <summary>Where the sums start, by column of the whole result; null: at zero.</summary>
    public float* Bias;

    /// <summary>The result's column 0.</summary>
    public float* C;

    /// <summary>From a row of the result to the next.</summary>
    public nint CStep;
}

/// <summary>Products with a packed right-hand side, one panel of columns at a time.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Depths after which the sums rest in memory, so that the part of the panel in use stays in the first
    /// cache.</summary>
    private const int DepthBlock = 128;

    /// <summary>C's columns of one panel: bias + A B.</summary>
    public static void Multiply(in ProductArguments product, Panels b, int panel)
    {
        var columns = b.ColumnsOf(panel);
        var vectors = b.VectorsOf(panel);
        var width = vectors * Kernels.Width;
        var whole = columns == width;
        var block = whole ? DepthBlock : product.Depth;
        var c = product.C + (nint)panel * Kernels.PanelColumns;
        var start = stackalloc float[Kernels.PanelColumns];
        CopyBias(product.Bias, panel, columns, width, start);
        var tile = new TileArguments { RowStep = product.RowStep, Groups = 1 };
        for (var depth = 0; depth < product.Depth; depth += block)
        {
            tile.Depth = Math.Min(block, product.Depth - depth);
            tile.B = b[panel] + (nint)depth * width;
            for (var row = 0; row < product.Rows; row += Kernels.MaxRows)
            {
                var rows = Math.Min(Kernels.MaxRows, product.Rows - row);
                tile.A = product.A + row * product.RowStep + depth;
                tile.C = c + row * product.CStep;
                tile.CStep = product.CStep;
                tile.Initial = depth == 0 ? start : tile.C;
                tile.InitialStep = depth == 0 ? 0 : tile.CStep;
                Run(transposed: false, rows, vectors, columns, whole, &tile);
            }
        }
    }

    /// <summary>C's columns of one panel for a transposed A: the sum over all groups and depths, in their
    /// order.</summary>
    /// <param name="product">The left-hand side and the result; <c>A</c> and <c>C</c> at row 0.</param>
    /// <param name="b">The right-hand side, groups x depth rows.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row after the last.</param>
    public static void MultiplyTransposed(in ProductArguments product, Panels b, int panel, int first, int last)
    {
        var columns = b.ColumnsOf(panel);
        var vectors = b.VectorsOf(panel);
        var width = vectors * Kernels.Width;
        var whole = columns == width;
        var block = whole ? Math.Max(1, DepthBlock / product.Depth) : product.Groups;
        var c = product.C + (nint)panel * Kernels.PanelColumns;
        var start = stackalloc float[Kernels.PanelColumns];
        CopyBias(null, panel, columns, width, start);
        var tile = new TileArguments
        {
            RowStep = 1, DepthStep = product.DepthStep, GroupStep = product.GroupStep, Depth = product.Depth,
        };
        for (var group = 0; group < product.Groups; group += block)
        {
            tile.Groups = Math.Min(block, product.Groups - group);
            tile.B = b[panel] + (nint)group * product.Depth * width;
            for (var row = first; row < last; row += Kernels.MaxRows)
            {
                var rows = Math.Min(Kernels.MaxRows, last - row);
                tile.A = product.A + row * product.RowStep + group * product.GroupStep;
                tile.C = c + row * product.CStep;
                tile.CStep = product.CStep;
                tile.Initial = group == 0 ? start : tile.C;
                tile.InitialStep = group == 0 ? 0 : tile.CStep;
                Run(transposed: true, rows, vectors, columns, whole, &tile);
            }
        }
    }

    /// <summary>The sum of a panel's rows, in order: a product with ones.</summary>
    /// <param name="b">The packed rows.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="one">Where a 1 stands.</param>
    /// <param name="sums">Column 0 of all sums.</param>
    public static void SumColumns(Panels b, int panel, int rows, float* one, float* sums)
    {
        var product = new ProductArguments { A = one, Groups = 1, Depth = rows, C = sums };
        MultiplyTransposed(product, b, panel, 0, 1);
    }

    /// <summary>The sums start from whole vectors, so the bias is copied beside zeros.</summary>
    private static void CopyBias(float* bias, int panel, int columns, int width, float* start)
    {
        new Span<float>(start, width).Clear();
        if (bias != null)
            Elementwise.Copy(bias + panel * Kernels.PanelColumns, start, columns);
    }

    /// <summary>One tile; where the panel's last vector is part filling, by way of a tile of its own.</summary>
    private static void Run(bool transposed, int rows, int vectors, int columns, bool whole, TileArguments* tile)
    {
        if (whole)
        {
            Kernels.Multiply(transposed, rows, vectors, tile);
            return;
        }

        var width = vectors * Kernels.Width;
        var scratch = stackalloc float[Kernels.MaxRows * Kernels.PanelColumns];
        var target = tile->C;
        var step = tile->CStep;
        tile->C = scratch;
        tile->CStep = width;
        Kernels.Multiply(transposed, rows, vectors, tile);
        for (var row = 0; row < rows; row++)
            Elementwise.Copy(scratch + row * width, target + row * step, columns);
    }
}
