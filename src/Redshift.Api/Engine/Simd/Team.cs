using System.Diagnostics;

namespace Redshift.Engine.Simd;

/// <summary>Threads that share the tasks of one job after another. Which thread takes a task is left to chance; tasks
/// must not
/// depend on it. One caller at a time.</summary>
internal sealed class Team : IDisposable
{
    /// <summary>How often an idle thread looks for work before it sleeps: some tens of microseconds.</summary>
    private const int Patience = 2000;

    private readonly Thread[] threads;
    private readonly SemaphoreSlim wake = new(0);
    private Action<int> job = static _ => { };
    private int tasks;
    private int remaining;
    private int done;
    private int sleepers;
    private volatile bool closed;
    private Exception? failure;

    /// <param name="size">Threads, the caller's included.</param>
    public Team(int size)
    {
        threads = new Thread[size - 1];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Work) { IsBackground = true, Name = $"simd {i + 1}" };
            threads[i].Start();
        }
    }

    /// <summary>A team of the caller alone.</summary>
    public static Team Alone { get; } = new(1);

    /// <summary>Threads, the caller's included.</summary>
    public int Size => threads.Length + 1;

    /// <summary>Calls <paramref name="body"/> with 0 … <paramref name="count"/> - 1, each once, and waits for
    /// all.</summary>
    public void Run(int count, Action<int> body)
    {
        if (Profile.Enabled)
        {
            var start = Stopwatch.GetTimestamp();
            RunAll(count, body);
            Profile.Add(body, Stopwatch.GetTimestamp() - start);
        }
        else
        {
            RunAll(count, body);
        }
    }

    private void RunAll(int count, Action<int> body)
    {
        if (count <= 1 || threads.Length == 0)
        {
            for (var i = 0; i < count; i++)
                body(i);
            return;
        }

        job = body;
        tasks = count;
        done = 0;
        failure = null;
        Interlocked.Exchange(ref remaining, count);
        if (Volatile.Read(ref sleepers) > 0)
            wake.Release(Math.Min(Interlocked.Exchange(ref sleepers, 0), threads.Length));
        while (TryTask())
        {
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref done) < count)
            spin.SpinOnce(sleep1Threshold: -1);
        if (failure is not null)
            throw new InvalidOperationException("a task of the engine failed", failure);
    }

    public void Dispose()
    {
        closed = true;
        if (threads.Length > 0)
            wake.Release(threads.Length);
        foreach (var thread in threads)
            thread.Join();
        wake.Dispose();
    }

    /// <summary>Takes and runs one task, if any is left. Whoever holds a task keeps the job from ending, so that `job`
    /// and
    /// `tasks` are this task's own.</summary>
    private bool TryTask()
    {
        var left = Volatile.Read(ref remaining);
        while (left > 0)
        {
            var seen = Interlocked.CompareExchange(ref remaining, left - 1, left);
            if (seen == left)
            {
                Perform(tasks - left);
                return true;
            }

            left = seen;
        }

        return false;
    }

    private void Perform(int task)
    {
        try
        {
            job(task);
        }
#pragma warning disable CA1031 // handed to the caller of Run
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        Interlocked.Increment(ref done);
    }

    private void Work()
    {
        while (!closed)
        {
            var idle = 0;
            while (idle < Patience && !closed)
            {
                if (TryTask())
                    idle = 0;
                else
                    idle++;
                Thread.SpinWait(8);
            }

            Interlocked.Increment(ref sleepers);
            if (Volatile.Read(ref remaining) == 0 && !closed)
                wake.Wait();
        }
    }
}
