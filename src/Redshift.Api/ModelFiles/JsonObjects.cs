using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Redshift.ModelFiles;

/// <summary>Flat JSON objects of texts and numbers.</summary>
internal static class JsonObjects
{
    /// <summary>An object, its fields in the order given.</summary>
    public static JsonNode Object(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var result = new JsonObject();
        foreach (var (name, value) in fields)
        {
            result.Add(name, value);
        }

        return result;
    }

    /// <summary>A whole number.</summary>
    public static JsonNode Number(int value) => JsonValue.Create(value);

    /// <summary>A whole number.</summary>
    public static JsonNode Number(ulong value) => JsonValue.Create(value);

    /// <summary>A text or null.</summary>
    public static JsonNode? Text(string? value) => value is null ? null : JsonValue.Create(value);

    /// <summary>Reads an object.</summary>
    /// <exception cref="RedshiftException">It is not one.</exception>
    public static JsonFlatObject Parse(string text, string path)
    {
        try
        {
            return new JsonFlatObject(
                JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 16 }) as JsonObject
                    ?? throw new RedshiftException($"{path}: expected a JSON object, found another value"),
                path);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new RedshiftException($"{path}: expected JSON, found: {e.Message}", e);
        }
    }
}

/// <summary>An object read from a file.</summary>
internal sealed class JsonFlatObject(JsonObject fields, string path)
{
    /// <summary>Whether there is such a field.</summary>
    public bool Has(string name) => fields.ContainsKey(name);

    /// <summary>A number.</summary>
    /// <exception cref="RedshiftException">It is missing or not such a number.</exception>
    public T Number<T>(string name)
        where T : struct, INumber<T> =>
        fields[name] is JsonValue value && value.TryGetValue<T>(out var number)
            ? number
            : throw new RedshiftException($"{path}: expected a number {name}, found {Shown(name)}");

    /// <summary>A text.</summary>
    /// <exception cref="RedshiftException">It is missing or not a text.</exception>
    public string Text(string name) => OptionalText(name)
        ?? throw new RedshiftException($"{path}: expected a text {name}, found {Shown(name)}");

    /// <summary>A text, or null where it is missing or null.</summary>
    public string? OptionalText(string name) => fields[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>All fields that are texts or numbers, as texts, in order.</summary>
    public IEnumerable<(string Name, string Value)> Texts() =>
        fields.Where(field => field.Value is JsonValue).Select(field => (field.Key, field.Value!.ToString()));

    private string Shown(string name) => fields[name]?.ToJsonString() ?? "none";
}
