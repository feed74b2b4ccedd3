using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Redshift.Cli.Output;

/// <summary>A search's result as a person reads it, or as JSON.</summary>
internal static class SearchResults
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(SearchResult result, bool json)
    {
        var best = result.Best;
        if (json)
        {
            Console.Out.WriteLine(ToJson(result).ToJsonString(Indented));
            return;
        }

        int Count(TrialOutcome outcome) => result.Trials.Count(t => t.Outcome == outcome);
        Console.Out.WriteLine(
            $"{result.Trials.Count} trials: {Count(TrialOutcome.Complete)} complete, {Count(TrialOutcome.Pruned)} pruned, {Count(TrialOutcome.Failed)} failed; "
            + $"{result.Refused} suggestions refused before training");
        Console.Out.WriteLine($"Best: trial {best.Number}, score {Number(best.Score)} in epoch {best.BestEpoch} of {best.Epochs}");
        Console.Out.WriteLine($"{"parameter",-20} {"best",-24} importance");
        foreach (var name in best.Parameters.Keys)
        {
            var share = result.Importance.TryGetValue(name, out var known) ? known.ToString("0.000", CultureInfo.InvariantCulture) : "-";
            Console.Out.WriteLine($"{name,-20} {best.Parameters[name],-24} {share}");
        }
    }

    private static JsonObject ToJson(SearchResult result) => new()
    {
        ["refused"] = result.Refused,
        ["best"] = ToJson(result.Best),
        ["importance"] = new JsonObject(result.Importance.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
        ["trials"] = new JsonArray(result.Trials.Select(t => (JsonNode)ToJson(t)).ToArray()),
    };

    private static JsonObject ToJson(SearchTrial trial) => new()
    {
        ["trial"] = trial.Number,
        ["outcome"] = trial.Outcome.ToString().ToLowerInvariant(),
        ["score"] = trial.Score,
        ["best_epoch"] = trial.BestEpoch,
        ["epochs"] = trial.Epochs,
        ["reason"] = trial.Reason,
        ["seconds"] = Math.Round(trial.Seconds, 3),
        ["parameters"] = new JsonObject(trial.Parameters.Select(p => KeyValuePair.Create(p.Key, JsonNode.Parse(p.Value)))),
    };

    private static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "-";
}
