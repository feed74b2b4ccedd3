using System.Globalization;

namespace Redshift.Cli.Output;

/// <summary>A comparison as it goes on: each recipe's training, and a line when it is done.</summary>
internal sealed class ComparisonDisplay(Terminal terminal) : IProgress<ComparisonProgress>
{
    private TrainingDisplay training = new(terminal);

    public void Report(ComparisonProgress value)
    {
        if (value.Training is { } step)
        {
            training.Report(step);
        }
        else if (value.Ended is { } ended)
        {
            training.Erase();
            var nmad = ended.Evaluation.Metrics["nmad"].ToString("0.00000", CultureInfo.InvariantCulture);
            var how = ended.Resumed ? "was done before" : string.Create(CultureInfo.InvariantCulture, $"trained in {ended.TrainingSeconds:0.0} s");
            terminal.Note($"{value.Recipe} {how}; nmad {nmad}");
        }
        else
        {
            training = new TrainingDisplay(terminal);
            terminal.Note($"Recipe {value.Number} of {value.Count}: {value.Recipe}");
        }
    }

    /// <summary>Removes the live line, as before an error message.</summary>
    public void Erase() => training.Erase();
}
