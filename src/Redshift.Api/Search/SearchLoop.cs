using System.Diagnostics;

namespace Redshift.HyperParameters;

/// <summary>What a search tries: which configurations are possible, and what a trial of one gives.</summary>
internal interface ITrials
{
    /// <summary>Whether a configuration can be tried at all; costs nothing.</summary>
    bool IsPossible(Configuration configuration, out string reason);

    /// <summary>Tries one. <paramref name="goesOn"/> is asked after each epoch, with its number and the score so far.</summary>
    TrialResult Run(TrialState trial, Func<int, double, bool> goesOn, SearchState state, CancellationToken cancellation);

    /// <summary>A trial of this process's has ended and is in the journal, whose lock is held.</summary>
    void HasEnded(TrialState trial, SearchState state);
}

/// <summary>What a search is and what it is done with.</summary>
internal sealed record SearchPlan(
    ParameterSet Parameters, JournalHead Head, ISuggester Suggester, ulong Seed, int Trials, Halving Halving);

/// <summary>
/// The search as one process does it: take a trial, run it, write it down, until there are as many as were asked for. The
/// journal is all that it knows, so that it can be killed and started again at any moment. One process alone makes each
/// suggestion with all trials before it finished; of several, each makes it with those that are finished then, which makes
/// no difference to grid and random searches.
/// </summary>
internal sealed class SearchLoop(string folder, SearchPlan plan, ITrials trials)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Journal journal = new(folder, plan.Parameters);
    private bool usedUp;

    private enum Next
    {
        Run,
        Wait,
        Done,
    }

    /// <summary>Runs to the end of the search, other processes' trials included.</summary>
    /// <exception cref="RedshiftException">The journal is at fault or is another search's, or no network of the space is possible.</exception>
    public SearchState Run(CancellationToken cancellation)
    {
        using var workers = new Workers(folder, journal);
        journal.Locked(() => Join(workers), cancellation);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var (next, trial) = journal.Locked(() => Take(workers, cancellation), cancellation);
            if (next == Next.Done)
            {
                return journal.State;
            }

            if (next == Next.Wait)
            {
                cancellation.WaitHandle.WaitOne(Pause);
                continue;
            }

            RunTrial(trial!, cancellation);
        }
    }

    private bool Join(Workers workers)
    {
        if (journal.State.Head is { } head)
        {
            RefuseOther(head);
        }
        else
        {
            journal.Append(new Began(plan.Head));
        }

        workers.Join();
        return true;
    }

    private void RefuseOther(JournalHead head)
    {
        foreach (var (name, value) in plan.Head.Entries)
        {
            var found = head.Entries.FirstOrDefault(e => e.Name == name).Value ?? "none";
            if (found != value)
            {
                throw new RedshiftException(
                    $"{Path.Combine(folder, Journal.FileName)}: expected a search of {name} {value}, found one of {name} {found}; "
                    + "use --force to start anew");
            }
        }
    }

    /// <summary>The next trial for this worker: one whose worker has died, else a new one.</summary>
    private (Next Next, TrialState? Trial) Take(Workers workers, CancellationToken cancellation)
    {
        var state = journal.State;
        var open = state.Trials.Where(t => t.Ended is null).ToArray();
        var trial = Array.Find(open, t => t.Worker is not { } worker || worker == workers.Number || workers.IsDead(worker));
        if (trial is not null)
        {
            journal.Append(new Taken(trial.Number, workers.Number, Workers.Now));
            return (Next.Run, trial);
        }

        if (state.Trials.Count < plan.Trials && !usedUp && Suggest(cancellation) is { } suggested)
        {
            journal.Append(suggested, new Taken(suggested.Trial, workers.Number, Workers.Now));
            return (Next.Run, state.Trials[^1]);
        }

        return (open.Length > 0 ? Next.Wait : Next.Done, null);
    }

    /// <summary>The first suggestion that is new and possible; null where there is none left.</summary>
    private Suggested? Suggest(CancellationToken cancellation)
    {
        var past = journal.State.Observations;
        var tried = past.Select(o => o.Configuration).ToHashSet();
        var (refused, last) = (0, "");
        foreach (var candidate in plan.Suggester.Suggest(plan.Parameters, plan.Seed, past))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!tried.Contains(candidate) && trials.IsPossible(candidate, out last))
            {
                var seed = Core.RandomStream.ForIndex(plan.Seed ^ 0x7121A15EEDUL, (ulong)past.Count).NextUInt64() >> 32;
                return new Suggested(past.Count, seed, refused, plan.Parameters.Write(candidate));
            }

            refused++;
        }

        usedUp = true;
        return past.Count > 0 ? null : throw new RedshiftException(
            $"space: expected networks that are possible, found none among {refused} suggestions; the last one: {last}");
    }

    private void RunTrial(TrialState trial, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var result = trials.Run(trial, (epoch, score) => GoesOn(trial, epoch, score, cancellation), journal.State, cancellation);
        var pruned = trial.Rungs.Exists(r => !r.GoesOn);
        var outcome = result.Score is null ? TrialOutcome.Failed : pruned ? TrialOutcome.Pruned : TrialOutcome.Complete;

        // What is finished is written down, whoever presses Ctrl-C meanwhile.
        journal.Locked(
            () =>
            {
                journal.Append(new Ended(
                    trial.Number, outcome, result.Score, result.BestEpoch, result.Epochs, result.Reason, clock.Elapsed.TotalSeconds));
                trials.HasEnded(trial, journal.State);
                return true;
            },
            CancellationToken.None);
    }

    /// <summary>The decision at a rung, which is made once and stands in the journal.</summary>
    private bool GoesOn(TrialState trial, int epoch, double score, CancellationToken cancellation)
    {
        if (!plan.Halving.IsRung(epoch))
        {
            return true;
        }

        return journal.Locked(
            () =>
            {
                if (trial.Rungs.Find(r => r.Epochs == epoch) is { } known)
                {
                    return known.GoesOn;
                }

                var rung = new RungReached(trial.Number, epoch, score, plan.Halving.GoesOn(journal.State, trial.Number, epoch, score));
                journal.Append(rung);
                return rung.GoesOn;
            },
            cancellation);
    }
}
