using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>Predicting: a single object by all threads, layer by layer; more in blocks of a few objects, each by one
/// thread in a workspace of its own, so that the numbers stay in that thread's cache and callers do not meet.</summary>
internal sealed unsafe class Predictor(Network network, IReadOnlyList<LayerPlan> plans, Team team) : IDisposable
{
    /// <summary>Objects in a block: two full tiles.</summary>
    private const int Block = 2 * Kernels.MaxRows;

    private readonly Stack<Workspace> single = new();
    private readonly Stack<Workspace> blocks = new();

    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs, int count)
    {
        if (count == 1)
        {
            RunSingle(inputs, outputs);
            return;
        }

        fixed (float* from = inputs, to = outputs)
        {
            var call = new Call(this, from, to, count);
            var tasks = (count + Block - 1) / Block;
            // The team serves one caller; others that come meanwhile work alone.
            if (tasks > 1 && team.Size > 1 && Monitor.TryEnter(team))
            {
                try
                {
                    team.Run(tasks, call.Run);
                }
                finally
                {
                    Monitor.Exit(team);
                }
            }
            else
            {
                Team.Alone.Run(tasks, call.Run);
            }
        }
    }

    public void Dispose()
    {
        foreach (var workspace in single.Concat(blocks))
            workspace.Dispose();
    }

    /// <summary>One object by the whole team, if it is free: the layers' tasks are shared.</summary>
    private void RunSingle(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        if (team.Size == 1 || !Monitor.TryEnter(team))
        {
            RunBlock(Team.Alone, single, 1, inputs, outputs, 1);
            return;
        }

        try
        {
            RunBlock(team, single, 1, inputs, outputs, 1);
        }
        finally
        {
            Monitor.Exit(team);
        }
    }

    private void RunBlock(
        Team workers, Stack<Workspace> pool, int capacity, ReadOnlySpan<float> inputs, Span<float> outputs, int count)
    {
        var workspace = Rent(pool) ?? new Workspace(network, plans, capacity, training: false);
        workspace.Forward(workers, inputs, count, 0).CopyTo(outputs);
        Return(pool, workspace);
    }

    private static Workspace? Rent(Stack<Workspace> pool)
    {
        lock (pool)
            return pool.TryPop(out var workspace) ? workspace : null;
    }

    /// <summary>Keeps as many workspaces as can work at once.</summary>
    private static void Return(Stack<Workspace> pool, Workspace workspace)
    {
        lock (pool)
        {
            if (pool.Count < Environment.ProcessorCount)
            {
                pool.Push(workspace);
                return;
            }
        }

        workspace.Dispose();
    }

    /// <summary>One call's addresses, for its tasks.</summary>
    private sealed class Call(Predictor owner, float* inputs, float* outputs, int count)
    {
        public void Run(int task)
        {
            var first = task * Block;
            var size = Math.Min(Block, count - first);
            var (width, results) = (owner.InputSize, owner.OutputSize);
            owner.RunBlock(
                Team.Alone,
                owner.blocks,
                Block,
                new ReadOnlySpan<float>(inputs + (nint)first * width, size * width),
                new Span<float>(outputs + (nint)first * results, size * results),
                size);
        }
    }

    private int InputSize { get; } = network.Input.Size;

    private int OutputSize { get; } = network.Outputs;
}
