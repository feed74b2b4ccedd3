using System.Diagnostics;

namespace Redshift.Engine.Simd;

/// <summary>How long each phase of a step takes, for benchmarks: off unless asked for. One model at a time.</summary>
internal static class Profile
{
    private static readonly List<(Action<int> Job, long Ticks)> phases = [];

    /// <summary>Whether phases are timed.</summary>
    public static bool Enabled { get; set; }

    /// <summary>The shortest run of each phase in milliseconds (on a busy machine the others include waiting), in the
    /// order of their first run, named by layer and task; forgets them.</summary>
    public static IReadOnlyList<(string Name, double Milliseconds)> Take()
    {
        var result = phases.Select(p => (NameOf(p.Job), p.Ticks * 1e3 / Stopwatch.Frequency)).ToList();
        phases.Clear();
        return result;
    }

    internal static void Add(Action<int> job, long ticks)
    {
        var index = phases.FindIndex(p => p.Job == job);
        if (index < 0)
            phases.Add((job, ticks));
        else
            phases[index] = (job, Math.Min(phases[index].Ticks, ticks));
    }

    private static string NameOf(Action<int> job) => $"{job.Target?.GetType().Name} {job.Method.Name}";
}
