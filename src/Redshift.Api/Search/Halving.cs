namespace Redshift.HyperParameters;

/// <summary>
/// Successive halving without waiting (Li et al. 2020, arXiv:1810.05934, in its stopping form): at so many epochs, then
/// <paramref name="factor"/> times as many and so on, a trial goes on only if its score is among the best
/// 1/<paramref name="factor"/> of those that have reached that rung, itself included, or the very best.
/// </summary>
/// <param name="first">Epochs of the first rung; null: no halving.</param>
/// <param name="factor">At least 2.</param>
/// <param name="epochs">Epochs of a whole trial.</param>
internal sealed class Halving(int? first, int factor, int epochs)
{
    /// <summary>Whether there is a rung after so many epochs; the last epoch is none.</summary>
    public bool IsRung(int epoch)
    {
        for (long rung = first ?? epochs; rung < epochs; rung *= factor)
        {
            if (rung == epoch)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a trial goes on, by the rungs in the journal as they now are.</summary>
    public bool GoesOn(SearchState state, int trial, int epoch, double score)
    {
        var others = state.Trials.Where(t => t.Number != trial).SelectMany(t => t.Rungs).Where(r => r.Epochs == epoch).ToArray();
        var better = others.Count(r => r.Score < score || (r.Score == score && r.Trial < trial));
        return better < Math.Max(1, (others.Length + 1) / factor);
    }
}
