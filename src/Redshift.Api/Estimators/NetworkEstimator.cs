using System.Security.Cryptography;
using System.Text;
using Microsoft.FSharp.Core;
using Redshift.Core.Evaluation;
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
    private IModel? model;
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
            Scored(model!, core, examples, usable.Rows),
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
        estimator.model = Backends.Compile(Backends.Simd, read.Recipe.Network, read.Recipe.Seed, threads);
        TrainingState.Restore(estimator.model, read.Weights);
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
    public RedshiftPrediction[] Predict(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var preprocessing = Record.Preprocessing;
        var core = catalogue.Core;
        CatalogueExamples.Check(core, preprocessing.Features, preprocessing.Samples);
        var examples = new CatalogueExamples(core, preprocessing, Record.Recipe.Network.Head);
        var predictions = new RedshiftPrediction[core.Count];
        PredictRows(model!, examples, Enumerable.Range(0, core.Count).ToArray(), (i, row, redshift, uncertainty, _) =>
            predictions[i] = new RedshiftPrediction(core.RowNumbers[row], IdOf(core, row), redshift) { Uncertainty = uncertainty });
        return predictions;
    }

    /// <inheritdoc/>
    public void Save(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RunFolder.Write(folder, Record, Notes);
    }

    /// <inheritdoc/>
    public void Dispose() => model?.Dispose();

    /// <summary>What this estimator can train; what it cannot is said before any data is read.</summary>
    private static void Check(Recipe recipe, Survey survey)
    {
        if (!HeadModule.givesRedshift(recipe.Network.Head))
        {
            throw new RedshiftException(
                $"{recipe.Name}: network/head: expected a head that gives the redshift (point with the target redshift, gaussian, binned or mixture), "
                + $"which is what this version trains, found {recipe.Network.Head}");
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
        var backend = Backends.Find(options.Backend);
        var core = catalogue.Core;
        Check(changed, new Survey(core.Survey));
        var (usable, rows, preprocessing, examples) = TrainingData.Prepare(changed, catalogue);
        FreeTemporaries(core.Count);

        // Before there is a network, whose memory would come on top of what this takes.
        var described = DataDescription.Of(core, changed.Seed);
        FreeTemporaries(core.Count);
        var trained = Backends.Compile(backend, changed.Network, changed.Seed, options.Threads);
        try
        {
            var fingerprint = Fingerprint(changed, catalogue, backend);
            var checkpoint = options.CheckpointFolder is null ? null : new Checkpoint(options.CheckpointFolder, options.HistoryFile);
            var state = (options.Resume ? checkpoint?.Read(fingerprint) : null) ?? new TrainingState { Fingerprint = fingerprint };
            if (state.Epoch > changed.Training.Epochs)
            {
                throw new RedshiftException(
                    $"{options.CheckpointFolder}: expected a checkpoint of at most {changed.Training.Epochs} epochs, found one of {state.Epoch}");
            }

            var trainer = new Trainer(trained, examples, rows.Train, rows.Validation, changed.Training, changed.Seed, options.ProgressInterval);
            begin?.Invoke(changed, state.Epoch);
            trainer.Run(state, checkpoint is null ? null : checkpoint.Write, progress, cancellation);

            var test = Scored(trained, core, examples, rows.Test);
            FreeTemporaries(core.Count);
            var summary = SplitSummary.Of(
                changed.Seed,
                new Split(At(core.RowNumbers, rows.Train), At(core.RowNumbers, rows.Validation), At(core.RowNumbers, rows.Test)),
                usable.Filtered,
                core.SkippedCount);
            var finished = new RunRecord
            {
                Recipe = changed,
                Survey = core.Survey,
                Preprocessing = preprocessing,
                Weights = TrainingState.CopyWeights(trained),
                History = state.History,
                Test = test,
                Split = summary,
                Provenance = Provenance.Gather(catalogue, changed.Seed, backend, options.Threads),
                Data = described,
            };

            // Worked out before the run is taken over, so that a fault leaves this estimator as it was.
            var evaluation = Scoring.ToResult(finished);
            model?.Dispose();
            (model, record) = (trained, finished);
            FreeTemporaries(core.Count);
            return new TrainingRun(
                state.History,
                evaluation,
                rows.Train.Length,
                rows.Validation.Length,
                rows.Test.Length,
                usable.Filtered,
                state.BestEpoch,
                state.Stopped);
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

    private static string? IdOf(CoreCatalogue core, int row) => core.Ids.Length > 0 ? core.Ids[row] : null;

    private static ScoredObject[] Scored(IModel model, CoreCatalogue core, CatalogueExamples examples, int[] rows)
    {
        var scored = new ScoredObject[rows.Length];
        PredictRows(model, examples, rows, (i, row, redshift, uncertainty, outputs) =>
        {
            var density = DensityScoreModule.ofOutputs(model.Network.Head, outputs, core.Redshift[row]);
            scored[i] = new ScoredObject(
                core.RowNumbers[row],
                IdOf(core, row),
                core.Redshift[row],
                redshift,
                uncertainty,
                density.IsSome ? density.Value : null);
        });
        return scored;
    }

    private static int[] At(int[] values, int[] places) => Array.ConvertAll(places, place => values[place]);

    /// <summary>Takes what the network says of the i-th of some rows, and its outputs as they are.</summary>
    private delegate void Take(int i, int row, double redshift, RedshiftUncertainty? uncertainty, ReadOnlySpan<float> outputs);

    /// <summary>Predicts some rows, block by block. All numbers are 32-bit ones, as the network gives them and files have them.</summary>
    private static void PredictRows(IModel model, CatalogueExamples examples, int[] rows, Take take)
    {
        var (head, each) = (model.Network.Head, model.Network.Outputs);
        var inputs = new float[Block * examples.InputSize];
        var outputs = new float[Block * each];
        for (var first = 0; first < rows.Length; first += Block)
        {
            var count = Math.Min(Block, rows.Length - first);
            for (var i = 0; i < count; i++)
            {
                examples.FillInput(rows[first + i], inputs.AsSpan(i * examples.InputSize, examples.InputSize));
            }

            model.Predict(inputs.AsSpan(0, count * examples.InputSize), outputs.AsSpan(0, count * each), count);
            for (var i = 0; i < count; i++)
            {
                var raw = outputs.AsSpan(i * each, each);
                var (redshift, summary) = HeadModule.redshift(head, raw);
                take(first + i, rows[first + i], (float)redshift, summary.IsSome ? RedshiftUncertainty.Of(summary.Value) : null, raw);
            }
        }
    }

    /// <summary>
    /// What a checkpoint belongs to: recipe, survey, data and backend. Where the schedule does not look ahead to the last
    /// epoch, the number of epochs is left out, so that a finished run can be trained further.
    /// </summary>
    private static string Fingerprint(Recipe recipe, Catalogue catalogue, IBackend backend)
    {
        var text = new StringBuilder()
            .Append(RecipeModule.write(RecipeModule.withoutFinalEpoch(recipe)))
            .Append(Core.Catalogues.SurveyModule.write(catalogue.Core.Survey))
            .Append(catalogue.Sha256 ?? HashOfContent(catalogue.Core))
            .Append(backend.Name);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
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
