using Redshift.ModelFiles;
using Redshift.ModelFiles.Keras;
using Redshift.ModelFiles.Onnx;

namespace Redshift;

/// <summary>Runs on disk: a recipe trained on a catalogue into a folder, so that nothing is lost when the process ends early.</summary>
public static class Runs
{
    /// <summary>Whether a folder holds a run, finished or begun.</summary>
    public static bool Exists(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return RunFolder.HoldsRun(folder);
    }

    /// <summary>
    /// Trains into a folder: the plan is written first, a checkpoint and the history after each epoch, everything else at
    /// the end. With <see cref="TrainingOptions.Resume"/> a run that was interrupted goes on from its last whole epoch and
    /// ends as it would have without the interruption, bit for bit; otherwise what an older run left there is removed.
    /// </summary>
    /// <param name="estimator">An estimator from <see cref="Estimators.Create"/>; it is trained afterwards.</param>
    /// <param name="catalogue">Objects with redshifts.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="options">What to change from the recipe; its checkpoint folder is the run folder's own.</param>
    /// <param name="progress">Told as training goes on.</param>
    /// <param name="notes">Sentences for the report's head, such as that this was a short run.</param>
    /// <param name="cancellationToken">Stops between two steps; the last whole epoch is kept.</param>
    /// <exception cref="RedshiftException">The catalogue or the folder is at fault, or training went astray.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<TrainingRun> TrainAsync(
        IEstimator estimator,
        Catalogue catalogue,
        string folder,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        IReadOnlyList<string>? notes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(folder);
        if (estimator is not RecipeEstimator network)
        {
            throw new ArgumentException("expected an estimator from Estimators.Create", nameof(estimator));
        }

        options = (options ?? new TrainingOptions()).Copy();
        options.CheckpointFolder = Path.Combine(folder, RunFolder.Checkpoint);
        options.HistoryFile = Path.Combine(folder, RunFolder.History);
        void Begin(Core.Models.Recipe recipe, int epochsDone)
        {
            if (!options.Resume)
            {
                RunFolder.Clear(folder);
            }
            else if (epochsDone == 0 && RunFolder.IsFinished(folder))
            {
                throw new RedshiftException($"{folder}: expected a checkpoint to go on from, found a finished run without one; use --force to replace it");
            }

            // Until it ends a resumed run is unfinished: what its folder holds shall not contradict its checkpoint.
            RunFolder.ClearResults(folder);

            RunFolder.WritePlan(folder, recipe, network.Survey.Core);
            RunFolder.WriteNotes(folder, notes ?? []);
        }

        var run = await network.FitAsync(catalogue, options, Begin, progress, cancellationToken).ConfigureAwait(false);
        network.Notes = RunFolder.ReadNotes(folder);
        network.Save(folder);
        return run;
    }

    /// <summary>
    /// Makes a run folder from a network that Keras saved, to predict with and to be scored on a labelled catalogue. It has
    /// no test part, hence no metrics and no report of its own. What an older run left in the folder is removed.
    /// </summary>
    /// <param name="file">An HDF5 file (<c>.h5</c>) or an archive (<c>.keras</c>) of a whole model.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="options">What the file does not say; null: survey gaia, fluxes not scaled.</param>
    /// <exception cref="RedshiftException">The file is damaged or has layers that are lacking here, or the folder is at fault.</exception>
    public static KerasImportSummary ImportKeras(string file, string folder, KerasImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(folder);
        var (run, summary) = KerasImport.Read(file, options ?? new KerasImportOptions());
        using var estimator = RecipeEstimator.Of(run, 1);
        estimator.Save(folder);
        return summary;
    }

    /// <summary>
    /// Writes a run as an ONNX model (opset 17, IR version 8), preprocessing included: input <c>flux</c> [batch, samples]
    /// in the survey's unit, and <c>flux_error</c> likewise where the recipe uses errors; output <c>redshift</c> [batch].
    /// All are 32-bit floats. An object with a missing sample (NaN) gets NaN, also where the recipe would interpolate.
    /// </summary>
    /// <param name="folder">A finished run.</param>
    /// <param name="file">The file to write.</param>
    /// <exception cref="RedshiftException">The run or the place is at fault, or the network has a layer that is not exported.</exception>
    public static void ExportOnnx(string folder, string file)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(file);
        var bytes = OnnxExport.ToBytes(RunFolder.Read(folder));
        OutputFile.Write(file, stream => stream.Write(bytes.Span));
    }

    /// <summary>Whether a path is one of a run's own files, which other commands must not replace.</summary>
    public static bool Owns(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder
            && RunFolder.HoldsRun(folder)
            && RunFolder.AllFiles.Contains(Path.GetFileName(path));
    }

    /// <summary>Scores a run's own test part again and writes <c>metrics.json</c>, <c>predictions.csv</c> and <c>report.html</c>.</summary>
    /// <param name="folder">A finished run.</param>
    /// <param name="output">Where to write, not the run folder itself; null: the folder <c>evaluation</c> in the run's.</param>
    /// <exception cref="RedshiftException">The run or the output is at fault, or the run was imported and has no test part.</exception>
    public static EvaluationResult Evaluate(string folder, string? output = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var target = output ?? Path.Combine(folder, RunFolder.Evaluation);
        var record = RunFolder.Read(folder);
        if (!record.HasTest)
        {
            throw new RedshiftException(
                $"{folder}: expected a run with a test part, found an imported network, which has none; give a labelled catalogue by --data");
        }

        RunFolder.ClearEvaluation(target);
        RunFolder.WritePredictions(target, record);
        return Scoring.Write(target, record);
    }

    /// <summary>Scores a run on another catalogue with redshifts and writes <c>metrics.json</c>, <c>predictions.csv</c> and <c>report.html</c>.</summary>
    /// <param name="folder">A finished run.</param>
    /// <param name="catalogue">Objects with redshifts.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="threads">Worker threads. Null: the number of processors.</param>
    /// <exception cref="RedshiftException">The run, the catalogue or the output is at fault.</exception>
    public static EvaluationResult Evaluate(string folder, Catalogue catalogue, string output, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(output);
        using var estimator = RecipeEstimator.Load(folder, threads ?? Environment.ProcessorCount);
        var record = estimator.Score(catalogue);
        RunFolder.ClearEvaluation(output);
        RunFolder.WritePredictions(output, record);
        return Scoring.Write(output, record);
    }
}

/// <summary>How good predictions are.</summary>
/// <param name="Metrics">By key, as in metrics.json; NaN where not defined.</param>
/// <param name="Intervals">Bootstrap intervals (95 %) by key, where there are any.</param>
/// <param name="Count">Objects scored.</param>
/// <param name="Json">The text of metrics.json.</param>
public sealed record EvaluationResult(
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, (double Low, double High)> Intervals,
    int Count,
    string Json);
