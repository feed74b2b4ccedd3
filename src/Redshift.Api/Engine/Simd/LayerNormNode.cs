namespace Redshift.Engine.Simd;

/// <summary>Layer normalisation.</summary>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="affine">Gain and offset.</param>
/// <param name="size">Numbers of one object.</param>
/// <param name="channels">Numbers of one position.</param>
internal sealed class LayerNormPlan(double epsilon, GainAndOffset affine, int size, int channels) : LayerPlan
{
    public double Epsilon { get; } = epsilon;

    public GainAndOffset Affine { get; } = affine;

    /// <summary>Positions of one object.</summary>
    public int Positions { get; } = size / channels;

    public int Channels { get; } = channels;

    public override Node CreateNode(in NodePlace place) => new LayerNormNode(this, place);
}

/// <summary>y = gain (x - mean) / sqrt(variance + epsilon) + offset with the mean and variance (divisor n) of each
/// position's channels, or of an object's features (Ba et al. 2016, arXiv:1607.06450).</summary>
internal sealed unsafe class LayerNormNode : Node
{
    private readonly LayerNormPlan plan;
    private readonly float* normalised; // (x - mean) / sqrt(variance + epsilon), [rows x channels]
    private readonly float* inverse; // 1 / sqrt(variance + epsilon), one a row
    private readonly Action<int> forward;
    private readonly Action<int> backward;
    private readonly Action<int> towardsWeights;

    public LayerNormNode(LayerNormPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        var rows = (long)place.Capacity * plan.Positions;
        Output = Allocate(rows * plan.Channels);
        (forward, backward, towardsWeights) = (ForwardObject, BackwardObject, TowardsWeights);
        if (!place.Training)
            return;
        OutputGradient = Allocate(rows * plan.Channels);
        normalised = Allocate(rows * plan.Channels);
        inverse = Allocate(rows);
    }

    protected override void Forward(Team team, ulong key) => team.Run(Count, forward);

    public override void Backward(Team team)
    {
        team.Run(ColumnSums.Tasks(plan.Channels), towardsWeights);
        if (InputGradient != null)
            team.Run(Count, backward);
    }

    private void ForwardObject(int i)
    {
        for (var row = i * plan.Positions; row < (i + 1) * plan.Positions; row++)
            ForwardRow(row);
    }

    private void ForwardRow(int row)
    {
        var at = (nint)row * plan.Channels;
        var x = new ReadOnlySpan<float>(Input + at, plan.Channels);
        var mean = 0.0;
        foreach (var value in x)
            mean += value;
        mean /= x.Length;
        var variance = 0.0;
        foreach (var value in x)
            variance += (value - mean) * (value - mean);
        var scale = 1.0 / Math.Sqrt(variance / x.Length + plan.Epsilon);
        var gain = plan.Affine.Gain.Weights.Start;
        var offset = plan.Affine.Offset.Weights.Start;
        for (var c = 0; c < x.Length; c++)
        {
            var z = (float)((x[c] - mean) * scale);
            if (normalised != null)
                normalised[at + c] = z;
            Output[at + c] = gain[c] * z + offset[c];
        }

        if (inverse != null)
            inverse[row] = (float)scale;
    }

    private void BackwardObject(int i)
    {
        for (var row = i * plan.Positions; row < (i + 1) * plan.Positions; row++)
            BackwardRow(row);
    }

    /// <summary>With g = gain dy: dx = (g - mean g - z mean(g z)) / sqrt(variance + epsilon).</summary>
    private void BackwardRow(int row)
    {
        var at = (nint)row * plan.Channels;
        var dy = OutputGradient + at;
        var z = normalised + at;
        var gain = plan.Affine.Gain.Weights.Start;
        double sum = 0.0, product = 0.0;
        for (var c = 0; c < plan.Channels; c++)
        {
            var g = (double)gain[c] * dy[c];
            sum += g;
            product += g * z[c];
        }

        (sum, product) = (sum / plan.Channels, product / plan.Channels);
        for (var c = 0; c < plan.Channels; c++)
            InputGradient[at + c] = (float)(inverse[row] * ((double)gain[c] * dy[c] - sum - z[c] * product));
    }

    private void TowardsWeights(int task)
    {
        var rows = Count * plan.Positions;
        ColumnSums.OfProducts(task, OutputGradient, normalised, rows, plan.Channels, plan.Affine.Gain.Gradient.Start);
        ColumnSums.Of(task, OutputGradient, rows, plan.Channels, plan.Affine.Offset.Gradient.Start);
    }
}
