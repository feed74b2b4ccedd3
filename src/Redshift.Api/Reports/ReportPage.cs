using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core.Figures;
using Redshift.Core.Layers;
using Redshift.ModelFiles;

namespace Redshift.Reports;

/// <summary>Pages from runs and catalogues.</summary>
internal static class ReportPage
{
    /// <summary>A run's page: data (where it is at hand), network, training, evaluation, provenance.</summary>
    public static IEnumerable<string> OfRun(RunRecord run, IReadOnlyList<string> notes)
    {
        var seed = run.Recipe.Seed;
        var data = run.Data?.ToFigures(seed) ?? FigureInput.Empty;
        var results = new Core.Figures.Results(
            run.Test.Select(o => o.True).ToArray(), run.Test.Select(o => o.Predicted).ToArray(), run.Evaluation, OptionModule.OfObj(run.Density), OptionModule.OfObj(run.Flags));
        var figures = new FigureInput(
            data.Redshifts,
            data.Statistics,
            data.Spectrum,
            data.FluxTitle,
            ListModule.OfSeq(run.History),
            run.Parts[0] is TrainedNeighbours chosen ? ListModule.OfSeq(chosen.Curve) : FigureInput.Empty.Neighbours,
            FSharpOption<Core.Figures.Results>.Some(results),
            FSharpOption<SearchSummary>.None,
            seed);
        return Report.parts(new ReportInput(
            $"{run.Recipe.Name}: redshift estimates",
            run.Recipe.Description,
            ListModule.OfSeq(notes),
            figures,
            run.Recipe.Networks is { Value.Network: var network } ? FSharpOption<Network>.Some(network) : FSharpOption<Network>.None,
            ListModule.OfSeq(run.Provenance.Entries.Select(e => Tuple.Create(e.Name, e.Value))),
            PlotlyScriptModule.available()));
    }

    /// <summary>A catalogue's page: statistics and figures of its redshifts and fluxes.</summary>
    public static IEnumerable<string> OfCatalogue(string source, string survey, DataDescription data, ulong seed, Provenance provenance) =>
        Report.parts(new ReportInput(
            "Exploration of a catalogue",
            $"{source}, survey {survey}",
            FSharpList<string>.Empty,
            data.ToFigures(seed),
            FSharpOption<Network>.None,
            ListModule.OfSeq(provenance.Entries.Select(e => Tuple.Create(e.Name, e.Value))),
            PlotlyScriptModule.available()));
}
