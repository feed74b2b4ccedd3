using System.Text.Json.Nodes;
using Redshift.Core;

namespace Redshift.HyperParameters;

/// <summary>The parameters of a space, each after those that its conditions ask for: drawing, completing and naming their values.</summary>
internal sealed class ParameterSet(IReadOnlyList<Parameter> parameters)
{
    public int Count => parameters.Count;

    public Parameter this[int place] => parameters[place];

    /// <summary>The place of a parameter; -1 where there is none of that name.</summary>
    public int Find(string name)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether a parameter is active, given the values of those before it.</summary>
    public bool Active(int parameter, ReadOnlySpan<double> values)
    {
        foreach (var condition in parameters[parameter].Conditions)
        {
            if (!condition.Holds(values[condition.Parent]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A configuration of values for all parameters, of which those that are not active are dropped.</summary>
    public Configuration Complete(double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Active(i, values) ? values[i] : double.NaN;
        }

        return new Configuration(values);
    }

    /// <summary>A configuration at random. As many numbers are drawn whichever parameters are active.</summary>
    public Configuration Draw(RandomStream random)
    {
        var values = new double[Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = parameters[i].Domain.At(random.NextDouble());
        }

        return Complete(values);
    }

    /// <summary>The active parameters by name.</summary>
    public JsonObject Write(Configuration configuration)
    {
        var json = new JsonObject();
        for (var i = 0; i < Count; i++)
        {
            if (configuration.IsActive(i))
            {
                json.Add(parameters[i].Name, parameters[i].Domain.Write(configuration[i]));
            }
        }

        return json;
    }

    /// <summary>What <see cref="Write"/> wrote; null where it is no configuration of these parameters.</summary>
    public Configuration? Read(JsonObject json)
    {
        var values = new double[Count];
        var found = 0;
        for (var i = 0; i < Count; i++)
        {
            values[i] = double.NaN;
            if (!Active(i, values))
            {
                continue;
            }

            if (!json.TryGetPropertyValue(parameters[i].Name, out var given) || parameters[i].Domain.Read(given) is not { } value)
            {
                return null;
            }

            values[i] = value;
            found++;
        }

        return found == json.Count ? new Configuration(values) : null;
    }
}
