using System.Text.Json.Nodes;
using Redshift.Core;

namespace Redshift.HyperParameters;

/// <summary>A space as it was read: its parameters and the templates that put them into a recipe.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is, in a line.</param>
/// <param name="Parameters">Those that are searched.</param>
/// <param name="Optional">The names of those that take part only where they are asked for.</param>
/// <param name="Templates">Fields of the recipe and what they are set to.</param>
internal sealed record SpaceContent(
    string Name,
    string Description,
    ParameterSet Parameters,
    IReadOnlyList<string> Optional,
    IReadOnlyList<(string Path, Template Template)> Templates);

/// <summary>
/// Reads a space from its JSON. A parameter with <c>for_each</c> stands for as many as the whole-number parameter that it
/// names can count, each active while that one is large enough.
/// </summary>
internal sealed class SpaceReader
{
    private const int MostParameters = 200;
    private const int MostValues = 1000;
    private const double Largest = 1e15;

    /// <summary>What must not differ between trials, lest their scores be of different objects; or is the search's own.</summary>
    private static readonly string[] Fixed = ["name", "description", "survey", "cleaning", "split", "seed"];

    private readonly List<Parameter> parameters = [];
    private readonly List<string> optional = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> declared = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> wanted;

    private SpaceReader(IReadOnlyList<string> wanted) => this.wanted = wanted;

    /// <summary>Reads a space; its optional parameters are left out but for those <paramref name="wanted"/>.</summary>
    public static SpaceContent Read(JsonReader json, IReadOnlyList<string> wanted)
    {
        var reader = new SpaceReader(wanted);
        return json.Object(o =>
        {
            var name = o.Required("name", j => j.String);
            var description = o.Default("description", "", j => j.String);
            o.Required("parameters", j => j.List(reader.ReadParameters));
            var templates = o.Default("set", [], reader.ReadTemplates);
            return reader.parameters.Count == 0
                ? json.Fault<SpaceContent>("at least one parameter", "none")
                : new SpaceContent(name, description, new ParameterSet(reader.parameters), reader.optional, templates);
        });
    }

    private (string Path, Template Template)[] ReadTemplates(JsonReader json)
    {
        var fields = json.Copy() as JsonObject ?? json.Fault<JsonObject>("an object of recipe paths and templates");
        return fields.Select(field => (CheckedPath(json, field.Key), ReadTemplate(json, field.Value))).ToArray();
    }

    private Template ReadTemplate(JsonReader json, JsonNode? text)
    {
        var template = new Template(text);
        return template.References().FirstOrDefault(name => !declared.Contains(name)) is { } unknown
            ? json.Fault<Template>("templates of the parameters above", $"\"{unknown}\"")
            : template;
    }

    private static string CheckedPath(JsonReader json, string path) =>
        Fixed.Contains(path.Split('/')[0])
            ? json.Fault<string>($"a field of the recipe other than {string.Join(", ", Fixed)}, which all trials share", path)
            : path;

    /// <summary>One item of the list: one parameter, or a group. Returns how many.</summary>
    private int ReadParameters(JsonReader json) => json.Object(o =>
    {
        var name = o.Required("name", j => j.String is { Length: > 0 and <= 100 } text ? text : j.Fault<string>("a name of 1 to 100 characters"));
        var domain = ReadDomain(json, o);
        var path = o.Default("path", null, j => CheckedPath(j, j.String));
        var isOptional = o.Default("optional", false, j => j.Bool);
        var each = o.Default("for_each", null, ReadCounter);
        var conditions = o.Default("when", [], j => new[] { ReadCondition(j, parameters) });
        if (each is { Domain: IntDomain count } && path is not null)
        {
            return json.Fault<int>("a group (for_each) without a path; use it in a template", $"path {path}");
        }

        declared.Add(name);
        if (isOptional)
        {
            optional.Add(name);
            if (!wanted.Contains(name))
            {
                return 0;
            }
        }

        if (each is not { Domain: IntDomain { High: var high } } counter)
        {
            Add(json, new Parameter(name, domain, conditions, path));
            return 1;
        }

        var parent = parameters.IndexOf(counter);
        for (var i = 1; i <= high; i++)
        {
            Add(json, new Parameter($"{name}_{i}", domain, [new Condition(parent, null, i), .. conditions], null));
        }

        return high;
    });

