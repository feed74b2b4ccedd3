using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>A convolution with what follows it at once: ReLU, and the maximum over windows.</summary>
internal sealed class ConvPlan : LayerPlan
{
    public ConvPlan(Step step, Conv1d layer, KernelWeights weights)
    {
        var input = (Shape.Signal)step.Input;
        (Channels, Length) = (input.channels, input.length);
        Windows = ((Shape.Signal)step.Output).length;
        (Kernel, Stride, Padding, Filters) = (layer.Kernel, layer.Stride, layer.Padding, layer.Filters);
        Packed = weights;
    }

    private ConvPlan(ConvPlan other)
    {
        (Channels, Length, Windows) = (other.Channels, other.Length, other.Windows);
        (Kernel, Stride, Padding, Filters) = (other.Kernel, other.Stride, other.Padding, other.Filters);
        (Packed, Relu, Pool) = (other.Packed, other.Relu, other.Pool);
    }

    public int Channels { get; }

    public int Length { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Padding { get; }

    public int Filters { get; }

    /// <summary>Positions of the convolution's result.</summary>
    public int Windows { get; }

    public KernelWeights Packed { get; }

    public bool Relu { get; private init; }

    /// <summary>The maximum over windows that follows, if any.</summary>
    public Pool1d? Pool { get; private init; }

    /// <summary>Positions after the pooling.</summary>
    public int Pooled => Pool is null ? Windows : (Windows - Pool.Size) / Pool.Stride + 1;

    public override IEnumerable<KernelWeights> Weights => [Packed];

    public ConvPlan WithRelu() => new(this) { Relu = true };

    public ConvPlan WithPool(Pool1d pool) => new(this) { Pool = pool };

    public override Node CreateNode(in NodePlace place) => new ConvNode(this, place);
}
