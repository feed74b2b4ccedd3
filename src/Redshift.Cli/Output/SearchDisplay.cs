using System.Globalization;

namespace Redshift.Cli.Output;

/// <summary>A search as it goes on: a line a trial, and on a terminal a line below that tells how far the trial is.</summary>
internal sealed class SearchDisplay(Terminal terminal) : IProgress<SearchProgress>
{
    private const string Header = "trial        score  epochs  outcome   parameters";

    private readonly LiveLine live = new(terminal);
    private bool begun;

    public void Report(SearchProgress value)
    {
        if (!begun)
        {
            begun = true;
            terminal.Note(Header);
        }

        if (value.Ended is { } ended)
        {
            live.Erase();
            var parameters = string.Join(' ', ended.Parameters.Select(p => $"{p.Key}={p.Value}"));
            var what = ended.Reason.Length > 0 ? ended.Reason : parameters;
            var best = value.Best?.Number == ended.Number ? "best " : "";
            terminal.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{ended.Number,5}  {Score(ended.Score),11}  {ended.Epochs,6}  {ended.Outcome.ToString().ToLowerInvariant(),-8}  {best}{what}"));
        }
        else if (terminal.Bars && value.Training is { } training)
        {
            live.Show(
                $"{value.Trial,5} of {value.Trials}: epoch {training.Epoch}/{training.Epochs}, "
                + $"{training.Examples,7} of {training.ExamplesPerEpoch}; best {Score(value.Best?.Score)}");
        }
    }

    /// <summary>Removes the live line, as before an error message.</summary>
    public void Erase() => live.Erase();

    private static string Score(double? score) => score?.ToString("G6", CultureInfo.InvariantCulture) ?? "-";
}
