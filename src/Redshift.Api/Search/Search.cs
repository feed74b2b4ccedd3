using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Redshift.Core.Models;
using Redshift.HyperParameters;

namespace Redshift;

/// <summary>Hyper-parameter search: trains variations of a recipe and finds the best one.</summary>
public static class Search
{
    /// <summary>Whether a folder holds a search, finished or begun.</summary>
    public static bool Exists(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return SearchFolder.HoldsSearch(folder);
    }

    /// <summary>The survey whose catalogues a recipe reads, for <see cref="Catalogue.Load"/>.</summary>
    /// <param name="recipe">The name of a recipe that ships, or a JSON file with a recipe.</param>
    /// <exception cref="RedshiftException">No such recipe or survey.</exception>
    public static Survey SurveyOf(string recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Surveys.FindOrLoad(RecipeFile.FindOrLoad(recipe).Survey);
    }

    /// <summary>
    /// Searches. The folder gets <c>journal.jsonl</c>, to which every event is appended as it happens; <c>best.json</c>, the
    /// best recipe so far; and <c>report.html</c> at the end. A process that is killed loses no trial that had ended; with
    /// <see cref="SearchOptions.Resume"/> the search goes on, and one process alone ends it with the same trials, scores
    /// and order as if it had not been interrupted. Other processes may join with <see cref="SearchOptions.Resume"/>: grid
    /// and random searches then try the same configurations, each with the same score; a Bayesian one learns from the trials
    /// that have ended by then, so that its suggestions depend on how fast the processes are.
    /// </summary>
    /// <param name="recipe">The name of a recipe that ships, or a JSON file with a recipe: what is varied.</param>
    /// <param name="catalogue">Objects with redshifts. Trials share one split; the test part is not looked at.</param>
    /// <param name="space">What to vary.</param>
    /// <param name="folder">Where to write.</param>
    /// <param name="options">How to search; null: as by default.</param>
    /// <param name="progress">Told as it goes on, from the training thread.</param>
    /// <param name="cancellationToken">Stops between two steps; trials that have ended are kept, and the last whole epoch of the one under way.</param>
    /// <exception cref="RedshiftException">Recipe, catalogue, space or journal is at fault, or no trial could be trained to its end.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or does not go with the space.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<SearchResult> RunAsync(
        string recipe,
        Catalogue catalogue,
        SearchSpace space,
        string folder,
        SearchOptions? options = null,
        IProgress<SearchProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(folder);
        options = (options ?? new SearchOptions()).Copy();
        options.Check();
        if (Runs.Exists(folder))
        {
            throw new ArgumentException($"expected another folder than a run's, found the run {folder}", nameof(folder));
        }

        return Task.Factory.StartNew(
            () => Run(RecipeFile.FindOrLoad(recipe, new Survey(catalogue.Core.Survey)), catalogue, space, folder, options, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private static SearchResult Run(
        Recipe recipe,
        Catalogue catalogue,
        SearchSpace space,
        string folder,
        SearchOptions options,
        IProgress<SearchProgress>? progress,
        CancellationToken cancellation)
    {
        var recipes = new RecipeSpace(recipe, space.Content, new Survey(catalogue.Core.Survey), new TrainingOptions
        {
            Seed = options.Seed,
            Epochs = options.Epochs,
            MaxRedshift = options.MaxRedshift,
            Threads = options.Threads,
        });
        RefuseClashes(recipes, space, options);
        var trainer = new TrialTrainer(catalogue, recipes.Base, options);
        var plan = new SearchPlan(
            recipes.Parameters,
            Head(recipes, space, trainer, options),
            Suggesters.Of(options.Method),
            recipes.Base.Seed,
            options.Trials,
            new Halving(options.HalvingEpochs, options.HalvingFactor, recipes.Base.Networks.Value.Training.Epochs));
        if (!options.Resume)
        {
            SearchFolder.Clear(folder);
        }

        MakeFolder(folder);
        var trials = new RecipeTrials(recipes, trainer, folder, options, progress);
        var state = new SearchLoop(folder, plan, trials).Run(cancellation);
        return SearchReport.Write(folder, state, recipes, options, space, catalogue);
    }

    private static void RefuseClashes(RecipeSpace recipes, SearchSpace space, SearchOptions options)
    {
        if (options.Score == SearchScore.ValidationLoss && recipes.Sets("loss"))
        {
            throw new ArgumentException(
                $"expected the score ValidationMae with the space {space.Name}, which varies the loss, found ValidationLoss");
        }

        if (recipes.Sets("epochs") && (options.HalvingEpochs is not null || options.Epochs is not null))
        {
            throw new ArgumentException($"expected neither epochs nor halving with the space {space.Name}, which varies the epochs");
        }
    }

    private static JournalHead Head(RecipeSpace recipes, SearchSpace space, TrialTrainer trainer, SearchOptions options) => new(
    [
        ("method", options.Method.ToString().ToLowerInvariant()),
        ("seed", recipes.Base.Seed.ToString(CultureInfo.InvariantCulture)),
        ("score", options.Score == SearchScore.ValidationMae ? "mae" : "loss"),
        ("halving", options.HalvingEpochs is { } first ? FormattableString.Invariant($"{first} x {options.HalvingFactor}") : "none"),
        ("recipe", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipes.Text)))[..16]),
        ("space", space.Hash),
        ("data", trainer.DataHash[..16]),
        ("backend", options.Backend),
    ]);

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RedshiftException($"{folder}: expected a folder that can be made, found: {e.Message}", e);
        }
    }

    /// <summary>A search's trials: recipes that are trained.</summary>
    private sealed class RecipeTrials(
        RecipeSpace recipes, TrialTrainer trainer, string folder, SearchOptions options, IProgress<SearchProgress>? progress) : ITrials
    {
        public bool IsPossible(Configuration configuration, out string reason) => recipes.Make(configuration, out reason) is not null;

        public TrialResult Run(TrialState trial, Func<int, double, bool> goesOn, SearchState state, CancellationToken cancellation)
        {
            var recipe = recipes.Make(trial.Configuration, out var reason)
                ?? throw new RedshiftException($"{folder}: trial {trial.Number}: expected a possible network, found: {reason}");
            var best = state.Best is { } known ? SearchReport.ToTrial(known) : null;
            var training = progress is null
                ? null
                : new Relay(value => progress.Report(new SearchProgress(trial.Number, options.Trials, null, best, value)));
            return trainer.Train(recipe, trial.Suggested.Seed, SearchFolder.Trial(folder, trial.Number), goesOn, training, cancellation);
        }

        public void HasEnded(TrialState trial, SearchState state)
        {
            SearchFolder.ClearTrial(SearchFolder.Trial(folder, trial.Number));
            if (state.Best == trial)
            {
                SearchReport.WriteBest(folder, trial, recipes, options);
            }

            var best = state.Best is { } known ? SearchReport.ToTrial(known) : null;
            progress?.Report(new SearchProgress(trial.Number, options.Trials, SearchReport.ToTrial(trial), best, null));
        }
    }

    /// <summary>Progress told at once.</summary>
    private sealed class Relay(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
