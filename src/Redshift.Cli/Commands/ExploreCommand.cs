using System.CommandLine;
using System.Globalization;

namespace Redshift.Cli.Commands;

/// <summary><c>explore</c>: what is in a catalogue.</summary>
internal static class ExploreCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "The catalogue, with or without redshifts" };
        var output = new Option<string?>("--out") { Description = "Where to write statistics.json and report.html; default: exploration", HelpName = "DIR" };
        var seed = Common.Number("--seed", "Seed of the galaxies drawn for mean spectra", lowest: 0UL, otherwise: 1UL);
        var (survey, onBadRow) = (Common.Survey("gaia"), Common.OnBadRow());
        var command = Common.Command(
            "explore",
            "Statistics and figures of a catalogue's redshifts and fluxes.",
            "redshift explore galaxies.csv --out exploration");
        command.Arguments.Add(file);
        foreach (var option in new Option[] { output, survey, onBadRow, seed })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var terminal = Common.Open(parsed);
            var folder = parsed.GetValue(output) ?? "exploration";
            Common.RefuseRunAsOutput(folder);
            var layout = Surveys.FindOrLoad(parsed.GetValue(survey) ?? "gaia");
            var catalogue = Common.Load(
                terminal, parsed.GetRequiredValue(file), layout, Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: false), cancellation);
            cancellation.ThrowIfCancellationRequested();
            var exploration = Exploration.Of(catalogue, folder, parsed.GetValue(seed));
            if (parsed.GetValue(Common.Json))
            {
                Console.Out.Write(exploration.Json);
            }
            else
            {
                Print(exploration);
            }

            terminal.Note($"Report: {Path.Combine(folder, "report.html")}");
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    /// <summary>The statistics of the redshifts, also where other commands show them.</summary>
    public static void Print(Exploration exploration)
    {
        Console.Out.WriteLine("redshift");
        foreach (var (name, value) in exploration.Redshifts)
        {
            var number = name is "count" or "missing"
                ? value.ToString("0", CultureInfo.InvariantCulture)
                : double.IsNaN(value) ? "-" : value.ToString("0.00000", CultureInfo.InvariantCulture);
            Console.Out.WriteLine($"  {name,-10} {number,12}");
        }

        foreach (var (low, high, percent) in exploration.Shares)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {low:0.00}-{high:0.00} {percent,11:0.00} %"));
        }
    }
}
