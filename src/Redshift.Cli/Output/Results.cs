using System.Globalization;

namespace Redshift.Cli.Output;

/// <summary>Metrics as a person reads them, or as JSON.</summary>
internal static class Results
{
    private static readonly string[] Counts = ["n", "n_filtered", "n_skipped", "n_density_missing", "n_density_impossible"];

    /// <summary>Those that only the report and metrics.json have, to keep the table short.</summary>
    private static readonly string[] Left = ["n_pit_outliers", "cde_loss", "pit_ks", "pit_cvm", "pit_ad"];

    public static void Print(EvaluationResult result, bool json)
    {
        if (json)
        {
            Console.Out.Write(result.Json);
            return;
        }

        Console.Out.WriteLine($"{"metric",-20} {"value",11}   95 % interval");
        foreach (var (key, value) in result.Metrics.Where(metric => !Left.Contains(metric.Key)))
        {
            if (Counts.Contains(key))
            {
                Console.Out.WriteLine($"{key,-20} {value,11:0}");
                continue;
            }

            var interval = result.Intervals.TryGetValue(key, out var ends) ? $"   {Number(ends.Low)} to {Number(ends.High)}" : "";
            Console.Out.WriteLine($"{key,-20} {Number(value),11}{interval}");
        }
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("0.00000", CultureInfo.InvariantCulture);
}
