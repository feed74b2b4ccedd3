using System.CommandLine;
using System.CommandLine.Invocation;

namespace Redshift.Cli.Output;

/// <summary>One line: name and version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override bool Terminating => true;

    public override int Invoke(ParseResult parseResult)
    {
        Console.Out.WriteLine($"redshift {SoftwareInfo.Version}");
        return CommandLine.Done;
    }
}
