namespace Redshift;

/// <summary>By how much a metric of a recipe differs from the first recipe's, on the same objects.</summary>
/// <param name="Value">The recipe's value less the first's; NaN where not defined.</param>
/// <param name="Interval">95 % of paired bootstrap resamples; null where there is none.</param>
public sealed record MetricDifference(double Value, (double Low, double High)? Interval);

/// <summary>What came of one recipe of a comparison.</summary>
/// <param name="Name">The recipe's name.</param>
/// <param name="Folder">Its run folder.</param>
/// <param name="Evaluation">Its metrics, as in the run's <c>metrics.json</c>.</param>
/// <param name="Differences">To the first recipe: <c>nmad</c> and <c>mse</c>; empty for the first itself.</param>
/// <param name="TrainingSeconds">Of the whole fit by the clock, all folds together, in seconds; interruptions are left out.</param>
/// <param name="ObjectsPerSecond">Objects that take part, predicted in a second, once, after training; with folds by all of them pooled.</param>
/// <param name="Resumed">Whether it was done before and taken as it was.</param>
public sealed record ComparedRecipe(
    string Name,
    string Folder,
    EvaluationResult Evaluation,
    IReadOnlyDictionary<string, MetricDifference> Differences,
    double TrainingSeconds,
    double ObjectsPerSecond,
    bool Resumed);

/// <summary>How far a comparison has come.</summary>
/// <param name="Recipe">The name of the recipe under way, or just done.</param>
/// <param name="Number">Which it is, from 1.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Training">While it is trained, how far that is; else null.</param>
/// <param name="Ended">When it is done, what came of it; else null.</param>
public sealed record ComparisonProgress(string Recipe, int Number, int Count, TrainingProgress? Training, ComparedRecipe? Ended);

/// <summary>What came of a comparison.</summary>
/// <param name="Recipes">In the order given; the others are compared with the first.</param>
/// <param name="Count">Objects that all are scored on.</param>
/// <param name="Json">The text of <c>comparison.json</c>.</param>
public sealed record ComparisonResult(IReadOnlyList<ComparedRecipe> Recipes, int Count, string Json);
