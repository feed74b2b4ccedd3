using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core;
using Redshift.Core.Evaluation;
using Redshift.Core.Models;
using Redshift.ModelFiles;
using Redshift.Reports;

namespace Redshift;

/// <summary>From scored objects to metrics, and their files.</summary>
internal static class Scoring
{
    /// <summary>Point metrics of some objects, with bootstrap intervals.</summary>
    public static PointEvaluation Point(IReadOnlyList<ScoredObject> objects, SplitSummary split)
    {
        objects = WithRedshift(objects);
        return PointEvaluationModule.evaluate(
            Intervals(split),
            new LeftOut(split.Filtered, split.Skipped),
            objects.Select(o => o.True).ToArray(),
            objects.Select(o => o.Predicted).ToArray()).OrThrow("evaluation");
    }

    /// <summary>Metrics of p(z) of some objects, with bootstrap intervals; null where they have none.</summary>
    public static DensityEvaluation? Density(IReadOnlyList<ScoredObject> objects, SplitSummary split) =>
        OfDensities(WithRedshift(objects), split);

    private static DensityEvaluation? OfDensities(IReadOnlyList<ScoredObject> objects, SplitSummary split) =>
        objects.Count == 0 || objects.Any(o => o.Density is null || o.Prediction.Uncertainty is null)
            ? null
            : DensityEvaluationModule.evaluate(
                Intervals(split),
                objects.Select(o => o.True).ToArray(),
                objects.Select(o => o.Predicted).ToArray(),
                objects.Select(o => o.Prediction.Uncertainty!.Sigma).ToArray(),
                objects.Select(o => o.Density!.Value).ToArray());

    /// <summary>Predictions by flag; null where objects have none.</summary>
    public static FSharpList<FlagScore>? Flags(IReadOnlyList<ScoredObject> objects) => OfFlags(WithRedshift(objects));

    /// <summary>Metrics of targets other than the redshift, each on the objects of which it is known; none of targets that are known of none.</summary>
    public static IReadOnlyList<TargetEvaluation> OfTargets(
        IReadOnlyList<ScoredObject> objects, IReadOnlyList<TargetColumn> targets, SplitSummary split) =>
        targets.Select((target, place) => OfTarget(objects, target, place, split)).OfType<TargetEvaluation>().ToArray();

    private static TargetEvaluation? OfTarget(IReadOnlyList<ScoredObject> objects, TargetColumn target, int place, SplitSummary split)
    {
        var known = objects.Where(o => o.Targets is { } truths && double.IsFinite(truths[place])).ToArray();
        if (known.Length == 0)
        {
            return null;
        }

        var truth = Array.ConvertAll(known, o => o.Targets![place]);
        var predicted = Array.ConvertAll(known, o => o.Prediction.Targets[place].Value);
        var leftOut = new LeftOut(objects.Count - known.Length + split.Filtered, split.Skipped);
        return target.Classes.ToArray() is [var first, var second]
            ? TargetEvaluation.NewClass(ClassEvaluationModule.binary(
                Intervals(split), leftOut, target.Target, first, second, Array.ConvertAll(truth, t => t > 0.5), predicted).OrThrow("evaluation"))
            : TargetEvaluation.NewValue(ValueEvaluationModule.evaluate(Intervals(split), leftOut, target.Target, truth, predicted).OrThrow("evaluation"));
    }

    private static IReadOnlyList<ScoredObject> WithRedshift(IReadOnlyList<ScoredObject> objects) =>
        objects.All(o => o.HasRedshift) ? objects : objects.Where(o => o.HasRedshift).ToArray();

    private static FSharpList<FlagScore>? OfFlags(IReadOnlyList<ScoredObject> objects) =>
        objects.Count == 0 || objects.Any(o => o.Prediction.Flags is null)
            ? null
            : FlagEvaluation.evaluate(
                objects.Select(o => o.True).ToArray(),
                objects.Select(o => o.Predicted).ToArray(),
                objects.Select(o => o.Prediction.Flags!.Value).ToArray());

    private static BootstrapOptions Intervals(SplitSummary split) => new(split.Seed, 1000, 0.95, 0);

    /// <summary>As the public face shows it.</summary>
    public static EvaluationResult ToResult(RunRecord run)
    {
        var (point, density) = (run.Evaluation, run.Density);
        var scores = point.Scores.Select(s => (s.Metric.Key, s.Value, s.Interval))
            .Concat(density?.Scores.Select(s => (s.Metric.Key, s.Value, s.Interval)) ?? [])
            .Concat(run.TargetEvaluations.SelectMany(TargetEvaluationModule.scores).Select(s => (Key: s.Item1, Value: s.Item2, Interval: s.Item3)))
            .ToArray();
        var metrics = Counts(point, density).Concat(scores.Select(s => (s.Key, s.Value)));
        return new EvaluationResult(
            metrics.ToDictionary(m => m.Item1, m => m.Item2, StringComparer.Ordinal),
            scores.Where(s => s.Interval is not null)
                .ToDictionary(s => s.Key, s => (s.Interval.Value.Item1, s.Interval.Value.Item2), StringComparer.Ordinal),
            point.N,
            Json.text(MetricsFile.toJson(point, OptionModule.OfObj(density), OptionModule.OfObj(run.Flags), ListModule.OfSeq(run.TargetEvaluations))));
    }

    private static IEnumerable<(string Key, double Value)> Counts(PointEvaluation point, DensityEvaluation? density) =>
    [
        ("n", point.N),
        ("n_filtered", point.LeftOut.Filtered),
        ("n_skipped", point.LeftOut.Skipped),
        .. density is null
            ? Array.Empty<(string, double)>()
            :
            [
                ("n_density_missing", density.Missing),
                ("n_density_impossible", density.Impossible),
                ("n_pit_outliers", density.PitOutliers),
            ],
    ];

    /// <summary>Writes <c>metrics.json</c> and <c>report.html</c>.</summary>
    public static EvaluationResult Write(string folder, RunRecord run, IReadOnlyList<string>? notes = null)
    {
        var result = ToResult(run);
        OutputFile.WriteText(Path.Combine(folder, RunFolder.Metrics), result.Json);
        if (run.Data is not null)
        {
            OutputFile.WriteText(Path.Combine(folder, RunFolder.Statistics), run.Data.StatisticsText());
        }

        RecipeEstimator.FreeTemporaries(run.Data?.Redshifts.Length ?? 0);
        OutputFile.WriteText(Path.Combine(folder, RunFolder.Report), ReportPage.OfRun(run, notes ?? []));
        return result;
    }
}
