namespace Redshift.Training;

/// <summary>Objects with known answers, read by row. Filling is a pure function of the row and may be called from several threads.</summary>
internal interface IExamples
{
    /// <summary>Numbers into the network for one object.</summary>
    int InputSize { get; }

    /// <summary>Numbers out of the network for one object.</summary>
    int Outputs { get; }

    /// <summary>Writes some rows' inputs [rows x input size] and targets [rows x outputs].</summary>
    void Fill(ReadOnlySpan<int> rows, Span<float> inputs, Span<float> targets);
}
