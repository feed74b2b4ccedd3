using System.Globalization;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core.Figures;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.Engine;
using Redshift.ModelFiles;

namespace Redshift.HyperParameters;

/// <summary>What a search leaves: its best recipe, its page, its result.</summary>
internal static class SearchReport
{
    /// <summary>Writes <c>best.json</c> and <c>report.html</c>.</summary>
    /// <exception cref="RedshiftException">No trial was trained to its end.</exception>
    public static SearchResult Write(
        string folder, SearchState state, RecipeSpace recipes, SearchOptions options, SearchSpace space, Catalogue catalogue)
    {
        if (state.Best is not { } best)
        {
            var last = state.Trials.LastOrDefault(t => t.Ended is { Outcome: TrialOutcome.Failed })?.Ended?.Reason;
            throw new RedshiftException($"{folder}: expected a trial that is trained to its end, found {state.Trials.Count} that failed; the last one: {last}");
        }

        var shares = Importance.Of(recipes.Parameters, state.Observations, recipes.Base.Seed);

        // Processes that end at the same time write one after the other.
        using var held = FileLock.Wait(Path.Combine(folder, Journal.LockName), CancellationToken.None);
        var recipe = WriteBest(folder, best, recipes, options);
        OutputFile.WriteText(Path.Combine(folder, SearchFolder.Report), Page(state, recipe, recipes, shares, options, space, catalogue));
        return new SearchResult(
            state.Trials.Where(t => t.Ended is not null).Select(ToTrial).ToArray(),
            ToTrial(best),
            Refused(state),
            shares.Select((share, i) => (recipes.Parameters[i].Name, share)).ToDictionary(p => p.Name, p => p.share, StringComparer.Ordinal),
            RecipeModule.write(recipe));
    }

    /// <summary>Writes the recipe of a trial; <c>train</c> runs it as it stands.</summary>
    public static Recipe WriteBest(string folder, TrialState trial, RecipeSpace recipes, SearchOptions options)
    {
        var made = recipes.Make(trial.Configuration, out var reason) ?? throw new RedshiftException($"{folder}: trial {trial.Number}: {reason}");
        var score = trial.Ended!.Score!.Value.ToString("G5", CultureInfo.InvariantCulture);
        var recipe = RecipeModule.withDescription(
            $"Trial {trial.Number} of a search ({options.Method}, seed {made.Seed}): {Title(options)} {score} in epoch {trial.Ended.BestEpoch}", made);
        OutputFile.WriteText(Path.Combine(folder, SearchFolder.Best), RecipeModule.write(recipe));
        return recipe;
    }

    /// <summary>A trial that has ended, for all to see.</summary>
    public static SearchTrial ToTrial(TrialState trial)
    {
        var ended = trial.Ended!;
        return new SearchTrial(
            trial.Number,
            trial.Suggested.Parameters.ToDictionary(p => p.Key, p => p.Value?.ToJsonString() ?? "null", StringComparer.Ordinal),
            trial.Suggested.Seed,
            ended.Outcome,
            ended.Score,
            ended.BestEpoch,
            ended.Epochs,
            ended.Reason,
            ended.Seconds);
    }

    private static long Refused(SearchState state) => state.Trials.Sum(t => (long)t.Suggested.Refused);

    private static string Title(SearchOptions options) => options.Score == SearchScore.ValidationMae ? "validation MAE" : "validation loss";

    private static string Page(
        SearchState state, Recipe best, RecipeSpace recipes, double[] shares, SearchOptions options, SearchSpace space, Catalogue catalogue)
    {
        var title = Title(options);
        var summary = new SearchSummary(
            char.ToUpperInvariant(title[0]) + title[1..],
            options.Method.ToString().ToLowerInvariant(),
            ListModule.OfSeq(Enumerable.Range(0, recipes.Parameters.Count).Select(i => Searched(recipes.Parameters[i], shares.Length > 0 ? shares[i] : double.NaN))),
            ListModule.OfSeq(state.Trials.Where(t => t.Ended is not null).Select(t => Searched(t, recipes.Parameters))),
            Refused(state));
        var empty = FigureInput.Empty;
        var figures = new FigureInput(
            empty.Redshifts, empty.Statistics, empty.Spectrum, empty.FluxTitle, empty.History, empty.TargetHistories, empty.Neighbours, empty.Results, FSharpOption<SearchSummary>.Some(summary), recipes.Base.Seed);
        var provenance = Provenance.Gather(catalogue, recipes.Base.Seed, Backends.Find(options.Backend, options.Device), options.Threads);
        return Core.Figures.Report.html(new ReportInput(
            $"{recipes.Base.Name}: hyper-parameter search",
            $"{recipes.Parameters.Count} parameters of the space {space.Name}; {space.Description}",
            ListModule.OfSeq(Notes(options)),
            figures,
            FSharpOption<Network>.Some(best.Networks.Value.Network),
            ListModule.OfSeq(provenance.Entries.Select(e => Tuple.Create(e.Name, e.Value))),
            PlotlyScriptModule.available()));
    }

    private static IEnumerable<string> Notes(SearchOptions options)
    {
        yield return "Scores are of the validation part, of which the best of many trials is a little too good. The test part was not "
            + "looked at: train best.json to score it.";
        if (options.HalvingEpochs is not null)
        {
            yield return "The score of a trial that was stopped early is that of the epochs it had.";
        }
    }

    private static SearchedParameter Searched(Parameter parameter, double share)
    {
        var domain = parameter.Domain;
        var listed = domain is ListDomain;
        var values = listed ? domain.Grid.Select(domain.Label) : Enumerable.Range(0, 2).Select(end => domain.Label(domain.At(end))).Distinct();
        return new SearchedParameter(parameter.Name, ListModule.OfSeq(values), listed, share);
    }

    private static SearchedTrial Searched(TrialState trial, ParameterSet parameters)
    {
        var values = trial.Configuration.ToArray();
        return new SearchedTrial(
            trial.Number,
            trial.Ended!.Outcome.ToString().ToLowerInvariant(),
            trial.Ended.Score ?? double.NaN,
            trial.Ended.Epochs,
            trial.Ended.Seconds,
            values.Select((v, i) => double.IsNaN(v) ? v : parameters[i].Domain.Position(v)).ToArray(),
            values.Select((v, i) => double.IsNaN(v) ? "" : parameters[i].Domain.Label(v)).ToArray());
    }
}
