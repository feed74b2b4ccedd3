using System.CommandLine;

namespace Redshift.Cli.Commands;

/// <summary><c>recipes</c>: the experiments that ship.</summary>
internal static class RecipesCommand
{
    public static Command Make()
    {
        var name = new Argument<string?>("NAME") { Description = "A recipe that ships, or a JSON file", Arity = ArgumentArity.ZeroOrOne };
        var command = Common.Command(
            "recipes",
            "List the recipes that ship; or show what learns in one, layer by layer, or (--json) the whole recipe to be edited.",
            "redshift recipes gaia-cnn --json > my.json");
        command.Arguments.Add(name);
        var survey = Common.Survey("the recipe's own");
        command.Options.Add(survey);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } wanted)
            {
                List(parsed.GetValue(Common.Json));
                return CommandLine.Done;
            }

            var recipe = RecipeInfo.Find(wanted, parsed.GetValue(survey) is { } named ? Surveys.FindOrLoad(named) : null);
            Console.Out.Write(parsed.GetValue(Common.Json) ? recipe.Json : recipe.Summary);
            return CommandLine.Done;
        });
        return command;
    }

    private static void List(bool json)
    {
        if (json)
        {
            Console.Out.WriteLine("[" + string.Join(", ", Estimators.Names.Select(n => $"\"{n}\"")) + "]");
            return;
        }

        var width = Estimators.Names.Max(n => n.Length);
        foreach (var name in Estimators.Names)
        {
            Console.Out.WriteLine($"{name.PadRight(width)}  {RecipeInfo.Find(name).Description}");
        }
    }
}
