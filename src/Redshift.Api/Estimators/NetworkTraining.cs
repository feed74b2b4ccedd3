using System.Security.Cryptography;
using System.Text;
using Redshift.Core;
using Redshift.Core.Calibration;
using Redshift.Core.Frames;
using Redshift.Core.Models;
using Redshift.Engine;
using Redshift.ModelFiles;
using Redshift.Reports;
using Redshift.Training;

namespace Redshift;

/// <summary>Trains a recipe's networks on a catalogue, fits what stands on top of them and scores the test part.</summary>
internal sealed class NetworkTraining(Recipe recipe, Catalogue catalogue, TrainingOptions options)
{
    private readonly IBackend backend = Backends.Find(options.Backend);

    /// <summary>How the first network's training ended.</summary>
    /// <param name="BestEpoch">The epoch of the lowest validation loss.</param>
    /// <param name="Early">Whether early stopping ended it.</param>
    public readonly record struct Ending(int BestEpoch, bool Early);

    /// <summary>Does it all; <paramref name="begin"/> is told the epochs that the first network has done before.</summary>
    public (FittedNetworks Networks, RunRecord Run, Ending Ending) Run(
        Action<Recipe, int>? begin, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var core = catalogue.Core;
        var data = TrainingData.Prepare(recipe, catalogue);
        NetworkEstimator.FreeTemporaries(core.Count);

        // Before there is a network, whose memory would come on top of what this takes.
        var described = DataDescription.Of(core, recipe.Seed);
        NetworkEstimator.FreeTemporaries(core.Count);
        var models = new List<IModel>();
        try
        {
            var states = TrainAll(data, models, begin, progress, cancellation);
            var networks = new FittedNetworks(models, FittedCalibration.None, options.Threads)
                .Calibrated(recipe.Calibration, data.Examples, data.Rows.Validation, core.Redshift, catalogue.Source);
            var flagging = recipe.Flags
                ? FlaggingModule.fit(core.SampleCount, core.Samples, core.SampleErrors, data.Rows.Train, data.Rows.Validation).OrThrow(catalogue.Source)
                : null;
            NetworkEstimator.FreeTemporaries(core.Count);
            var test = NetworkEstimator.Scored(networks, flagging, core, data.Examples, data.Rows.Test);
            NetworkEstimator.FreeTemporaries(core.Count);
            var run = new RunRecord
            {
                Recipe = recipe,
                Survey = core.Survey,
                Preprocessing = data.Preprocessing,
                Members = models.Zip(states, (model, state) => new TrainedMember(TrainingState.CopyWeights(model), state.History)).ToArray(),
                Calibration = networks.Calibration,
                Flagging = flagging,
                Test = test,
                Split = SplitSummary.Of(
                    recipe.Seed,
                    new Split(RowNumbers(data.Rows.Train), RowNumbers(data.Rows.Validation), RowNumbers(data.Rows.Test)),
                    data.Usable.Filtered,
                    core.SkippedCount),
                Provenance = Provenance.Gather(catalogue, recipe.Seed, backend, options.Threads),
                Data = described,
            };
            return (networks, run, new Ending(states[0].BestEpoch, states[0].Stopped));
        }
        catch
        {
            models.ForEach(model => model.Dispose());
            throw;
        }
    }

    /// <summary>Trains one network after the other; each model that is made is added to <paramref name="models"/> at once.</summary>
    private List<TrainingState> TrainAll(
        TrainingData data, List<IModel> models, Action<Recipe, int>? begin, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var networks = recipe.Training.Ensemble;
        var fingerprint = Fingerprint();
        var states = new List<TrainingState>();
        for (var member = 0; member < networks; member++)
        {
            var seed = SeedOf(member);
            var model = Backends.Compile(backend, recipe.Network, seed, options.Threads);
            models.Add(model);
            var checkpoint = options.CheckpointFolder is null
                ? null
                : new Checkpoint(options.CheckpointFolder, RunFolder.OfMember(options.HistoryFile, member), member);
            var state = (options.Resume ? checkpoint?.Read(fingerprint) : null) ?? new TrainingState { Fingerprint = fingerprint };
            if (state.Epoch > recipe.Training.Epochs)
            {
                throw new RedshiftException(
                    $"{options.CheckpointFolder}: expected a checkpoint of at most {recipe.Training.Epochs} epochs, found one of {state.Epoch}");
            }

            var trainer = new Trainer(model, data.Examples, data.Rows.Train, data.Rows.Validation, recipe.Training, seed, options.ProgressInterval);
            if (member == 0)
            {
                begin?.Invoke(recipe, state.Epoch);
            }

            var told = progress is null || networks == 1 ? progress : new OfMember(progress, member + 1, networks);
            trainer.Run(state, checkpoint is null ? null : checkpoint.Write, told, cancellation);
            states.Add(state);
        }

        return states;
    }

    /// <summary>The first network of an ensemble is the one that would be trained alone.</summary>
    private ulong SeedOf(int member) =>
        member == 0 ? recipe.Seed : RandomStream.ForIndex(recipe.Seed ^ 0x5EEDE25BUL, (ulong)member).NextUInt64();

    private int[] RowNumbers(int[] places) => Array.ConvertAll(places, place => catalogue.Core.RowNumbers[place]);

    /// <summary>
    /// What a checkpoint belongs to: recipe, survey, data and backend. Where the schedule does not look ahead to the last
    /// epoch, the number of epochs is left out, so that a finished run can be trained further.
    /// </summary>
    private string Fingerprint()
    {
        var text = new StringBuilder()
            .Append(RecipeModule.write(RecipeModule.withoutLaterChoices(recipe)))
            .Append(Core.Catalogues.SurveyModule.write(catalogue.Core.Survey))
            .Append(catalogue.Sha256 ?? NetworkEstimator.HashOfContent(catalogue.Core))
            .Append(backend.Name);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Progress of one network among several.</summary>
    private sealed class OfMember(IProgress<TrainingProgress> whole, int member, int members) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => whole.Report(value with
        {
            Network = member,
            Networks = members,
            Remaining = value.Remaining + (members - member) * TotalOf(value),
        });

        private static TimeSpan TotalOf(TrainingProgress value) =>
            TimeSpan.FromSeconds((double)value.ExamplesPerEpoch * value.Epochs / Math.Max(1e-9, value.ExamplesPerSecond));
    }
}
