using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
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

    public static Option<string?> Survey(string otherwise = "the recipe's or the run's") => new("--survey")
    {
        Description = $"The catalogue's layout: {string.Join(", ", Surveys.All.Select(s => s.Name))}, or a JSON file; default: {otherwise}",
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

    public static Option<int> Threads() => Number(
        "--threads", "Worker threads; results of simd do not depend on it; default: the number of processors", 1, Environment.ProcessorCount);

    public static Option<string> Backend()
    {
        var option = new Option<string>("--backend") { Description = "What trains", HelpName = "simd|torch", DefaultValueFactory = _ => "simd" };
        option.AcceptOnlyFromAmong("simd", "torch");
        return option;
    }

    public static Option<string> Device() => new("--device")
    {
        Description = "Where the backend torch runs; auto: a GPU where there is one",
        HelpName = "auto|cpu|cuda[:N]",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<string?> Templates() => new("--templates")
    {
        Description = "The folder with the spectra that a recipe of templates names",
        HelpName = "FOLDER",
    };

    public static Option<string?> Filters() => new("--filters")
    {
        Description = "The folder with the filter curves that a recipe of templates names",
        HelpName = "FOLDER",
    };

    public static Option<bool> Force(string what = "run") => new("--force")
    {
        Description = $"Replace a {what} that the folder already holds",
    };

    /// <summary>A whole number; a smaller one, or anything else, is wrong usage.</summary>
    public static Option<T> Number<T>(string name, string description, T lowest, T otherwise)
        where T : struct, IBinaryInteger<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
            CustomParser = given => Parse<T>(name, given, $"a whole number of at least {lowest}", n => n >= lowest),
        };

    /// <summary>As <see cref="Number{T}"/>, for options that may be absent.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string description, T lowest)
        where T : struct, IBinaryInteger<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = given => Parse<T>(name, given, $"a whole number of at least {lowest}", n => n >= lowest),
        };

    /// <summary>A number above zero that may be absent.</summary>
    public static Option<double?> OptionalPositive(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = given => Parse<double>(name, given, "a number above 0", x => x > 0.0 && double.IsFinite(x)),
    };

    public static Terminal Open(ParseResult parsed) => new(parsed.GetValue(Quiet));

    public static CatalogueOptions Reading(string onBadRow, bool requireRedshift) => new()
    {
        OnBadRow = onBadRow == "skip" ? BadRow.Skip : BadRow.Error,
        RequireRedshift = requireRedshift,
    };

    /// <summary>Reads a catalogue with a note of what was read and what was left out.</summary>
    public static Catalogue Load(Terminal terminal, string file, Survey survey, CatalogueOptions options, CancellationToken cancellation)
    {
        var catalogue = Catalogue.Load(file, survey, options, cancellation);
        terminal.Note($"{file}: {catalogue.Count:N0} objects of survey {survey.Name}");
        WarnOfSkipped(file, catalogue.SkippedCount, catalogue.Skipped);
        return catalogue;
    }

    /// <summary>Lists the first of the rows left out.</summary>
    public static void WarnOfSkipped(string file, long count, IReadOnlyList<string> rows)
    {
        const int most = 10;
        if (count == 0)
        {
            return;
        }

        Terminal.Warn($"{file}: {count:N0} rows skipped");
        foreach (var row in rows.Take(most))
        {
            Terminal.Warn($"  {row}");
        }

        if (count > most)
        {
            Terminal.Warn($"  … and {count - most:N0} more");
        }
    }

    /// <summary>Refuses a folder that holds a run already.</summary>
    public static void RefuseRun(string folder, bool resume, bool force, bool resumable = true)
    {
        if (!resume && !force && Runs.Exists(folder))
        {
            var goOn = resumable ? "--resume to go on with it or " : "";
            throw new ArgumentException($"--out: expected a folder without a run, found one in {folder}; use {goOn}--force to replace it");
        }
    }

    /// <summary>Refuses to write into a run's folder what would replace the run's own files.</summary>
    public static void RefuseRunAsOutput(string folder)
    {
        if (Runs.Exists(folder))
        {
            throw new ArgumentException($"--out: expected another folder than a run's, found the run {folder}");
        }
    }

    private static T Parse<T>(string name, ArgumentResult given, string expected, Predicate<T> accepted)
        where T : struct, INumber<T>
    {
        var text = given.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && accepted(value))
        {
            return value;
        }

        given.AddError($"{name}: expected {expected}, found {text}");
        return default;
    }
}
