namespace Redshift;

/// <summary>What a Keras file does not say.</summary>
public sealed class KerasImportOptions
{
    /// <summary>
    /// The survey whose catalogues the network reads; it must have the network's number of samples. Default null: gaia
    /// for 186 samples, an error for others.
    /// </summary>
    public Survey? Survey { get; set; }

    /// <summary>
    /// How fluxes were scaled before the network saw them: a run's <c>preprocessing.json</c>, or a CSV with rows min and
    /// max of a number for each sample. Default null: not at all.
    /// </summary>
    public string? ScalingFile { get; set; }
}

/// <summary>What was imported.</summary>
/// <param name="Name">The network's name.</param>
/// <param name="KerasVersion">The version of Keras that wrote the file.</param>
/// <param name="ParameterCount">Weights, running averages included.</param>
/// <param name="Survey">The survey whose catalogues it reads.</param>
/// <param name="Notes">What could not be taken over, a sentence each; it matters for further training, never for
/// predictions.</param>
public sealed record KerasImportSummary(
    string Name, string KerasVersion, int ParameterCount, string Survey, IReadOnlyList<string> Notes);
