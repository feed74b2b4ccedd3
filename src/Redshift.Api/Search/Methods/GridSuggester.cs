namespace Redshift.HyperParameters;

/// <summary>
/// Every combination of the parameters' levels, the last parameter going round fastest. Parameters that are not active take
/// no part, so that no configuration comes twice.
/// </summary>
internal sealed class GridSuggester : ISuggester
{
    /// <summary>So many points in a row may be impossible before the rest of the grid counts as impossible too.</summary>
    private const int MostRefused = 10_000;

    /// <inheritdoc/>
    public IEnumerable<Configuration> Suggest(ParameterSet parameters, ulong seed, IReadOnlyList<Observation> past)
    {
        var levels = Enumerable.Range(0, parameters.Count).Select(i => parameters[i].Domain.Grid).ToArray();
        return Walk(parameters, levels, past.Count > 0 ? past[^1].Configuration : null).Take(MostRefused);
    }

    /// <summary>The points after a given one. As it is the last trial's, those refused in between are not met again.</summary>
    private static IEnumerable<Configuration> Walk(ParameterSet parameters, IReadOnlyList<double>[] levels, Configuration? after)
    {
        var values = after?.ToArray() ?? First(parameters, levels, new double[parameters.Count], 0);
        if (after is null)
        {
            yield return new Configuration((double[])values.Clone());
        }

        while (Next(parameters, levels, values))
        {
            yield return new Configuration((double[])values.Clone());
        }
    }

    /// <summary>Sets the parameters from a place on to their first levels, as far as they are active.</summary>
    private static double[] First(ParameterSet parameters, IReadOnlyList<double>[] levels, double[] values, int from)
    {
        for (var i = from; i < values.Length; i++)
        {
            values[i] = parameters.Active(i, values) ? levels[i][0] : double.NaN;
        }

        return values;
    }

    /// <summary>Goes to the next point; false after the last.</summary>
    private static bool Next(ParameterSet parameters, IReadOnlyList<double>[] levels, double[] values)
    {
        for (var i = values.Length - 1; i >= 0; i--)
        {
            var level = double.IsNaN(values[i]) ? -1 : IndexOf(levels[i], values[i]);
            if (level >= 0 && level + 1 < levels[i].Count)
            {
                values[i] = levels[i][level + 1];
                First(parameters, levels, values, i + 1);
                return true;
            }
        }

        return false;
    }

    private static int IndexOf(IReadOnlyList<double> levels, double value)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i] == value)
            {
                return i;
            }
        }

        return -1;
    }
}
