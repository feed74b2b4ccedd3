using Redshift.Core.Catalogues;

namespace Redshift;

/// <summary>Redshifts of a second catalogue, joined by position in the sky. Used by one thread.</summary>
internal sealed class Crossmatch
{
    private readonly SkyCatalogue catalogue;
    private readonly SkyIndex index;
    private readonly IReadOnlyDictionary<string, (double Ra, double Dec)>? positions;
    private readonly string? positionsFile;
    private readonly double radius;
    private readonly bool[] taken;
    private long matched;
    private long unmatched;
    private long ambiguous;
    private long duplicates;

    private Crossmatch(SkyCatalogue catalogue, GaiaFilesOptions options, IReadOnlyDictionary<string, (double Ra, double Dec)>? positions)
    {
        this.catalogue = catalogue;
        this.positions = positions;
        positionsFile = options.PositionsFile;
        index = new SkyIndex(catalogue.Ra, catalogue.Dec);
        radius = options.RadiusArcseconds;
        taken = new bool[catalogue.Ra.Length];
    }

    /// <summary>Whether positions come from a file of their own.</summary>
    public bool HasPositions => positions is not null;

    /// <summary>What came of it so far.</summary>
    public CrossmatchSummary Summary => new(
        index.Count,
        catalogue.WithoutRedshift,
        catalogue.SkippedCount,
        catalogue.Skipped.Select(e => e.ToString()).ToArray(),
        matched,
        unmatched,
        ambiguous,
        duplicates);

    /// <summary>Reads the catalogue that the options name; null where they name none.</summary>
    /// <exception cref="RedshiftException">It is at fault.</exception>
    public static Crossmatch? Load(GaiaFilesOptions options, CancellationToken cancellation)
    {
        if (options.CrossmatchFile is not { } file)
        {
            return null;
        }

        var reading = new SkyCatalogueOptions(
            options.CrossmatchRa,
            options.CrossmatchDec,
            options.CrossmatchRedshift ?? "",
            options.OnBadRow == BadRow.Skip ? OnBadRow.Skip : OnBadRow.Error);
        var catalogue = TableFile.Read(file, "a catalogue", stream => SkyCatalogueModule.read(reading, file, stream));
        cancellation.ThrowIfCancellationRequested();
        var positions = options.PositionsFile is { } places
            ? TableFile.Read(places, "a table of positions", stream => SkyCatalogueModule.readPositions(places, stream))
            : null;
        cancellation.ThrowIfCancellationRequested();
        return new Crossmatch(catalogue, options, positions);
    }

    /// <summary>What is wrong with a source's position; null where nothing is.</summary>
    public CatalogueError? FaultOf(string source, GaiaXpRow row)
    {
        var (ra, dec) = PositionOf(row);
        var known = positions is null || positions.ContainsKey(row.SourceId);
        if (!known)
        {
            return CatalogueErrorModule.ofCell(source, row.Line, "source_id", $"a source of {positionsFile}", row.SourceId);
        }

        return ra is not (>= -360.0 and <= 360.0)
            ? CatalogueErrorModule.ofCell(source, row.Line, "ra", "degrees from -360 to 360", Shown(ra))
            : dec is not (>= -90.0 and <= 90.0)
                ? CatalogueErrorModule.ofCell(source, row.Line, "dec", "degrees from -90 to 90", Shown(dec))
                : null;
    }

    /// <summary>The redshift of the nearest object within the radius; NaN where there is none. The source's position is sound.</summary>
    public double RedshiftOf(GaiaXpRow row)
    {
        var (ra, dec) = PositionOf(row);
        var match = index.Nearest(ra, dec, radius);
        if (match.Index < 0)
        {
            unmatched++;
            return double.NaN;
        }

        matched++;
        ambiguous += match.Count > 1 ? 1 : 0;
        duplicates += taken[match.Index] ? 1 : 0;
        taken[match.Index] = true;
        return catalogue.Redshift[match.Index];
    }

    private static string Shown(double degrees) => double.IsNaN(degrees) ? "nothing" : FormattableString.Invariant($"{degrees}");

    private (double Ra, double Dec) PositionOf(GaiaXpRow row) =>
        positions is null ? (row.Ra, row.Dec) : positions.GetValueOrDefault(row.SourceId, (double.NaN, double.NaN));
}
