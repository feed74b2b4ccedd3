using System.Security.Cryptography;
using System.Text;
using Redshift.Core.Calibration;
using Redshift.Core.Flags;
using Redshift.Core.Frames;
using Redshift.Core.Models;
using Redshift.Engine;
using Redshift.ModelFiles;
using Redshift.Reports;

namespace Redshift;

/// <summary>
/// Trains a recipe on a catalogue: what learns, once or once a fold; what is fitted on objects that were not learnt from; and
/// the score on objects that took part in neither. With folds each is scored by what was fitted on all the others.
/// </summary>
internal sealed class RecipeTraining(Recipe recipe, Catalogue catalogue, TrainingOptions options)
{
    private readonly Core.Catalogues.Survey survey = catalogue.Core.Survey;
    private readonly Catalogue catalogue = catalogue.WithoutExtinction();
    private readonly ILearning learning = Learnings.Of(recipe);
    private readonly IReadOnlyList<TargetColumn> targets = LearnerModule.others(recipe.Learner).ToArray();
    private readonly IBackend backend = Backends.Find(options.Backend, options.Device, options.Precision);

    /// <summary>What was learnt in each part, opened and pooled.</summary>
    public static IFittedLearner Open(ILearning learning, IReadOnlyList<TrainedPart> parts, int threads) =>
        FittedFolds.Of(parts.Select(part => learning.Open(part, threads)).ToArray(), threads);

    /// <summary>Does it all; <paramref name="begin"/> is told the epochs that the first network has done before.</summary>
    public (IFittedLearner Fitted, RunRecord Run) Run(
        Action<Recipe, int>? begin, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var core = catalogue.Core;
        var data = TrainingData.Prepare(recipe, catalogue);
        RecipeEstimator.FreeTemporaries(core.Count);

        // Before there is a network, whose memory would come on top of what this takes.
        var described = DataDescription.Of(core, recipe.Seed);
        RecipeEstimator.FreeTemporaries(core.Count);
        var fingerprint = Fingerprint();
        var trained = new List<TrainedPart>();
        foreach (var part in data.Parts)
        {
            trained.Add(learning.Train(part, new PartContext(
                trained.Count, data.Parts.Count, options, fingerprint, epochs => begin?.Invoke(recipe, epochs), progress, cancellation)));
        }

        var fitted = trained.Select(part => learning.Open(part, options.Threads)).ToArray();
        try
        {
            var (calibration, flagging, test) = data.Parts.Count == 1 ? Finish(data.Parts[0], fitted[0].On(core)) : FinishFolds(data, fitted);
            RecipeEstimator.FreeTemporaries(core.Count);
            var run = new RunRecord
            {
                Recipe = recipe,
                Survey = survey,
                Parts = trained,
                Calibration = calibration,
                Flagging = flagging,
                Test = test,
                Split = Summary(data),
                Provenance = Provenance.Gather(catalogue, recipe.Seed, backend, options.Threads),
                Data = described,
            };
            return (FittedFolds.Of(fitted, options.Threads), run);
        }
        catch
        {
            foreach (var part in fitted)
            {
                part.Dispose();
            }

            throw;
        }
    }

    /// <summary>One part: fitted on its validation rows, scored on its test rows.</summary>
    private (FittedCalibration Calibration, Flagging? Flagging, ScoredObject[] Test) Finish(TrainingPart part, IAnswers answers)
    {
        var calibration = Calibrate([new HeldOut(answers, part.Rows.Validation)], part.Known);
        var flagging = FlaggingOf(part);
        RecipeEstimator.FreeTemporaries(catalogue.Count);
        return (calibration, flagging, Answering.Scored(catalogue.Core, part.Known, targets, new HeldOut(answers, part.Rows.Test), calibration, flagging));
    }

    /// <summary>
    /// Folds: fitted on the answers of all, each by what has not seen it. A fold's own score has what was fitted on the other
    /// folds' answers, lest it be flattered; it meets its own redshifts only through those who gave these answers.
    /// </summary>
    private (FittedCalibration Calibration, Flagging? Flagging, ScoredObject[] Test) FinishFolds(TrainingData data, IFittedLearner[] fitted)
    {
        var heldOut = data.Parts.Select((part, fold) => new HeldOut(fitted[fold].On(catalogue.Core), part.Rows.Test)).ToArray();
        var flags = data.Parts.Select(FlaggingOf).ToArray();
        var scored = heldOut.SelectMany((part, fold) =>
        {
            var calibration = Calibrate(heldOut.Where((_, other) => other != fold).ToArray(), data.Usable);
            return part.Rows.Zip(Answering.Scored(catalogue.Core, data.Usable, targets, part, calibration, flags[fold]));
        });
        return (Calibrate(heldOut, data.Usable), flags[0], scored.OrderBy(o => o.First).Select(o => o.Second).ToArray());
    }

    private FittedCalibration Calibrate(IReadOnlyList<HeldOut> heldOut, Usable known) =>
        Calibrating.Fit(recipe.Calibration, heldOut, learning.MayAbstain, known, targets, catalogue.Source);

    /// <summary>Fitted on objects with redshifts, which flags are about: a star shall be unlike them.</summary>
    private Flagging? FlaggingOf(TrainingPart part)
    {
        if (!recipe.Flags)
        {
            return null;
        }

        var core = catalogue.Core;
        var rows = part.For("redshift").Rows;
        var fitted = core.Survey.Kind.IsMagnitude
            ? FlaggingModule.fitMagnitudes(core.SampleCount, core.Samples, core.SampleErrors, rows.Train, rows.Validation)
            : FlaggingModule.fit(core.SampleCount, core.Samples, core.SampleErrors, rows.Train, rows.Validation);
        return fitted.OrThrow(catalogue.Source);
    }

    private SplitSummary Summary(TrainingData data)
    {
        var all = RowNumbers(data.Usable.Rows);
        var rows = data.Parts is [var only]
            ? new Split(RowNumbers(only.Rows.Train), RowNumbers(only.Rows.Validation), RowNumbers(only.Rows.Test))
            : new Split(all, [], all);
        return SplitSummary.Of(recipe.Seed, rows, data.Usable.Filtered, catalogue.Core.SkippedCount) with
        {
            Folds = data.Parts.Count == 1 ? null : data.Parts.Count,
        };
    }

    private int[] RowNumbers(int[] places) => Array.ConvertAll(places, place => catalogue.Core.RowNumbers[place]);

    /// <summary>
    /// What a checkpoint belongs to: recipe, survey, data and backend. Where the schedule does not look ahead to the last
    /// epoch, the number of epochs is left out, so that a finished run can be trained further.
    /// </summary>
    private string Fingerprint() => FingerprintOf(RecipeModule.withoutLaterChoices(recipe), survey, catalogue, backend.Name);

    /// <summary>Tells apart trainings of different recipes, surveys, data or backends.</summary>
    public static string FingerprintOf(Recipe recipe, Core.Catalogues.Survey survey, Catalogue catalogue, string backend)
    {
        var text = new StringBuilder()
            .Append(RecipeModule.write(recipe))
            .Append(Core.Catalogues.SurveyModule.write(survey))
            .Append(catalogue.Sha256 ?? RecipeEstimator.HashOfContent(catalogue.Core))
            .Append(backend);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
