using Redshift.Core;
using Redshift.Core.Layers;

namespace Redshift.Engine;

/// <summary>How weights start: one implementation for every backend, so that a seed means the same network
/// everywhere.</summary>
public static class Initialisation
{
    /// <summary>The starting values of one array of weights, row-major. Drawn values come from
    /// <c>RandomStream.ForIndex(seed, index)</c>, so that an array does not depend on the arrays before it.</summary>
    /// <param name="parameter">The array: its dimensions, fans and initialiser.</param>
    /// <param name="seed">Seed of the network's weights.</param>
    /// <param name="index">The array's place in <see cref="Network.Parameters"/>, from 0.</param>
    public static float[] Draw(ParameterSpec parameter, ulong seed, int index)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var values = new float[parameter.Count];
        if (parameter.Start is InitialValue.Drawn drawn)
        {
            var stream = RandomStream.ForIndex(seed, (ulong)index);
            if (drawn.Item.IsHeNormal)
                FillNormal(values, stream, Math.Sqrt(2.0 / parameter.FanIn));
            else
                FillUniform(values, stream, Limit(drawn.Item, parameter));
        }
        else if (parameter.Start.IsOnes)
        {
            Array.Fill(values, 1f);
        }

        return values;
    }

    /// <summary>Half the width of a uniform initialiser: Glorot and Bengio 2010, eq. 16; He et al. 2015, eq.
    /// 10.</summary>
    private static double Limit(Initialiser initialiser, ParameterSpec parameter) =>
        initialiser.IsGlorotUniform
            ? Math.Sqrt(6.0 / ((double)parameter.FanIn + parameter.FanOut))
            : Math.Sqrt(6.0 / parameter.FanIn);

    private static void FillUniform(float[] values, RandomStream stream, double limit)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(limit * (2.0 * stream.NextDouble() - 1.0));
    }

    private static void FillNormal(float[] values, RandomStream stream, double width)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(width * stream.NextNormal());
    }
}
