using System.Diagnostics;
using Redshift.Core.Evaluation;
using Redshift.Core.Models;
using Redshift.ModelFiles;

namespace Redshift.Comparisons;

/// <summary>A compared recipe's run, done: what its table and figures need of it.</summary>
/// <param name="Evaluation">Its metrics.</param>
/// <param name="Result">The same as the public face shows them.</param>
/// <param name="Rows">The scored rows.</param>
/// <param name="RowsHash">Of them, as in <c>split.json</c>.</param>
/// <param name="Truth">Their true redshifts.</param>
/// <param name="Predicted">Their predicted redshifts.</param>
/// <param name="Times">How long it took.</param>
/// <param name="Resumed">Whether it was done before.</param>
internal sealed record ComparedRun(
    PointEvaluation Evaluation,
    EvaluationResult Result,
    int[] Rows,
    string RowsHash,
    double[] Truth,
    double[] Predicted,
    RunTimes Times,
    bool Resumed)
{
    private static ComparedRun Of(RunRecord run, RunTimes times, bool resumed) => new(
        run.Evaluation,
        Scoring.ToResult(run),
        run.Test.Select(o => o.Prediction.Row).ToArray(),
        run.Split.TestHash,
        run.Test.Select(o => o.True).ToArray(),
        run.Test.Select(o => o.Predicted).ToArray(),
        times,
        resumed);

    /// <summary>Takes a run that is done, goes on with one that was begun, or makes a new one.</summary>
    /// <param name="recipe">The recipe as it is compared.</param>
    /// <param name="catalogue">The data.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="options">The comparison's.</param>
    /// <param name="progress">Told as training goes on.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="RedshiftException">The folder holds another run, or training went astray.</exception>
    public static ComparedRun Make(
        Recipe recipe,
        Catalogue catalogue,
        string folder,
        ComparisonOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var fingerprint = RecipeTraining.FingerprintOf(recipe, catalogue.Core.Survey, catalogue, TrainingOptions.DefaultBackend);
        var before = Known(folder, fingerprint, options.Resume);
        if (before is { Finished: true })
        {
            var run = RunFolder.Read(folder);
            return RecipeModule.write(run.Recipe) == RecipeModule.write(recipe) ? Of(run, before, resumed: true) : throw Another(folder);
        }

        using var estimator = new RecipeEstimator(recipe, new Survey(catalogue.Core.Survey));
        var spent = Train(estimator, catalogue, folder, before ?? new RunTimes(fingerprint, false, 0.0, double.NaN, options.Threads), options, progress, cancellation);
        var times = new RunTimes(fingerprint, true, spent, estimator.ObjectsPerSecond(catalogue), options.Threads);
        times.Write(folder);
        return Of(estimator.Record, times, resumed: false);
    }

    /// <summary>What is known of the folder's run, where it is to be gone on with.</summary>
    private static RunTimes? Known(string folder, string fingerprint, bool resume)
    {
        if (!resume)
        {
            ComparisonFolder.ClearRun(folder);
            return null;
        }

        var known = RunTimes.Read(folder);
        return known is null ? RunFolder.HoldsRun(folder) ? throw Another(folder) : null
            : known.Fingerprint == fingerprint ? known
            : throw Another(folder);
    }

    private static RedshiftException Another(string folder) => new(
        $"{folder}: expected a run of the same recipe, split, seed and data as this comparison's, found another; use --force to replace it");

    /// <summary>Trains, and gives the seconds that it took, those before an interruption included.</summary>
    private static double Train(
        RecipeEstimator estimator,
        Catalogue catalogue,
        string folder,
        RunTimes times,
        ComparisonOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var training = new TrainingOptions
        {
            Threads = options.Threads,
            ProgressInterval = options.ProgressInterval,

            // Neighbours have no checkpoint: what they had begun is made anew.
            Resume = options.Resume && Directory.Exists(Path.Combine(folder, RunFolder.Checkpoint)),
        };
        var watch = Stopwatch.StartNew();
        RunTimes SoFar() => times with { TrainingSeconds = times.TrainingSeconds + watch.Elapsed.TotalSeconds };
        times.Write(folder);
        try
        {
            var told = new Relay(progress, () => SoFar().Write(folder));
            Runs.TrainAsync(estimator, catalogue, folder, training, told, [Note], cancellation).GetAwaiter().GetResult();
            return times.TrainingSeconds + estimator.FitTime.TotalSeconds;
        }
        catch (OperationCanceledException)
        {
            SoFar().Write(folder);
            throw;
        }
    }

    private const string Note = "Trained for a comparison, which has set the split, the seed and the range of redshifts for all its recipes alike.";

    /// <summary>Passes progress on, and at epochs' ends, some seconds apart, has the time so far kept for after a kill.</summary>
    private sealed class Relay(IProgress<TrainingProgress>? progress, Action keep) : IProgress<TrainingProgress>
    {
        private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);
        private readonly Stopwatch sinceKept = Stopwatch.StartNew();

        public void Report(TrainingProgress value)
        {
            if (value.ValidationLoss is not null && sinceKept.Elapsed > Apart)
            {
                keep();
                sinceKept.Restart();
            }

            progress?.Report(value);
        }
    }
}
