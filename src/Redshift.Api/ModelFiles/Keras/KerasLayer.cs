namespace Redshift.ModelFiles.Keras;

/// <summary>A layer of a Keras model.</summary>
/// <param name="Class">Its class: <c>Conv1D</c>.</param>
/// <param name="Name">Its own name: <c>conv1d_3</c>.</param>
/// <param name="Key">Its name in an archive's weights.</param>
/// <param name="Config">Its configuration.</param>
internal sealed record KerasLayer(string Class, string Name, string Key, KerasValue Config)
{
    /// <summary>A message about this layer.</summary>
    public RedshiftException Fault(string expected, string found) =>
        Config.Fault($"{expected} in layer {Name} ({Class})", found);
}

/// <summary>The layers of a model in the order in which they work.</summary>
internal static class KerasChain
{
    private const int MostLayers = 10_000;

    /// <summary>The layers of a sequential model, or of a functional one whose layers follow one another.</summary>
    /// <exception cref="RedshiftException">Another model.</exception>
    public static IReadOnlyList<KerasLayer> Of(KerasValue model)
    {
        var kind = model.Required("class_name").Text();
        var config = model.Required("config");
        // Keras 1's configuration of a sequential model is the list itself.
        var entries = config.IsList ? config.Items() : config.Required("layers").Items();
        if (entries.Count is 0 or > MostLayers)
        {
            throw config.Fault($"1 to {MostLayers} layers", $"{entries.Count}");
        }

        var layers = Layers(entries);
        return kind switch
        {
            "Sequential" => layers,
            "Functional" or "Model" => InOrder(config, entries, layers),
            _ => throw model.Fault("a Sequential or Functional model", kind),
        };
    }

    private static KerasLayer[] Layers(IReadOnlyList<KerasValue> entries)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return entries.Select(entry =>
        {
            var kind = entry.Required("class_name").Text();
            var config = entry.Required("config");
            var key = ArchiveWeights.SnakeCase(kind);
            var number = seen.TryGetValue(key, out var before) ? before + 1 : 0;
            seen[key] = number;
            var name = (config.Optional("name") ?? entry.Optional("name"))?.Text() ?? key;
            return new KerasLayer(kind, name, number == 0 ? key : $"{key}_{number}", config);
        }).ToArray();
    }

    /// <summary>Backwards from the output, each layer to the one that feeds it.</summary>
    private static List<KerasLayer> InOrder(KerasValue config, IReadOnlyList<KerasValue> entries, KerasLayer[] layers)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < layers.Length; i++)
        {
            if (!places.TryAdd(layers[i].Name, i))
            {
                throw layers[i].Fault("a name of its own", "one of another layer");
            }
        }

        var order = new List<KerasLayer>();
        for (var name = OnlyEnd(config, "output_layers"); ;)
        {
            if (!places.TryGetValue(name, out var place) || order.Count == layers.Length)
            {
                throw config.Fault("layers that follow one another from an input to the output", $"a way back to {name}");
            }

            var layer = layers[place];
            order.Insert(0, layer);
            var feeding = Feeding(entries[place]);
            if (feeding.Count == 0)
            {
                return order.Count == layers.Length
                    ? order
                    : throw config.Fault(
                        $"{layers.Length} layers that follow one another", $"{order.Count} on the way to the output");
            }

            name = feeding.Count == 1 ? feeding[0] : throw layer.Fault("one input", $"{feeding.Count}");
        }
    }

    /// <summary>The single one of a model's ends: <c>["dense", 0, 0]</c>, or a list of one such.</summary>
    private static string OnlyEnd(KerasValue config, string field)
    {
        var ends = config.Required(field);
        return ends.Items() switch
        {
            [{ IsText: true } name, ..] => name.Text(),
            [{ IsList: true } only] when only.Items() is [var name, ..] => name.Text(),
            _ => throw ends.Fault("one output", ends.Shown),
        };
    }

    /// <summary>The names of the layers whose outputs a layer is called with.</summary>
    private static List<string> Feeding(KerasValue entry)
    {
        var names = new List<string>();
        foreach (var node in entry.Optional("inbound_nodes")?.Items() ?? [])
        {
            if (node.IsObject)
            {
                Tensors(node, names);
                continue;
            }

            names.AddRange(node.Items().Select(First));
        }

        return names;
    }

    /// <summary>The name in <c>["dense", 0, 0]</c>.</summary>
    private static string First(KerasValue tensor) =>
        tensor.Items() is [var name, ..] ? name.Text() : throw tensor.Fault("a layer's name", "none");

    /// <summary>Keras 3 describes a call's arguments; tensors among them name the layer that they come from.</summary>
    private static void Tensors(KerasValue value, List<string> names)
    {
        if (value.IsList)
        {
            foreach (var item in value.Items())
            {
                Tensors(item, names);
            }
        }
        else if (value.Optional("class_name") is { IsText: true } kind && kind.Text() == "__keras_tensor__")
        {
            names.Add(First(value.Required("config").Required("keras_history")));
        }
        else if (value.IsObject)
        {
            foreach (var field in new[] { "args", "kwargs" })
            {
                if (value.Optional(field) is { } inner)
                {
                    Tensors(inner, names);
                }
            }
        }
    }
}
