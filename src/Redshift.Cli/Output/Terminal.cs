using Spectre.Console;

namespace Redshift.Cli.Output;

/// <summary>What a person sees. Results go to standard output; progress, notes and warnings to standard error, without colour or bars where that is no terminal.</summary>
internal sealed class Terminal(bool quiet)
{
    private readonly IAnsiConsole error = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Interactive = Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        ColorSystem = Console.IsErrorRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
    });

    /// <summary>Whether bars can be drawn.</summary>
    public bool Bars => !quiet && !Console.IsErrorRedirected && error.Profile.Capabilities.Ansi;

    /// <summary>A note on what is being done.</summary>
    public void Note(string text)
    {
        if (!quiet)
        {
            error.WriteLine(text);
        }
    }

    /// <summary>Something that a person should know even when they asked for quiet.</summary>
    public void Warn(string text) => error.WriteLine(text);

    /// <summary>Runs work that reports a share (0 to 1) and a text, as a bar on a terminal, as a line at the end elsewhere.</summary>
    public T WithBar<T>(string title, Func<Action<double, string>, T> work)
    {
        if (!Bars)
        {
            var last = "";
            var result = work((_, text) => last = text);
            Note(last.Length > 0 ? $"{title}: {last}" : title);
            return result;
        }

        return error.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: 1.0);
                var result = work((share, text) =>
                {
                    task.Value = share;
                    task.Description = Markup.Escape(text.Length > 0 ? $"{title}: {text}" : title);
                });
                task.Value = 1.0;
                return result;
            });
    }
}
