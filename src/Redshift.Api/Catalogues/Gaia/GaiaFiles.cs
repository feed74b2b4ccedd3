using Redshift.Engine;
using Redshift.ModelFiles;

namespace Redshift;

/// <summary>
/// Makes the catalogue of survey gaia from Gaia's own files: XP_CONTINUOUS coefficients (CSV, ECSV, FITS), GaiaXPy's
/// <c>convert</c> output, rows of 240 samples, or rows of 186 already made.
/// </summary>
public static class GaiaFiles
{
    /// <summary>
    /// Converts files one after the other, row by row, into one CSV file:
    /// <c>source_id,redshift,flux_0,…,flux_185,flux_error_0,…,flux_error_185</c> (e-/s per sample), without the parts that
    /// the first file has not. The output appears when it is whole; it does not depend on the number of threads. Memory:
    /// some tens of bytes for each source read, and the second catalogue.
    /// </summary>
    /// <param name="inputs">The files, at least one; compressed by gzip or not (FITS only uncompressed).</param>
    /// <param name="output">The file to write.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the number of rows read and the share of the files read (0 to 1).</param>
    /// <param name="cancellationToken">Stops between two blocks of rows; nothing is left behind.</param>
    /// <exception cref="RedshiftException">A file is at fault; no output is left.</exception>
    /// <exception cref="ArgumentException">No file, an option out of its range, or the output is one of the inputs.</exception>
    public static GaiaFilesSummary Prepare(
        IReadOnlyList<string> inputs,
        string output,
        GaiaFilesOptions? options = null,
        IProgress<(long Rows, double Share)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new GaiaFilesOptions();
        Check(inputs, output, options);
        var tools = GaiaTools.Load(options);
        var crossmatch = Crossmatch.Load(options, cancellationToken);
        GaiaFilesSummary? summary = null;
        OutputFile.Write(output, stream =>
        {
            var preparation = new GaiaPreparation(tools, options, crossmatch, stream, progress, cancellationToken);
            summary = preparation.Run(inputs);
        });
        return summary!;
    }

    private static void Check(IReadOnlyList<string> inputs, string output, GaiaFilesOptions options)
    {
        if (inputs.Count == 0)
        {
            throw new ArgumentException("expected at least one file, found none", nameof(inputs));
        }

        var target = Path.GetFullPath(output);
        if (inputs.Append(options.CrossmatchFile).Append(options.PositionsFile).Any(file => file is not null && Path.GetFullPath(file) == target))
        {
            throw new ArgumentException($"expected an output file other than the inputs, found {output}", nameof(output));
        }

        if (options.RadiusArcseconds is not (> 0.0 and <= 3600.0))
        {
            throw new ArgumentException($"expected a radius above 0 to 3600 arcseconds, found {options.RadiusArcseconds}", nameof(options));
        }

        if (options.CrossmatchFile is null && (options.MatchedOnly || options.PositionsFile is not null))
        {
            throw new ArgumentException("expected a catalogue to cross-match, found none", nameof(options));
        }

        Backends.CheckThreads(options.Threads);
    }
}
