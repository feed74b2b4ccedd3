using Redshift.Core.Catalogues;
using Redshift.ModelFiles;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>What came of predicting a file.</summary>
/// <param name="Count">Objects predicted.</param>
/// <param name="Skipped">Rows left out because they could not be read.</param>
/// <param name="SkippedRows">One line for each of the first of them.</param>
public sealed record PredictionSummary(long Count, long Skipped, IReadOnlyList<string> SkippedRows);

/// <summary>Predicts files of any length at constant memory.</summary>
public static class PredictionFile
{
    private const int ChunkRows = 4096;

    /// <summary>
    /// Predicts every row of a catalogue file and writes them as CSV in the same order: <c>row</c> (0-based), <c>id</c> and
    /// <c>redshift_true</c> where the catalogue has them, <c>redshift</c>; where the recipe's head gives p(z) also
    /// <c>sigma</c>, <c>q025</c>, <c>q16</c>, <c>q50</c>, <c>q84</c>, <c>q975</c> and <c>redshift_mode</c>. The output
    /// appears when it is whole.
    /// </summary>
    /// <param name="estimator">A trained estimator.</param>
    /// <param name="input">The catalogue.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="survey">The catalogue's layout; null: the estimator's survey.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="progress">Told the number of objects done and the share of the file read (0 to 1).</param>
    /// <param name="cancellationToken">Stops between two chunks; nothing is left behind.</param>
    /// <exception cref="RedshiftException">The input or the output is at fault; no output is left.</exception>
    /// <exception cref="ArgumentException">The output is the catalogue itself.</exception>
    public static PredictionSummary Write(
        IEstimator estimator,
        string input,
        string output,
        Survey? survey = null,
        CatalogueOptions? options = null,
        IProgress<(long Count, double Share)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        if (Path.GetFullPath(input) == Path.GetFullPath(output))
        {
            throw new ArgumentException($"expected an output file other than the catalogue, found {output}", nameof(output));
        }

        PredictionSummary? summary = null;
        using var stream = InputFile.Open(input, "a catalogue");
        using var reader = new CatalogueReader(stream, input, (survey ?? estimator.Survey).Core, (options ?? new CatalogueOptions()).ToCore(0));
        OutputFile.Write(output, target => summary = WriteChunks(estimator, reader, stream, target, progress, cancellationToken));
        return summary!;
    }

    private static PredictionSummary WriteChunks(
        IEstimator estimator,
        CatalogueReader reader,
        FileStream stream,
        Stream target,
        IProgress<(long Count, double Share)>? progress,
        CancellationToken cancellation)
    {
        long count = 0, skipped = 0;
        var skippedRows = new List<string>();
        var headed = false;
        var writer = new CsvWriter(target);

        // One chunk is read while the one before is predicted.
        (CoreCatalogue? Chunk, double Share) Read() => (
            reader.ReadChunk(ChunkRows).OrThrow()?.Value,
            stream.CanSeek && stream.Length > 0 ? (double)stream.Position / stream.Length : 0.0);

        var ahead = Task.Run(Read, CancellationToken.None);
        try
        {
            while (ahead.GetAwaiter().GetResult() is ({ } chunk, var share))
            {
                cancellation.ThrowIfCancellationRequested();
                ahead = Task.Run(Read, CancellationToken.None);
                var (ids, truth) = (chunk.Ids.Length > 0, chunk.Redshift.Length > 0);
                var predictions = estimator.Predict(new Catalogue(chunk));
                if (!headed && chunk.Count > 0)
                {
                    headed = true;
                    writer.Header(string.Join(',', PredictionColumns.Header(ids, truth, predictions[0].Uncertainty is not null)));
                }

                WriteRows(writer, predictions, ids, truth ? chunk.Redshift : null);
                count += chunk.Count;
                skipped += chunk.SkippedCount;
                skippedRows.AddRange(chunk.Skipped.Select(e => e.ToString()));
                progress?.Report((count, share));
            }
        }
        finally
        {
            // Not while the stream is being read is it closed.
            ((IAsyncResult)ahead).AsyncWaitHandle.WaitOne();
        }

        if (!headed)
        {
            writer.Header("row,redshift");
        }

        writer.Flush();
        return new PredictionSummary(count, skipped, skippedRows);
    }

    private static void WriteRows(CsvWriter writer, RedshiftPrediction[] predictions, bool ids, double[]? truth)
    {
        for (var i = 0; i < predictions.Length; i++)
        {
            writer.Number(predictions[i].Row);
            if (ids)
            {
                writer.Text(predictions[i].Id ?? "");
            }

            if (truth is not null)
            {
                if (double.IsNaN(truth[i]))
                {
                    writer.Text("");
                }
                else
                {
                    writer.Number(truth[i]);
                }
            }

            writer.Number((float)predictions[i].Redshift);
            PredictionColumns.Write(writer, predictions[i].Uncertainty);
            writer.EndRow();
        }
    }
}
