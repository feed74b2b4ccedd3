namespace Redshift;

/// <summary>One trial of a search.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Parameters">Its parameters by name, as JSON; only those that were active.</param>
/// <param name="Seed">Seed of its weights and shuffling.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Score">Its score, lower is better; null where it failed.</param>
/// <param name="BestEpoch">The epoch of that score: the one of the lowest validation loss. 0 where it failed.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="Reason">Why it failed; empty otherwise.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SearchTrial(
    int Number,
    IReadOnlyDictionary<string, string> Parameters,
    ulong Seed,
    TrialOutcome Outcome,
    double? Score,
    int BestEpoch,
    int Epochs,
    string Reason,
    double Seconds);

/// <summary>What came of a search.</summary>
/// <param name="Trials">The trials that have ended, by number.</param>
/// <param name="Best">The complete trial of the lowest score.</param>
/// <param name="Refused">Suggestions that were refused before any training, as their network was impossible or known already.</param>
/// <param name="Importance">
/// By parameter, which share of the scores' variation over the space it explains by itself (0 to 1), by a model of the trials;
/// empty where there are too few of them.
/// </param>
/// <param name="Recipe">The best trial's recipe, as in <c>best.json</c>.</param>
public sealed record SearchResult(
    IReadOnlyList<SearchTrial> Trials,
    SearchTrial Best,
    long Refused,
    IReadOnlyDictionary<string, double> Importance,
    string Recipe);

/// <summary>How far a search has come.</summary>
/// <param name="Trial">The trial under way or just ended, from 0.</param>
/// <param name="Trials">Trials in all.</param>
/// <param name="Ended">The trial, where it has just ended; else null.</param>
/// <param name="Best">The best trial so far; null before the first.</param>
/// <param name="Training">How far the trial's training has come; null where it has just ended.</param>
public sealed record SearchProgress(int Trial, int Trials, SearchTrial? Ended, SearchTrial? Best, TrainingProgress? Training);
