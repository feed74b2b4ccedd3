using System.Security.Cryptography;
using Microsoft.FSharp.Collections;
using Redshift.Core.Models;
using Redshift.Core.Templates;

namespace Redshift;

/// <summary>What a user's files of spectra and filter curves become: fluxes by redshift, band and template.</summary>
/// <param name="Grid">The fluxes, as a run folder holds them, so that a run that is loaded answers with the same bits.</param>
/// <param name="Files">What they were made from.</param>
internal sealed record TemplateCurves(TemplateGrid Grid, FSharpList<CurveFile> Files)
{
    /// <summary>Far above the largest spectra in use.</summary>
    private const long LargestFile = 64 << 20;

    /// <summary>Reads the files that a learner names, within its folders, which must be given.</summary>
    /// <exception cref="RedshiftException">A file is missing or not one of two columns, or the curves do not go together.</exception>
    public static TemplateCurves Read(string recipe, TemplateLearner learner, int threads)
    {
        var files = new List<CurveFile>();
        var templates = learner.Templates.Select(name =>
            new Template(name, Curve(learner.TemplateFolder.Value, name, "a spectrum", learner.TemplateUnit, files)));
        var passbands = learner.Filters.Select(filter =>
            Passband.Create(filter.Band, filter.Counting, Curve(learner.FilterFolder.Value, filter.File, "a filter curve", learner.FilterUnit, files))
                .OrThrow(Path.Combine(learner.FilterFolder.Value, filter.File)));
        var made = TemplateGridModule.create(threads, learner.Grid, ListModule.OfSeq(templates), ListModule.OfSeq(passbands)).OrThrow(recipe);
        var kept = TemplateGridModule.ofSingles(learner.Grid, learner.Templates, TemplateLearnerModule.bands(learner), TemplateGridModule.toSingles(made));
        return new TemplateCurves(kept.OrThrow(recipe), ListModule.OfSeq(files));
    }

    private static Curve Curve(string folder, string name, string expected, WavelengthUnit unit, List<CurveFile> files)
    {
        var path = Path.Combine(folder, name);
        var bytes = InputFile.ReadBytes(path, expected, LargestFile);
        files.Add(new CurveFile(name, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        using var text = new StreamReader(new MemoryStream(bytes));
        return CurveModule.readText(path, unit, text.ReadToEnd()).OrThrow();
    }
}
