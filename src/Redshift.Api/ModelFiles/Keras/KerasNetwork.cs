using Microsoft.FSharp.Collections;
using Redshift.Core.Layers;

namespace Redshift.ModelFiles.Keras;

/// <summary>An array of our network and where Keras has its numbers; all of one value where Keras has none.</summary>
internal readonly record struct WeightOrigin(KerasArray? Array, float Otherwise);

/// <summary>A Keras model as a network of ours.</summary>
/// <param name="Network">The network.</param>
/// <param name="Origins">Where each of its arrays comes from, by our name.</param>
/// <param name="Notes">What could not be taken over; it matters for further training alone.</param>
internal sealed record KerasNetwork(
    Network Network, IReadOnlyDictionary<string, WeightOrigin> Origins, IReadOnlyList<string> Notes)
{
    /// <summary>Turns a model's layers into a network.</summary>
    /// <exception cref="RedshiftException">A layer, or a setting of one, that this library lacks; the message names
    /// it.</exception>
    public static KerasNetwork Of(KerasValue model)
    {
        var layers = KerasChain.Of(model);
        var input = KerasInput.ShapeOf(model, layers);
        var translation = new KerasTranslation(input);
        foreach (var layer in layers)
        {
            KerasLayers.Translate(layer, translation);
        }

        var config = model.Required("config");
        var name = config.Optional("name") is { IsText: true } text ? OneLine.Of(text.Text()) : "sequential";
        var head = Head.NewPoint(ListModule.OfSeq(["redshift"]));
        var made = Network.Create(name, input, LayerModule.ofList(ListModule.OfSeq(translation.Body)), head);
        return made.IsOk
            ? new KerasNetwork(made.ResultValue, translation.Origins, translation.Notes)
            : throw config.Fault("a network from fluxes to one redshift", OneLine.Of($"{made.ErrorValue}"));
    }

    /// <summary>
    /// The weights by our names. Nothing is allocated for an array before its dimensions were found in the file.
    /// </summary>
    /// <exception cref="RedshiftException">An array is missing, of another shape, or not of finite numbers.</exception>
    public Dictionary<string, float[]> Read(IKerasWeights weights) => Network.Parameters.ToDictionary(
        parameter => parameter.Name,
        parameter => Read(weights, parameter, Origins[parameter.Name]),
        StringComparer.Ordinal);

    private static float[] Read(IKerasWeights weights, ParameterSpec parameter, WeightOrigin origin)
    {
        if (origin.Array is not { } array)
        {
            return Enumerable.Repeat(origin.Otherwise, parameter.Count).ToArray();
        }

        var values = weights.Read(array);
        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw array.Layer.Fault($"finite numbers in {array.Name}", "NaN or infinity");
    }
}

/// <summary>A network while it is put together, layer by layer.</summary>
internal sealed class KerasTranslation(Shape input)
{
    /// <summary>Our layers so far.</summary>
    public List<Layer> Body { get; } = [];

    /// <summary>What the next layer is given.</summary>
    public Shape Shape { get; private set; } = input;

    /// <summary>Where our arrays come from.</summary>
    public Dictionary<string, WeightOrigin> Origins { get; } = new(StringComparer.Ordinal);

    /// <summary>What could not be taken over.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Adds a layer that makes another shape.</summary>
    public void Add(Layer layer, Shape output)
    {
        Body.Add(layer);
        Shape = output;
    }

    /// <summary>Adds a layer that keeps the shape.</summary>
    public void Add(Layer layer) => Add(layer, Shape);

    /// <summary>Says where an array of the layer added last comes from.</summary>
    public void Take(string ours, KerasArray array) =>
        Origins[$"body/{Body.Count - 1}/{ours}"] = new WeightOrigin(array, 0f);

    /// <summary>Says that an array of the layer added last is all one value, as Keras has none.</summary>
    public void Fill(string ours, float value) =>
        Origins[$"body/{Body.Count - 1}/{ours}"] = new WeightOrigin(null, value);
}

/// <summary>What a model is given.</summary>
internal static class KerasInput
{
    /// <summary>
    /// The shape of one object: <c>[null, 186, 1]</c> is a signal of one channel, <c>[null, 186]</c> 186 features.
    /// </summary>
    public static Shape ShapeOf(KerasValue model, IReadOnlyList<KerasLayer> layers)
    {
        var config = model.Required("config");
        var first = layers[0].Config;
        var shape = first.Optional("batch_input_shape")
            ?? first.Optional("batch_shape")
            ?? config.Optional("build_input_shape")
            ?? model.Optional("build_config")?.Optional("input_shape")
            ?? throw config.Fault("the shape of the input", "none: the model was saved before it was built");
        return shape.Items() switch
        {
            [_, var n] => Shape.NewFeatures(n.Whole()),
            [_, var length, var channels] => Shape.NewSignal(channels.Whole(), length.Whole()),
            var other => throw shape.Fault("[null, samples] or [null, samples, channels]", $"{other.Count} dimensions"),
        };
    }
}
