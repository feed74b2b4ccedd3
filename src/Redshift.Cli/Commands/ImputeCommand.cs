using System.CommandLine;
using System.Text.Json.Nodes;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary><c>impute</c>: missing magnitudes by mean colours.</summary>
internal static class ImputeCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "The catalogue of magnitudes" };
        var survey = Common.Survey("none, it has to be given");
        survey.Required = true;
        var output = new Option<string>("--out") { Description = "The completed catalogue to write", HelpName = "FILE", Required = true };
        var cells = new Option<string?>("--cells")
        {
            Description = "Where to list the inferred cells; default: beside the output, as NAME.cells.csv",
            HelpName = "FILE",
        };
        var saturated = new Option<string>("--saturated")
        {
            Description = "What to do with saturated cells: keep them as they are, or infer them too",
            HelpName = "keep|impute",
            DefaultValueFactory = _ => "keep",
        };
        saturated.AcceptOnlyFromAmong("keep", "impute");
        var onBadRow = Common.OnBadRow();
        var command = Common.Command(
            "impute",
            "Infer missing magnitudes from the nearest observed bands and the mean colours of the file's complete rows.\n"
            + "All else stays as it was: rows, columns, further cells. A band that was not detected is held no brighter than\n"
            + "its limit, where the survey gives one. Saturated cells stay unless asked for.",
            "redshift impute zcosmos.csv --survey zcosmos --out complete.csv");
        command.Arguments.Add(file);
        foreach (var option in new Option[] { survey, output, cells, saturated, onBadRow })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var target = parsed.GetRequiredValue(output);
            if (Runs.Owns(target))
            {
                throw new ArgumentException($"--out: expected another file than a run's own, found {target}");
            }

            var options = new ImputationOptions
            {
                OnBadRow = Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: false).OnBadRow,
                ImputeSaturated = parsed.GetValue(saturated) == "impute",
                CellsFile = parsed.GetValue(cells),
            };
            var input = parsed.GetRequiredValue(file);
            var summary = CatalogueImputation.Complete(
                input, Surveys.FindOrLoad(parsed.GetRequiredValue(survey)!), target, options, cancellation);
            Report(Common.Open(parsed), input, target, summary, parsed.GetValue(Common.Json));
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    private static void Report(Terminal terminal, string input, string output, ImputationSummary summary, bool json)
    {
        Common.WarnOfSkipped(input, summary.SkippedCount, summary.Skipped);
        terminal.Note(
            $"{summary.Cells:N0} cells inferred ({summary.NotObserved:N0} not observed, {summary.NotDetected:N0} not detected, "
            + $"{summary.Saturated:N0} saturated) from {summary.CompleteRows:N0} complete rows: {summary.CellsFile}");
        if (summary.SaturatedKept > 0)
        {
            Terminal.Warn($"{summary.SaturatedKept:N0} saturated cells stand as they were; --saturated impute infers them too");
        }

        terminal.Note($"{summary.Rows:N0} rows: {output}");
        if (json)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["rows"] = summary.Rows,
                ["complete_rows"] = summary.CompleteRows,
                ["not_observed"] = summary.NotObserved,
                ["not_detected"] = summary.NotDetected,
                ["saturated"] = summary.Saturated,
                ["saturated_kept"] = summary.SaturatedKept,
                ["cells"] = summary.CellsFile,
                ["skipped"] = summary.SkippedCount,
            }.ToJsonString());
        }
    }
}
