using System.CommandLine;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary><c>simulate gaia</c>: a synthetic catalogue.</summary>
internal static class SimulateCommand
{
    public static Command Make()
    {
        var command = Common.Command(
            "simulate",
            "Make a synthetic catalogue, to try methods on equal terms; never to be quoted as a survey's.",
            "redshift simulate gaia --count 20000 --seed 1 --out galaxies.csv");
        command.Subcommands.Add(MakeGaia());
        return command;
    }

    private static Command MakeGaia()
    {
        var count = Common.Number("--count", "Galaxies", lowest: 1L, otherwise: 20_000L);
        var seed = Common.Number("--seed", "Seed: the same seed gives the same bytes", lowest: 0UL, otherwise: 1UL);
        var output = new Option<string>("--out") { Description = "The CSV file to write", HelpName = "FILE", Required = true };
        var instrument = new Option<string?>("--instrument") { Description = "A full instrument table instead of the built-in fit", HelpName = "FILE" };
        var templates = new Option<string?>("--templates") { Description = "A full table of templates instead of the built-in fit", HelpName = "FILE" };
        var threads = Common.Threads();
        var command = Common.Command(
            "gaia",
            "Simulate Gaia BP/RP spectra of galaxies: redshift and 186 fluxes (e-/s per sample) each.",
            "redshift simulate gaia --count 20000 --seed 1 --out galaxies.csv");
        foreach (var option in new Option[] { count, seed, output, instrument, templates, threads })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var options = new SimulationOptions
            {
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed),
                InstrumentFile = parsed.GetValue(instrument),
                TemplatesFile = parsed.GetValue(templates),
                Threads = parsed.GetValue(threads),
            };
            Run(Common.Open(parsed), parsed.GetRequiredValue(output), options, cancellation);
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    /// <summary>Simulates with a bar.</summary>
    public static void Run(Terminal terminal, string file, SimulationOptions options, CancellationToken cancellation) =>
        terminal.WithBar($"Simulating {options.Count:N0} galaxies", tell =>
        {
            var progress = new Direct<long>(rows => tell((double)rows / options.Count, ""));
            GaiaSimulation.WriteCsv(file, options, progress, cancellation);
            return 0;
        });
}

/// <summary>Progress that is told at once, on the thread that reports it.</summary>
internal sealed class Direct<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
