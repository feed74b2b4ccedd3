namespace Redshift.HyperParameters;

/// <summary>One trial, as its events tell it.</summary>
internal sealed class TrialState(int number, Suggested suggested, Configuration configuration)
{
    public int Number => number;

    public Suggested Suggested => suggested;

    public Configuration Configuration => configuration;

    /// <summary>Who works on it, or did last; null before anyone.</summary>
    public int? Worker { get; set; }

    /// <summary>The rungs reached, ascending in epochs.</summary>
    public List<RungReached> Rungs { get; } = [];

    public Ended? Ended { get; set; }

    public bool IsComplete => Ended is { Outcome: TrialOutcome.Complete };
}

/// <summary>Where a search stands: what its journal's events add up to.</summary>
internal sealed class SearchState(ParameterSet parameters)
{
    private readonly List<TrialState> trials = [];

    public JournalHead? Head { get; private set; }

    /// <summary>By number.</summary>
    public IReadOnlyList<TrialState> Trials => trials;

    /// <summary>The number of the worker that joined last; 0 before the first.</summary>
    public int LastWorker { get; private set; }

    /// <summary>The complete trial of the lowest score, the earlier of two equal ones.</summary>
    public TrialState? Best => trials.Where(t => t.IsComplete).MinBy(t => t.Ended!.Score);

    /// <summary>The trials as a suggestion sees them.</summary>
    public IReadOnlyList<Observation> Observations => trials
        .Select(t => new Observation(t.Configuration, t.Ended?.Score, t.Ended is { Outcome: TrialOutcome.Failed }))
        .ToArray();

    /// <summary>Takes an event over; returns what would have been expected where it makes no sense here, else null.</summary>
    public string? Apply(JournalEvent happened) => happened switch
    {
        Began began => When(Head is null, "one first line", () => Head = began.Head),
        _ when Head is null => "a first line of event search",
        WorkerJoined joined => When(joined.Worker == LastWorker + 1, $"worker {LastWorker + 1}", () => LastWorker = joined.Worker),
        Suggested suggested => Apply(suggested),
        Taken taken => When(
            Open(taken.Trial) && taken.Worker >= 1 && taken.Worker <= LastWorker,
            "a trial under way and a worker that joined",
            () => trials[taken.Trial].Worker = taken.Worker),
        RungReached rung => When(
            Open(rung.Trial) && !trials[rung.Trial].Rungs.Exists(r => r.Epochs >= rung.Epochs),
            "a trial under way and its next rung",
            () => trials[rung.Trial].Rungs.Add(rung)),
        Ended ended => When(Open(ended.Trial), "a trial under way", () => trials[ended.Trial].Ended = ended),
        _ => "an event",
    };

    private string? Apply(Suggested suggested)
    {
        var configuration = parameters.Read(suggested.Parameters);
        return When(
            suggested.Trial == trials.Count && configuration is not null,
            $"trial {trials.Count} with parameters of the space",
            () => trials.Add(new TrialState(suggested.Trial, suggested, configuration!)));
    }

    private bool Open(int trial) => trial < trials.Count && trials[trial].Ended is null;

    private static string? When(bool sound, string expected, Action apply)
    {
        if (sound)
        {
            apply();
        }

        return sound ? null : expected;
    }
}
