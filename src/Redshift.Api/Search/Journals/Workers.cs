using System.Globalization;

namespace Redshift.HyperParameters;

/// <summary>
/// Who works on a search. Each process holds a file of its own while it lives; all of this happens under the journal's lock.
/// </summary>
internal sealed class Workers(string folder, Journal journal) : IDisposable
{
    private FileLock? own;

    /// <summary>This process's number; 0 before it has joined.</summary>
    public int Number { get; private set; }

    /// <summary>Joins under the next number; clears up after those that have died.</summary>
    public void Join()
    {
        for (var worker = 1; worker <= journal.State.LastWorker; worker++)
        {
            IsDead(worker);
        }

        Number = journal.State.LastWorker + 1;
        own = FileLock.Try(PathOf(Number))
            ?? throw new RedshiftException($"{PathOf(Number)}: expected a free file, found one held by another process");
        journal.Append(new WorkerJoined(Number, $"{Environment.ProcessId} on {Environment.MachineName}", Now));
    }

    /// <summary>The time, for people.</summary>
    public static string Now => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whether a worker has died, or left.</summary>
    public bool IsDead(int worker)
    {
        if (worker == Number || !File.Exists(PathOf(worker)))
        {
            return worker != Number;
        }

        if (FileLock.Try(PathOf(worker)) is not { } held)
        {
            return false;
        }

        held.Dispose();
        File.Delete(PathOf(worker));
        return true;
    }

    public void Dispose()
    {
        if (own is not null)
        {
            own.Dispose();
            File.Delete(PathOf(Number));
            own = null;
        }
    }

    private string PathOf(int worker) => Path.Combine(folder, $"worker-{worker.ToString(CultureInfo.InvariantCulture)}.lock");
}
