using System.Diagnostics;
using Redshift.Core;
using Redshift.Core.Evaluation;
using Redshift.Core.Layers;
using Redshift.Engine;

namespace Redshift.Training;

/// <summary>
/// The training loop, one for every backend: epochs over shuffled batches, the schedule, validation, early stopping,
/// checkpoints, history. Everything random depends on the seed and the epoch's number alone, so that training resumed from
/// a checkpoint goes on bit for bit as if it had not stopped.
/// </summary>
internal sealed class Trainer(
    IModel model,
    IExamples examples,
    int[] train,
    int[] validation,
    Core.Models.Training settings,
    ulong seed,
    TimeSpan progressInterval)
{
    private const int ValidationBlock = 512;

    /// <summary>A batch is never larger than the training part.</summary>
    private readonly int batchSize = Math.Min(settings.BatchSize, train.Length);

    private readonly float[] blockInputs = new float[ValidationBlock * examples.InputSize];
    private readonly float[] blockTargets = new float[ValidationBlock * examples.Targets];
    private readonly float[] blockWeights = new float[examples.Weighted ? ValidationBlock : 0];
    private readonly float[] blockOutputs = new float[ValidationBlock * model.Network.Outputs];

    /// <summary>
    /// Trains from a state to the last epoch, or to early stopping. <paramref name="save"/> is called after each epoch with
    /// the state as it then is. On return the model holds the weights to be used.
    /// </summary>
    /// <exception cref="RedshiftException">The loss is not a number any more.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the state holds the last whole epoch.</exception>
    public void Run(TrainingState state, Action<TrainingState>? save, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        model.BeginTraining(new TrainingPlan(settings.Loss, settings.Optimiser, settings.Penalty, settings.ClipNorm?.Value), seed);
        if (state.Epoch > 0)
        {
            state.Resume(model);
        }

        using ISteps steps = model is IResidentModel resident
            ? new ResidentSteps(resident, examples, train, batchSize)
            : new HostSteps(model, examples, train, batchSize);
        while (state.Epoch < settings.Epochs && !state.Stopped)
        {
            RunEpoch(steps, state, progress, cancellation);
            save?.Invoke(state);
        }

        if (settings.EarlyStopping is not null && state.BestWeights is not null)
        {
            TrainingState.Restore(model, state.BestWeights);
        }
    }

    private void RunEpoch(ISteps steps, TrainingState state, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var epoch = state.Epoch + 1;
        var clock = Stopwatch.StartNew();
        var meter = new Meter(epoch, settings.Epochs, train.Length, clock);
        var order = Enumerable.Range(0, train.Length).ToArray();
        RandomStream.ForIndex(seed ^ 0x5EED0FE9UL, (ulong)epoch).Shuffle(order);
        steps.Begin(order, RandomStream.ForIndex(seed ^ 0x5EED0015EUL, (ulong)epoch).NextUInt64());

        var stepsPerEpoch = (train.Length + batchSize - 1L) / batchSize;
        var (reported, told) = (TimeSpan.Zero, model.StepCount);
        for (var first = 0; first < order.Length; first += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            steps.Step(first, Math.Min(batchSize, order.Length - first), RateAt(stepsPerEpoch, model.StepCount));
            var due = progress is not null && clock.Elapsed - reported >= progressInterval;
            if (due || steps.KnownAtOnce)
            {
                told = Collect(steps, meter, stepsPerEpoch, told);
            }

            if (due)
            {
                reported = clock.Elapsed;
                progress?.Report(meter.Now());
            }
        }

        if (!steps.KnownAtOnce)
        {
            Collect(steps, meter, stepsPerEpoch, told);
        }

        var trainSeconds = clock.Elapsed.TotalSeconds;
        var (validationLoss, validationMae) = Validate(cancellation);
        if (!double.IsFinite(validationLoss))
        {
            throw new RedshiftException(
                $"training stopped in epoch {epoch} after step {model.StepCount}: expected a finite validation loss, found {validationLoss}; "
                + "lower the learning rate or set clip_norm");
        }

        var better = validationLoss < state.BestLoss - (settings.EarlyStopping?.Value.MinimumGain ?? 0.0);
        if (better)
        {
            state.BestLoss = validationLoss;
            state.BestEpoch = epoch;
            state.BestWeights = settings.EarlyStopping is null ? null : TrainingState.CopyWeights(model);
        }

        state.Epoch = epoch;
        state.Capture(model);
        state.Stopped = settings.EarlyStopping is { } stopping && epoch - state.BestEpoch >= stopping.Value.Patience;
        state.History.Add(new HistoryRow(
            epoch, meter.Loss, meter.Mae, validationLoss, validationMae, RateAt(stepsPerEpoch, Math.Max(0, model.StepCount - 1)), trainSeconds, clock.Elapsed.TotalSeconds));
        progress?.Report(meter.Ended(validationLoss, validationMae, better));
    }

    /// <summary>The learning rate of a step, from 0.</summary>
    private double RateAt(long stepsPerEpoch, long step) =>
        ScheduleModule.rate(settings.Schedule, settings.LearningRate, stepsPerEpoch, stepsPerEpoch * settings.Epochs, step);

    /// <summary>Adds what the steps gave; <paramref name="told"/> of them are known already. Returns how many are then.</summary>
    private long Collect(ISteps steps, Meter meter, long stepsPerEpoch, long told)
    {
        foreach (var step in steps.Read())
        {
            if (!double.IsFinite(step.Loss))
            {
                throw new RedshiftException(
                    $"training stopped in epoch {told / stepsPerEpoch + 1} at step {told + 1}: expected a finite loss, found {step.Loss}; "
                    + $"lower the learning rate (now {RateAt(stepsPerEpoch, told)}) or set clip_norm");
            }

            meter.Add(step.Count, step.Loss, step.AbsoluteError);
            told++;
        }

        return told;
    }

    /// <summary>Mean loss and mean absolute error on the validation part.</summary>
    private (double Loss, double Mae) Validate(CancellationToken cancellation)
    {
        double loss = 0, absoluteError = 0;
        for (var first = 0; first < validation.Length; first += ValidationBlock)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = validation.AsSpan(first, Math.Min(ValidationBlock, validation.Length - first));
            var inputs = blockInputs.AsSpan(0, rows.Length * examples.InputSize);
            var targets = blockTargets.AsSpan(0, rows.Length * examples.Targets);
            var weights = blockWeights.AsSpan(0, examples.Weighted ? rows.Length : 0);
            var outputs = blockOutputs.AsSpan(0, rows.Length * model.Network.Outputs);
            examples.Fill(rows, inputs, targets, weights, null);
            model.Predict(inputs, outputs, rows.Length);
            var blockLoss = model.Loss(outputs, targets, weights, rows.Length, settings.Loss);
            if (!double.IsFinite(blockLoss))
            {
                return (blockLoss, double.NaN);
            }

            loss += blockLoss * rows.Length;
            absoluteError += examples.AbsoluteError(rows, outputs) * rows.Length;
        }

        return (loss / validation.Length, absoluteError / validation.Length);
    }

    /// <summary>Running means of an epoch, and the time left.</summary>
    private sealed class Meter(int epoch, int epochs, int perEpoch, Stopwatch clock)
    {
        private double lossSum;
        private double maeSum;
        private int seen;

        public double Loss => lossSum / Math.Max(1, seen);

        public double Mae => maeSum / Math.Max(1, seen);

        public void Add(int count, double loss, double mae)
        {
            seen += count;
            lossSum += loss * count;
            maeSum += mae * count;
        }

        public TrainingProgress Now() => Make(null, null, false);

        public TrainingProgress Ended(double validationLoss, double validationMae, bool best) => Make(validationLoss, validationMae, best);

        private TrainingProgress Make(double? validationLoss, double? validationMae, bool best)
        {
            var speed = seen / Math.Max(1e-9, clock.Elapsed.TotalSeconds);
            var left = (long)perEpoch * (epochs - epoch) + perEpoch - seen;
            var remaining = TimeSpan.FromSeconds(left / Math.Max(1e-9, speed));
            return new TrainingProgress(epoch, epochs, seen, perEpoch, Loss, Mae, speed, remaining, validationLoss, validationMae, best);
        }
    }
}
