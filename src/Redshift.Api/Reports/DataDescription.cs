using Microsoft.FSharp.Core;
using Redshift.Core.Catalogues;
using Redshift.Core.Figures;
using Redshift.Core.Frames;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift.Reports;

/// <summary>A catalogue as its statistics and figures tell of it.</summary>
/// <param name="Redshifts">One an object, NaN where missing.</param>
/// <param name="Statistics">The numbers.</param>
/// <param name="Spectrum">One object's samples.</param>
/// <param name="FluxTitle">What the samples are, with their unit.</param>
internal sealed record DataDescription(double[] Redshifts, CatalogueStatistics Statistics, ExampleSpectrum Spectrum, string FluxTitle)
{
    /// <summary>Describes a whole catalogue; <paramref name="seed"/> draws the galaxies of the mean spectra.</summary>
    public static DataDescription Of(CoreCatalogue catalogue, ulong seed)
    {
        var redshifts = catalogue.HasRedshift ? catalogue.Redshift : Enumerable.Repeat(double.NaN, catalogue.Count).ToArray();
        var wavelengths = catalogue.Survey.Wavelengths;
        var statistics = Core.Frames.Statistics.compute(
            seed,
            redshifts,
            catalogue.Samples,
            catalogue.SampleCount,
            wavelengths.Length > 0 ? FSharpOption<double[]>.Some(wavelengths) : FSharpOption<double[]>.None).OrThrow(catalogue.Source);
        var first = new ExampleSpectrum(
            catalogue.Ids.Length > 0 && catalogue.Ids[0].Length > 0 ? catalogue.Ids[0] : $"row {catalogue.RowNumbers[0]}",
            redshifts[0],
            Array.ConvertAll(catalogue.Spectrum(0).ToArray(), flux => (double)flux));
        var what = catalogue.Survey.Kind.Equals(SampleKind.Flux) ? "flux" : "magnitude";
        return new DataDescription(redshifts, statistics, first, $"{what} ({catalogue.Survey.Unit})");
    }

    /// <summary>The data part of what figures are drawn from.</summary>
    public FigureInput ToFigures(ulong seed) => new(
        Redshifts,
        FSharpOption<CatalogueStatistics>.Some(Statistics),
        FSharpOption<ExampleSpectrum>.Some(Spectrum),
        FluxTitle,
        FigureInput.Empty.History,
        FigureInput.Empty.TargetHistories,
        FigureInput.Empty.Neighbours,
        FigureInput.Empty.Results,
        FigureInput.Empty.Search,
        seed);

    /// <summary><c>statistics.json</c>.</summary>
    public string StatisticsText() => Core.Json.text(StatisticsJson.write(Statistics));
}
