namespace Redshift.HyperParameters;

/// <summary>When a parameter is active: only while another one has one of some values, or is at least so large.</summary>
/// <param name="Parent">The other parameter's place in the space; it comes before.</param>
/// <param name="Values">Its values (as of its domain); null: by <paramref name="AtLeast"/>.</param>
/// <param name="AtLeast">Its least value.</param>
internal sealed record Condition(int Parent, IReadOnlyList<double>? Values, double AtLeast)
{
    /// <summary>Whether it holds; never where the parent itself is not active.</summary>
    public bool Holds(double parent) => !double.IsNaN(parent) && (Values?.Contains(parent) ?? parent >= AtLeast);
}

/// <summary>One parameter of a space.</summary>
/// <param name="Name">Its name; <c>filters_2</c> for the second of a group.</param>
/// <param name="Domain">Its values.</param>
/// <param name="Conditions">It is active while all of them hold.</param>
/// <param name="Path">The field of the recipe that it sets; null: templates use it.</param>
internal sealed record Parameter(string Name, Domain Domain, IReadOnlyList<Condition> Conditions, string? Path);

/// <summary>A value for each parameter of a space, NaN where one is not active.</summary>
internal sealed class Configuration(double[] values) : IEquatable<Configuration>
{
    public ReadOnlySpan<double> Values => values;

    public double this[int parameter] => values[parameter];

    public bool IsActive(int parameter) => !double.IsNaN(values[parameter]);

    public double[] ToArray() => (double[])values.Clone();

    public bool Equals(Configuration? other) => other is not null && values.AsSpan().SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as Configuration);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
