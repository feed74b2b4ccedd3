using System.Globalization;

namespace Redshift.Cli.Output;

/// <summary>Training as it goes on: a line an epoch, and on a terminal a line below that tells how far the epoch is.</summary>
internal sealed class TrainingDisplay(Terminal terminal) : IProgress<TrainingProgress>
{
    private const string Header = "epoch      loss       mae  val_loss   val_mae  samples/s      left";
    private readonly LiveLine live = new(terminal);
    private int network;

    public void Report(TrainingProgress value)
    {
        if (value.Network != network)
        {
            live.Erase();
            if (value.Networks > 1)
            {
                terminal.Note($"Network {value.Network} of {value.Networks}");
            }

            if (network == 0)
            {
                terminal.Note(Header);
            }

            network = value.Network;
        }

        var left = value.Remaining < TimeSpan.FromHours(1) ? value.Remaining.ToString(@"mm\:ss", CultureInfo.InvariantCulture)
            : value.Remaining.ToString(@"d\.hh\:mm", CultureInfo.InvariantCulture);
        if (value.ValidationLoss is { } loss)
        {
            live.Erase();
            terminal.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Epoch,3}/{value.Epochs,-3} {value.Loss,9:0.000000} {value.Mae,9:0.00000} {loss,9:0.000000} {value.ValidationMae,9:0.00000} {value.ExamplesPerSecond,10:0} {left,9}{(value.Best ? "  best" : "")}"));
        }
        else if (terminal.Bars)
        {
            var share = (double)value.Examples / value.ExamplesPerEpoch;
            var filled = (int)(share * 20);
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Epoch,3}/{value.Epochs,-3} {value.Loss,9:0.000000} {value.Mae,9:0.00000} [{new string('=', filled)}{new string(' ', 20 - filled)}] {value.ExamplesPerSecond,9:0} {left,9}");
            live.Show(line);
        }
    }

    /// <summary>Removes the live line, as before an error message.</summary>
    public void Erase() => live.Erase();
}
