using System.CommandLine;

namespace Redshift.Cli.Commands;

/// <summary><c>explore</c>: what is in a catalogue.</summary>
internal static class ExploreCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "The catalogue" };
        var command = Common.Command("explore", "Statistics and figures of a catalogue's redshifts and fluxes.", "redshift explore galaxies.csv --out exploration");
        command.Arguments.Add(file);
        return command;
    }
}
