using Redshift.Core.Catalogues;
using Redshift.Core.Frames;
using Redshift.ModelFiles;

namespace Redshift;

/// <summary>How missing magnitudes of a file are inferred.</summary>
public sealed class ImputationOptions
{
    /// <summary>
    /// What to do with a row that cannot be read, or of whose bands none was observed. Default: <see cref="BadRow.Error"/>;
    /// <see cref="BadRow.Skip"/> leaves such rows out of the output.
    /// </summary>
    public BadRow OnBadRow { get; set; } = BadRow.Error;

    /// <summary>
    /// Whether saturated cells are inferred too. Default: false, they stay as they are: such an object is brighter than its
    /// image could tell, and nothing says by how much.
    /// </summary>
    public bool ImputeSaturated { get; set; }

    /// <summary>
    /// The file for the list of inferred cells; null: the output's name with <c>.cells.csv</c> in place of its extension.
    /// Default: null.
    /// </summary>
    public string? CellsFile { get; set; }
}

/// <summary>What became of a file whose missing magnitudes were inferred.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="CompleteRows">Rows with every band, from which the mean colours are.</param>
/// <param name="NotObserved">Cells inferred that were not observed.</param>
/// <param name="NotDetected">Cells inferred that were not detected.</param>
/// <param name="Saturated">Cells inferred that were saturated.</param>
/// <param name="SaturatedKept">Saturated cells that stand as they were.</param>
/// <param name="CellsFile">The file with the list of inferred cells.</param>
/// <param name="SkippedCount">Rows left out.</param>
/// <param name="Skipped">One line for each of the first of them.</param>
public sealed record ImputationSummary(
    long Rows,
    long CompleteRows,
    long NotObserved,
    long NotDetected,
    long Saturated,
    long SaturatedKept,
    string CellsFile,
    long SkippedCount,
    IReadOnlyList<string> Skipped)
{
    /// <summary>All cells inferred.</summary>
    public long Cells => NotObserved + NotDetected + Saturated;
}

/// <summary>
/// Missing magnitudes inferred from mean colours: a band's magnitude is that of its nearest observed neighbours, one on each
/// side, plus the mean magnitude differences over the file's complete rows, averaged where both sides have one. A band that
/// was not detected is held no brighter than its limit, where the survey gives one.
/// </summary>
public static class CatalogueImputation
{
    /// <summary>
    /// Writes a catalogue file once more with its missing magnitudes inferred and all else as it was (lines end in LF), and
    /// beside it the list of inferred cells: <c>row</c> (0-based in the input), <c>id</c> where the catalogue has them,
    /// <c>column</c>, <c>state</c> (not_observed, not_detected or saturated) and <c>value</c>. The files appear when they are
    /// whole. Where a survey's limits stand in error columns or are marked by them, the error of an inferred cell becomes a
    /// code for missing.
    /// </summary>
    /// <param name="input">The catalogue; it is read twice.</param>
    /// <param name="survey">Its layout; its samples are magnitudes.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops while the catalogue is read; nothing is left behind.</param>
    /// <exception cref="RedshiftException">
    /// The input or an output is at fault, no row has every band, a row has none, or the samples are no magnitudes; no output
    /// is left.
    /// </exception>
    /// <exception cref="ArgumentException">Two of the files are the same.</exception>
    public static ImputationSummary Complete(
        string input, Survey survey, string output, ImputationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(survey);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new ImputationOptions();
        var cellsFile = options.CellsFile ?? Path.ChangeExtension(output, ".cells.csv");
        CheckApart([input, output, cellsFile]);
        if (!survey.Core.Kind.IsMagnitude)
        {
            throw new RedshiftException($"survey {survey.Name}: expected magnitudes to impute, found {survey.Core.Unit}");
        }

        var reading = new CatalogueOptions { OnBadRow = options.OnBadRow };
        var catalogue = Catalogue.Load(input, survey, reading, cancellationToken);
        var core = catalogue.Core;
        var fitted = ImputationModule.fit(core.SampleCount, core.Samples, Enumerable.Range(0, core.Count).ToArray()).OrThrow(input);
        Completed? completed = null;
        OutputFile.Write(output, stream =>
        {
            completed = CompletedCsv.write(
                fitted, options.ImputeSaturated, reading.ToCore(0), core, () => InputFile.Open(input, "a catalogue"), stream).OrThrow();
            cancellationToken.ThrowIfCancellationRequested();
            OutputFile.Write(cellsFile, cells => WriteCells(core, completed.Cells, cells));
        });
        long Count(SampleState state) => completed!.Cells.LongCount(cell => cell.State == state);
        return new ImputationSummary(
            completed!.Rows,
            fitted.CompleteRows,
            Count(SampleState.NotObserved),
            Count(SampleState.NotDetected),
            Count(SampleState.Saturated),
            completed.SaturatedKept,
            cellsFile,
            catalogue.SkippedCount + completed.SkippedCount,
            catalogue.Skipped.Concat(completed.Skipped.Select(e => e.ToString())).ToArray());
    }

    private static void CheckApart(string[] files)
    {
        if (files.Select(Path.GetFullPath).Distinct().Count() < files.Length)
        {
            throw new ArgumentException($"expected three different files, found {string.Join(", ", files)}", nameof(files));
        }
    }

    private static void WriteCells(Core.Catalogues.Catalogue catalogue, ImputedSample[] cells, Stream stream)
    {
        var hasIds = catalogue.Ids.Length > 0;
        var writer = new CsvWriter(stream);
        writer.Header(hasIds ? "row,id,column,state,value" : "row,column,state,value");
        foreach (var cell in cells)
        {
            writer.Number(catalogue.RowNumbers[cell.Row]);
            if (hasIds)
            {
                writer.Text(catalogue.Ids[cell.Row]);
            }

            writer.Text(catalogue.Survey.Samples[cell.Sample].Column);
            writer.Text(cell.State switch
            {
                SampleState.NotDetected => "not_detected",
                SampleState.Saturated => "saturated",
                _ => "not_observed",
            });
            writer.Number(cell.Value);
            writer.EndRow();
        }

        writer.Flush();
    }
}
