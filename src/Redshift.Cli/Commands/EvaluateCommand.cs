using System.CommandLine;
using Redshift.Cli.Output;

namespace Redshift.Cli.Commands;

/// <summary><c>evaluate</c>: metrics on the run's own test part or on another catalogue.</summary>
internal static class EvaluateCommand
{
    public static Command Make()
    {
        var run = new Argument<string>("RUN") { Description = "A trained run's folder" };
        var data = new Option<string?>("--data") { Description = "Another catalogue with redshifts; default: the run's own test part", HelpName = "FILE" };
        var output = new Option<string?>("--out") { Description = "Where to write; default: RUN/evaluation", HelpName = "DIR" };
        var (survey, onBadRow, threads) = (Common.Survey(), Common.OnBadRow(), Common.Threads());
        var command = Common.Command(
            "evaluate",
            "Score a run: metrics with intervals, per-bin tables, figures.",
            "redshift evaluate runs/gaia --data labelled.csv --out evaluation");
        command.Arguments.Add(run);
        foreach (var option in new Option[] { data, output, survey, onBadRow, threads })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var terminal = Common.Open(parsed);
            var folder = parsed.GetRequiredValue(run);
            var target = parsed.GetValue(output) ?? Path.Combine(folder, "evaluation");
            Common.RefuseRunAsOutput(target);
            EvaluationResult result;
            if (parsed.GetValue(data) is { } file)
            {
                Survey layout;
                bool onlyRedshift;
                using (var estimator = Estimators.Load(folder, 1))
                {
                    layout = parsed.GetValue(survey) is { } named ? Surveys.FindOrLoad(named) : estimator.Survey;
                    onlyRedshift = estimator.Targets.Count == 0;
                }

                var catalogue = Common.Load(terminal, file, layout, Common.Reading(parsed.GetValue(onBadRow)!, requireRedshift: onlyRedshift), cancellation);
                result = Runs.Evaluate(folder, catalogue, target, parsed.GetValue(threads));
            }
            else
            {
                RefuseWithoutData(parsed, survey, onBadRow, threads);
                result = Runs.Evaluate(folder, target);
            }

            Results.Print(result, parsed.GetValue(Common.Json));
            terminal.Note($"Report: {Path.Combine(target, "report.html")}");
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    /// <summary>Options that say how to read and score a catalogue mean nothing without one.</summary>
    private static void RefuseWithoutData(ParseResult parsed, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new ArgumentException($"{option.Name}: expected --data FILE with it, found none");
            }
        }
    }
}
