using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core.Figures;
using Redshift.Core.Layers;
using Redshift.Core.Models;
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
        var scored = run.Test.Where(o => o.HasRedshift).ToArray();
        var results = new Core.Figures.Results(
            scored.Select(o => o.True).ToArray(),
            scored.Select(o => o.Predicted).ToArray(),
            run.Evaluation,
            OptionModule.OfObj(run.Density),
            OptionModule.OfObj(run.Flags),
            ListModule.OfSeq(run.TargetEvaluations),
            ListModule.OfSeq(run.Targets.SelectMany((target, place) => ValuesOf(run, target, place))));
        var figures = new FigureInput(
            data.Redshifts,
            data.Statistics,
            data.Spectrum,
            data.FluxTitle,
            ListModule.OfSeq(run.History),
            ListModule.OfSeq(run.TargetHistories.Select(of => Tuple.Create(of.Target, ListModule.OfSeq(of.History)))),
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

    /// <summary>What is known and predicted of a target that is a real number, of the objects of which it is known; none of a class.</summary>
    private static IEnumerable<TargetValues> ValuesOf(RunRecord run, TargetColumn target, int place)
    {
        var known = run.Test.Where(o => o.Targets is { } truths && double.IsFinite(truths[place])).ToArray();
        return target.Classes.IsEmpty && known.Length > 0
            ? [new TargetValues(target.Target, Array.ConvertAll(known, o => o.Targets![place]), Array.ConvertAll(known, o => o.Prediction.Targets[place].Value))]
            : [];
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
