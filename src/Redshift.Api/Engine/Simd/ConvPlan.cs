using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>A convolution with what follows it at once: ReLU, and the maximum over windows.</summary>
internal sealed unsafe class ConvPlan : LayerPlan
{
    private readonly PackedWeights weights;

    public ConvPlan(Step step, Conv1d layer, PackedWeights weights)
    {
        var input = (Shape.Signal)step.Input;
        (Channels, Length) = (input.channels, input.length);
        Windows = ((Shape.Signal)step.Output).length;
        (Kernel, Stride, Padding, Filters) = (layer.Kernel, layer.Stride, layer.Padding, layer.Filters);
        this.weights = weights;
    }

    private ConvPlan(ConvPlan other)
    {
        (Channels, Length, Windows) = (other.Channels, other.Length, other.Windows);
        (Kernel, Stride, Padding, Filters) = (other.Kernel, other.Stride, other.Padding, other.Filters);
        (weights, Relu, Pool) = (other.weights, other.Relu, other.Pool);
    }

    public int Channels { get; }

    public int Length { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Padding { get; }

    public int Filters { get; }

    /// <summary>Positions of the convolution's result.</summary>
    public int Windows { get; }

    /// <summary>The weights of the plain product.</summary>
    public KernelWeights Packed => (KernelWeights)weights;

    /// <summary>The weights of minimal filtering.</summary>
    public FilterWeights Filtered => (FilterWeights)weights;

    public bool Relu { get; private init; }

    /// <summary>The maximum over windows that follows, if any.</summary>
    public Pool1d? Pool { get; private init; }

    /// <summary>Positions after the pooling.</summary>
    public int Pooled => Pool is null ? Windows : (Windows - Pool.Size) / Pool.Stride + 1;

    public override IEnumerable<PackedWeights> Weights => [weights];

    public ConvPlan WithRelu() => new(this) { Relu = true };

    public ConvPlan WithPool(Pool1d pool) => new(this) { Pool = pool };

    public override Node CreateNode(in NodePlace place) =>
        weights is FilterWeights ? new FilterNode(this, place)
        : NarrowNode.Suits(this, place) ? new NarrowNode(this, place)
        : new ConvNode(this, place);

    /// <summary>ReLU and pooling of some columns of one object.</summary>
    /// <param name="z">The object's sums; without pooling, the outputs themselves.</param>
    /// <param name="y">The object's outputs.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">How many.</param>
    public void Finish(float* z, float* y, int column, int columns)
    {
        z += column;
        y += column;
        if (Pool is { } pool)
        {
            for (var t = 0; t < Pooled; t++, y += Filters)
                MaxPooling.Forward(z + (nint)t * pool.Stride * Filters, Filters, pool.Size, y, columns, Relu);
        }
        else if (Relu)
        {
            for (var t = 0; t < Windows; t++)
                Elementwise.Relu(z + (nint)t * Filters, columns);
        }
    }

    /// <summary>The gradient before ReLU and pooling of one object.</summary>
    /// <param name="z">The object's sums; without pooling, its outputs.</param>
    /// <param name="dy">Its outputs' gradient.</param>
    /// <param name="dz">Where the result goes: possibly to <paramref name="z"/> itself where windows neither overlap
    /// nor lie apart, or without pooling to <paramref name="dy"/>.</param>
    /// <param name="step">From a position of the result to the next.</param>
    public void Unpool(float* z, float* dy, float* dz, nint step)
    {
        if (Pool is { } pool)
        {
            // Windows side by side set all their rows; what they leave out, or share, is cleared.
            for (var t = SideBySide ? Pooled * pool.Size : 0; t < Windows; t++)
                Elementwise.Clear(dz + t * step, Filters);
            for (var t = 0; t < Pooled; t++, dy += Filters)
            {
                nint first = t * pool.Stride;
                var (from, to) = (first * Filters, first * step);
                MaxPooling.Backward(z + from, Filters, pool.Size, dy, dz + to, step, Filters, Relu, !SideBySide);
            }
        }
        else
        {
            for (var t = 0; t < Windows; t++, z += Filters, dy += Filters)
            {
                if (Relu)
                    Elementwise.ReluGradient(dy, z, dz + t * step, Filters);
                else if (dz + t * step != dy)
                    Elementwise.Copy(dy, dz + t * step, Filters);
            }
        }
    }

    /// <summary>Whether the pooling's windows follow one another.</summary>
    public bool SideBySide => Pool is { } pool && pool.Size == pool.Stride;
}
