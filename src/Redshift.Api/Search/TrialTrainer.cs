using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.Engine;
using Redshift.Training;

namespace Redshift.HyperParameters;

/// <summary>How a trial's training ended.</summary>
/// <param name="Score">Null where it went astray.</param>
/// <param name="BestEpoch">The epoch of the score.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="Reason">Why it went astray; empty otherwise.</param>
internal sealed record TrialResult(double? Score, int BestEpoch, int Epochs, string Reason);

/// <summary>Trains trials on one catalogue: on the same training part, scored on the same validation part. The test part is not looked at.</summary>
internal sealed class TrialTrainer
{
    private readonly Catalogue catalogue;
    private readonly IBackend backend;
    private readonly SearchOptions options;

    /// <summary>What was made ready, by what it depends on: the other settings are the same in all trials.</summary>
    private readonly Dictionary<(Features, Scaling, Tuple<double, double>?, Head, LabelWeighting?, Augmentation?), (Core.Frames.Split Rows, NetworkExamples Examples)> ready = [];

    /// <summary>A trainer; the catalogue is checked with the recipe that is varied.</summary>
    /// <exception cref="RedshiftException">The catalogue does not do.</exception>
    public TrialTrainer(Catalogue catalogue, Recipe recipe, SearchOptions options)
    {
        this.catalogue = catalogue;
        this.options = options;
        backend = Backends.Find(options.Backend, options.Device);
        var content = catalogue.Sha256 ?? RecipeEstimator.HashOfContent(catalogue.Core);
        DataHash = Hash(Core.Catalogues.SurveyModule.write(catalogue.Core.Survey) + content);
        Prepare(recipe);
    }

    /// <summary>The same for the same file read by the same survey.</summary>
    public string DataHash { get; }

    /// <summary>Trains a recipe, from its checkpoint where there is one of it.</summary>
    /// <param name="recipe">The recipe; its seed divides the catalogue.</param>
    /// <param name="seed">Of weights and shuffling.</param>
    /// <param name="folder">Where the checkpoint is.</param>
    /// <param name="goesOn">Asked after each epoch, with its number and the score so far, whether to go on.</param>
    /// <param name="progress">Told as training goes on.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public TrialResult Train(
        Recipe recipe, ulong seed, string folder, Func<int, double, bool> goesOn, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var saving = false;
        var state = new TrainingState { Fingerprint = Fingerprint(recipe, seed) };
        try
        {
            var (rows, examples) = Prepare(recipe);
            var learner = recipe.Networks.Value;
            using var model = Backends.Compile(backend, learner.Network, seed, options.Threads);
            var checkpoint = new Checkpoint(folder, null);
            state = ReadState(checkpoint, recipe, state);
            var trainer = new Trainer(model, examples, rows.Train, rows.Validation, learner.Training, seed, options.ProgressInterval);
            trainer.Run(state, Save, progress, cancellation);

            void Save(TrainingState now)
            {
                saving = true;

                // First the decision, which is in the journal, then the checkpoint: gone on with from the epoch before, the
                // trial meets the same decision again.
                now.Stopped |= !goesOn(now.Epoch, ScoreOf(now));
                checkpoint.Write(now);
                saving = false;
            }

            return new TrialResult(ScoreOf(state), state.BestEpoch, state.Epoch, "");
        }
        catch (RedshiftException e) when (!saving)
        {
            return new TrialResult(null, 0, state.Epoch, e.Message);
        }
    }

    private double ScoreOf(TrainingState state)
    {
        var best = state.History[state.BestEpoch - 1];
        return options.Score == SearchScore.ValidationMae ? best.ValMae : best.ValLoss;
    }

    /// <summary>A checkpoint saves time and no more: one that cannot be read, or is of another trial, is not used.</summary>
    private static TrainingState ReadState(Checkpoint checkpoint, Recipe recipe, TrainingState otherwise)
    {
        try
        {
            var read = checkpoint.Read(otherwise.Fingerprint);
            return read is not null && read.Epoch <= recipe.Networks.Value.Training.Epochs && read.BestEpoch >= 1 && read.BestEpoch <= read.Epoch ? read : otherwise;
        }
        catch (RedshiftException)
        {
            return otherwise;
        }
    }

    private (Core.Frames.Split Rows, NetworkExamples Examples) Prepare(Recipe recipe)
    {
        const int most = 16;
        var learner = recipe.Networks.Value;
        var (weighting, augmentation) = (learner.Training.Weighting?.Value, learner.Training.Augmentation?.Value);
        var key = (recipe.Features, recipe.Scaling, recipe.Clip?.Value, learner.Network.Head, weighting, augmentation);
        if (!ready.TryGetValue(key, out var data))
        {
            if (ready.Count >= most)
            {
                ready.Clear();
            }

            var part = TrainingData.Prepare(recipe, catalogue).Parts[0];
            data = (part.Rows, NetworkExamples.Of(learner, null, part));
            ready.Add(key, data);
        }

        return data;
    }

    private string Fingerprint(Recipe recipe, ulong seed) =>
        Hash($"{RecipeModule.write(recipe)}{seed.ToString(CultureInfo.InvariantCulture)} {DataHash} {backend.Name}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
