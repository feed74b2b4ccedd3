using Redshift.Core.Layers;

namespace Redshift.ModelFiles.Keras;

/// <summary>Keras's activations, within layers and as layers.</summary>
internal static class KerasActivations
{
    private static readonly SortedDictionary<string, Layer> Kinds = new(StringComparer.Ordinal)
    {
        ["gelu"] = LayerSyntax.gelu,
        ["linear"] = LayerSyntax.linear,
        ["relu"] = LayerSyntax.relu,
        ["sigmoid"] = LayerSyntax.sigmoid,
        ["softmax"] = LayerSyntax.softmax,
        ["softplus"] = LayerSyntax.softplus,
        ["tanh"] = LayerSyntax.tanh,
    };

    /// <summary>Adds an activation given by its name, or by a function of that name.</summary>
    public static void Add(KerasLayer layer, KerasTranslation to, KerasValue? activation)
    {
        var name = activation is not { } value ? "linear"
            : value.IsText ? value.Text()
            : value.Optional("config") is { IsText: true } function ? function.Text()
            : value.Required("class_name").Text();
        if (!Kinds.TryGetValue(name, out var kind))
        {
            throw layer.Fault($"one of the activations {string.Join(", ", Kinds.Keys)}", name);
        }

        if (name != "linear")
        {
            to.Add(kind);
        }
    }

    /// <summary>The layer ReLU, where it is the plain one.</summary>
    public static void Relu(KerasLayer layer, KerasTranslation to)
    {
        foreach (var field in new[] { "negative_slope", "threshold", "max_value" })
        {
            if (layer.Config.Optional(field) is { } given && (field == "max_value" || given.Number() != 0.0))
            {
                throw layer.Fault("a ReLU without slope, threshold and largest value", $"{field} {given.Shown}");
            }
        }

        to.Add(LayerSyntax.relu);
    }

    /// <summary>The layer Softmax, over the last axis.</summary>
    public static void Softmax(KerasLayer layer, KerasTranslation to)
    {
        if (layer.Config.Optional("axis") is { } axis && (!axis.IsNumber || axis.Whole(-1) != -1))
        {
            throw layer.Fault("the last axis (-1)", axis.Shown);
        }

        to.Add(LayerSyntax.softmax);
    }
}
