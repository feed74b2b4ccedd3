using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Redshift.Cli.Commands;
using Redshift.Cli.Output;

namespace Redshift.Cli;

/// <summary>From arguments to an exit code: 0 done, 1 the input is at fault, 2 wrong usage, 130 interrupted.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int InputAtFault = 1;
    public const int WrongUsage = 2;
    public const int Interrupted = 130;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = Build();
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await TellUsageAsync(parsed);
            return WrongUsage;
        }

        using var interrupt = new Interrupt();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("redshift: interrupted");
            return Interrupted;
        }
        catch (RedshiftException e)
        {
            // The message begins with the file, as compilers' do, so that editors can jump to the place.
            await Console.Error.WriteLineAsync(e.Message);
            return InputAtFault;
        }
        catch (ArgumentException e)
        {
            // .NET appends the name of a parameter, which means nothing on a command line.
            var message = e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
            await Console.Error.WriteLineAsync($"redshift: {message}");
            return WrongUsage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"redshift: {e.Message}");
            return InputAtFault;
        }
    }

    private static async Task TellUsageAsync(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var found = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : "none";
        IEnumerable<string> faults = command.Subcommands.Count == 0
            ? parsed.Errors.Select(error => error.Message)
            : [$"expected a command ({string.Join(", ", command.Subcommands.Select(c => c.Name))}), found {found}"];
        foreach (var fault in faults)
        {
            await Console.Error.WriteLineAsync($"redshift: {fault}");
        }

        var path = string.Join(' ', parsed.CommandResult.AncestorsAndSelf().Select(c => c.Command.Name).Reverse());
        await Console.Error.WriteLineAsync($"Try: {path} --help");
    }

    private static IEnumerable<CommandResult> AncestorsAndSelf(this CommandResult command)
    {
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult ancestor)
            {
                yield return ancestor;
            }
        }
    }

    private static RootCommand Build()
    {
        var root = new RootCommand(
            """
            Redshift tells how far away galaxies are: it learns redshifts from a catalogue of spectra that has them and
            predicts them for one that has not.

            Example: redshift demo
            """);
        foreach (var option in root.Options.OfType<VersionOption>())
        {
            option.Action = new VersionAction();
        }

        root.Options.Add(Common.Quiet);
        root.Options.Add(Common.Json);
        foreach (var command in AllCommands.Make())
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}

/// <summary>Ctrl-C and SIGTERM ask for a stop; a second Ctrl-C ends the process at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interrupt() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        source.Cancel();
    }
}
