namespace Redshift.Engine.Simd;

/// <summary>Activations and their derivatives, one number at a time in double precision and rounded once: the value
/// does not
/// depend on where in a vector a number stands.</summary>
internal static class ActivationFunctions
{
    public static float Sigmoid(float x) => (float)(1.0 / (1.0 + Math.Exp(-(double)x)));

    public static float Tanh(float x) => (float)Math.Tanh(x);

    /// <summary>log(1 + exp x), without overflow and exact in the far left tail.</summary>
    public static float Softplus(float x)
    {
        var e = Math.Exp(-Math.Abs((double)x));
        var tail = e < 1e-8 ? e : Math.Log(1.0 + e);
        return (float)(Math.Max(x, 0.0) + tail);
    }

    /// <summary>x Phi(x).</summary>
    public static float Gelu(float x) => (float)(x * NormalDistribution.Cumulative(x));

    /// <summary>Phi(x) + x phi(x).</summary>
    public static float GeluDerivative(float x) =>
        (float)(NormalDistribution.Cumulative(x) + (double)x * NormalDistribution.Density(x));

    /// <summary>y = exp(x) / sum exp(x).</summary>
    public static void Softmax(ReadOnlySpan<float> x, Span<float> y)
    {
        var largest = Largest(x);
        var sum = 0.0;
        foreach (var value in x)
            sum += Math.Exp(value - largest);
        for (var i = 0; i < x.Length; i++)
            y[i] = (float)(Math.Exp(x[i] - largest) / sum);
    }

    /// <summary>log sum exp(x).</summary>
    public static double LogSumExp(ReadOnlySpan<float> x)
    {
        var largest = Largest(x);
        var sum = 0.0;
        foreach (var value in x)
            sum += Math.Exp(value - largest);
        return largest + Math.Log(sum);
    }

    /// <summary>dx = y (dy - sum dy y), for y = softmax x.</summary>
    public static void SoftmaxGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        var dot = 0.0;
        for (var i = 0; i < y.Length; i++)
            dot += (double)y[i] * dy[i];
        for (var i = 0; i < y.Length; i++)
            dx[i] = (float)(y[i] * (dy[i] - dot));
    }

    private static double Largest(ReadOnlySpan<float> x)
    {
        double largest = x[0];
        foreach (var value in x)
            largest = Math.Max(largest, value);
        return largest;
    }
}

/// <summary>The standard normal distribution to about 1e-12: a table of Phi at steps of 1/64 and a Taylor series
/// between.</summary>
internal static class NormalDistribution
{
    private const int PerUnit = 64;
    private const int Furthest = 9; // Phi(-9) is 1e-19
    private static readonly double[] table = Tabulate();

    /// <summary>phi(x).</summary>
    public static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2.0 * Math.PI);

    /// <summary>Phi(x).</summary>
    public static double Cumulative(double x)
    {
        if (!(Math.Abs(x) < Furthest))
            return double.IsNaN(x) ? x : x > 0 ? 1.0 : 0.0;
        var nearest = (int)Math.Round((x + Furthest) * PerUnit);
        var a = (double)nearest / PerUnit - Furthest;
        return table[nearest] + Series(a, x - a);
    }

    /// <summary>Phi(a + d) - Phi(a) by Taylor: phi's derivatives are Hermite polynomials times phi.</summary>
    private static double Series(double a, double d)
    {
        var h2 = a * a - 1.0;
        var h3 = a * (a * a - 3.0);
        var h4 = a * a * (a * a - 6.0) + 3.0;
        return Density(a) * d * (1.0 + d * (-a / 2.0 + d * (h2 / 6.0 + d * (-h3 / 24.0 + d * h4 / 120.0))));
    }

    /// <summary>Phi at the steps, each from the one before by the same series; the left tail is zero to double
    /// precision.</summary>
    private static double[] Tabulate()
    {
        const int Half = Furthest * PerUnit;
        var values = new double[2 * Half + 1];
        for (var i = 1; i <= Half; i++)
        {
            var left = (double)(i - 1) / PerUnit - Furthest;
            var right = (double)i / PerUnit - Furthest;
            values[i] = values[i - 1] + Series(left, 0.5 / PerUnit) - Series(right, -0.5 / PerUnit);
        }

        values[Half] = 0.5;
        for (var i = 1; i <= Half; i++)
            values[Half + i] = 1.0 - values[Half - i];
        return values;
    }
}
