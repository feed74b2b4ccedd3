using Redshift.Core.Models;
using Redshift.ModelFiles;

namespace Redshift;

/// <summary>How a recipe's learner is trained, and opened again.</summary>
internal interface ILearning
{
    /// <summary>Whether its answers are p(z).</summary>
    bool HasDensities { get; }

    /// <summary>Whether it may have no answer for an object, which then takes no part in calibration.</summary>
    bool MayAbstain { get; }

    /// <summary>Says what a survey lacks for it, before any data is read.</summary>
    /// <exception cref="RedshiftException">The recipe and the survey do not fit.</exception>
    void Check(Core.Catalogues.Survey survey);

    /// <summary>Learns from one part.</summary>
    /// <exception cref="RedshiftException">The data does not do, or training went astray.</exception>
    TrainedPart Train(TrainingPart data, PartContext context);

    /// <summary>What was learnt, ready to be asked.</summary>
    IFittedLearner Open(TrainedPart part, int threads);
}

/// <summary>What a part is trained within.</summary>
/// <param name="Part">Which, from 0.</param>
/// <param name="Parts">Of how many.</param>
/// <param name="Options">The user's options.</param>
/// <param name="Fingerprint">What a checkpoint belongs to.</param>
/// <param name="Begin">Told the epochs done before, just before the first step of the first part.</param>
/// <param name="Progress">Told as training goes on.</param>
/// <param name="Cancellation">Stops between two steps.</param>
internal sealed record PartContext(
    int Part,
    int Parts,
    TrainingOptions Options,
    string Fingerprint,
    Action<int> Begin,
    IProgress<TrainingProgress>? Progress,
    CancellationToken Cancellation);

/// <summary>The learners that there are.</summary>
internal static class Learnings
{
    /// <summary>That of a recipe.</summary>
    public static ILearning Of(Recipe recipe) => recipe.Learner.Match<ILearning>(
        networks => new NetworkLearning(recipe, networks),
        neighbours => new NeighbourLearning(recipe, neighbours),
        templates => new TemplateLearning(recipe, templates),
        perTarget => new TargetLearning(recipe, perTarget));
}
