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
    /// <c>sigma</c>, <c>q025</c>, <c>q16</c>, <c>q50</c>, <c>q84</c>, <c>q975</c>, <c>redshift_mode</c> and <c>redshift_best</c>; where the
    /// recipe asks for them <c>interval_low</c> and <c>interval_high</c>, and <c>flags</c>; of other targets that it has
    /// <c>star_probability</c>, <c>spectral_type</c> and <c>stellar_mass</c>, with <c>_sigma</c> where they have a width; on request
    /// <c>redshift_mc_sigma</c> and the like of the targets. The output appears when it is whole.
    /// </summary>
    /// <param name="estimator">A trained estimator.</param>
    /// <param name="input">The catalogue.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="survey">The catalogue's layout; null: the estimator's survey.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="progress">Told the number of objects done and the share of the file read (0 to 1).</param>
    /// <param name="densities">
    /// A file for p(z) in 120 bytes an object, where the recipe's head gives it: a NumPy array (<c>.npy</c>) of 16-bit floats,
    /// one row an object in the same order, with the quantiles at <see cref="CompactDensity.Levels"/>. Null: none.
    /// </param>
    /// <param name="monteCarlo">As <see cref="PredictionOptions.MonteCarlo"/>; 0: none.</param>
    /// <param name="cancellationToken">Stops between two chunks; nothing is left behind.</param>
    /// <exception cref="RedshiftException">The input or the output is at fault; no output is left.</exception>
    /// <exception cref="ArgumentException">An output is the catalogue itself, or the two are one file.</exception>
    public static PredictionSummary Write(
        IEstimator estimator,
        string input,
        string output,
        Survey? survey = null,
        CatalogueOptions? options = null,
        IProgress<(long Count, double Share)>? progress = null,
        string? densities = null,
        int monteCarlo = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        CheckApart(output, nameof(output), input, "the catalogue");
        if (densities is not null)
        {
            CheckApart(densities, nameof(densities), input, "the catalogue");
            CheckApart(densities, nameof(densities), output, "the predictions");
            if (estimator is RecipeEstimator { HasDensities: false })
            {
                throw new RedshiftException(
                    $"{estimator.Name}: expected a recipe whose head gives p(z) (gaussian, mixture or binned), found one that gives a redshift alone");
            }
        }

        PredictionSummary? summary = null;
        using var stream = InputFile.Open(input, "a catalogue");
        using var reader = new CatalogueReader(stream, input, (survey ?? estimator.Survey).Core, (options ?? new CatalogueOptions()).ToCore(0));
        OutputFile.Write(output, target =>
        {
            if (densities is null)
            {
                summary = WriteChunks(estimator, reader, stream, target, null, monteCarlo, progress, cancellationToken);
                return;
            }

            OutputFile.Write(densities, array =>
            {
                var rows = new HalfArrayFile(array, CompactDensity.Count);
                summary = WriteChunks(estimator, reader, stream, target, rows, monteCarlo, progress, cancellationToken);
                rows.Finish();
            });
        });
        return summary!;
    }

    private static void CheckApart(string file, string parameter, string other, string what)
    {
        if (Path.GetFullPath(file) == Path.GetFullPath(other))
        {
            throw new ArgumentException($"expected an output file other than {what}, found {file}", parameter);
        }
    }

    private static PredictionSummary WriteChunks(
        IEstimator estimator,
        CatalogueReader reader,
        FileStream stream,
        Stream target,
        HalfArrayFile? densities,
        int monteCarlo,
        IProgress<(long Count, double Share)>? progress,
        CancellationToken cancellation)
    {
        long count = 0, skipped = 0;
        var skippedRows = new List<string>();
        var headed = false;
        PredictionColumns columns = default;
        var writer = new CsvWriter(target);
        var options = new PredictionOptions { Densities = densities is not null, MonteCarlo = monteCarlo };

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
                var predictions = estimator.Predict(new Catalogue(chunk), options);
                if (!headed && chunk.Count > 0)
                {
                    headed = true;
                    columns = PredictionColumns.Of(ids, truth, predictions[0], (estimator as RecipeEstimator)?.Record.Targets ?? []);
                    writer.Header(string.Join(',', columns.Header));
                }

                for (var i = 0; i < predictions.Length; i++)
                {
                    columns.Write(writer, predictions[i], truth ? chunk.Redshift[i] : double.NaN);
                    writer.EndRow();
                    densities?.Add(predictions[i].Density!.Quantiles);
                }

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
}
