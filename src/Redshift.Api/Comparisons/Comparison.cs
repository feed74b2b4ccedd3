using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Comparisons;
using Redshift.Core;
using Redshift.Core.Evaluation;
using Redshift.Core.Figures;
using Redshift.Core.Models;
using Redshift.Engine;
using Redshift.ModelFiles;
using Redshift.Training;

namespace Redshift;

/// <summary>Compares recipes: each is trained and scored on the same objects of one catalogue, into one table.</summary>
public static class Comparison
{
    /// <summary>Whether a folder holds a comparison, or a run, finished or begun, of one of these recipes.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recipes">Names of recipes that ship, or JSON files.</param>
    /// <exception cref="RedshiftException">No such recipe.</exception>
    public static bool Exists(string folder, IReadOnlyList<string> recipes)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(recipes);
        return ComparisonFolder.Holds(folder, recipes.Select(recipe => RecipeFile.FindOrLoad(recipe).Name));
    }

    /// <summary>The survey whose catalogues these recipes read, for <see cref="Catalogue.Load"/>.</summary>
    /// <param name="recipes">Names of recipes that ship, or JSON files.</param>
    /// <exception cref="RedshiftException">No such recipe or survey, or recipes of different surveys.</exception>
    public static Survey SurveyOf(IReadOnlyList<string> recipes)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        var read = recipes.Select(recipe => RecipeFile.FindOrLoad(recipe)).ToArray();
        return read.Select(recipe => recipe.Survey).Distinct().ToArray() is [var only]
            ? Surveys.FindOrLoad(only)
            : throw new RedshiftException(
                $"expected recipes of one survey, found {string.Join(", ", read.Select(recipe => $"{recipe.Name} of {recipe.Survey}"))}; name the catalogue's survey (--survey)");
    }

    /// <summary>
    /// Compares. All recipes get the same seed, the same folds (or parts) and the range of redshifts that is common to all,
    /// so that they are scored on the same objects. In a fold a network of early stopping, which chooses its epoch on objects
    /// that it does not learn from, sets a fifth of the other folds' objects aside for that. The folder gets a run folder of
    /// each recipe's name, written as its training ends, which <see cref="Estimators.Load"/> reads; at the end
    /// <c>comparison.json</c>, <c>comparison.md</c> and <c>comparison.html</c>. A process that is killed loses no recipe that
    /// was done, and of the one under way one epoch at most: see <see cref="ComparisonOptions.Resume"/>.
    /// </summary>
    /// <param name="recipes">Names of recipes that ship, or JSON files: 2 to 50, of different names.</param>
    /// <param name="catalogue">Objects with redshifts.</param>
    /// <param name="folder">Where to write.</param>
    /// <param name="options">How to compare; null: as by default.</param>
    /// <param name="progress">Told as it goes on, from the training thread.</param>
    /// <param name="cancellationToken">Stops between two steps; what is done is kept.</param>
    /// <exception cref="RedshiftException">A recipe does not go with the catalogue or with the others, the folder is at fault, or training went astray.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, there are too few recipes, or the folder is a run's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<ComparisonResult> RunAsync(
        IReadOnlyList<string> recipes,
        Catalogue catalogue,
        string folder,
        ComparisonOptions? options = null,
        IProgress<ComparisonProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(folder);
        options = (options ?? new ComparisonOptions()).Copy();
        options.Check();
        if (recipes.Count is < 2 or > Comparable.Most)
        {
            throw new ArgumentException($"expected 2 to {Comparable.Most} recipes to compare, found {recipes.Count}", nameof(recipes));
        }

        if (Runs.Exists(folder))
        {
            throw new ArgumentException($"expected another folder than a run's, found the run {folder}", nameof(folder));
        }

        return Task.Factory.StartNew(
            () => Run(Prepare(recipes, catalogue, options), catalogue, folder, options, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>The recipes made alike in what must be, and found to go with the catalogue before any of them is trained.</summary>
    private static Recipe[] Prepare(IReadOnlyList<string> recipes, Catalogue catalogue, ComparisonOptions options)
    {
        var survey = new Survey(catalogue.Core.Survey);
        var read = ListModule.OfSeq(recipes.Select(recipe => RecipeFile.FindOrLoad(recipe, survey)));
        var prepared = Comparable.prepare(
            options.Folds,
            options.Seed ?? read.Head.Seed,
            options.MaxRedshift is { } highest ? FSharpOption<double>.Some(highest) : FSharpOption<double>.None,
            read).OrThrow("recipes").ToArray();
        TrainingOptionsApplied.CheckFolders(prepared, options.TemplateFolder, options.FilterFolder);
        prepared = Array.ConvertAll(prepared, recipe => TrainingOptionsApplied.WithFolders(recipe, options.TemplateFolder, options.FilterFolder));
        foreach (var recipe in prepared)
        {
            new RecipeEstimator(recipe, survey).Dispose();
            CheckData(recipe, catalogue);
        }

        return prepared;
    }

    /// <summary>Whether every object that is to take part has what the recipe needs.</summary>
    private static void CheckData(Recipe recipe, Catalogue catalogue)
    {
        try
        {
            var data = TrainingData.Prepare(recipe, catalogue);
            var part = data.Parts[0];
            var inputs = CatalogueInputs.On(part.Catalogue.Core, part.Preprocessing);
            var input = new float[inputs.Size];
            foreach (var row in data.Usable.Rows)
            {
                inputs.Fill(row, input);
            }
        }
        catch (RedshiftException e)
        {
            throw new RedshiftException($"{e.Message} (recipe {recipe.Name})", e);
        }
    }

    private static ComparisonResult Run(
        Recipe[] recipes,
        Catalogue catalogue,
        string folder,
        ComparisonOptions options,
        IProgress<ComparisonProgress>? progress,
        CancellationToken cancellation)
    {
        ComparisonFolder.ClearResults(folder);
        var runs = new List<ComparedRun>();
        var scores = new List<RecipeScores>();
        var ended = new List<ComparedRecipe>();
        for (var i = 0; i < recipes.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (name, number) = (recipes[i].Name, i + 1);
            var place = Path.Combine(folder, name);
            var training = progress is null
                ? null
                : new Told(value => progress.Report(new ComparisonProgress(name, number, recipes.Length, value, null)));
            progress?.Report(new ComparisonProgress(name, number, recipes.Length, null, null));
            var run = ComparedRun.Make(recipes[i], catalogue, place, options, training, cancellation);
            runs.Add(run);
            scores.Add(Score(recipes[i], place, run, runs[0]));
            ended.Add(ToPublic(scores[^1], place, run));
            progress?.Report(new ComparisonProgress(name, number, recipes.Length, null, ended[^1]));
        }

        var comparison = new RecipeComparison(
            catalogue.Source,
            catalogue.Core.Survey.Name,
            options.Folds,
            recipes[0].Seed,
            recipes[0].Cleaning.RedshiftRange,
            runs[0].RowsHash,
            runs[0].Truth,
            ListModule.OfSeq(scores));
        var json = Write(folder, comparison, catalogue, options);
        return new ComparisonResult(ended, runs[0].Truth.Length, json);
    }

    private static RecipeScores Score(Recipe recipe, string folder, ComparedRun run, ComparedRun first)
    {
        if (!run.Rows.AsSpan().SequenceEqual(first.Rows))
        {
            throw new RedshiftException($"{folder}: expected predictions for the same rows as the first recipe's, found others");
        }

        var differences = run == first
            ? FSharpList<Difference>.Empty
            : PairedBootstrap.differences(
                run.Evaluation.Bootstrap, RecipeComparisonModule.paired, first.Truth, first.Predicted, run.Predicted).OrThrow(folder);
        return new RecipeScores(
            recipe.Name,
            recipe.Description,
            Comparable.watchingShare(recipe),
            run.Predicted,
            run.Evaluation,
            differences,
            new RecipeTimes(run.Times.TrainingSeconds, run.Times.ObjectsPerSecond, run.Times.Threads));
    }

    private static ComparedRecipe ToPublic(RecipeScores scores, string folder, ComparedRun run) => new(
        scores.Name,
        folder,
        run.Result,
        scores.Differences.ToDictionary(
            d => d.Metric.Key,
            d => new MetricDifference(d.Value, d.Interval is { Value: var (low, high) } ? (low, high) : null),
            StringComparer.Ordinal),
        run.Times.TrainingSeconds,
        run.Times.ObjectsPerSecond,
        run.Resumed);

    /// <summary>Writes the results; gives the text of <c>comparison.json</c>.</summary>
    private static string Write(string folder, RecipeComparison comparison, Catalogue catalogue, ComparisonOptions options)
    {
        var provenance = Provenance.Gather(catalogue, comparison.Seed, Backends.Find(TrainingOptions.DefaultBackend), options.Threads);
        var json = Json.text(RecipeComparisonModule.toJson(comparison));
        OutputFile.WriteText(Path.Combine(folder, ComparisonFolder.Page), ComparisonPage.parts(
            PlotlyScriptModule.available(),
            ListModule.OfSeq(provenance.Entries.Select(e => Tuple.Create(e.Name, e.Value))),
            comparison));
        OutputFile.WriteText(Path.Combine(folder, ComparisonFolder.Markdown), ComparisonMarkdown.write(comparison));
        OutputFile.WriteText(Path.Combine(folder, ComparisonFolder.Json), json);
        return json;
    }

    /// <summary>Progress told at once.</summary>
    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
