using Redshift.Core;

namespace Redshift.HyperParameters;

/// <summary>What is known of a trial that a suggestion may learn from.</summary>
/// <param name="Configuration">Its parameters.</param>
/// <param name="Score">Its score, lower is better; null while it is under way or where it failed.</param>
/// <param name="Failed">Whether it failed.</param>
internal readonly record struct Observation(Configuration Configuration, double? Score, bool Failed);

/// <summary>
/// A way to choose the next configuration. It is a pure function of the seed and the trials so far in their order, so that a
/// search that was interrupted goes on as it would have.
/// </summary>
internal interface ISuggester
{
    /// <summary>
    /// Configurations for the next trial, the preferred one first. The first that is possible and new is taken; none of
    /// them being so, the search has nothing left to try. At most so many as are worth looking at.
    /// </summary>
    /// <param name="parameters">The space.</param>
    /// <param name="seed">The search's seed.</param>
    /// <param name="past">The trials so far, in their order.</param>
    IEnumerable<Configuration> Suggest(ParameterSet parameters, ulong seed, IReadOnlyList<Observation> past);
}

/// <summary>The ways: one line each.</summary>
internal static class Suggesters
{
    public static ISuggester Of(SearchMethod method) => method switch
    {
        SearchMethod.Grid => new GridSuggester(),
        SearchMethod.Random => new RandomSuggester(),
        SearchMethod.Bayes => new BayesSuggester(),
        _ => throw new ArgumentException($"expected a method Grid, Random or Bayes, found {method}", nameof(method)),
    };

    /// <summary>Configurations drawn for one trial before the space counts as used up.</summary>
    public const int Attempts = 1000;

    /// <summary>The stream of one trial.</summary>
    public static RandomStream Stream(ulong seed, int trial) => RandomStream.ForIndex(seed ^ 0x5EA2C4UL, (ulong)trial);
}
