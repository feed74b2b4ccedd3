namespace Redshift.HyperParameters;

/// <summary>
/// How far two configurations are apart, parameter by parameter: squared distances of points that stand for its values, so
/// that a kernel of them is positive definite. Ordered values lie on [0, 1] by their position; categories at the corners of
/// a simplex of side 1; "not active" at a point of its own (after Swersky et al. 2014, arXiv:1409.4011): half a unit off
/// the middle of the interval, at the centre of the corners' sphere.
/// </summary>
internal static class Coordinates
{
    private const double OffMiddle = 0.25;
    private const double CornerToCentre = 0.5;

    /// <summary>Where a configuration lies: by parameter its position, a category's number, or NaN for not active.</summary>
    public static double[] Of(ParameterSet parameters, Configuration configuration)
    {
        var places = new double[parameters.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var (domain, value) = (parameters[i].Domain, configuration[i]);
            places[i] = domain.Ordered && !double.IsNaN(value) ? domain.Position(value) : value;
        }

        return places;
    }

    /// <summary>The squared distances of two places, one a parameter.</summary>
    public static double[] Squared(ParameterSet parameters, double[] a, double[] b)
    {
        var distances = new double[a.Length];
        for (var i = 0; i < distances.Length; i++)
        {
            distances[i] = Squared(parameters[i].Domain.Ordered, a[i], b[i]);
        }

        return distances;
    }

    private static double Squared(bool ordered, double a, double b)
    {
        if (double.IsNaN(a) || double.IsNaN(b))
        {
            var active = double.IsNaN(a) ? b : a;
            return double.IsNaN(active) ? 0.0 : ordered ? (active - 0.5) * (active - 0.5) + OffMiddle : CornerToCentre;
        }

        return ordered ? (a - b) * (a - b) : a == b ? 0.0 : 1.0;
    }
}
