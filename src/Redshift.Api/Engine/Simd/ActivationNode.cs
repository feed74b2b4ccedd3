using Redshift.Core.Layers;

namespace Redshift.Engine.Simd;

/// <summary>An activation on its own.</summary>
/// <param name="kind">Which one.</param>
/// <param name="size">Numbers of one object.</param>
/// <param name="channels">Numbers that a softmax normalises together.</param>
internal sealed class ActivationPlan(ActivationKind kind, int size, int channels) : LayerPlan
{
    public ActivationKind Kind { get; } = kind;

    public int Size { get; } = size;

    public int Channels { get; } = channels;

    public override Node CreateNode(in NodePlace place) => new ActivationNode(this, place);
}

/// <summary>y = f(x), object by object.</summary>
internal sealed unsafe class ActivationNode : Node
{
    private readonly ActivationPlan plan;
    private readonly Action<int> forward;
    private readonly Action<int> backward;

    public ActivationNode(ActivationPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        Output = Allocate((long)place.Capacity * plan.Size);
        if (place.Training)
            OutputGradient = Allocate((long)place.Capacity * plan.Size);
        forward = i => ForwardObject(Of(Input, i), Of(Output, i));
        backward = i => BackwardObject(Of(Input, i), Of(Output, i), Of(OutputGradient, i), Of(InputGradient, i));
    }

    protected override void Forward(Team team, ulong key) => team.Run(Count, forward);

    public override void Backward(Team team)
    {
        if (InputGradient != null)
            team.Run(Count, backward);
    }

    private Span<float> Of(float* start, int i) => new(start + (nint)i * plan.Size, plan.Size);

    private void ForwardObject(Span<float> x, Span<float> y)
    {
        switch (plan.Kind.Tag)
        {
            case ActivationKind.Tags.Linear:
                x.CopyTo(y);
                break;
            case ActivationKind.Tags.Relu:
                Each(x, y, static x => x < 0f ? 0f : x);
                break;
            case ActivationKind.Tags.Sigmoid:
                Each(x, y, ActivationFunctions.Sigmoid);
                break;
            case ActivationKind.Tags.Tanh:
                Each(x, y, ActivationFunctions.Tanh);
                break;
            case ActivationKind.Tags.Softmax:
                for (var at = 0; at < x.Length; at += plan.Channels)
                    ActivationFunctions.Softmax(x.Slice(at, plan.Channels), y.Slice(at, plan.Channels));
                break;
            case ActivationKind.Tags.Gelu:
                Each(x, y, ActivationFunctions.Gelu);
                break;
            case ActivationKind.Tags.Softplus:
                Each(x, y, ActivationFunctions.Softplus);
                break;
            default:
                throw new NotSupportedException($"activation {plan.Kind} is unknown to backend simd");
        }
    }

    private void BackwardObject(Span<float> x, Span<float> y, Span<float> dy, Span<float> dx)
    {
        switch (plan.Kind.Tag)
        {
            case ActivationKind.Tags.Linear:
                dy.CopyTo(dx);
                break;
            case ActivationKind.Tags.Relu:
                Each(y, dy, dx, static (y, dy) => y > 0f ? dy : 0f);
                break;
            case ActivationKind.Tags.Sigmoid:
                Each(y, dy, dx, static (y, dy) => dy * (y * (1f - y)));
                break;
            case ActivationKind.Tags.Tanh:
                Each(y, dy, dx, static (y, dy) => dy * (1f - y * y));
                break;
            case ActivationKind.Tags.Softmax:
                for (var at = 0; at < x.Length; at += plan.Channels)
                    ActivationFunctions.SoftmaxGradient(
                        y.Slice(at, plan.Channels), dy.Slice(at, plan.Channels), dx.Slice(at, plan.Channels));
                break;
            case ActivationKind.Tags.Gelu:
                Each(x, dy, dx, static (x, dy) => dy * ActivationFunctions.GeluDerivative(x));
                break;
            case ActivationKind.Tags.Softplus:
                Each(x, dy, dx, static (x, dy) => dy * ActivationFunctions.Sigmoid(x));
                break;
            default:
                throw new NotSupportedException($"activation {plan.Kind} is unknown to backend simd");
        }
    }

    private static void Each(Span<float> x, Span<float> y, Func<float, float> function)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] = function(x[i]);
    }

    private static void Each(Span<float> value, Span<float> dy, Span<float> dx, Func<float, float, float> function)
    {
        for (var i = 0; i < value.Length; i++)
            dx[i] = function(value[i], dy[i]);
    }
}
