namespace Redshift.HyperParameters;

/// <summary>Each parameter drawn on its own.</summary>
internal sealed class RandomSuggester : ISuggester
{
    /// <inheritdoc/>
    public IEnumerable<Configuration> Suggest(ParameterSet parameters, ulong seed, IReadOnlyList<Observation> past)
    {
        var random = Suggesters.Stream(seed, past.Count);
        for (var i = 0; i < Suggesters.Attempts; i++)
        {
            yield return parameters.Draw(random);
        }
    }
}
