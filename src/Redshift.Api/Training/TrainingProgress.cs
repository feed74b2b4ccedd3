namespace Redshift;

/// <summary>How far training has come.</summary>
/// <param name="Epoch">The epoch under way or just ended, from 1.</param>
/// <param name="Epochs">Epochs at most.</param>
/// <param name="Examples">Objects seen in this epoch.</param>
/// <param name="ExamplesPerEpoch">Objects in an epoch.</param>
/// <param name="Loss">Mean training loss of this epoch so far.</param>
/// <param name="Mae">Mean absolute error on the training part in this epoch so far.</param>
/// <param name="ExamplesPerSecond">Objects a second in this epoch.</param>
/// <param name="Remaining">Estimated time to the last epoch's end.</param>
/// <param name="ValidationLoss">At an epoch's end, the validation loss; else null.</param>
/// <param name="ValidationMae">At an epoch's end, the validation mean absolute error; else null.</param>
/// <param name="Best">At an epoch's end, whether its validation loss is the best so far.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Examples,
    int ExamplesPerEpoch,
    double Loss,
    double Mae,
    double ExamplesPerSecond,
    TimeSpan Remaining,
    double? ValidationLoss,
    double? ValidationMae,
    bool Best)
{
    /// <summary>Which network of an ensemble, from 1.</summary>
    public int Network { get; init; } = 1;

    /// <summary>Networks in the ensemble; 1 where there is none.</summary>
    public int Networks { get; init; } = 1;
}
