namespace Redshift;

/// <summary>How files of Gaia spectra become a catalogue of survey gaia.</summary>
public sealed class GaiaFilesOptions
{
    /// <summary>
    /// The folder with the basis matrices that GaiaXPy ships (<c>bp…_bases.csv</c> and <c>rp…_bases.csv</c>); continuous
    /// spectra need it. Default: null.
    /// </summary>
    public string? BasesFolder { get; set; }

    /// <summary>
    /// The sampling of GaiaXPy's <c>convert</c> output, as GaiaXPy writes it beside: a CSV file with a column <c>pos</c>.
    /// Default: null, GaiaXPy's own of 600 points from 0 to 60.
    /// </summary>
    public string? SamplingFile { get; set; }

    /// <summary>
    /// A full instrument table (wavelength, pseudo-wavelengths) that places the samples, instead of the four numbers
    /// built in. Default: null.
    /// </summary>
    public string? InstrumentFile { get; set; }

    /// <summary>
    /// A catalogue (CSV, ECSV or FITS) whose redshifts are joined by position in the sky; they take the place of
    /// redshifts in the spectra's files. Default: null.
    /// </summary>
    public string? CrossmatchFile { get; set; }

    /// <summary>The farthest separation of a match in arcseconds, above 0 to 3600. Default: 1.5.</summary>
    public double RadiusArcseconds { get; set; } = 1.5;

    /// <summary>The catalogue's column of right ascensions in degrees. Default: ra.</summary>
    public string CrossmatchRa { get; set; } = "ra";

    /// <summary>The catalogue's column of declinations in degrees. Default: dec.</summary>
    public string CrossmatchDec { get; set; } = "dec";

    /// <summary>The catalogue's column of redshifts. Default: null, <c>redshift</c> or else <c>z</c>.</summary>
    public string? CrossmatchRedshift { get; set; }

    /// <summary>
    /// A table (CSV, ECSV or FITS) with <c>source_id</c>, <c>ra</c> and <c>dec</c> (degrees) for spectra whose files lack
    /// positions, as Gaia's XP_CONTINUOUS files do. Held in memory. Default: null.
    /// </summary>
    public string? PositionsFile { get; set; }

    /// <summary>Whether sources without a match are left out; otherwise their redshift is blank. Default: false.</summary>
    public bool MatchedOnly { get; set; }

    /// <summary>What to do with a row that cannot be converted. Default: <see cref="BadRow.Error"/>.</summary>
    public BadRow OnBadRow { get; set; } = BadRow.Error;

    /// <summary>Worker threads, at least 1. Default: the number of processors. Results do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;
}

/// <summary>What came of joining redshifts by position.</summary>
/// <param name="Objects">Objects with a redshift in the second catalogue.</param>
/// <param name="WithoutRedshift">Its rows without one, left out.</param>
/// <param name="SkippedCount">Its rows at fault, left out.</param>
/// <param name="Skipped">One line for each of the first of them.</param>
/// <param name="Matched">Sources with an object within the radius.</param>
/// <param name="Unmatched">Sources without.</param>
/// <param name="Ambiguous">Sources with several; the nearest was taken.</param>
/// <param name="Duplicates">Sources whose object an earlier source had got already.</param>
public sealed record CrossmatchSummary(
    int Objects,
    long WithoutRedshift,
    long SkippedCount,
    IReadOnlyList<string> Skipped,
    long Matched,
    long Unmatched,
    long Ambiguous,
    long Duplicates);

/// <summary>What came of preparing files of Gaia spectra.</summary>
/// <param name="Files">Files read.</param>
/// <param name="Rows">Rows read, those left out included.</param>
/// <param name="Written">Spectra written.</param>
/// <param name="SkippedCount">Rows left out because they could not be converted.</param>
/// <param name="Skipped">One line for each of the first of them.</param>
/// <param name="Crossmatch">The join by position; null where none was asked for.</param>
public sealed record GaiaFilesSummary(
    int Files, long Rows, long Written, long SkippedCount, IReadOnlyList<string> Skipped, CrossmatchSummary? Crossmatch);
