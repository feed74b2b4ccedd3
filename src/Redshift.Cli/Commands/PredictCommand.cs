using System.CommandLine;

namespace Redshift.Cli.Commands;

/// <summary><c>predict</c>: redshifts for each row of a catalogue.</summary>
internal static class PredictCommand
{
    public static Command Make()
    {
        var run = new Argument<string>("RUN") { Description = "A trained run's folder" };
        var data = new Option<string>("--data") { Description = "The catalogue, with or without redshifts", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "The CSV file to write, in the order of the catalogue's rows", HelpName = "FILE", Required = true };
        var densities = new Option<string>("--densities")
        {
            Description = "Also write p(z) of each row, in 120 bytes: 60 quantiles at probabilities (i + 1/2) / 60 as a NumPy array of 16-bit floats",
            HelpName = "FILE.npy",
        };
        var monteCarlo = new Option<int>("--monte-carlo")
        {
            Description = "Draw samples anew from their errors so often, 2 to 10,000 times, and write how much predictions scatter by it",
            HelpName = "N",
        };
        monteCarlo.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > 10_000)
            {
                result.AddError("--monte-carlo: expected a number from 2 to 10,000");
            }
        });
        var (survey, onBadRow, threads) = (Common.Survey(), Common.OnBadRow(), Common.Threads());
        var command = Common.Command(
            "predict",
            "Predict a redshift for each row of a catalogue, streamed at constant memory.",
            "redshift predict runs/gaia --data new.csv --out redshifts.csv");
        command.Arguments.Add(run);
        foreach (var option in new Option[] { data, output, densities, monteCarlo, survey, onBadRow, threads })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var terminal = Common.Open(parsed);
            var (input, file, array) = (parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), parsed.GetValue(densities));
            RefuseOwned("--out", file);
            RefuseOwned("--densities", array);

            var named = parsed.GetValue(survey);
            using var estimator = Estimators.Load(parsed.GetRequiredValue(run), parsed.GetValue(threads));
            var summary = terminal.WithBar("Predicting", tell => PredictionFile.Write(
                estimator,
                input,
                file,
                named is null ? null : Surveys.FindOrLoad(named),
                Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: false),
                new Direct<(long Count, double Share)>(p => tell(p.Share, $"{p.Count:N0} objects")),
                array,
                parsed.GetValue(monteCarlo),
                cancellation));
            Common.WarnOfSkipped(input, summary.Skipped, summary.SkippedRows);
            terminal.Note($"Predictions: {file}");
            if (array is not null)
            {
                terminal.Note($"p(z): {array}");
            }

            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    private static void RefuseOwned(string option, string? file)
    {
        if (file is not null && Runs.Owns(file))
        {
            throw new ArgumentException($"{option}: expected another file than a run's own, found {file}");
        }
    }
}
