using System.CommandLine;

namespace Redshift.Cli.Commands;

/// <summary>The commands, one line each, in the order of help.</summary>
internal static class AllCommands
{
    public static IEnumerable<Command> Make() =>
    [
        DemoCommand.Make(),
        SimulateCommand.Make(),
        ExploreCommand.Make(),
        PrepareCommand.Make(),
        ImputeCommand.Make(),
        TrainCommand.Make(),
        EvaluateCommand.Make(),
        PredictCommand.Make(),
        SearchCommand.Make(),
        CompareCommand.Make(),
        ImportCommand.Make(),
        ExportCommand.Make(),
        RecipesCommand.Make(),
        InfoCommand.Make(),
    ];
}
