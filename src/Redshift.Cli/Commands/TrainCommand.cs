using System.CommandLine;
using Redshift.Cli.Output;
using Redshift.Engine;

namespace Redshift.Cli.Commands;

/// <summary><c>train</c>: a recipe on a catalogue into a run folder.</summary>
internal static class TrainCommand
{
    public static Command Make()
    {
        var recipe = new Option<string>("--recipe") { Description = "The experiment: a recipe that ships, or a JSON file", HelpName = "NAME|FILE", Required = true };
        var data = new Option<string>("--data") { Description = "The catalogue, with redshifts", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "The run folder to make", HelpName = "RUN", Required = true };
        var seed = Common.OptionalNumber("--seed", "Seed of split, weights and shuffling; default: the recipe's", lowest: 0UL);
        var epochs = Common.OptionalNumber("--epochs", "Epochs; default: the recipe's", lowest: 1);
        var batchSize = Common.OptionalNumber("--batch-size", "Objects in a step; default: the recipe's", lowest: 1);
        var scaleRate = new Option<bool>("--scale-learning-rate")
        {
            Description = "For a batch size of your own: scale the recipe's learning rate with it, and rise to it over the first epochs",
        };
        var maxRedshift = Common.OptionalPositive("--max-redshift", "Leave out objects beyond; default: as the recipe says", "Z");
        var folds = Common.OptionalNumber("--folds", "Learn in so many folds from every row, each scored by what has not seen it; default: the recipe's parts", lowest: 2);
        var ensemble = Common.OptionalNumber("--ensemble", "Networks trained alike but for their seeds and pooled; default: the recipe's", lowest: 1);
        var slope = new Option<string?>("--slope-correction")
        {
            Description = "Stretch predictions against regression to the mean, by a slope fitted on the validation part in this space: "
                + "less bias by true redshift, larger errors, a bias by predicted redshift",
            HelpName = "redshift|log_one_plus_z|none",
        };
        slope.AcceptOnlyFromAmong("redshift", "log_one_plus_z", "none");
        var (templates, filters) = (Common.Templates(), Common.Filters());
        var (backend, device) = (Common.Backend(), Common.Device());
        var precision = new Option<string>("--precision")
        {
            Description = "What the backend torch multiplies; weights have 32 bits with either",
            HelpName = "float32|bfloat16",
            DefaultValueFactory = _ => "float32",
        };
        precision.AcceptOnlyFromAmong("float32", "bfloat16");
        var resume = new Option<bool>("--resume") { Description = "Go on with a run that was interrupted; the result is as if it had not been" };
        var (survey, onBadRow, threads, force) = (Common.Survey(), Common.OnBadRow(), Common.Threads(), Common.Force());
        var command = Common.Command(
            "train",
            "Train a recipe on a catalogue: fit on the training part, watch the validation part, score the test part.",
            "redshift train --recipe gaia-cnn --data galaxies.csv --out runs/gaia --epochs 6");
        foreach (var option in new Option[] { recipe, data, output, survey, seed, epochs, batchSize, scaleRate, maxRedshift, folds, ensemble, slope, templates, filters, backend, device, precision, threads, onBadRow, resume, force })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = Common.Open(parsed);
            var folder = parsed.GetRequiredValue(output);
            Common.RefuseRun(folder, parsed.GetValue(resume), parsed.GetValue(force));
            var options = new TrainingOptions
            {
                Seed = parsed.GetValue(seed),
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                ScaleLearningRate = parsed.GetValue(scaleRate),
                MaxRedshift = parsed.GetValue(maxRedshift),
                Folds = parsed.GetValue(folds),
                Ensemble = parsed.GetValue(ensemble),
                SlopeCorrection = parsed.GetValue(slope) switch
                {
                    null => null,
                    "redshift" => SlopeCorrectionSpace.Redshift,
                    "log_one_plus_z" => SlopeCorrectionSpace.LogOnePlusZ,
                    _ => SlopeCorrectionSpace.None,
                },
                TemplateFolder = parsed.GetValue(templates),
                FilterFolder = parsed.GetValue(filters),
                Threads = parsed.GetValue(threads),
                Backend = parsed.GetValue(backend)!,
                Device = parsed.GetValue(device)!,
                Precision = parsed.GetValue(precision) == "bfloat16" ? Precision.BFloat16 : Precision.Full,
                Resume = parsed.GetValue(resume),
            };
            SoftwareInfo.RequireBackend(options.Backend, options.Device, options.Precision);
            var named = parsed.GetValue(survey);
            using var estimator = Estimators.Create(parsed.GetRequiredValue(recipe), named is null ? null : Surveys.FindOrLoad(named));
            var catalogue = Common.Load(
                terminal, parsed.GetRequiredValue(data), estimator.Survey, Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: estimator.Targets.Count == 0), cancellation);
            const string goOn = "Run the same command with --resume to go on.";
            var run = await RunAsync(terminal, estimator, catalogue, folder, options, null, goOn, cancellation);
            Results.Print(run.Evaluation, parsed.GetValue(Common.Json));
            terminal.Note($"Report: {Path.Combine(folder, "report.html")}");
            return CommandLine.Done;
        });
        return command;
    }

    private static string Summary(TrainingRun run) =>
        (run.Folds is { } folds
            ? $"Trained on {run.TrainCount:N0} objects in {folds} folds, each scored by what had not seen it; "
            : $"Trained on {run.TrainCount:N0}, validated on {run.ValidationCount:N0}, tested on {run.TestCount:N0} objects; ")
        + $"{run.FilteredCount:N0} left out by filters"
        + (run.Folds is null && run.BestEpoch > 0 ? $"; best validation loss in epoch {run.BestEpoch}" : "")
        + (run.StoppedEarly ? "; stopped early, best weights restored" : "");

    /// <summary>Trains with a line an epoch; when interrupted says how to go on.</summary>
    public static async Task<TrainingRun> RunAsync(
        Terminal terminal,
        IEstimator estimator,
        Catalogue catalogue,
        string folder,
        TrainingOptions options,
        IReadOnlyList<string>? notes,
        string goOn,
        CancellationToken cancellation)
    {
        var display = new TrainingDisplay(terminal);
        try
        {
            terminal.Note($"Training {estimator.Name} on {options.Threads} threads with the backend {options.Backend}");
            var run = await Runs.TrainAsync(estimator, catalogue, folder, options, display, notes, cancellation);
            display.Erase();
            terminal.Note(Summary(run));
            return run;
        }
        catch (OperationCanceledException)
        {
            display.Erase();
            Terminal.Warn($"Stopped; the whole epochs so far are kept in {folder}. {goOn}");
            throw;
        }
        catch
        {
            display.Erase();
            throw;
        }
    }
}
