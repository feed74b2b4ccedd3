using Microsoft.FSharp.Core;
using Redshift.Core;

namespace Redshift.HyperParameters;

/// <summary>The strict reader of JSON with C#'s functions.</summary>
internal static class JsonReading
{
    public static FSharpResult<T, string> Parse<T>(string text, Func<JsonReader, T> read) => JsonReader.Parse(text, FuncConvert.FromFunc(read));

    public static T Object<T>(this JsonReader json, Func<JsonFields, T> read) => json.Object(FuncConvert.FromFunc(read));

    public static IReadOnlyList<T> List<T>(this JsonReader json, Func<JsonReader, T> read) => json.List(FuncConvert.FromFunc(read)).ToArray();

    public static T Required<T>(this JsonFields fields, string name, Func<JsonReader, T> read) => fields.Required(name, FuncConvert.FromFunc(read));

    public static T Default<T>(this JsonFields fields, string name, T otherwise, Func<JsonReader, T> read) =>
        fields.Default(name, otherwise, FuncConvert.FromFunc(read));

    /// <summary>Leaves with an error about this value.</summary>
    public static T Fault<T>(this JsonReader json, string expected, string? found = null) =>
        json.Fail<T>(expected, found is null ? FSharpOption<string>.None : FSharpOption<string>.Some(found));
}
