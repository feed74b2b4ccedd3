namespace Redshift.Engine.Simd;

/// <summary>What both ways through a minimal-filtering convolution share: the tiles, and the two arrays at the 8
/// points.</summary>
internal sealed unsafe class FilterPlan : IDisposable
{
    /// <summary>Rows of a group's products: few enough to stay in the second cache, many enough to reuse the
    /// weights.</summary>
    private const int GroupRows = 16 * Kernels.MaxRows;

    /// <summary>Between points, so that their rows do not meet in the cache's sets.</summary>
    private const int Gap = 80;

    private readonly AlignedBuffer signal;
    private readonly AlignedBuffer room;

    public FilterPlan(ConvPlan plan, in NodePlace place)
    {
        Shared = !place.Training && place.Capacity > 1;
        Results = MinimalFiltering.Results(plan.Kernel);
        Tiles = MinimalFiltering.Tiles(plan.Windows, plan.Kernel);
        SignalStep = (nint)place.Capacity * Tiles * plan.Channels + Gap;
        signal = new AlignedBuffer(MinimalFiltering.Points * (long)SignalStep);
        var rows = Shared ? Math.Min(place.Capacity, MostObjects) * Tiles : place.Capacity * Tiles;
        PointStep = (nint)rows * Kernels.PanelColumns + Gap;
        PanelStep = MinimalFiltering.Points * PointStep;
        room = new AlignedBuffer((Shared ? 1 : plan.Filters / Kernels.PanelColumns) * (long)PanelStep);
    }

    /// <summary>Whether there is room for the results of one task alone.</summary>
    public bool Shared { get; }

    /// <summary>Results of a tile.</summary>
    public int Results { get; }

    /// <summary>Tiles of an object.</summary>
    public int Tiles { get; }

    /// <summary>The signal at the points: [points x (objects x tiles) x channels].</summary>
    public float* Signal => signal.Start;

    /// <summary>From a point of the signal to the next.</summary>
    public nint SignalStep { get; }

    /// <summary>The results at the points, and in training then their gradient: [panels x points x (objects x tiles) x
    /// panel's columns]; when predicting, of one panel and group.</summary>
    /// <summary>From a point of the results to the next.</summary>
    public nint PointStep { get; }

    /// <summary>From a panel of the results to the next.</summary>
    public nint PanelStep { get; }

    private int MostObjects => Math.Max(1, GroupRows / Tiles);

    /// <summary>A row of a panel's results at point 0.</summary>
    public float* Room(int panel, int row) =>
        Shared ? room.Start : room.Start + panel * PanelStep + (nint)row * Kernels.PanelColumns;

    /// <summary>Objects in a task, such that all threads have some.</summary>
    public int GroupSize(int count, int columns, Team team)
    {
        var panels = columns / Kernels.PanelColumns;
        var groups = Math.Max((count + MostObjects - 1) / MostObjects, (4 * team.Size + panels - 1) / panels);
        return team.Size == 1 ? MostObjects : (count + groups - 1) / groups;
    }

    public void Dispose()
    {
        signal.Dispose();
        room.Dispose();
    }
}

/// <summary>A product at one point for one panel: C = A B, A's depths in groups.</summary>
internal unsafe struct PointProduct
{
    /// <summary>Depths after which the sums rest in memory, so that the part of B in use stays near.</summary>
    private const int DepthBlock = 256;

    public float* A;
    public nint RowStep;
    public int Groups;
    public nint GroupStep;
    public int Rows;
    public float* B;
    public float* C;
    public nint CStep;

    /// <summary>Computes it.</summary>
    public readonly void Run()
    {
        var width = Kernels.PanelColumns;
        var block = Math.Max(1, DepthBlock / width);
        var start = stackalloc float[width];
        new Span<float>(start, width).Clear();
        var tile = new TileArguments { RowStep = RowStep, GroupStep = GroupStep, Depth = width, CStep = CStep };
        for (var group = 0; group < Groups; group += block)
        {
            tile.Groups = Math.Min(block, Groups - group);
            tile.B = B + (nint)group * width * width;
            for (var row = 0; row < Rows; row += Kernels.MaxRows)
            {
                tile.A = A + row * RowStep + group * GroupStep;
                tile.C = C + row * CStep;
                tile.Initial = group == 0 ? start : tile.C;
                tile.InitialStep = group == 0 ? 0 : CStep;
                var rows = Math.Min(Kernels.MaxRows, Rows - row);
                Kernels.Multiply(transposed: false, rows, Kernels.MaxVectors, &tile);
            }
        }
    }
}
