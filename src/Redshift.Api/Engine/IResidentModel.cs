namespace Redshift.Engine;

/// <summary>Objects in a device's memory, with a place on the host where they are written first.</summary>
public interface IPlacedExamples : IDisposable
{
    /// <summary>How many objects there is room for; fewer than was asked for where the memory is too small.</summary>
    int Capacity { get; }

    /// <summary>[capacity x input size] on the host, to be written before <see cref="Send"/>.</summary>
    Span<float> Inputs { get; }

    /// <summary>[capacity x targets] on the host.</summary>
    Span<float> Targets { get; }

    /// <summary>[capacity] on the host; empty where objects weigh the same.</summary>
    Span<float> Weights { get; }

    /// <summary>Copies the first objects to the device. On return the host's side may be written again.</summary>
    /// <param name="count">Objects, at most <see cref="Capacity"/>.</param>
    void Send(int count);

    /// <summary>Sets the order in which steps take the objects.</summary>
    /// <param name="order">Places from 0, below what was sent.</param>
    void Arrange(ReadOnlySpan<int> order);
}

/// <summary>
/// A model whose backend can keep the training set in its device's memory: a step then picks its batch there and nothing
/// crosses to the host or back. Its steps are those of <see cref="IModel.Step(ReadOnlySpan{float}, ReadOnlySpan{float},
/// ReadOnlySpan{float}, int, double, Span{float})"/>, but that a loss which is not finite is only found by <see cref="Read"/>;
/// weights are of no use then.
/// </summary>
public interface IResidentModel : IModel
{
    /// <summary>Makes room in the device's memory.</summary>
    /// <param name="wanted">Objects, at least 1.</param>
    /// <param name="weighted">Whether objects weigh differently in the loss.</param>
    IPlacedExamples Place(int wanted, bool weighted);

    /// <summary>One optimiser step on objects in the order of <see cref="IPlacedExamples.Arrange"/>.</summary>
    /// <param name="examples">Of this model.</param>
    /// <param name="first">The first one's place in the order.</param>
    /// <param name="count">Objects in the batch.</param>
    /// <param name="learningRate">This step's rate.</param>
    void Step(IPlacedExamples examples, int first, int count, double learningRate);

    /// <summary>What the steps since the last call gave: each step's mean loss before it (NaN where it or an output is not
    /// finite), and the outputs before it [objects x outputs], one step's objects after the other's.</summary>
    (double[] Losses, float[] Outputs) Read();
}
