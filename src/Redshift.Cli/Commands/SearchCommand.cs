using System.CommandLine;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary><c>search</c>: variations of a recipe, and the best of them.</summary>
internal static class SearchCommand
{
    private static readonly string[] Methods = ["grid", "random", "bayes"];

    public static Command Make()
    {
        var recipe = new Option<string>("--recipe") { Description = "What is varied: a recipe that ships, or a JSON file", HelpName = "NAME|FILE", Required = true };
        var data = new Option<string>("--data") { Description = "The catalogue, with redshifts", HelpName = "FILE", Required = true };
        var space = new Option<string>("--space") { Description = $"What to vary: {string.Join(", ", SearchSpace.Shipped)}, or a JSON file", HelpName = "NAME|FILE", Required = true };
        var with = new Option<string[]>("--with") { Description = "Vary one of the space's optional parameters too; may be repeated", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var method = new Option<string>("--method") { Description = "How configurations are chosen", HelpName = "grid|random|bayes", DefaultValueFactory = _ => "bayes" };
        method.AcceptOnlyFromAmong(Methods);
        var output = new Option<string>("--out") { Description = "The folder of the search", HelpName = "DIR", Required = true };
        var trials = Common.Number("--trials", "Trials in all; default: 30", 1, 30);
        var seed = Common.OptionalNumber("--seed", "Seed of split, suggestions and training; default: the recipe's", lowest: 0UL);
        var epochs = Common.OptionalNumber("--epochs", "Epochs of a trial; default: the recipe's", lowest: 1);
        var maxRedshift = Common.OptionalPositive("--max-redshift", "Leave out objects beyond; default: as the recipe says", "Z");
        var score = new Option<string>("--score") { Description = "What is compared, on the validation part", HelpName = "mae|loss", DefaultValueFactory = _ => "mae" };
        score.AcceptOnlyFromAmong("mae", "loss");
        var halving = Common.OptionalNumber("--halving", "Stop weak trials after N epochs, then 3 N, 9 N …; default: never", lowest: 1);
        var resume = new Option<bool>("--resume") { Description = "Go on with a search that was interrupted, or join one that another process is at" };
        var (backend, device) = (Common.Backend(), Common.Device());
        var (survey, onBadRow, threads, force) = (Common.Survey("the recipe's"), Common.OnBadRow(), Common.Threads(), Common.Force("search"));
        var command = Common.Command(
            "search",
            "Search hyper-parameters: train variations of a recipe and write the best one (best.json), which train runs.",
            "redshift search --recipe gaia-cnn --data galaxies.csv --space gaia-cnn --trials 30 --epochs 4 --out searches/gaia");
        foreach (var option in new Option[]
            { recipe, data, space, with, method, trials, output, score, halving, survey, seed, epochs, maxRedshift, backend, device, threads, onBadRow, resume, force })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = Common.Open(parsed);
            var folder = parsed.GetRequiredValue(output);
            Common.RefuseRunAsOutput(folder);
            Refuse(folder, parsed.GetValue(resume), parsed.GetValue(force));
            var options = new SearchOptions
            {
                Method = (SearchMethod)Array.IndexOf(Methods, parsed.GetValue(method)),
                Trials = parsed.GetValue(trials),
                Seed = parsed.GetValue(seed),
                Epochs = parsed.GetValue(epochs),
                MaxRedshift = parsed.GetValue(maxRedshift),
                Score = parsed.GetValue(score) == "loss" ? SearchScore.ValidationLoss : SearchScore.ValidationMae,
                HalvingEpochs = parsed.GetValue(halving),
                Threads = parsed.GetValue(threads),
                Backend = parsed.GetValue(backend)!,
                Device = parsed.GetValue(device)!,
                Resume = parsed.GetValue(resume),
            };
            SoftwareInfo.RequireBackend(options.Backend, options.Device);
            var varied = SearchSpace.FindOrLoad(parsed.GetRequiredValue(space)).With(parsed.GetValue(with) ?? []);
            var named = parsed.GetValue(survey);
            var layout = named is null ? Search.SurveyOf(parsed.GetRequiredValue(recipe)) : Surveys.FindOrLoad(named);
            var catalogue = Common.Load(
                terminal, parsed.GetRequiredValue(data), layout, Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: true), cancellation);
            var result = await RunAsync(terminal, parsed.GetRequiredValue(recipe), catalogue, varied, folder, options, cancellation);
            if (result.Trials.Count < options.Trials)
            {
                Terminal.Warn($"{varied.Name}: nothing more to try after {result.Trials.Count} of {options.Trials} trials");
            }

            SearchResults.Print(result, parsed.GetValue(Common.Json));
            terminal.Note($"Best recipe: {Path.Combine(folder, "best.json")}. Report: {Path.Combine(folder, "report.html")}");
            return CommandLine.Done;
        });
        return command;
    }

    private static void Refuse(string folder, bool resume, bool force)
    {
        if (!resume && !force && Search.Exists(folder))
        {
            throw new ArgumentException(
                $"--out: expected a folder without a search, found one in {folder}; use --resume to go on with it or --force to replace it");
        }
    }

    private static async Task<SearchResult> RunAsync(
        Terminal terminal, string recipe, Catalogue catalogue, SearchSpace space, string folder, SearchOptions options, CancellationToken cancellation)
    {
        var display = new SearchDisplay(terminal);
        try
        {
            terminal.Note($"Searching {space.Parameters.Count} parameters of the space {space.Name} in {options.Trials} trials, each on {options.Threads} threads");
            return await Search.RunAsync(recipe, catalogue, space, folder, options, display, cancellation);
        }
        catch (OperationCanceledException)
        {
            display.Erase();
            Terminal.Warn($"Stopped; the trials that have ended are kept in {folder}. Run the same command with --resume to go on.");
            throw;
        }
        catch
        {
            display.Erase();
            throw;
        }
    }
}
