using Microsoft.FSharp.Collections;
using Redshift.Core.Calibration;
using Redshift.Core.Evaluation;
using Redshift.Core.Flags;
using Redshift.Core.Models;
using Redshift.Reports;
using CoreSurvey = Redshift.Core.Catalogues.Survey;

namespace Redshift.ModelFiles;

/// <summary>A test object's answer beside the truth.</summary>
/// <param name="True">The spectroscopic redshift; NaN where only other targets are known.</param>
/// <param name="Prediction">What is said of it.</param>
/// <param name="Density">How well its p(z) foretold the truth, NaN where p(z) is not finite; null without p(z).</param>
internal readonly record struct ScoredObject(double True, RedshiftPrediction Prediction, DensityScore? Density = null)
{
    /// <summary>What is known of the recipe's other targets, in their order; NaN where nothing is. Null: nothing of any.</summary>
    public double[]? Targets { get; init; }

    /// <summary>Whether its redshift is known.</summary>
    public bool HasRedshift => !double.IsNaN(True);

    /// <summary>The predicted redshift.</summary>
    public double Predicted => Prediction.Redshift;
}

/// <summary>A trained run as it stands in memory: everything that its folder holds.</summary>
internal sealed class RunRecord
{
    private PointEvaluation? evaluation;
    private DensityEvaluation? density;
    private FSharpList<FlagScore>? flags;
    private IReadOnlyList<TargetColumn>? targets;
    private IReadOnlyList<TargetEvaluation>? ofTargets;

    /// <summary>The experiment, with all that the command line changed.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The layout of the catalogue it was trained on.</summary>
    public required CoreSurvey Survey { get; init; }

    /// <summary>What was learnt: one part, or one a fold.</summary>
    public required IReadOnlyList<TrainedPart> Parts { get; init; }

    /// <summary>The networks of all parts; none where the recipe has others.</summary>
    public IReadOnlyList<TrainedMember> Members => Parts.SelectMany(MembersOf).ToArray();

    /// <summary>The recipe's targets other than the redshift.</summary>
    public IReadOnlyList<TargetColumn> Targets => targets ??= LearnerModule.others(Recipe.Learner).ToArray();

    /// <summary>What was fitted on the validation part.</summary>
    public FittedCalibration Calibration { get; init; } = FittedCalibration.None;

    /// <summary>What objects are flagged by, fitted on the training and validation parts; null where the recipe wants no flags.</summary>
    public Flagging? Flagging { get; init; }

    /// <summary>How good predictions of other targets are, as far as they are known of <see cref="Test"/>, worked out when first asked for.</summary>
    public IReadOnlyList<TargetEvaluation> TargetEvaluations => ofTargets ??= Scoring.OfTargets(Test, Targets, Split);

    /// <summary>The histories of the first networks of targets other than the redshift, by target.</summary>
    public IReadOnlyList<(string Target, IReadOnlyList<HistoryRow> History)> TargetHistories => Parts is [TrainedTargets first, ..]
        ? first.Networks.Skip(1).Select(of => (of.Target, of.Networks.Members[0].History)).ToArray()
        : [];

    /// <summary>The first network's history; empty where there is none.</summary>
    public IReadOnlyList<HistoryRow> History => Members is [var first, ..] ? first.History : [];

    /// <summary>The test part's objects; none for a network that was imported.</summary>
    public required IReadOnlyList<ScoredObject> Test { get; init; }

    /// <summary>How the catalogue was divided.</summary>
    public required SplitSummary Split { get; init; }

    /// <summary>Where it came from: data, seed, versions, machine.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The catalogue it was trained or scored on; null for a run read from its folder.</summary>
    public DataDescription? Data { get; init; }

    /// <summary>Whether it was trained here and so has a test part.</summary>
    public bool HasTest => Test.Count > 0;

    /// <summary>The metrics of <see cref="Test"/>, worked out when first asked for.</summary>
    public PointEvaluation Evaluation => evaluation ??= Scoring.Point(Test, Split);

    /// <summary>The metrics of p(z) of <see cref="Test"/>, worked out when first asked for; null where there is no p(z).</summary>
    public DensityEvaluation? Density => density ??= Scoring.Density(Test, Split);

    /// <summary>Predictions of <see cref="Test"/> by flag; null where there are no flags.</summary>
    public FSharpList<FlagScore>? Flags => flags ??= Scoring.Flags(Test);

    private static IReadOnlyList<TrainedMember> MembersOf(TrainedPart part) => part switch
    {
        TrainedNetworks networks => networks.Members,
        TrainedTargets targets => targets.Networks.SelectMany(of => of.Networks.Members).ToArray(),
        _ => [],
    };

    /// <summary>The same run with other scored objects.</summary>
    public RunRecord WithScored(
        IReadOnlyList<ScoredObject> scored, SplitSummary split, Provenance provenance, DataDescription data) => new()
        {
            Recipe = Recipe,
            Survey = Survey,
            Parts = Parts,
            Calibration = Calibration,
            Flagging = Flagging,
            Test = scored,
            Split = split,
            Provenance = provenance,
            Data = data,
        };
}
