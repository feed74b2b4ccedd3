using System.Security.Cryptography;
using Microsoft.FSharp.Core;
using Redshift.Core.Calibration;
using Redshift.Core.Evaluation;
using Redshift.Core.Flags;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.Engine;
using Redshift.ModelFiles;
using Redshift.Reports;
using Redshift.Training;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>A network trained by a recipe.</summary>
internal sealed class NetworkEstimator : IEstimator
{
    private const int Block = 256;

    private readonly Recipe recipe;
    private FittedNetworks? networks;
    private RunRecord? record;

    public NetworkEstimator(Recipe recipe, Survey survey)
    {
        this.recipe = recipe;
        Survey = survey;
        Check(recipe, survey);
    }

    /// <inheritdoc/>
    public string Name => recipe.Name;

    /// <inheritdoc/>
    public Survey Survey { get; }

    /// <inheritdoc/>
    public bool IsFitted => record is not null;

    /// <summary>Whether the recipe's head gives p(z).</summary>
    internal bool HasDensities => !recipe.Network.Head.IsPoint;

    /// <summary>The run as trained or loaded.</summary>
    internal RunRecord Record => record ?? throw new InvalidOperationException($"{Name}: expected a trained estimator; call FitAsync first, or Estimators.Load");

    /// <summary>Sentences for the report's head.</summary>
    internal IReadOnlyList<string> Notes { get; set; } = [];

    /// <summary>This run with the usable objects of another catalogue as its scored part.</summary>
    internal RunRecord Score(Catalogue catalogue)
    {
        var core = catalogue.Core;
        CatalogueExamples.Check(core, Record.Recipe.Features, Record.Preprocessing.Samples);
        var usable = Selection.usable(Record.Recipe.Cleaning, core).OrThrow(catalogue.Source);
        var examples = new CatalogueExamples(core, Record.Preprocessing, Record.Recipe.Network.Head);
        return Record.WithScored(
            Scored(networks!, Record.Flagging, core, examples, usable.Rows),
            Record.Split with { Test = usable.Rows.Length, Filtered = usable.Filtered, Skipped = core.SkippedCount },
            Record.Provenance.With("evaluated_data", catalogue.Source).With("evaluated_sha256", catalogue.Sha256 ?? "none (from memory)"),
            DataDescription.Of(core, Record.Recipe.Seed));
    }

    /// <summary>A trained estimator from its folder.</summary>
    public static NetworkEstimator Load(string folder, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return Of(RunFolder.Read(folder), threads);
    }

    /// <summary>A trained estimator from a run.</summary>
    public static NetworkEstimator Of(RunRecord read, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var estimator = new NetworkEstimator(read.Recipe, new Survey(read.Survey)) { record = read };
        estimator.networks = new FittedNetworks(read.Members.Select(Compile).ToArray(), read.Calibration, threads);
        return estimator;

        IModel Compile(TrainedMember member)
        {
            var model = Backends.Compile(Backends.Simd, read.Recipe.Network, read.Recipe.Seed, threads);
            TrainingState.Restore(model, member.Weights);
            return model;
        }
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
        var compact = options.Densities;
        var preprocessing = Record.Preprocessing;
        var core = catalogue.Core;
        CatalogueExamples.Check(core, preprocessing.Features, preprocessing.Samples);
        var examples = new CatalogueExamples(core, preprocessing, Record.Recipe.Network.Head);
        var predictions = new RedshiftPrediction[core.Count];
        networks!.Estimate(examples, Enumerable.Range(0, core.Count).ToArray(), (row, estimate) =>
            predictions[row] = PredictionOf(core, row, estimate, Record.Flagging, compact));
        return predictions;
    }

    /// <inheritdoc/>
    public void Save(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RunFolder.Write(folder, Record, Notes);
    }

    /// <inheritdoc/>
    public void Dispose() => networks?.Dispose();

    /// <summary>What this estimator can train; what it cannot is said before any data is read.</summary>
    private static void Check(Recipe recipe, Survey survey)
    {
        if (!HeadModule.givesRedshift(recipe.Network.Head))
        {
            throw new RedshiftException(
                $"{recipe.Name}: network/head: expected a head that gives the redshift (point with the target redshift, gaussian, binned or mixture), "
                + $"which is what this version trains, found {recipe.Network.Head}");
        }

        if (recipe.Flags && survey.Core.Kind.IsMagnitude)
        {
            throw new RedshiftException($"{recipe.Name}: flags: expected a survey of fluxes, whose shapes flags compare, found {survey.Name}, of magnitudes");
        }

        var needed = FeaturesModule.size(recipe.Features, survey.SampleCount);
        if (recipe.Network.Input.Size != needed)
        {
            throw new RedshiftException(
                $"{recipe.Name}: network/input: expected {needed} numbers ({recipe.Features.Channels.Length} channels of survey {survey.Name}'s "
                + $"{survey.SampleCount} samples), found {recipe.Network.Input}");
        }

        if (FeaturesModule.needsErrors(recipe.Features) && survey.Core.Samples.Any(s => OptionModule.IsNone(s.Error)))
        {
            throw new RedshiftException($"{recipe.Name}: features: expected a survey with an error for each sample, found {survey.Name}");
        }
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
        var training = new NetworkTraining(changed, catalogue, options);
        var (trained, finished, stopped) = training.Run(begin, progress, cancellation);
        try
        {
            // Worked out before the run is taken over, so that a fault leaves this estimator as it was.
            var evaluation = Scoring.ToResult(finished);
            networks?.Dispose();
            (networks, record) = (trained, finished);
            FreeTemporaries(catalogue.Count);
            return new TrainingRun(
                finished.History,
                evaluation,
                finished.Split.Train,
                finished.Split.Validation,
                finished.Split.Test,
                finished.Split.Filtered,
                stopped.BestEpoch,
                stopped.Early);
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    /// <summary>Objects with known redshifts as they are scored.</summary>
    internal static ScoredObject[] Scored(
        FittedNetworks networks, Flagging? flagging, CoreCatalogue core, CatalogueExamples examples, int[] rows)
    {
        var scored = new ScoredObject[rows.Length];
        networks.Estimate(examples, rows, (i, estimate) =>
            scored[i] = new ScoredObject(
                core.Redshift[rows[i]],
                PredictionOf(core, rows[i], estimate, flagging, compact: false),
                estimate.Summary.IsSome ? DensityScoreModule.ofPossible(estimate.Density, core.Redshift[rows[i]]) : null));
        return scored;
    }

    /// <summary>All numbers are 32-bit ones, as the network gives them and files have them, so that a run reads back what it wrote.</summary>
    private static RedshiftPrediction PredictionOf(CoreCatalogue core, int row, Estimate estimate, Flagging? flagging, bool compact) =>
        new(core.RowNumbers[row], core.Ids.Length > 0 ? core.Ids[row] : null, (float)estimate.Redshift)
        {
            Uncertainty = estimate.Summary is { IsSome: true, Value: var summary } ? RedshiftUncertainty.Of(summary, estimate.Best) : null,
            Interval = estimate.Interval is { IsSome: true, Value: var (low, high) } ? ((float)low, (float)high) : null,
            Flags = flagging is null ? null : FlaggingModule.inspect(flagging, core.Spectrum(row), ErrorsOf(core, row), estimate.Density),
            Density = compact && estimate.Summary.IsSome ? CompactDensity.Of(estimate.Density) : null,
        };

    private static ReadOnlySpan<float> ErrorsOf(CoreCatalogue core, int row) =>
        core.SampleErrors.Length == 0 ? default : core.SampleErrors.AsSpan(row * core.SampleCount, core.SampleCount);

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
