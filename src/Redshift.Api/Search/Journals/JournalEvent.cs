using System.Text.Json.Nodes;
using Redshift.Core;

namespace Redshift.HyperParameters;

/// <summary>What makes a search this search. Two journals' heads must agree for one to go on with the other.</summary>
/// <param name="Entries">Names and texts, in their order: method, seed, score, halving, recipe, space, data, backend.</param>
internal sealed record JournalHead(IReadOnlyList<(string Name, string Value)> Entries);

/// <summary>
/// One line of a journal. Which worker did what, and when, is told by lines of their own: without them, and without seconds,
/// an interrupted search's journal equals an uninterrupted one's.
/// </summary>
internal abstract record JournalEvent
{
    /// <summary>The format's version, in the first line.</summary>
    public const int Version = 1;

    /// <summary>The event as JSON.</summary>
    public abstract JsonObject Write();

    /// <summary>Reads an event; a fault is an error of the reader's.</summary>
    public static JournalEvent Read(JsonReader json) => json.Object<JournalEvent>(o => o.Required("event", j => j.String) switch
    {
        "search" => Began.Read(json, o),
        "worker" => WorkerJoined.Read(o),
        "suggested" => Suggested.Read(o),
        "taken" => Taken.Read(o),
        "rung" => RungReached.Read(o),
        "ended" => Ended.Read(o),
        _ => json.Fault<JournalEvent>("an event search, worker, suggested, taken, rung or ended"),
    });

    private protected static JsonObject Make(string name, params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var json = new JsonObject { ["event"] = name };
        foreach (var (field, value) in fields)
        {
            json.Add(field, value);
        }

        return json;
    }

    private protected static int Natural(JsonReader json) => json.Int is >= 0 and var n ? n : json.Fault<int>("a whole number of at least 0");

    private protected static string Text(JsonReader json) => json.String;

    private protected static JsonObject Fields(JsonReader json) => json.Copy() as JsonObject ?? json.Fault<JsonObject>("an object");
}

/// <summary>The first line: what is searched.</summary>
internal sealed record Began(JournalHead Head) : JournalEvent
{
    public override JsonObject Write()
    {
        var fields = new JsonObject();
        foreach (var (name, value) in Head.Entries)
        {
            fields.Add(name, value);
        }

        return Make("search", ("version", Version), ("of", fields));
    }

    public static Began Read(JsonReader json, JsonFields o)
    {
        if (o.Required("version", j => j.Int) is var version && version != Version)
        {
            json.Fault<int>($"a journal of version {Version}", $"version {version}");
        }

        var fields = o.Required("of", Fields);
        return new Began(new JournalHead(fields.Select(f => (f.Key, f.Value?.ToString() ?? "")).ToArray()));
    }
}

/// <summary>A process has joined.</summary>
internal sealed record WorkerJoined(int Worker, string Process, string Time) : JournalEvent
{
    public override JsonObject Write() => Make("worker", ("worker", Worker), ("process", Process), ("time", Time));

    public static WorkerJoined Read(JsonFields o) =>
        new(o.Required("worker", Natural), o.Required("process", Text), o.Required("time", Text));
}

/// <summary>A trial's parameters and training seed, and how many suggestions were impossible or known before them.</summary>
internal sealed record Suggested(int Trial, ulong Seed, int Refused, JsonObject Parameters) : JournalEvent
{
    public override JsonObject Write() =>
        Make("suggested", ("trial", Trial), ("seed", Seed), ("refused", Refused), ("parameters", Parameters.DeepClone()));

    public static Suggested Read(JsonFields o) => new(
        o.Required("trial", Natural), o.Required("seed", j => j.UInt64), o.Required("refused", Natural), o.Required("parameters", Fields));
}

/// <summary>A worker has begun with a trial, or gone on with a dead one's.</summary>
internal sealed record Taken(int Trial, int Worker, string Time) : JournalEvent
{
    public override JsonObject Write() => Make("taken", ("trial", Trial), ("worker", Worker), ("time", Time));

    public static Taken Read(JsonFields o) => new(o.Required("trial", Natural), o.Required("worker", Natural), o.Required("time", Text));
}

/// <summary>A trial has been trained to a rung of successive halving and was found good enough, or not.</summary>
internal sealed record RungReached(int Trial, int Epochs, double Score, bool GoesOn) : JournalEvent
{
    public override JsonObject Write() =>
        Make("rung", ("trial", Trial), ("epochs", Epochs), ("score", Score), ("goes_on", GoesOn));

    public static RungReached Read(JsonFields o) => new(
        o.Required("trial", Natural), o.Required("epochs", j => j.Count), o.Required("score", j => j.Float), o.Required("goes_on", j => j.Bool));
}

/// <summary>A trial has ended.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Outcome">How.</param>
/// <param name="Score">Its score; null where it failed.</param>
/// <param name="BestEpoch">The epoch of the score; 0 where it failed.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="Reason">Why it failed; empty otherwise.</param>
/// <param name="Seconds">How long it took its last worker.</param>
internal sealed record Ended(
    int Trial, TrialOutcome Outcome, double? Score, int BestEpoch, int Epochs, string Reason, double Seconds) : JournalEvent
{
    private static readonly string[] Outcomes = ["complete", "pruned", "failed"];

    public override JsonObject Write() => Make(
        "ended",
        ("trial", Trial),
        ("outcome", Outcomes[(int)Outcome]),
        ("score", Score),
        ("best_epoch", BestEpoch),
        ("epochs", Epochs),
        ("reason", Reason),
        ("seconds", Math.Round(Seconds, 3)));

    public static Ended Read(JsonFields o)
    {
        var outcome = o.Required(
            "outcome",
            j => Array.IndexOf(Outcomes, j.String) is >= 0 and var n ? (TrialOutcome)n : j.Fault<TrialOutcome>("complete, pruned or failed"));
        var score = o.Required<double?>("score", j => j.IsNull ? null : j.Float);
        return new Ended(
            o.Required("trial", Natural),
            outcome,
            score is null == (outcome == TrialOutcome.Failed)
                ? score
                : o.Required("score", j => j.Fault<double?>("a score, unless the trial failed")),
            o.Required("best_epoch", Natural),
            o.Required("epochs", Natural),
            o.Required("reason", Text),
            o.Required("seconds", j => j.Float));
    }
}
