using System.Text.Json.Nodes;

namespace Redshift.HyperParameters;

/// <summary>
/// JSON with places for parameters. <c>{ "parameter": NAME }</c> is its value; a field or an item whose parameter is not
/// active is left out. In a list, <c>{ "repeat": NAME, "items": […] }</c> stands for its items as often as the parameter
/// says, within which a group's name means the member of that turn; <c>{ "when": NAME, "is": […], "items": […] }</c> stands
/// for them where the parameter has one of these values.
/// </summary>
internal sealed class Template(JsonNode? text)
{
    /// <summary>More would be no network but a slip; it also bounds repeats within repeats.</summary>
    private const int MostNodes = 20_000;

    /// <summary>Every name that it uses.</summary>
    public IEnumerable<string> References() => References(text);

    /// <summary>The JSON of a configuration.</summary>
    /// <exception cref="SpaceFault">It grows too large, or a part of it is not as it should be.</exception>
    public JsonNode? Expand(ParameterSet parameters, Configuration configuration)
    {
        var left = MostNodes;
        return new Expansion(parameters, configuration).Node(text, 0, ref left, out _);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f =>
            f.Key is "parameter" or "repeat" or "when" && f.Value is JsonValue name ? [name.ToString()] : References(f.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>One configuration's expansion.</summary>
    private sealed class Expansion(ParameterSet parameters, Configuration configuration)
    {
        /// <summary>The JSON of one node; <paramref name="omit"/> where it is a parameter that is not active.</summary>
        public JsonNode? Node(JsonNode? node, int turn, ref int left, out bool omit)
        {
            omit = false;
            Count(ref left);
            switch (node)
            {
                case JsonObject fields when fields.Count == 1 && Text(fields["parameter"]) is { } name:
                    var place = Find(name, turn);
                    omit = place < 0;
                    return omit ? null : parameters[place].Domain.Write(configuration[place]);
                case JsonObject fields:
                    var result = new JsonObject();
                    foreach (var (key, value) in fields)
                    {
                        var expanded = Node(value, turn, ref left, out var without);
                        if (!without)
                        {
                            result.Add(key, expanded);
                        }
                    }

                    return result;
                case JsonArray items:
                    var list = new JsonArray();
                    AddItems(items, list, turn, ref left);
                    return list;
                default:
                    return node?.DeepClone();
            }
        }

        private static void Count(ref int left)
        {
            if (--left < 0)
            {
                throw new SpaceFault($"expected templates of at most {MostNodes} values, found more");
            }
        }

        private void AddItems(JsonArray items, JsonArray list, int turn, ref int left)
        {
            foreach (var item in items)
            {
                if (item is JsonObject group && group["items"] is JsonArray inner && (group.ContainsKey("repeat") || group.ContainsKey("when")))
                {
                    AddGroup(group, inner, list, turn, ref left);
                    continue;
                }

                var expanded = Node(item, turn, ref left, out var without);
                if (!without)
                {
                    list.Add(expanded);
                }
            }
        }

        private void AddGroup(JsonObject group, JsonArray items, JsonArray list, int turn, ref int left)
        {
            if (group.Count == 2 && Text(group["repeat"]) is { } counter)
            {
                var place = Find(counter, turn);
                for (var i = 1; place >= 0 && i <= configuration[place]; i++)
                {
                    AddItems(items, list, i, ref left);
                    Count(ref left);
                }
            }
            else if (group.Count == 3 && Text(group["when"]) is { } name && group["is"] is JsonArray values)
            {
                var place = Find(name, turn);
                if (place >= 0 && values.Any(v => parameters[place].Domain.Read(v) == configuration[place]))
                {
                    AddItems(items, list, turn, ref left);
                }
            }
            else
            {
                throw new SpaceFault("expected items with repeat, or with when and is, found others");
            }
        }

        /// <summary>The place of an active parameter, or of a group's member of this turn; -1 where there is none.</summary>
        private int Find(string name, int turn)
        {
            var place = parameters.Find(name);
            place = place < 0 && turn > 0 ? parameters.Find($"{name}_{turn}") : place;
            return place >= 0 && configuration.IsActive(place) ? place : -1;
        }
    }
}

/// <summary>A suggestion that does not make a recipe; the message says why.</summary>
internal sealed class SpaceFault(string message) : Exception(message);
