using Redshift.ModelFiles;
using Redshift.Reports;

namespace Redshift;

/// <summary>What is in a catalogue: statistics of redshifts and fluxes, with figures.</summary>
/// <param name="Count">Objects.</param>
/// <param name="Redshifts">Statistics of the redshifts by name: count, missing, mean, median, std (n - 1), skewness and excess
/// kurtosis (adjusted, as pandas), min, max and percentiles (<c>p1</c> … <c>p99</c>); NaN where not defined.</param>
/// <param name="Shares">Share of the known redshifts in each bin of 0.05, in percent.</param>
/// <param name="Json">The text of statistics.json.</param>
public sealed record Exploration(
    int Count,
    IReadOnlyList<KeyValuePair<string, double>> Redshifts,
    IReadOnlyList<(double Low, double High, double Percent)> Shares,
    string Json)
{
    /// <summary>Explores a catalogue.</summary>
    /// <param name="catalogue">With or without redshifts.</param>
    /// <param name="folder">Where to write <c>statistics.json</c> and <c>report.html</c>; null: nowhere.</param>
    /// <param name="seed">Of the galaxies drawn for mean spectra.</param>
    /// <exception cref="RedshiftException">The folder cannot be written to.</exception>
    public static Exploration Of(Catalogue catalogue, string? folder = null, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var data = DataDescription.Of(catalogue.Core, seed);
        var json = data.StatisticsText();
        if (folder is not null)
        {
            OutputFile.WriteText(Path.Combine(folder, RunFolder.Statistics), json);
            var provenance = Provenance.OfData(catalogue, seed);
            OutputFile.WriteText(
                Path.Combine(folder, RunFolder.Report),
                ReportPage.OfCatalogue(catalogue.Source, catalogue.Core.Survey.Name, data, seed, provenance));
        }

        var z = data.Statistics.Redshifts;
        var named = new List<KeyValuePair<string, double>>
        {
            new("count", z.Count),
            new("missing", z.Missing),
            new("mean", z.Mean),
            new("median", z.Median),
            new("std", z.StdDev),
            new("skewness", z.Skewness),
            new("kurtosis", z.Kurtosis),
            new("min", z.Min),
            new("max", z.Max),
        };
        named.AddRange(z.Percentiles.Select(p => new KeyValuePair<string, double>($"p{p.Item1}", p.Item2)));
        return new Exploration(
            catalogue.Count,
            named,
            z.Shares.Select(s => (s.Lo, s.Hi, s.Percent)).ToArray(),
            json);
    }
}
