using Redshift.Core;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.Engine;
using Redshift.ModelFiles;
using Redshift.Training;
using CoreSurvey = Redshift.Core.Catalogues.Survey;

namespace Redshift;

/// <summary>Which networks of a part a learner's are.</summary>
/// <param name="First">The place of its first among those of the part, from 0.</param>
/// <param name="PerPart">How many a part has in all.</param>
internal readonly record struct NetworkPlaces(int First, int PerPart);

/// <summary>Networks: one, or an ensemble.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="learner">The networks.</param>
/// <param name="target">The only target that they learn; null: what their head says, the redshift among it.</param>
/// <param name="places">Which of a part's networks they are; null: all.</param>
internal sealed class NetworkLearning(Recipe recipe, NetworkLearner learner, string? target = null, NetworkPlaces? places = null) : ILearning
{
    private readonly NetworkPlaces places = places ?? new NetworkPlaces(0, learner.Training.Ensemble);


    /// <inheritdoc/>
    public bool HasDensities => !learner.Network.Head.IsPoint;

    /// <inheritdoc/>
    public bool MayAbstain => false;

    /// <inheritdoc/>
    public void Check(CoreSurvey survey)
    {
        if (target is null && !HeadModule.givesRedshift(learner.Network.Head))
        {
            throw new RedshiftException(
                $"{recipe.Name}: network/head: expected a head that gives the redshift (point with the target redshift, gaussian, binned, mixture, "
                + $"or joint with the redshift among its targets), found {learner.Network.Head}");
        }

        if (learner.Network.Head is Head.Joint joint)
        {
            CheckJoint(joint);
        }

        var needed = FeaturesModule.size(recipe.Features, survey.SampleCount);
        if (learner.Network.Input.Size != needed)
        {
            throw new RedshiftException(
                $"{recipe.Name}: network/input: expected {needed} numbers ({recipe.Features.Channels.Length} channels of survey {survey.Name}'s "
                + $"{survey.SampleCount} samples), found {learner.Network.Input}");
        }
    }

    private void CheckJoint(Head.Joint joint)
    {
        if (learner.Training.Weighting is not null)
        {
            throw new RedshiftException($"{recipe.Name}: label_weights: expected none with a joint head, whose objects may have no redshift, found some");
        }

        if (joint.parts.FirstOrDefault(part => part.Head is Head.Classes { names.Length: not 2 }) is { } several)
        {
            throw new RedshiftException(
                $"{recipe.Name}: network/head: expected two classes of {several.Target}, found {((Head.Classes)several.Head).names.Length}");
        }
    }

    /// <inheritdoc/>
    public IFittedLearner Open(TrainedPart part, int threads)
    {
        var trained = (TrainedNetworks)part;
        return new FittedNetworks(trained.Preprocessing, trained.Members.Select(Compile).ToArray(), threads);

        IModel Compile(TrainedMember member)
        {
            var model = Backends.Compile(Backends.Simd, learner.Network, recipe.Seed, threads);
            TrainingState.Restore(model, member.Weights);
            return model;
        }
    }

    /// <inheritdoc/>
    public TrainedPart Train(TrainingPart data, PartContext context)
    {
        var options = context.Options;
        var backend = Backends.Find(options.Backend, options.Device, options.Precision);
        var examples = NetworkExamples.Of(learner, target, data);
        var each = learner.Training.Ensemble;
        var members = new List<TrainedMember>();
        for (var place = 0; place < each; place++)
        {
            var member = context.Part * places.PerPart + places.First + place;
            var seed = SeedOf(member);
            using var model = Backends.Compile(backend, learner.Network, seed, options.Threads);
            var checkpoint = options.CheckpointFolder is null
                ? null
                : new Checkpoint(options.CheckpointFolder, RunFolder.OfMember(options.HistoryFile, member), member);
            var state = ReadState(checkpoint, context);
            var trainer = new Trainer(model, examples, data.Rows.Train, data.Rows.Validation, learner.Training, seed, options.ProgressInterval);
            if (member == 0)
            {
                context.Begin(state.Epoch);
            }

            var networks = places.PerPart * context.Parts;
            var told = context.Progress is null || networks == 1 ? context.Progress : new OfMember(context.Progress, member + 1, networks);
            trainer.Run(state, checkpoint is null ? null : checkpoint.Write, told, context.Cancellation);
            members.Add(new TrainedMember(TrainingState.CopyWeights(model), state.History, state.BestEpoch, state.Stopped));
        }

        return new TrainedNetworks(data.Preprocessing, members);
    }

    private TrainingState ReadState(Checkpoint? checkpoint, PartContext context)
    {
        var state = (context.Options.Resume ? checkpoint?.Read(context.Fingerprint) : null) ?? new TrainingState { Fingerprint = context.Fingerprint };
        return state.Epoch <= learner.Training.Epochs
            ? state
            : throw new RedshiftException(
                $"{context.Options.CheckpointFolder}: expected a checkpoint of at most {learner.Training.Epochs} epochs, found one of {state.Epoch}");
    }

    /// <summary>The first network of an ensemble is the one that would be trained alone.</summary>
    private ulong SeedOf(int member) =>
        member == 0 ? recipe.Seed : RandomStream.ForIndex(recipe.Seed ^ 0x5EEDE25BUL, (ulong)member).NextUInt64();

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
