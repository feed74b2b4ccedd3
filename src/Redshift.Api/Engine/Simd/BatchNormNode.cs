using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>The arrays that a normalisation multiplies by and adds, one number a channel.</summary>
internal sealed record GainAndOffset(Parameter Gain, Parameter Offset);

/// <summary>Batch normalisation.</summary>
/// <param name="layer">Momentum and epsilon.</param>
/// <param name="affine">Gain and offset.</param>
/// <param name="mean">Running mean, one number a channel.</param>
/// <param name="variance">Running variance.</param>
/// <param name="size">Numbers of one object.</param>
/// <param name="channels">Numbers of one position.</param>
internal sealed class BatchNormPlan(
    BatchNorm layer, GainAndOffset affine, Parameter mean, Parameter variance, int size, int channels) : LayerPlan
{
    public BatchNorm Layer { get; } = layer;

    public GainAndOffset Affine { get; } = affine;

    public Parameter Mean { get; } = mean;

    public Parameter Variance { get; } = variance;

    /// <summary>Positions of one object.</summary>
    public int Positions { get; } = size / channels;

    public int Channels { get; } = channels;

    public override Node CreateNode(in NodePlace place) => new BatchNormNode(this, place);
}

/// <summary>
/// y = gain (x - mean) / sqrt(variance + epsilon) + offset, channel by channel (Ioffe and Szegedy 2015, arXiv:1502.03167).
/// In training mean and variance (divisor n) are the batch's, over its objects and positions, and the running averages move
/// towards them: average = momentum average + (1 - momentum) batch, as Keras. A batch with one value a channel has no
/// spread: it is normalised by the running averages and leaves them as they are.
/// </summary>
internal sealed unsafe class BatchNormNode : Node
{
    /// <summary>Channels in a task. Each channel's sums are its own, over the rows in order.</summary>
    private const int TaskChannels = 16;

    private readonly BatchNormPlan plan;
    private readonly bool training;
    private readonly float* normalised; // (x - mean) / sqrt(variance + epsilon), [rows x channels]
    private readonly double[] mean;
    private readonly double[] variance;
    private readonly double[] inverse; // 1 / sqrt(variance + epsilon)
    private readonly Action<int> forward;
    private readonly Action<int> backward;

    public BatchNormNode(BatchNormPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        training = place.Training;
        var size = (long)place.Capacity * plan.Positions * plan.Channels;
        Output = Allocate(size);
        (mean, variance, inverse) = (new double[plan.Channels], new double[plan.Channels], new double[plan.Channels]);
        (forward, backward) = (ForwardTask, BackwardTask);
        if (!training)
            return;
        OutputGradient = Allocate(size);
        normalised = Allocate(size);
    }

    private int Rows => Count * plan.Positions;

    private int Tasks => (plan.Channels + TaskChannels - 1) / TaskChannels;

    /// <summary>Whether the batch's own mean and variance count.</summary>
    private bool OfBatch => training && Rows > 1;

    protected override void Forward(Team team, ulong key) => team.Run(Tasks, forward);

    /// <summary>Also moves the running averages: not on the way forward, so that a refused step changes
    /// nothing.</summary>
    public override void Backward(Team team) => team.Run(Tasks, backward);

    private void ForwardTask(int task)
    {
        var first = task * TaskChannels;
        var end = Math.Min(first + TaskChannels, plan.Channels);
        if (OfBatch)
            Measure(first, end);
        else
            Recall(first, end);
        for (var c = first; c < end; c++)
            inverse[c] = 1.0 / Math.Sqrt(variance[c] + plan.Layer.Epsilon);

        var gain = plan.Affine.Gain.Weights.Start;
        var offset = plan.Affine.Offset.Weights.Start;
        nint at = 0;
        for (var row = 0; row < Rows; row++, at += plan.Channels)
        {
            for (var c = first; c < end; c++)
            {
                var z = (float)((Input[at + c] - mean[c]) * inverse[c]);
                if (training)
                    normalised[at + c] = z;
                Output[at + c] = gain[c] * z + offset[c];
            }
        }
    }

    /// <summary>The running averages.</summary>
    private void Recall(int first, int end)
    {
        for (var c = first; c < end; c++)
            (mean[c], variance[c]) = (plan.Mean.Weights.Start[c], plan.Variance.Weights.Start[c]);
    }

    /// <summary>The batch's mean and variance, by two passes in double precision. A variance that 32 bits cannot hold is
    /// none: the outputs are then not numbers, and the step is refused.</summary>
    private void Measure(int first, int end)
    {
        var means = mean.AsSpan(first, end - first);
        var variances = variance.AsSpan(first, end - first);
        means.Clear();
        variances.Clear();
        for (var row = 0; row < Rows; row++)
        {
            var x = Input + (nint)row * plan.Channels + first;
            for (var c = 0; c < means.Length; c++)
                means[c] += x[c];
        }

        for (var c = 0; c < means.Length; c++)
            means[c] /= Rows;
        for (var row = 0; row < Rows; row++)
        {
            var x = Input + (nint)row * plan.Channels + first;
            for (var c = 0; c < means.Length; c++)
                variances[c] += (x[c] - means[c]) * (x[c] - means[c]);
        }

        for (var c = 0; c < means.Length; c++)
        {
            variances[c] /= Rows;
            if (!float.IsFinite((float)variances[c]))
                variances[c] = double.NaN;
        }
    }

    private void BackwardTask(int task)
    {
        var first = task * TaskChannels;
        var end = Math.Min(first + TaskChannels, plan.Channels);
        var sums = stackalloc double[TaskChannels]; // of dy
        var products = stackalloc double[TaskChannels]; // of dy times the normalised x
        for (var c = 0; c < TaskChannels; c++)
            sums[c] = products[c] = 0.0;
        nint at = 0;
        for (var row = 0; row < Rows; row++, at += plan.Channels)
        {
            for (var c = first; c < end; c++)
            {
                sums[c - first] += OutputGradient[at + c];
                products[c - first] += (double)OutputGradient[at + c] * normalised[at + c];
            }
        }

        for (var c = first; c < end; c++)
        {
            plan.Affine.Gain.Gradient.Start[c] = (float)products[c - first];
            plan.Affine.Offset.Gradient.Start[c] = (float)sums[c - first];
        }

        if (InputGradient != null)
            TowardsInput(first, end, sums, products);
        if (OfBatch)
            MoveAverages(first, end);
    }

    /// <summary>dx = gain / sqrt(variance + epsilon) (dy - mean dy - z mean(dy z)); without the means where mean and
    /// variance do not depend on the batch.</summary>
    private void TowardsInput(int first, int end, double* sums, double* products)
    {
        var share = OfBatch ? 1.0 / Rows : 0.0;
        var gain = plan.Affine.Gain.Weights.Start;
        nint at = 0;
        for (var row = 0; row < Rows; row++, at += plan.Channels)
        {
            for (var c = first; c < end; c++)
            {
                var through = share * (sums[c - first] + normalised[at + c] * products[c - first]);
                InputGradient[at + c] = (float)(gain[c] * inverse[c] * (OutputGradient[at + c] - through));
            }
        }
    }

    private void MoveAverages(int first, int end)
    {
        var kept = plan.Layer.Momentum;
        var means = plan.Mean.Weights.Start;
        var variances = plan.Variance.Weights.Start;
        for (var c = first; c < end; c++)
        {
            means[c] = (float)(kept * means[c] + (1.0 - kept) * mean[c]);
            variances[c] = (float)(kept * variances[c] + (1.0 - kept) * variance[c]);
        }
    }
}
