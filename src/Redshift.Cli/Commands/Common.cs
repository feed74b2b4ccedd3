using System.CommandLine;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary>Options that several commands share, made anew for each command, and what follows from them.</summary>
internal static class Common
{
    public static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Say nothing but results, warnings and errors",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print results as JSON",
        Recursive = true,
    };

    /// <summary>A command with its help text and an example.</summary>
    public static Command Command(string name, string description, string example) =>
        new(name, $"{description}\n\nExample: {example}");

    public static Option<string?> Survey() => new("--survey")
    {
        Description = "The catalogue's layout: gaia, pears, or a JSON file; default: the recipe's or the run's",
        HelpName = "NAME|FILE",
    };

    public static Option<string> OnBadRow()
    {
        var option = new Option<string>("--on-bad-row")
        {
            Description = "What to do with a row that cannot be read",
            HelpName = "error|skip",
            DefaultValueFactory = _ => "error",
        };
        option.AcceptOnlyFromAmong("error", "skip");
        return option;
    }

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Worker threads; results do not depend on it; default: the number of processors",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        AtLeast(option, 1);
        return option;
    }

    public static Option<bool> Force() => new("--force")
    {
        Description = "Replace a run that the folder already holds",
    };

    /// <summary>Refuses smaller values as wrong usage.</summary>
    public static void AtLeast<T>(Option<T> option, long lowest)
        where T : struct, IConvertible =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && long.TryParse(result.Tokens[0].Value, out var value) && value < lowest)
            {
                result.AddError($"{option.Name}: expected at least {lowest}, found {value}");
            }
        });

    /// <summary>As <see cref="AtLeast{T}"/>, for options that may be absent.</summary>
    public static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && value < 1)
            {
                result.AddError($"{name}: expected at least 1, found {value}");
            }
        });
        return option;
    }

    public static Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(Quiet));

    public static CatalogueOptions Reading(string onBadRow, bool requireRedshift) => new()
    {
        OnBadRow = onBadRow == "skip" ? BadRow.Skip : BadRow.Error,
        RequireRedshift = requireRedshift,
    };

    /// <summary>Reads a catalogue with a note of what was read and what was left out.</summary>
    public static Catalogue Load(Terminal terminal, string file, Survey survey, CatalogueOptions options)
    {
        var catalogue = Catalogue.Load(file, survey, options);
        terminal.Note($"{file}: {catalogue.Count:N0} objects of survey {survey.Name}");
        WarnOfSkipped(terminal, file, catalogue.SkippedCount, catalogue.Skipped);
        return catalogue;
    }

    /// <summary>Lists the first of the rows left out.</summary>
    public static void WarnOfSkipped(Terminal terminal, string file, long count, IReadOnlyList<string> rows)
    {
        const int most = 10;
        if (count == 0)
        {
            return;
        }

        terminal.Warn($"{file}: {count:N0} rows skipped");
        foreach (var row in rows.Take(most))
        {
            terminal.Warn($"  {row}");
        }

        if (count > most)
        {
            terminal.Warn($"  … and {count - most:N0} more");
        }
    }

    /// <summary>Refuses a folder that holds a run already.</summary>
    public static void RefuseRun(string folder, bool resume, bool force)
    {
        if (!resume && !force && RunInfo.HoldsRun(folder))
        {
            throw new ArgumentException($"--out: expected a folder without a run, found one in {folder}; use --resume to go on with it or --force to replace it");
        }
    }
}
