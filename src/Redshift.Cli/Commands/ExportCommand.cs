using System.CommandLine;

namespace Redshift.Cli.Commands;

/// <summary><c>export</c>: a run for other programs.</summary>
internal static class ExportCommand
{
    public static Command Make()
    {
        var run = new Argument<string>("RUN") { Description = "A trained or imported run's folder" };
        var format = new Option<string>("--format")
        {
            Description = "The format: onnx (opset 17)",
            HelpName = "onnx",
            DefaultValueFactory = _ => "onnx",
        };
        format.AcceptOnlyFromAmong("onnx");
        var output = new Option<string>("--out") { Description = "The file to write", HelpName = "FILE", Required = true };
        var command = Common.Command(
            "export",
            "Write a run as an ONNX model, preprocessing included: raw fluxes in (flux, and flux_error where the recipe uses "
            + "errors), redshifts out. A row with a missing sample (NaN) gives NaN.",
            "redshift export runs/gaia --format onnx --out gaia.onnx");
        command.Arguments.Add(run);
        command.Options.Add(format);
        command.Options.Add(output);
        command.SetAction((parsed, _) =>
        {
            var file = parsed.GetRequiredValue(output);
            if (Runs.Owns(file))
            {
                throw new ArgumentException($"--out: expected another file than a run's own, found {file}");
            }

            Runs.ExportOnnx(parsed.GetRequiredValue(run), file);
            Common.Open(parsed).Note($"ONNX model: {file}");
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }
}
