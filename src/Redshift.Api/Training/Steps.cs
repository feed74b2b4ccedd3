using Redshift.Engine;

namespace Redshift.Training;

/// <summary>What a step gave.</summary>
/// <param name="Count">Objects in its batch.</param>
/// <param name="Loss">Their mean loss before it; NaN where it is not finite.</param>
/// <param name="AbsoluteError">Their mean absolute error before it.</param>
internal readonly record struct StepTaken(int Count, double Loss, double AbsoluteError);

/// <summary>The steps of an epoch, wherever the batches come from.</summary>
internal interface ISteps : IDisposable
{
    /// <summary>Whether a step's outcome is known as soon as it is taken; else asking for it makes the device wait.</summary>
    bool KnownAtOnce { get; }

    /// <summary>Begins an epoch.</summary>
    /// <param name="order">The places in the training part, in the order in which they are taken.</param>
    /// <param name="noise">Seed of what is added to the rows.</param>
    void Begin(int[] order, ulong noise);

    /// <summary>A step on the next objects.</summary>
    void Step(int first, int count, double rate);

    /// <summary>What the steps gave since the last call, in order.</summary>
    IReadOnlyList<StepTaken> Read();
}

/// <summary>Batches that are gathered on the host and handed over with each step.</summary>
internal sealed class HostSteps(IModel model, IExamples examples, int[] train, int largest) : ISteps
{
    private readonly float[] inputs = new float[largest * examples.InputSize];
    private readonly float[] targets = new float[largest * examples.Targets];
    private readonly float[] weights = new float[examples.Weighted ? largest : 0];
    private readonly float[] outputs = new float[largest * model.Network.Outputs];
    private readonly StepTaken[] last = new StepTaken[1];
    private int[] rows = [];
    private ulong noise;

    public bool KnownAtOnce => true;

    public void Begin(int[] order, ulong noise)
    {
        rows = Array.ConvertAll(order, place => train[place]);
        this.noise = noise;
    }

    public void Step(int first, int count, double rate)
    {
        var batch = rows.AsSpan(first, count);
        var of = outputs.AsSpan(0, count * model.Network.Outputs);
        var x = inputs.AsSpan(0, count * examples.InputSize);
        var t = targets.AsSpan(0, count * examples.Targets);
        var w = weights.AsSpan(0, examples.Weighted ? count : 0);
        examples.Fill(batch, x, t, w, noise);
        var loss = model.Step(x, t, w, count, rate, of);
        last[0] = new StepTaken(count, loss, double.IsFinite(loss) ? examples.AbsoluteError(batch, of) : double.NaN);
    }

    public IReadOnlyList<StepTaken> Read() => last;

    public void Dispose()
    {
    }
}

/// <summary>
/// Batches that are picked in the device's memory: the whole training part where it fits, else one chunk after the other, the
/// next one written by another thread meanwhile.
/// </summary>
internal sealed class ResidentSteps : ISteps
{
    private readonly IResidentModel model;
    private readonly IExamples examples;
    private readonly int[] train;
    private readonly List<(int First, int Count)> pending = [];
    private readonly int chunk;
    private IPlacedExamples current;
    private IPlacedExamples? next;
    private Task? writing;
    private int[] rows = [];
    private bool written;
    private ulong noise;

    public ResidentSteps(IResidentModel model, IExamples examples, int[] train, int batchSize)
    {
        (this.model, this.examples, this.train) = (model, examples, train);
        current = model.Place(train.Length, examples.Weighted);
        chunk = Whole ? train.Length : Math.Max(1, current.Capacity / batchSize) * batchSize;
        next = Whole ? null : model.Place(chunk, examples.Weighted);
        if (!Whole && (current.Capacity < batchSize || next!.Capacity < chunk))
        {
            Dispose();
            throw new RedshiftException(
                $"training: expected room for two chunks of a batch of {batchSize} in the device's memory, found less; use a smaller batch or --device cpu");
        }
    }

    public bool KnownAtOnce => false;

    private bool Whole => current.Capacity >= train.Length;

    public void Begin(int[] order, ulong noise)
    {
        rows = Array.ConvertAll(order, place => train[place]);
        this.noise = noise;
        if (!Whole)
        {
            writing = Task.Run(() => Write(next!, 0));
            return;
        }

        if (!written || examples.Augmented)
        {
            Write(current, train);
            current.Send(train.Length);
            written = true;
        }

        current.Arrange(order);
    }

    public void Step(int first, int count, double rate)
    {
        if (!Whole && first % chunk == 0)
        {
            Turn(first);
        }

        model.Step(current, Whole ? first : first % chunk, count, rate);
        pending.Add((first, count));
    }

    public IReadOnlyList<StepTaken> Read()
    {
        var (losses, outputs) = model.Read();
        var steps = new StepTaken[losses.Length];
        var (each, at) = (model.Network.Outputs, 0);
        for (var i = 0; i < steps.Length; i++)
        {
            var (first, count) = pending[i];
            var of = outputs.AsSpan(at, count * each);
            steps[i] = new StepTaken(
                count, losses[i], double.IsFinite(losses[i]) ? examples.AbsoluteError(rows.AsSpan(first, count), of) : double.NaN);
            at += of.Length;
        }

        pending.Clear();
        return steps;
    }

    public void Dispose()
    {
        writing?.Wait();
        current.Dispose();
        next?.Dispose();
    }

    /// <summary>The chunk that has been written becomes the one that is trained on, and the one after it is begun.</summary>
    private void Turn(int first)
    {
        writing!.GetAwaiter().GetResult();
        (current, next) = (next!, current);
        var count = Math.Min(chunk, rows.Length - first);
        current.Send(count);
        current.Arrange(Enumerable.Range(0, count).ToArray());
        writing = first + chunk < rows.Length ? Task.Run(() => Write(next, first + chunk)) : Task.CompletedTask;
    }

    private void Write(IPlacedExamples to, int first) => Write(to, rows.AsSpan(first, Math.Min(chunk, rows.Length - first)));

    private void Write(IPlacedExamples to, ReadOnlySpan<int> some) => examples.Fill(
        some,
        to.Inputs[..(some.Length * examples.InputSize)],
        to.Targets[..(some.Length * examples.Targets)],
        examples.Weighted ? to.Weights[..some.Length] : [],
        noise);
}
