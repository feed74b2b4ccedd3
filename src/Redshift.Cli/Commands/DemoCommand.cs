using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary><c>demo</c>: the main job from nothing, on simulated galaxies.</summary>
internal static class DemoCommand
{
    public static Command Make()
    {
        var output = new Option<string?>("--out") { Description = "The run folder to make; default: runs/demo, or the next free runs/demo-N", HelpName = "DIR" };
        var count = Common.Number("--count", "Galaxies", lowest: 20L, otherwise: 20_000L);
        var epochs = Common.Number("--epochs", "Epochs", lowest: 1, otherwise: 6);
        var seed = Common.Number("--seed", "Seed of everything", lowest: 0UL, otherwise: 1UL);
        var (threads, force) = (Common.Threads(), Common.Force());
        var command = Common.Command(
            "demo",
            "The main job in minutes: simulate Gaia galaxies, explore them, train the Gaia CNN for a few epochs, evaluate, report.",
            "redshift demo --count 20000 --epochs 6");
        foreach (var option in new Option[] { output, count, epochs, seed, threads, force })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = Common.Open(parsed);
            var folder = parsed.GetValue(output) ?? FreeFolder();
            Common.RefuseRun(folder, resume: false, parsed.GetValue(force));
            var clock = Stopwatch.StartNew();
            var result = await RunAsync(
                terminal,
                folder,
                new SimulationOptions { Count = parsed.GetValue(count), Seed = parsed.GetValue(seed), Threads = parsed.GetValue(threads) },
                new TrainingOptions { Seed = parsed.GetValue(seed), Epochs = parsed.GetValue(epochs), Threads = parsed.GetValue(threads) },
                cancellation);
            Results.Print(result, parsed.GetValue(Common.Json));
            terminal.Note($"Done in {(int)clock.Elapsed.TotalMinutes}:{clock.Elapsed.Seconds:00}. Report: {Path.Combine(folder, "report.html")}");
            return CommandLine.Done;
        });
        return command;
    }

    private static async Task<EvaluationResult> RunAsync(
        Terminal terminal, string folder, SimulationOptions simulation, TrainingOptions training, CancellationToken cancellation)
    {
        const string recipe = "gaia-cnn";
        var file = Path.Combine(folder, "catalogue.csv");
        SimulateCommand.Run(terminal, file, simulation, cancellation);
        var catalogue = Common.Load(terminal, file, Surveys.Gaia, new CatalogueOptions { RequireRedshift = true }, cancellation);
        var redshifts = Exploration.Of(catalogue, null, simulation.Seed).Redshifts.ToDictionary(p => p.Key, p => p.Value);
        terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"Redshifts: mean {redshifts["mean"]:0.000}, median {redshifts["median"]:0.000}, std {redshifts["std"]:0.000}, "
            + $"skewness {redshifts["skewness"]:0.00}, {redshifts["min"]:0.000} to {redshifts["max"]:0.000}"));
        using var estimator = Estimators.Create(recipe);
        string[] notes =
        [
            $"This is a short demonstration: {simulation.Count:N0} simulated galaxies and {training.Epochs} epochs, where the published "
            + "network was trained on 327,848 real spectra for 20. Simulated results are not Gaia's.",
        ];
        var goOn = $"To go on: redshift train --recipe {recipe} --data \"{file}\" --out \"{folder}\" --seed {training.Seed} --epochs {training.Epochs} --resume";
        var run = await TrainCommand.RunAsync(terminal, estimator, catalogue, folder, training, notes, goOn, cancellation);
        return run.Evaluation;
    }

    private static string FreeFolder()
    {
        var first = Path.Combine("runs", "demo");
        return !Directory.Exists(first)
            ? first
            : Enumerable.Range(2, int.MaxValue - 2).Select(n => $"{first}-{n}").First(folder => !Directory.Exists(folder));
    }
}
