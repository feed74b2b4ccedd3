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

    private readonly float[] batchInputs = new float[LargestBlock(settings, train) * examples.InputSize];
    private readonly float[] batchTargets = new float[LargestBlock(settings, train) * examples.Targets];
    private readonly float[] batchWeights = new float[examples.Weighted ? LargestBlock(settings, train) : 0];
    private readonly float[] batchOutputs = new float[LargestBlock(settings, train) * model.Network.Outputs];

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

        while (state.Epoch < settings.Epochs && !state.Stopped)
        {
            RunEpoch(state, progress, cancellation);
            save?.Invoke(state);
        }

        if (settings.EarlyStopping is not null && state.BestWeights is not null)
        {
            TrainingState.Restore(model, state.BestWeights);
        }
    }

    private void RunEpoch(TrainingState state, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var epoch = state.Epoch + 1;
        var clock = Stopwatch.StartNew();
        var meter = new Meter(epoch, settings.Epochs, train.Length, clock);
        var order = (int[])train.Clone();
        RandomStream.ForIndex(seed ^ 0x5EED0FE9UL, (ulong)epoch).Shuffle(order);
        var noise = RandomStream.ForIndex(seed ^ 0x5EED0015EUL, (ulong)epoch).NextUInt64();

        var stepsPerEpoch = (train.Length + batchSize - 1L) / batchSize;
        var reported = TimeSpan.Zero;
        for (var first = 0; first < order.Length; first += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = order.AsSpan(first, Math.Min(batchSize, order.Length - first));
            var rate = ScheduleModule.rate(
                settings.Schedule, settings.LearningRate, stepsPerEpoch, stepsPerEpoch * settings.Epochs, model.StepCount);
            var loss = StepOnce(rows, rate, noise, out var absoluteError);
            if (!double.IsFinite(loss))
            {
                throw new RedshiftException(
                    $"training stopped in epoch {epoch} at step {model.StepCount + 1}: expected a finite loss, found {loss}; "
                    + $"lower the learning rate (now {rate}) or set clip_norm");
            }

            meter.Add(rows.Length, loss, absoluteError);
            if (clock.Elapsed - reported >= progressInterval)
            {
                reported = clock.Elapsed;
                progress?.Report(meter.Now());
            }
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
        var lastRate = ScheduleModule.rate(
            settings.Schedule, settings.LearningRate, stepsPerEpoch, stepsPerEpoch * settings.Epochs, Math.Max(0, model.StepCount - 1));
        state.History.Add(new HistoryRow(
            epoch, meter.Loss, meter.Mae, validationLoss, validationMae, lastRate, trainSeconds, clock.Elapsed.TotalSeconds));
        progress?.Report(meter.Ended(validationLoss, validationMae, better));
    }

    private static int LargestBlock(Core.Models.Training settings, int[] train) =>
        Math.Max(Math.Min(settings.BatchSize, train.Length), ValidationBlock);

    private double StepOnce(ReadOnlySpan<int> rows, double rate, ulong noise, out double absoluteError)
    {
        var inputs = batchInputs.AsSpan(0, rows.Length * examples.InputSize);
        var targets = batchTargets.AsSpan(0, rows.Length * examples.Targets);
        var weights = batchWeights.AsSpan(0, examples.Weighted ? rows.Length : 0);
        var outputs = batchOutputs.AsSpan(0, rows.Length * model.Network.Outputs);
        examples.Fill(rows, inputs, targets, weights, noise);
        var loss = model.Step(inputs, targets, weights, rows.Length, rate, outputs);
        absoluteError = double.IsFinite(loss) ? examples.AbsoluteError(rows, outputs) : double.NaN;
        return loss;
    }

    /// <summary>Mean loss and mean absolute error on the validation part.</summary>
    private (double Loss, double Mae) Validate(CancellationToken cancellation)
    {
        double loss = 0, absoluteError = 0;
        for (var first = 0; first < validation.Length; first += ValidationBlock)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = validation.AsSpan(first, Math.Min(ValidationBlock, validation.Length - first));
            var inputs = batchInputs.AsSpan(0, rows.Length * examples.InputSize);
            var targets = batchTargets.AsSpan(0, rows.Length * examples.Targets);
            var weights = batchWeights.AsSpan(0, examples.Weighted ? rows.Length : 0);
            var outputs = batchOutputs.AsSpan(0, rows.Length * model.Network.Outputs);
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
