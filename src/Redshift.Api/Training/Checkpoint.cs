using Redshift.ModelFiles;

namespace Redshift.Training;

/// <summary>
/// The checkpoint of a run, or of one network of an ensemble: one file, replaced after each epoch, so that a kill at any moment loses at most the epoch under
/// way. In a run, <c>history.csv</c> is written from it in the same step.
/// </summary>
internal sealed class Checkpoint(string folder, string? historyFile, int member = 0)
{
    private readonly string file = RunFolder.OfMember(Path.Combine(folder, "state.safetensors"), member)!;

    /// <summary>The state of the last whole epoch; null where there is none yet.</summary>
    public TrainingState? Read(string fingerprint) => File.Exists(file) ? TrainingState.Read(file, fingerprint) : null;

    /// <summary>Writes the state, then the history.</summary>
    public void Write(TrainingState state)
    {
        state.Write(file);
        if (historyFile is not null)
        {
            OutputFile.WriteText(historyFile, Core.Evaluation.History.write(state.History));
        }
    }
}
