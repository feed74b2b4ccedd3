using System.Globalization;
using System.Text.Json.Nodes;

namespace Redshift.HyperParameters;

/// <summary>
/// What values a parameter may take. A value is a number: itself for floats and whole numbers, the place in the list (from
/// 0) for ordinals and categories. NaN stands for a parameter that is not active and is in no domain.
/// </summary>
internal abstract class Domain
{
    /// <summary>Whether values have an order, so that near ones are alike.</summary>
    public virtual bool Ordered => true;

    /// <summary>The levels of a grid search, in their order.</summary>
    public abstract IReadOnlyList<double> Grid { get; }

    /// <summary>The value at a position: uniform positions in [0, 1) give values as they are drawn at random.</summary>
    public abstract double At(double position);

    /// <summary>The position of a value, in [0, 1]: <c>At(Position(v)) = v</c>, to rounding.</summary>
    public abstract double Position(double value);

    /// <summary>The value as JSON.</summary>
    public abstract JsonNode? Write(double value);

    /// <summary>The value of some JSON that <see cref="Write"/> could have written; null for any other.</summary>
    public abstract double? Read(JsonNode? json);

    /// <summary>The value in a table or figure.</summary>
    public virtual string Label(double value) => Write(value)?.ToJsonString() ?? "null";

    /// <summary>So many positions from 0 to 1.</summary>
    protected static IEnumerable<double> Even(int levels) =>
        Enumerable.Range(0, levels).Select(i => levels == 1 ? 0.5 : i / (double)(levels - 1));

    /// <summary>A number in JSON; null for anything else.</summary>
    protected static double? Number(JsonNode? json) =>
        json is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}

/// <summary>Real numbers in [low, high], to six significant digits; drawn uniformly, or uniformly in their logarithm.</summary>
internal sealed class FloatDomain(double low, double high, bool logarithmic, int levels) : Domain
{
    public override IReadOnlyList<double> Grid { get; } =
        Even(levels).Select(p => Rounded(low, high, Between(low, high, logarithmic, p))).Distinct().ToArray();

    public override double At(double position) => Rounded(low, high, Between(low, high, logarithmic, position));

    public override double Position(double value)
    {
        var part = logarithmic ? Math.Log(value / low) / Math.Log(high / low) : (value - low) / (high - low);
        return low < high ? Math.Clamp(part, 0.0, 1.0) : 0.5;
    }

    public override JsonNode? Write(double value) => JsonValue.Create(value);

    public override double? Read(JsonNode? json) => Number(json) is { } value && value >= low && value <= high ? value : null;

    private static double Between(double low, double high, bool logarithmic, double part) =>
        logarithmic ? low * Math.Pow(high / low, part) : low + part * (high - low);

    /// <summary>A learning rate of 0.00314159 can be told and typed; its further digits mean nothing.</summary>
    private static double Rounded(double low, double high, double value) =>
        Math.Clamp(double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), low, high);
}

/// <summary>Whole numbers from low to high; drawn uniformly, or uniformly in their logarithm.</summary>
internal sealed class IntDomain(int low, int high, bool logarithmic, int? levels) : Domain
{
    private const int AllUpTo = 10;
    private const int LevelsBeyond = 5;

    private readonly double start = logarithmic ? Math.Log(low - 0.5) : low;
    private readonly double length = logarithmic ? Math.Log((high + 0.5) / (low - 0.5)) : high - (double)low + 1.0;

    public int High => high;

    /// <summary>The next value up (1) or down (-1), within the ends.</summary>
    public double Neighbour(double value, int direction) => Math.Clamp(value + direction, low, high);

    public override IReadOnlyList<double> Grid
    {
        get
        {
            var count = (long)high - low + 1;
            return levels is null && count <= AllUpTo
                ? Enumerable.Range(low, (int)count).Select(n => (double)n).ToArray()
                : Even(levels ?? LevelsBeyond).Select(p => Math.Round(low + p * ((double)high - low))).Distinct().ToArray();
        }
    }

    public override double At(double position)
    {
        var place = start + position * length;
        return Math.Clamp(logarithmic ? Math.Round(Math.Exp(place)) : Math.Floor(place), low, high);
    }

    public override double Position(double value) =>
        Math.Clamp(((logarithmic ? Math.Log(value) : value + 0.5) - start) / length, 0.0, 1.0);

    public override JsonNode? Write(double value) => JsonValue.Create((int)value);

    public override double? Read(JsonNode? json) =>
        Number(json) is { } value && value >= low && value <= high && value == Math.Floor(value) ? value : null;
}

/// <summary>Any JSON values, named one by one: in an order (16, 32, 64) or without one (relu, tanh).</summary>
internal sealed class ListDomain(IReadOnlyList<JsonNode?> values, bool ordered) : Domain
{
    private readonly string[] texts = values.Select(v => v?.ToJsonString() ?? "null").ToArray();

    public int Count => values.Count;

    public override bool Ordered => ordered;

    public override IReadOnlyList<double> Grid { get; } = Enumerable.Range(0, values.Count).Select(i => (double)i).ToArray();

    public override double At(double position) => Math.Clamp(Math.Floor(position * Count), 0, Count - 1);

    public override double Position(double value) => (value + 0.5) / Count;

    public override JsonNode? Write(double value) => values[(int)value]?.DeepClone();

    public override double? Read(JsonNode? json)
    {
        var place = Array.IndexOf(texts, json?.ToJsonString() ?? "null");
        return place < 0 ? null : place;
    }

    /// <summary>A text without its quotes; an object by its <c>type</c>, where that tells it from the others.</summary>
    public override string Label(double value)
    {
        var labels = values.Select(Short).ToArray();
        var label = labels[(int)value];
        return labels.Count(l => l == label) == 1 ? label : texts[(int)value];
    }

    private static string Short(JsonNode? json) => json switch
    {
        JsonObject fields when fields["type"] is JsonValue type => type.ToString(),
        JsonValue value => value.ToString(),
        _ => json?.ToJsonString() ?? "null",
    };
}
