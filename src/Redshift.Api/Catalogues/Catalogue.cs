using Redshift.Core.Catalogues;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>What to do with a row that cannot be read.</summary>
public enum BadRow
{
    /// <summary>Stop with an error that says where the row is. The default.</summary>
    Error,

    /// <summary>Leave the row out, count and list it.</summary>
    Skip,
}

/// <summary>How a catalogue is read.</summary>
public sealed class CatalogueOptions
{
    /// <summary>What to do with a row that cannot be read. Default: <see cref="BadRow.Error"/>.</summary>
    public BadRow OnBadRow { get; set; } = BadRow.Error;

    /// <summary>Whether every row must have a redshift, as training and evaluation need. Default: false.</summary>
    public bool RequireRedshift { get; set; }

    /// <param name="linesExpected">How many lines the file seems to have; 0: unknown.</param>
    internal ReadOptions ToCore(int linesExpected) => new(
        OnBadRow == BadRow.Skip ? Core.Catalogues.OnBadRow.Skip : Core.Catalogues.OnBadRow.Error,
        RequireRedshift,
        ReadOptions.Default.MostListed,
        ReadOptions.Default.LongestLine,
        linesExpected);
}

/// <summary>Objects in memory: their samples as 32-bit floats, redshifts where known, ids where the survey has them. Immutable.</summary>
public sealed class Catalogue
{
    internal Catalogue(CoreCatalogue core, string? sha256 = null)
    {
        Core = core;
        Sha256 = sha256;
    }

    internal CoreCatalogue Core { get; }

    /// <summary>The same objects, corrected for the dust of our Galaxy where the survey says how; itself where it does not.</summary>
    /// <exception cref="RedshiftException">The file lacks E(B-V), or an object has none.</exception>
    internal Catalogue WithoutExtinction() => Core.Survey.Extinction is null
        ? this
        : new Catalogue(Redshift.Core.Photometry.CataloguePhotometry.correctExtinction(Core).OrThrow(), Sha256);

    /// <summary>SHA-256 of the file it was read from, in hexadecimal; null where it came from memory.</summary>
    public string? Sha256 { get; }

    /// <summary>The file or other origin.</summary>
    public string Source => Core.Source;

    /// <summary>Number of objects.</summary>
    public int Count => Core.Count;

    /// <summary>Spectroscopic redshifts, one an object, NaN where unknown; empty where the catalogue has none.</summary>
    public IReadOnlyList<double> Redshifts => Core.Redshift;

    /// <summary>Ids as text, one an object; empty where the catalogue has none.</summary>
    public IReadOnlyList<string> Ids => Core.Ids;

    /// <summary>How many rows were left out because they could not be read.</summary>
    public int SkippedCount => Core.SkippedCount;

    /// <summary>One line for each of them, the first thousand at most.</summary>
    public IReadOnlyList<string> Skipped => Core.Skipped.Select(e => e.ToString()).ToArray();

    /// <summary>One object's samples in the survey's order and unit; NaN where not observed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such object.</exception>
    public ReadOnlySpan<float> Samples(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Core.Samples.AsSpan(index * Core.SampleCount, Core.SampleCount);
    }

    /// <summary>Reads a catalogue file.</summary>
    /// <param name="path">A text file: comma, semicolon, tab or spaces; with or without a header.</param>
    /// <param name="survey">Its layout.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RedshiftException">The file is not such a catalogue: <c>FILE:LINE:COLUMN: expected …, found …</c>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Catalogue Load(
        string path, Survey survey, CatalogueOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(survey);
        using var file = InputFile.Open(path, "a catalogue");
        var lines = LinesOf(file, survey);
        using var stream = new HashingStream(file, cancellationToken);
        var core = CatalogueModule.read((options ?? new CatalogueOptions()).ToCore(lines), path, stream, survey.Core).OrThrow();
        return new Catalogue(core, stream.Sha256);
    }

    /// <summary>As a hint; a fault of the medium is told where the file is read in earnest.</summary>
    private static int LinesOf(FileStream file, Survey survey)
    {
        try
        {
            return InputFile.CountLines(file, survey.SampleCount);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>A catalogue from arrays. They are not copied, since they may be large: do not change them afterwards.</summary>
    /// <param name="survey">The layout.</param>
    /// <param name="samples">[objects x samples], row-major, in the survey's order and unit; NaN where not observed.</param>
    /// <param name="redshifts">One an object, or null where unknown.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a number is infinite.</exception>
    public static Catalogue FromArrays(Survey survey, float[] samples, double[]? redshifts = null)
    {
        ArgumentNullException.ThrowIfNull(survey);
        ArgumentNullException.ThrowIfNull(samples);
        var count = samples.Length / survey.SampleCount;
        if (count * survey.SampleCount != samples.Length)
        {
            throw new ArgumentException($"expected a multiple of {survey.SampleCount} samples, found {samples.Length}", nameof(samples));
        }

        if (redshifts is not null && redshifts.Length != count)
        {
            throw new ArgumentException($"expected {count} redshifts, found {redshifts.Length}", nameof(redshifts));
        }

        if (samples.AsSpan().ContainsAny(float.PositiveInfinity, float.NegativeInfinity)
            || redshifts.AsSpan().ContainsAny(double.PositiveInfinity, double.NegativeInfinity))
        {
            throw new ArgumentException("expected finite numbers, or NaN where unknown, found an infinite one");
        }

        return new Catalogue(CatalogueModule.ofArrays("memory", survey.Core, samples, redshifts ?? []));
    }
}
