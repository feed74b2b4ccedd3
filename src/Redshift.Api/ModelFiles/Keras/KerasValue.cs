using System.Text.Json;

namespace Redshift.ModelFiles.Keras;

/// <summary>
/// A value in a Keras configuration. Keras's releases add fields as they please, so fields not asked for are left
/// alone.
/// </summary>
/// <param name="Element">The value.</param>
/// <param name="Place">File and path, for messages.</param>
internal readonly record struct KerasValue(JsonElement Element, string Place)
{
    private const int MostDepth = 64;

    /// <summary>Parses a document.</summary>
    /// <exception cref="RedshiftException">It is not JSON.</exception>
    public static KerasValue Parse(string text, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostDepth });
            return new KerasValue(document.RootElement.Clone(), place);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new RedshiftException($"{place}: expected JSON, found something else", e);
        }
    }

    public bool IsText => Element.ValueKind == JsonValueKind.String;

    public bool IsNumber => Element.ValueKind == JsonValueKind.Number;

    public bool IsObject => Element.ValueKind == JsonValueKind.Object;

    public bool IsList => Element.ValueKind == JsonValueKind.Array;

    /// <summary>A field; null where there is none or where it is null.</summary>
    public KerasValue? Optional(string name)
    {
        try
        {
            return IsObject && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
                ? new KerasValue(value, $"{Place}/{name}")
                : null;
        }
        catch (InvalidOperationException)
        {
            throw Fault("names in Unicode", "half a surrogate pair");
        }
    }

    /// <summary>A field.</summary>
    /// <exception cref="RedshiftException">There is none.</exception>
    public KerasValue Required(string name) => Optional(name) ?? throw Fault($"a field \"{name}\"", "none");

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<KerasValue> Items()
    {
        if (!IsList)
        {
            throw Fault("a list", Shown);
        }

        var place = Place;
        return Element.EnumerateArray().Select((item, i) => new KerasValue(item, $"{place}/{i}")).ToArray();
    }

    public string Text()
    {
        try
        {
            return (IsText ? Element.GetString() : null) ?? throw Fault("a text", Shown);
        }
        catch (InvalidOperationException)
        {
            throw Fault("a text in Unicode", "half a surrogate pair");
        }
    }

    /// <summary>A whole number of at least <paramref name="lowest"/>.</summary>
    public int Whole(int lowest = 1) =>
        IsNumber && Element.TryGetInt32(out var value) && value >= lowest
            ? value
            : throw Fault($"a whole number of at least {lowest}", Shown);

    /// <summary>A finite number.</summary>
    public double Number() =>
        IsNumber && Element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Fault("a finite number", Shown);

    public bool Bool() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault("true or false", Shown),
    };

    /// <summary>A field that is true or false; <paramref name="otherwise"/> where there is none.</summary>
    public bool Bool(string name, bool otherwise) => Optional(name)?.Bool() ?? otherwise;

    /// <summary>A whole number, or a list of a single one, as Keras writes sizes along one dimension.</summary>
    public int Size() => IsList ? Items() is [var only] ? only.Whole() : throw Fault("one number", Shown) : Whole();

    /// <summary>The value as text, shortened.</summary>
    public string Shown => Element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => $"a list of {Element.GetArrayLength()}",
        _ => Element.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : Element.GetRawText(),
    };

    /// <summary>A message about this value.</summary>
    public RedshiftException Fault(string expected, string found) =>
        new(OneLine.Of($"{Place}: expected {expected}, found {found}"));
}
