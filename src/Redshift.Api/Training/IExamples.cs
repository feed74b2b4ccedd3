namespace Redshift.Training;

/// <summary>Objects with known answers, read by row. All members are pure functions of the rows and may be called from several threads.</summary>
internal interface IExamples
{
    /// <summary>Numbers into the network for one object.</summary>
    int InputSize { get; }

    /// <summary>Numbers that the loss compares with the network's outputs for one object.</summary>
    int Targets { get; }

    /// <summary>Whether objects weigh differently in the loss.</summary>
    bool Weighted { get; }

    /// <summary>Whether noise changes the rows that are trained on, and with them their inputs in each epoch.</summary>
    bool Augmented { get; }

    /// <summary>Writes some rows' inputs [rows x input size], targets [rows x targets] and, where <see cref="Weighted"/>, weights [rows].</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="inputs">Where inputs go.</param>
    /// <param name="targets">Where targets go.</param>
    /// <param name="weights">Where weights go.</param>
    /// <param name="noise">Seed of what is added to rows that are trained on, another in each epoch; null: rows as they are.</param>
    void Fill(ReadOnlySpan<int> rows, Span<float> inputs, Span<float> targets, Span<float> weights, ulong? noise);

    /// <summary>The mean over some rows of how far the network's outputs [rows x outputs] are from what is true.</summary>
    double AbsoluteError(ReadOnlySpan<int> rows, ReadOnlySpan<float> outputs);
}
