using System.Globalization;

namespace Redshift.Cli.Output;

/// <summary>
/// Training as it goes on: a line an epoch, of many networks a line a network; and on a terminal a line below that tells how far
/// it is.
/// </summary>
internal sealed class TrainingDisplay(Terminal terminal) : IProgress<TrainingProgress>
{
    private const string Header = "epoch      loss       mae  val_loss   val_mae  samples/s      left";

    /// <summary>Of more networks than these only the last epoch is told.</summary>
    private const int Few = 3;
    private readonly LiveLine live = new(terminal);
    private int network;
    private string? lastOfNetwork;

    public void Report(TrainingProgress value)
    {
        if (value.Network != network)
        {
            Begin(value);
        }

        var left = value.Remaining < TimeSpan.FromHours(1) ? value.Remaining.ToString(@"mm\:ss", CultureInfo.InvariantCulture)
            : value.Remaining.ToString(@"d\.hh\:mm", CultureInfo.InvariantCulture);
        if (value.ValidationLoss is { } loss)
        {
            live.Erase();
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Epoch,3}/{value.Epochs,-3} {value.Loss,9:0.000000} {value.Mae,9:0.00000} {loss,9:0.000000} {value.ValidationMae,9:0.00000} {value.ExamplesPerSecond,10:0} {left,9}");
            if (value.Networks > Few)
            {
                lastOfNetwork = $"{Number(value)} {line}";
            }
            else
            {
                terminal.Note(line + (value.Best ? "  best" : ""));
            }
        }
        else if (terminal.Bars)
        {
            var share = (double)value.Examples / value.ExamplesPerEpoch;
            var filled = (int)(share * 20);
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{(value.Networks > Few ? Number(value) + " " : "")}{value.Epoch,3}/{value.Epochs,-3} {value.Loss,9:0.000000} {value.Mae,9:0.00000} [{new string('=', filled)}{new string(' ', 20 - filled)}] {value.ExamplesPerSecond,9:0} {left,9}");
            live.Show(line);
        }
    }

    /// <summary>Removes the live line, as before an error message, and tells what is still to be told.</summary>
    public void Erase()
    {
        live.Erase();
        if (lastOfNetwork is not null)
        {
            terminal.Note(lastOfNetwork);
            lastOfNetwork = null;
        }
    }

    private static string Number(TrainingProgress value) => string.Create(CultureInfo.InvariantCulture, $"{value.Network,3}/{value.Networks,-3}");

    private void Begin(TrainingProgress value)
    {
        Erase();
        if (value.Networks is > 1 and <= Few)
        {
            terminal.Note($"Network {value.Network} of {value.Networks}");
        }

        if (network == 0)
        {
            terminal.Note(value.Networks > Few ? "network " + Header : Header);
        }

        network = value.Network;
    }
}
