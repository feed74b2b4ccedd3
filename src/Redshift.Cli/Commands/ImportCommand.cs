using System.CommandLine;

namespace Redshift.Cli.Commands;

/// <summary><c>import keras</c>: a network trained elsewhere becomes a run.</summary>
internal static class ImportCommand
{
    public static Command Make()
    {
        var command = Common.Command(
            "import",
            "Make a run from a network that was trained elsewhere, to predict with it and to score it.",
            "redshift import keras model.h5 --out runs/imported");
        command.Subcommands.Add(MakeKeras());
        return command;
    }

    private static Command MakeKeras()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A whole model that Keras saved: HDF5 (.h5, Keras 1 to 3) or archive (.keras)",
        };
        var output = new Option<string>("--out") { Description = "The run folder to make", HelpName = "RUN", Required = true };
        var scaling = new Option<string?>("--scaling")
        {
            Description = "How fluxes were scaled before training: a run's preprocessing.json, or a CSV with rows min and max; "
                + "default: not at all",
            HelpName = "FILE",
        };
        var (survey, force) = (Common.Survey("gaia for a network of 186 samples"), Common.Force());
        var command = Common.Command(
            "keras",
            "Import a Keras model whose layers follow one another from fluxes to one redshift: architecture, weights, optimiser "
            + "and loss. The run has no test part: evaluate it with --data.",
            "redshift import keras model.h5 --out runs/imported --scaling ranges.csv");
        command.Arguments.Add(file);
        foreach (var option in new Option[] { output, survey, scaling, force })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) =>
        {
            var terminal = Common.Open(parsed);
            var folder = parsed.GetRequiredValue(output);
            Common.RefuseRun(folder, resume: false, parsed.GetValue(force), resumable: false);
            var options = new KerasImportOptions
            {
                Survey = parsed.GetValue(survey) is { } named ? Surveys.FindOrLoad(named) : null,
                ScalingFile = parsed.GetValue(scaling),
            };
            var imported = Runs.ImportKeras(parsed.GetRequiredValue(file), folder, options);
            terminal.Note(
                $"{imported.Name}: {imported.ParameterCount:N0} parameters, written by Keras {imported.KerasVersion}, "
                + $"survey {imported.Survey}");
            foreach (var note in imported.Notes)
            {
                terminal.Note($"  {note}");
            }

            terminal.Note($"Run: {folder}");
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }
}
