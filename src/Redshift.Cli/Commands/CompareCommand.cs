using System.CommandLine;
using System.CommandLine.Parsing;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary><c>compare</c>: recipes on the same split, into one table.</summary>
internal static class CompareCommand
{
    public static Command Make()
    {
        var recipes = new Option<string[]>("--recipes")
        {
            Description = "What is compared, two or more, parted by commas: recipes that ship, or JSON files; others are compared with the first",
            HelpName = "A,B,…",
            Required = true,
            AllowMultipleArgumentsPerToken = false,
            CustomParser = Split,
        };
        var data = new Option<string>("--data") { Description = "The catalogue, with redshifts", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "The folder of the comparison: the tables, and a run folder of each recipe's name", HelpName = "DIR", Required = true };
        var folds = Common.Number(
            "--folds", "Folds, the same for all: each object is scored by what has not seen it; 0: fixed parts of 63, 27 and 10 %, the last scored; default: 5", 0, 5);
        var seed = Common.OptionalNumber("--seed", "Seed of split, weights, shuffling and intervals; default: the first recipe's", lowest: 0UL);
        var maxRedshift = Common.OptionalPositive("--max-redshift", "Leave out objects beyond; default: what all recipes take", "Z");
        var (templates, filters) = (Common.Templates(), Common.Filters());
        var resume = new Option<bool>("--resume") { Description = "Go on with a comparison that was interrupted: recipes that are done are not trained again" };
        var (survey, onBadRow, threads, force) = (Common.Survey("the recipes'"), Common.OnBadRow(), Common.Threads(), Common.Force("comparison, or run of one of the recipes,"));
        var command = Common.Command(
            "compare",
            "Compare recipes: train each and score it on the same objects, into one table with intervals.",
            "redshift compare --recipes gaia-cnn,gaia-binned --data galaxies.csv --out comparison");
        foreach (var option in new Option[] { recipes, data, output, folds, survey, seed, maxRedshift, templates, filters, threads, onBadRow, resume, force })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = Common.Open(parsed);
            var folder = parsed.GetRequiredValue(output);
            var named = parsed.GetRequiredValue(recipes);
            Common.RefuseRunAsOutput(folder);
            var options = new ComparisonOptions
            {
                Folds = parsed.GetValue(folds),
                Seed = parsed.GetValue(seed),
                MaxRedshift = parsed.GetValue(maxRedshift),
                TemplateFolder = parsed.GetValue(templates),
                FilterFolder = parsed.GetValue(filters),
                Threads = parsed.GetValue(threads),
                Resume = parsed.GetValue(resume),
            };
            Refuse(folder, named, options.Resume, parsed.GetValue(force));
            var layout = parsed.GetValue(survey) is { } given ? Surveys.FindOrLoad(given) : Comparison.SurveyOf(named);
            var catalogue = Common.Load(
                terminal, parsed.GetRequiredValue(data), layout, Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: true), cancellation);
            var result = await RunAsync(terminal, named, catalogue, folder, options, cancellation);
            ComparisonResults.Print(result, parsed.GetValue(Common.Json));
            terminal.Note($"Report: {Path.Combine(folder, "comparison.html")}");
            return CommandLine.Done;
        });
        return command;
    }

    private static string[] Split(ArgumentResult given)
    {
        var names = given.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        if (names.Length < 2 || names.Contains(""))
        {
            given.AddError($"--recipes: expected two recipes or more, parted by commas, found {string.Join(' ', given.Tokens.Select(token => token.Value))}");
        }

        return names;
    }

    private static void Refuse(string folder, string[] recipes, bool resume, bool force)
    {
        if (!resume && !force && Comparison.Exists(folder, recipes))
        {
            throw new ArgumentException(
                $"--out: expected a folder without a comparison, or runs of these recipes, found one in {folder}; use --resume to go on with it or --force to replace it");
        }
    }

    private static async Task<ComparisonResult> RunAsync(
        Terminal terminal, string[] recipes, Catalogue catalogue, string folder, ComparisonOptions options, CancellationToken cancellation)
    {
        var display = new ComparisonDisplay(terminal);
        try
        {
            var split = options.Folds == 0 ? "the same test part" : $"the same {options.Folds} folds";
            terminal.Note($"Comparing {recipes.Length} recipes on {split}, each on {options.Threads} threads");
            return await Comparison.RunAsync(recipes, catalogue, folder, options, display, cancellation);
        }
        catch (OperationCanceledException)
        {
            display.Erase();
            Terminal.Warn($"Stopped; the recipes that are done and the whole epochs so far are kept in {folder}. Run the same command with --resume to go on.");
            throw;
        }
        catch
        {
            display.Erase();
            throw;
        }
    }
}
