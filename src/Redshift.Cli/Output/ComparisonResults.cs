using System.Globalization;

namespace Redshift.Cli.Output;

/// <summary>A comparison as a person reads it, or as JSON.</summary>
internal static class ComparisonResults
{
    private static readonly string[] Keys = ["mse", "r2", "nmad", "outlier_0.15", "bias_mean", "slope_pred_on_true"];

    public static void Print(ComparisonResult result, bool json)
    {
        if (json)
        {
            Console.Out.Write(result.Json);
            return;
        }

        var width = Math.Max("recipe".Length, result.Recipes.Max(recipe => recipe.Name.Length));
        Console.Out.WriteLine($"{result.Count:N0} objects, the same for all");
        Line("recipe", ["mse", "r2", "nmad", "outlier_0.15", "bias_mean", "slope", "training_s", "objects/s"]);
        foreach (var recipe in result.Recipes)
        {
            Line(recipe.Name,
            [
                .. Keys.Select(key => Number(recipe.Evaluation.Metrics[key])),
                recipe.TrainingSeconds.ToString("0.0", CultureInfo.InvariantCulture),
                recipe.ObjectsPerSecond.ToString("N0", CultureInfo.InvariantCulture),
            ]);
        }

        Console.Out.WriteLine($"Differences to {result.Recipes[0].Name}, 95 % of paired resamples:");
        foreach (var recipe in result.Recipes.Skip(1))
        {
            Console.Out.WriteLine(
                recipe.Name.PadRight(width) + string.Concat(recipe.Differences.Select(d => $"  {d.Key} {Number(d.Value.Value)}{Interval(d.Value.Interval)}")));
        }

        void Line(string name, IEnumerable<string> cells) =>
            Console.Out.WriteLine(name.PadRight(width) + string.Concat(cells.Select(cell => cell.PadLeft(13))));
    }

    private static string Interval((double Low, double High)? ends) =>
        ends is { } known ? $" ({Number(known.Low)} to {Number(known.High)})" : "";

    private static string Number(double value) => double.IsNaN(value) ? "-" : value.ToString("0.00000", CultureInfo.InvariantCulture);
}