    private void Add(JsonReader json, Parameter parameter)
    {
        if (!names.Add(parameter.Name))
        {
            json.Fault<int>("parameters of different names", $"{parameter.Name} twice");
        }

        parameters.Add(parameter);
        if (parameters.Count > MostParameters)
        {
            json.Fault<int>($"at most {MostParameters} parameters, groups counted in full", "more");
        }
    }

    private Parameter? ReadCounter(JsonReader json)
    {
        var counter = parameters.Find(p => p.Name == json.String);
        return counter is { Domain: IntDomain { High: >= 1 and <= MostParameters } }
            ? counter
            : json.Fault<Parameter>($"the name of a whole-number parameter above, at most {MostParameters}");
    }

    /// <summary>A condition on a parameter that has been read already.</summary>
    public static Condition ReadCondition(JsonReader json, IReadOnlyList<Parameter> before) => json.Object(o =>
    {
        var parent = o.Required("parameter", j => FindPlace(j, before));
        var domain = before[parent].Domain;
        var values = o.Default("is", null, j => j.List(v => domain.Read(v.Copy()) ?? v.Fault<double>($"a value of {before[parent].Name}")));
        var atLeast = o.Default("at_least", double.NaN, j => domain is ListDomain ? j.Fault<double>("is, as its values are a list") : j.Float);
        return values is null == double.IsNaN(atLeast)
            ? json.Fault<Condition>("either is or at_least", values is null ? "neither" : "both")
            : new Condition(parent, values, atLeast);
    });

    private static int FindPlace(JsonReader json, IReadOnlyList<Parameter> before)
    {
        for (var i = 0; i < before.Count; i++)
        {
            if (before[i].Name == json.String)
            {
                return i;
            }
        }

        return json.Fault<int>("the name of a parameter above");
    }

    private static Domain ReadDomain(JsonReader json, JsonFields o)
    {
        switch (o.Required("type", j => j.String))
        {
            case "float":
                return Reals(json, o, logarithmic: false);
            case "log_float":
                return Reals(json, o, logarithmic: true);
            case "int":
                return Whole(json, o, logarithmic: false);
            case "log_int":
                return Whole(json, o, logarithmic: true);
            case "ordinal":
                return Listed(json, o, ordered: true);
            case "categorical":
                return Listed(json, o, ordered: false);
            case var other:
                return json.Fault<Domain>("a type float, log_float, int, log_int, ordinal or categorical", $"\"{other}\"");
        }
    }

    private static FloatDomain Reals(JsonReader json, JsonFields o, bool logarithmic)
    {
        var (low, high) = (o.Required("low", j => j.Float), o.Required("high", j => j.Float));
        var levels = o.Default("grid", 3, ReadLevels);
        var fits = low < high && Math.Abs(low) <= Largest && Math.Abs(high) <= Largest && (!logarithmic || low >= 1.0 / Largest);
        return fits
            ? new FloatDomain(low, high, logarithmic, levels)
            : json.Fault<FloatDomain>(logarithmic ? "0 < low < high" : $"low < high, both within ±{Largest:0e0}", $"low {low}, high {high}");
    }

    private static IntDomain Whole(JsonReader json, JsonFields o, bool logarithmic)
    {
        var (low, high) = (o.Required("low", j => j.Int), o.Required("high", j => j.Int));
        var levels = o.Default<int?>("grid", null, j => ReadLevels(j));
        return low <= high && (!logarithmic || low >= 1)
            ? new IntDomain(low, high, logarithmic, levels)
            : json.Fault<IntDomain>(logarithmic ? "1 <= low <= high" : "low <= high", $"low {low}, high {high}");
    }

    private static ListDomain Listed(JsonReader json, JsonFields o, bool ordered)
    {
        var values = o.Required("values", j => j.List(v => v.Copy()));
        var different = values.Select(v => v?.ToJsonString()).Distinct().Count();
        return values.Count is >= 1 and <= MostValues && different == values.Count
            ? new ListDomain(values, ordered)
            : json.Fault<ListDomain>($"1 to {MostValues} different values", $"{values.Count}, {different} of them different");
    }

    private static int ReadLevels(JsonReader json) =>
        json.Int is >= 1 and <= MostValues and var levels ? levels : json.Fault<int>($"1 to {MostValues} levels");
}
