using System.CommandLine;
using System.Text.Json.Nodes;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary><c>prepare gaia</c>: Gaia's own files become a catalogue. <c>prepare types</c>: a catalogue gets a column of spectral types.</summary>
internal static class PrepareCommand
{
    private const string Example = "redshift prepare gaia XP_CONTINUOUS_RAW.csv --bases bases --out galaxies.csv";

    public static Command Make()
    {
        var command = Common.Command("prepare", "Make a catalogue from a survey's own files.", Example);
        command.Subcommands.Add(MakeGaia());
        command.Subcommands.Add(MakeTypes());
        return command;
    }

    private static Command MakeTypes()
    {
        var file = new Argument<string>("FILE") { Description = "A CSV catalogue with redshifts" };
        var output = new Option<string>("--out") { Description = "The CSV file to write", HelpName = "FILE", Required = true };
        var recipe = new Option<string>("--recipe")
        {
            Description = "The recipe of templates that fits",
            HelpName = "NAME|FILE",
            DefaultValueFactory = _ => "brown-template",
        };
        var (survey, templates, filters, threads) = (Common.Survey(), Common.Templates(), Common.Filters(), Common.Threads());
        survey.Required = true;
        var command = Common.Command(
            "types",
            "Add a column spectral_type: the best-fitting template at each object's known redshift, to be learnt by alhambra.",
            "redshift prepare types zcosmos.csv --survey zcosmos --templates templates --filters filters --out typed.csv");
        command.Arguments.Add(file);
        foreach (var option in new Option[] { output, survey, recipe, templates, filters, threads })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var target = parsed.GetRequiredValue(output);
            if (Runs.Owns(target))
            {
                throw new ArgumentException($"--out: expected another file than a run's own, found {target}");
            }

            var options = new TrainingOptions
            {
                TemplateFolder = parsed.GetValue(templates),
                FilterFolder = parsed.GetValue(filters),
                Threads = parsed.GetValue(threads),
            };
            var layout = Surveys.FindOrLoad(parsed.GetRequiredValue(survey)!);
            var summary = SpectralTypes.Write(parsed.GetRequiredValue(file), layout, target, parsed.GetValue(recipe)!, options, cancellation);
            Common.Open(parsed).Note($"{summary.Typed:N0} of {summary.Rows:N0} objects have a type: {target}");
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    private static Command MakeGaia()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "XP_CONTINUOUS coefficients (CSV, ECSV, FITS), GaiaXPy `convert` output, or rows of 240 or 186 fluxes",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out") { Description = "The CSV file to write", HelpName = "FILE", Required = true };
        var bases = File("--bases", "The folder with GaiaXPy's basis matrices, for XP_CONTINUOUS", "DIR");
        var sampling = File("--sampling", "GaiaXPy's sampling file of `convert` output; default: 600 points from 0 to 60");
        var instrument = File("--instrument", "A full instrument table that places the 186 samples instead of the built-in ends");
        var crossmatch = File("--crossmatch", "A catalogue with ra, dec (degrees) and redshift, joined by position in the sky");
        var radius = Common.OptionalPositive("--radius", "The farthest match in arcseconds, at most 3600; default: 1.5", "ARCSEC");
        var ra = File("--crossmatch-ra", "Its column of right ascensions; default: ra", "COLUMN");
        var dec = File("--crossmatch-dec", "Its column of declinations; default: dec", "COLUMN");
        var redshift = File("--crossmatch-redshift", "Its column of redshifts; default: redshift, or else z", "COLUMN");
        var positions = File("--positions", "A table of source_id, ra and dec, for files without positions");
        var matchedOnly = new Option<bool>("--matched-only") { Description = "Leave out sources without a match" };
        var (onBadRow, threads) = (Common.OnBadRow(), Common.Threads());
        var command = Common.Command(
            "gaia",
            "Make the 186-flux catalogue (e-/s per sample, with errors) from files of Gaia BP/RP spectra, streamed.",
            Example);
        command.Arguments.Add(files);
        foreach (var option in new Option[]
                 {
                     output, bases, sampling, instrument, crossmatch, radius, ra, dec, redshift, positions, matchedOnly, onBadRow, threads,
                 })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(given =>
        {
            Option[] needing = [radius, ra, dec, redshift, positions, matchedOnly];
            if (given.GetResult(crossmatch) is null && needing.FirstOrDefault(o => given.GetResult(o) is { Implicit: false }) is { } alone)
            {
                given.AddError($"{alone.Name}: expected --crossmatch with it, found none");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            var options = new GaiaFilesOptions
            {
                BasesFolder = parsed.GetValue(bases),
                SamplingFile = parsed.GetValue(sampling),
                InstrumentFile = parsed.GetValue(instrument),
                CrossmatchFile = parsed.GetValue(crossmatch),
                CrossmatchRedshift = parsed.GetValue(redshift),
                PositionsFile = parsed.GetValue(positions),
                MatchedOnly = parsed.GetValue(matchedOnly),
                OnBadRow = Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: false).OnBadRow,
                Threads = parsed.GetValue(threads),
            };
            options.RadiusArcseconds = parsed.GetValue(radius) ?? options.RadiusArcseconds;
            options.CrossmatchRa = parsed.GetValue(ra) ?? options.CrossmatchRa;
            options.CrossmatchDec = parsed.GetValue(dec) ?? options.CrossmatchDec;
            var (inputs, target) = (parsed.GetRequiredValue(files), parsed.GetRequiredValue(output));
            Run(Common.Open(parsed), inputs, target, options, parsed.GetValue(Common.Json), cancellation);
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    private static Option<string?> File(string name, string description, string helpName = "FILE") =>
        new(name) { Description = description, HelpName = helpName };

    private static void Run(
        Terminal terminal, string[] inputs, string output, GaiaFilesOptions options, bool json, CancellationToken cancellation)
    {
        if (Runs.Owns(output))
        {
            throw new ArgumentException($"--out: expected another file than a run's own, found {output}");
        }

        var summary = terminal.WithBar("Converting", tell => GaiaFiles.Prepare(
            inputs, output, options, new Direct<(long Rows, double Share)>(p => tell(p.Share, $"{p.Rows:N0} rows")), cancellation));
        Common.WarnOfSkipped(inputs.Length == 1 ? inputs[0] : $"{inputs.Length} files", summary.SkippedCount, summary.Skipped);
        if (summary.Crossmatch is { } match)
        {
            Common.WarnOfSkipped(options.CrossmatchFile!, match.SkippedCount, match.Skipped);
            terminal.Note(
                $"{options.CrossmatchFile}: {match.Objects:N0} objects with a redshift; {match.Matched:N0} sources matched within "
                + $"{options.RadiusArcseconds}\", {match.Unmatched:N0} not; {match.Ambiguous:N0} ambiguous (the nearest taken), "
                + $"{match.Duplicates:N0} share their object with an earlier source");
        }

        terminal.Note($"{summary.Written:N0} spectra: {output}");
        if (json)
        {
            Console.Out.WriteLine(JsonOf(summary).ToJsonString());
        }
    }

    private static JsonObject JsonOf(GaiaFilesSummary summary)
    {
        var result = new JsonObject
        {
            ["files"] = summary.Files,
            ["rows"] = summary.Rows,
            ["written"] = summary.Written,
            ["skipped"] = summary.SkippedCount,
        };
        if (summary.Crossmatch is { } match)
        {
            result["crossmatch"] = new JsonObject
            {
                ["objects"] = match.Objects,
                ["without_redshift"] = match.WithoutRedshift,
                ["skipped"] = match.SkippedCount,
                ["matched"] = match.Matched,
                ["unmatched"] = match.Unmatched,
                ["ambiguous"] = match.Ambiguous,
                ["duplicates"] = match.Duplicates,
            };
        }

        return result;
    }
}
