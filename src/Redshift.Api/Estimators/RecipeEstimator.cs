using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.FSharp.Core;
using Redshift.Core.Frames;
using Redshift.Core.Models;
using Redshift.ModelFiles;
using Redshift.Reports;
using Redshift.Training;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>A recipe and, once trained or loaded, what it learnt.</summary>
internal sealed class RecipeEstimator : IEstimator
{
    private readonly Recipe recipe;
    private readonly ILearning learning;
    private IFittedLearner? fitted;
    private RunRecord? record;

    public RecipeEstimator(Recipe recipe, Survey survey)
    {
        this.recipe = recipe;
        learning = Learnings.Of(recipe);
        Survey = survey;
        Check(recipe, survey);
    }

    /// <inheritdoc/>
    public string Name => recipe.Name;

    /// <inheritdoc/>
    public Survey Survey { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Targets =>
        LearnerModule.others(record?.Recipe.Learner ?? recipe.Learner).Where(target => target.IsLearnt).Select(target => target.Target).ToArray();

    /// <inheritdoc/>
    public bool IsFitted => record is not null;

    /// <summary>Whether the recipe's learner gives p(z).</summary>
    internal bool HasDensities => learning.HasDensities;

    /// <summary>The run as trained or loaded.</summary>
    internal RunRecord Record => record ?? throw NotFitted();

    /// <summary>Sentences for the report's head.</summary>
    internal IReadOnlyList<string> Notes { get; set; } = [];

    /// <summary>How long the last fit took, from the split to the scored predictions.</summary>
    internal TimeSpan FitTime { get; private set; }

    /// <summary>How fast a catalogue's usable objects are predicted, in one go.</summary>
    internal double ObjectsPerSecond(Catalogue catalogue)
    {
        var rows = Selection.ofRecipe(Record.Recipe, catalogue.Core).OrThrow(catalogue.Source).Rows;
        var watch = Stopwatch.StartNew();
        Predict(catalogue, rows, new PredictionOptions());
        return rows.Length / watch.Elapsed.TotalSeconds;
    }

    /// <summary>This run with the usable objects of another catalogue as its scored part.</summary>
    internal RunRecord Score(Catalogue catalogue)
    {
        var core = catalogue.WithoutExtinction().Core;
        var heldOut = fitted!.On(core);
        var usable = Selection.ofRecipe(Record.Recipe, core).OrThrow(catalogue.Source);
        return Record.WithScored(
            Answering.Scored(core, usable, Record.Targets, new HeldOut(heldOut, usable.Rows), Record.Calibration, Record.Flagging),
            Record.Split with { Test = usable.Rows.Length, Filtered = usable.Filtered, Skipped = core.SkippedCount, Folds = null },
            Record.Provenance.With("evaluated_data", catalogue.Source).With("evaluated_sha256", catalogue.Sha256 ?? "none (from memory)"),
            DataDescription.Of(core, Record.Recipe.Seed));
    }

    /// <summary>A trained estimator from its folder.</summary>
    public static RecipeEstimator Load(string folder, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return Of(RunFolder.Read(folder), threads);
    }

    /// <summary>A trained estimator from a run.</summary>
    public static RecipeEstimator Of(RunRecord read, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var estimator = new RecipeEstimator(read.Recipe, new Survey(read.Survey)) { record = read };
        estimator.fitted = RecipeTraining.Open(estimator.learning, read.Parts, threads);
        return estimator;
    }

    /// <inheritdoc/>
    public Task<TrainingRun> FitAsync(
        Catalogue catalogue,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        FitAsync(catalogue, (options ?? new TrainingOptions()).Copy(), null, progress, cancellationToken);

    /// <summary>
    /// As the public one; <paramref name="begin"/> is called with the recipe as changed by the options and the epochs already
    /// done, once the data has been found good and a checkpoint to go on from has been read, just before the first step.
    /// </summary>
    internal Task<TrainingRun> FitAsync(
        Catalogue catalogue,
        TrainingOptions options,
        Action<Recipe, int>? begin,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var changed = TrainingOptionsApplied.To(recipe, options);
        return Task.Factory.StartNew(
            () => Fit(changed, catalogue, options, begin, progress, cancellation),
            cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public RedshiftPrediction[] Predict(Catalogue catalogue) => Predict(catalogue, new PredictionOptions());

    /// <inheritdoc/>
    public RedshiftPrediction[] Predict(Catalogue catalogue, PredictionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(options);
        return Predict(catalogue, Enumerable.Range(0, catalogue.Count).ToArray(), options);
    }

    private RedshiftPrediction[] Predict(Catalogue catalogue, int[] rows, PredictionOptions options)
    {
        const int mostDraws = 10_000;
        if (options.MonteCarlo is not (0 or (>= 2 and <= mostDraws)))
        {
            throw new ArgumentException($"expected {nameof(PredictionOptions.MonteCarlo)} of 0, or 2 to {mostDraws} draws, found {options.MonteCarlo}", nameof(options));
        }

        var core = catalogue.WithoutExtinction().Core;
        var predictions = new RedshiftPrediction[rows.Length];
        var asked = fitted ?? throw NotFitted();
        new HeldOut(asked.On(core), rows).Estimate(
            Record.Calibration,
            (i, estimate) => predictions[i] = Answering.PredictionOf(core, Record.Targets, rows[i], estimate, Record.Flagging, options.Densities));
        if (options.MonteCarlo > 0)
        {
            var drawn = MonteCarlo.Of(asked, core, rows, Record.Calibration, Record.Targets.Count, options.MonteCarlo);
            for (var i = 0; i < rows.Length; i++)
            {
                var place = i;
                predictions[i] = predictions[i] with
                {
                    MonteCarloSigma = (float)drawn.OfRedshift(i),
                    Targets = predictions[i].Targets.Select((target, t) => target with { MonteCarloSigma = (float)drawn.OfTarget(place, t) }).ToArray(),
                };
            }
        }

        return predictions;
    }

    /// <inheritdoc/>
    public void Save(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RunFolder.Write(folder, Record, Notes);
    }

    /// <inheritdoc/>
    public void Dispose() => fitted?.Dispose();

    private InvalidOperationException NotFitted() => new($"{Name}: expected a trained estimator; call FitAsync first, or Estimators.Load");

    /// <summary>What this estimator can train; what it cannot is said before any data is read.</summary>
    private static void Check(Recipe recipe, Survey survey)
    {
        if (FeaturesModule.needsErrors(recipe.Features) && survey.Core.Samples.Any(s => OptionModule.IsNone(s.Error)))
        {
            throw new RedshiftException($"{recipe.Name}: features: expected a survey with an error for each sample, found {survey.Name}");
        }

        Learnings.Of(recipe).Check(survey.Core);
    }

    private TrainingRun Fit(
        Recipe changed,
        Catalogue catalogue,
        TrainingOptions options,
        Action<Recipe, int>? begin,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        Check(changed, new Survey(catalogue.Core.Survey));
        changed = Selection.forCatalogue(changed, catalogue.Core).OrThrow(catalogue.Source);
        var watch = Stopwatch.StartNew();
        var (trained, finished) = new RecipeTraining(changed, catalogue, options).Run(begin, progress, cancellation);
        FitTime = watch.Elapsed;
        try
        {
            // Worked out before the run is taken over, so that a fault leaves this estimator as it was.
            var evaluation = Scoring.ToResult(finished);
            fitted?.Dispose();
            (fitted, record) = (trained, finished);
            FreeTemporaries(catalogue.Count);
            var first = finished.Members is [var member, ..] ? member : null;
            return new TrainingRun(
                finished.History,
                evaluation,
                finished.Split.Train,
                finished.Split.Validation,
                finished.Split.Test,
                finished.Split.Filtered,
                first?.BestEpoch ?? 0,
                first?.StoppedEarly ?? false)
            {
                Folds = finished.Split.Folds,
            };
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The collector frees large arrays only once about as much again has been made as is alive, and alive is the whole
    /// catalogue: without this, which also gives the pages back, the columns and tables of each stage would pile up to half
    /// its size. It costs milliseconds, as there are few objects; small catalogues are not worth it.
    /// </summary>
    internal static void FreeTemporaries(int objects)
    {
        const int worthIt = 100_000;
        if (objects >= worthIt)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    /// <summary>What tells catalogues apart that were not read from a file.</summary>
    internal static string HashOfContent(CoreCatalogue core)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(core.Samples.AsSpan()));
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(core.SampleErrors.AsSpan()));
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(core.Redshift.AsSpan()));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
