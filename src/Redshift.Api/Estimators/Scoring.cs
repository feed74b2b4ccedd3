using Redshift.Core;
using Redshift.Core.Evaluation;
using Redshift.ModelFiles;
using Redshift.Reports;

namespace Redshift;

/// <summary>From scored objects to metrics, and their files.</summary>
internal static class Scoring
{
    /// <summary>Point metrics of some objects, with bootstrap intervals.</summary>
    public static PointEvaluation Point(IReadOnlyList<ScoredObject> objects, SplitSummary split)
    {
        var options = new BootstrapOptions(split.Seed, 1000, 0.95, 0);
        return PointEvaluationModule.evaluate(
            options,
            new LeftOut(split.Filtered, split.Skipped),
            objects.Select(o => o.True).ToArray(),
            objects.Select(o => o.Predicted).ToArray()).OrThrow("evaluation");
    }

    /// <summary>As the public face shows it.</summary>
    public static EvaluationResult ToResult(PointEvaluation evaluation) => new(
        ToDictionary(evaluation),
        evaluation.Scores
            .Where(s => s.Interval is not null)
            .ToDictionary(s => s.Metric.Key, s => (s.Interval.Value.Item1, s.Interval.Value.Item2), StringComparer.Ordinal),
        evaluation.N,
        Json.text(PointEvaluationModule.toJson(evaluation)));

    /// <summary>Metrics by key, in the order of metrics.json.</summary>
    public static Dictionary<string, double> ToDictionary(PointEvaluation evaluation)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["n"] = evaluation.N,
            ["n_filtered"] = evaluation.LeftOut.Filtered,
            ["n_skipped"] = evaluation.LeftOut.Skipped,
        };
        foreach (var score in evaluation.Scores)
        {
            metrics[score.Metric.Key] = score.Value;
        }

        return metrics;
    }

    /// <summary>Writes <c>metrics.json</c> and <c>report.html</c>.</summary>
    public static EvaluationResult Write(string folder, RunRecord run, IReadOnlyList<string>? notes = null)
    {
        var result = ToResult(run.Evaluation);
        OutputFile.WriteText(Path.Combine(folder, RunFolder.Metrics), result.Json);
        if (run.Data is not null)
        {
            OutputFile.WriteText(Path.Combine(folder, RunFolder.Statistics), run.Data.StatisticsText());
        }

        NetworkEstimator.FreeTemporaries(run.Data?.Redshifts.Length ?? 0);
        OutputFile.WriteText(Path.Combine(folder, RunFolder.Report), ReportPage.OfRun(run, notes ?? []));
        return result;
    }
}
