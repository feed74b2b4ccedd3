using Redshift.Core.Layers;

namespace Redshift.ModelFiles.Keras;

/// <summary>Keras's kinds of layers that have a counterpart here, one line each, and how each becomes ours.</summary>
internal static class KerasLayers
{
    private static readonly string[] TrainingOnly =
        ["kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"];

    private static readonly (string Field, string Keras, string Ours, float Otherwise)[] GainThenOffset =
        [("scale", "gamma", "gain", 1f), ("center", "beta", "offset", 0f)];

    private static readonly SortedDictionary<string, Action<KerasLayer, KerasTranslation>> Kinds =
        new(StringComparer.Ordinal)
        {
            ["Activation"] = (layer, to) => KerasActivations.Add(layer, to, layer.Config.Required("activation")),
            ["AveragePooling1D"] = (layer, to) => Pool(layer, to, Layer.NewAvgPool1d),
            ["BatchNormalization"] = BatchNorm,
            ["Conv1D"] = Conv1d,
            ["Dense"] = Dense,
            ["Dropout"] = (layer, to) => to.Add(LayerSyntax.dropout(layer.Config.Required("rate").Number())),
            ["Flatten"] = Flatten,
            ["GlobalAveragePooling1D"] = (layer, to) => GlobalPool(layer, to, Layer.NewAvgPool1d),
            ["GlobalMaxPooling1D"] = (layer, to) => GlobalPool(layer, to, Layer.NewMaxPool1d),
            ["InputLayer"] = (_, _) => { },
            ["LayerNormalization"] = LayerNorm,
            ["MaxPooling1D"] = (layer, to) => Pool(layer, to, Layer.NewMaxPool1d),
            ["ReLU"] = KerasActivations.Relu,
            ["Softmax"] = KerasActivations.Softmax,
        };

    /// <summary>Adds a layer's counterpart.</summary>
    /// <exception cref="RedshiftException">There is none, or not with these settings; the message names it.</exception>
    public static void Translate(KerasLayer layer, KerasTranslation to)
    {
        if (!Kinds.TryGetValue(layer.Class, out var translate))
        {
            throw layer.Fault($"one of the layers {string.Join(", ", Kinds.Keys)}", layer.Class);
        }

        if (layer.Config.Optional("data_format") is { } format && format.Text() != "channels_last")
        {
            throw layer.Fault("channels_last", format.Text());
        }

        translate(layer, to);
    }

    private static void Dense(KerasLayer layer, KerasTranslation to)
    {
        var units = layer.Config.Required("units").Whole();
        var bias = layer.Config.Bool("use_bias", true);
        var start = Initialiser(layer, to);
        if (to.Shape is Shape.Signal { channels: var channels, length: var length })
        {
            // Keras applies it to each position: a convolution over one position.
            to.Add(Layer.NewConv1d(new Conv1d(units, 1, 1, 0, bias, start)), Shape.NewSignal(units, length));
            Kernel(layer, to, [channels, units], bias, units);
        }
        else
        {
            var inputs = to.Shape.Size;
            to.Add(Layer.NewDense(new Dense(units, bias, start)), Shape.NewFeatures(units));
            Kernel(layer, to, [inputs, units], bias, units);
        }

        KerasActivations.Add(layer, to, layer.Config.Optional("activation"));
    }

    private static void Conv1d(KerasLayer layer, KerasTranslation to)
    {
        var (channels, length) = Signal(layer, to);
        var config = layer.Config;
        RequireOne(layer, "dilation_rate");
        RequireOne(layer, "groups");
        var filters = config.Required("filters").Whole();
        var (kernel, stride) = (config.Required("kernel_size").Size(), config.Optional("strides")?.Size() ?? 1);
        var padding = Padding(layer, length, kernel, stride);
        var bias = config.Bool("use_bias", true);
        var windows = Windows(layer, length, kernel, stride, padding);
        to.Add(
            Layer.NewConv1d(new Conv1d(filters, kernel, stride, padding, bias, Initialiser(layer, to))),
            Shape.NewSignal(filters, windows));
        Kernel(layer, to, [kernel, channels, filters], bias, filters);
        KerasActivations.Add(layer, to, config.Optional("activation"));
    }

    private static void Kernel(KerasLayer layer, KerasTranslation to, int[] dimensions, bool bias, int outputs)
    {
        to.Take("kernel", new KerasArray(layer, "kernel", 0, dimensions));
        if (bias)
        {
            to.Take("bias", new KerasArray(layer, "bias", 1, [outputs]));
        }

        foreach (var name in TrainingOnly)
        {
            if (layer.Config.Optional(name) is not null)
            {
                to.Notes.Add(OneLine.Of($"{name} of layer {layer.Name} is left out"));
            }
        }
    }

    private static void Pool(KerasLayer layer, KerasTranslation to, Func<Pool1d, Layer> kind)
    {
        var (channels, length) = Signal(layer, to);
        var size = layer.Config.Required("pool_size").Size();
        var stride = layer.Config.Optional("strides")?.Size() ?? size;
        if (Padding(layer, length, size, stride) > 0)
        {
            throw layer.Fault("windows that need no padding", $"padding same for windows of {size} on {length} positions");
        }

        to.Add(kind(new Pool1d(size, stride)), Shape.NewSignal(channels, Windows(layer, length, size, stride, 0)));
    }

    private static void GlobalPool(KerasLayer layer, KerasTranslation to, Func<Pool1d, Layer> kind)
    {
        var (channels, length) = Signal(layer, to);
        if (layer.Config.Bool("keepdims", false))
        {
            throw layer.Fault("keepdims false", "true");
        }

        to.Add(kind(new Pool1d(length, length)), Shape.NewSignal(channels, 1));
        to.Add(LayerSyntax.flatten, Shape.NewFeatures(channels));
    }

    private static void Flatten(KerasLayer layer, KerasTranslation to)
    {
        if (to.Shape.IsSignal)
        {
            to.Add(LayerSyntax.flatten, Shape.NewFeatures(to.Shape.Size));
        }
    }

    private static void BatchNorm(KerasLayer layer, KerasTranslation to)
    {
        var count = Normalised(layer, to);
        var epsilon = layer.Config.Required("epsilon").Number();
        to.Add(Layer.NewBatchNorm(new BatchNorm(layer.Config.Required("momentum").Number(), epsilon)));
        var next = GainAndOffset(layer, to, count);
        to.Take("mean", new KerasArray(layer, "moving_mean", next, [count]));
        to.Take("variance", new KerasArray(layer, "moving_variance", next + 1, [count]));
    }

    private static void LayerNorm(KerasLayer layer, KerasTranslation to)
    {
        if (layer.Config.Bool("rms_scaling", false))
        {
            throw layer.Fault("rms_scaling false", "true");
        }

        var count = Normalised(layer, to);
        to.Add(Layer.NewLayerNorm(new LayerNorm(layer.Config.Required("epsilon").Number())));
        GainAndOffset(layer, to, count);
    }

    /// <summary>Gain and offset where Keras has them, else 1 and 0; the place of the array after them.</summary>
    private static int GainAndOffset(KerasLayer layer, KerasTranslation to, int count)
    {
        var next = 0;
        foreach (var (field, keras, ours, otherwise) in GainThenOffset)
        {
            if (layer.Config.Bool(field, true))
            {
                to.Take(ours, new KerasArray(layer, keras, next++, [count]));
            }
            else
            {
                to.Fill(ours, otherwise);
            }
        }

        return next;
    }

    /// <summary>How many channels are normalised; the axis must be that of the channels.</summary>
    private static int Normalised(KerasLayer layer, KerasTranslation to)
    {
        var (count, last) = to.Shape is Shape.Signal { channels: var channels } ? (channels, 2) : (to.Shape.Size, 1);
        var axis = layer.Config.Optional("axis") is not { } given ? -1
            : !given.IsList ? given.Whole(-1)
            : given.Items() is [var only] ? only.Whole(-1)
            : throw layer.Fault("one axis", given.Shown);
        return axis == -1 || axis == last ? count : throw layer.Fault($"the last axis (-1 or {last})", $"axis {axis}");
    }

    private static (int Channels, int Length) Signal(KerasLayer layer, KerasTranslation to) =>
        to.Shape is Shape.Signal { channels: var channels, length: var length }
            ? (channels, length)
            : throw layer.Fault("a signal as input", $"{to.Shape}");

    private static int Windows(KerasLayer layer, int length, int window, int stride, int padding) =>
        ShapeModule.windows(length, window, stride, padding) is > 0 and var windows
            ? windows
            : throw layer.Fault($"a signal of at least {window} positions", $"{length}");

    /// <summary>
    /// Zeros at each end. Keras's <c>same</c> puts an odd one at the far end, which layers here cannot.
    /// </summary>
    private static int Padding(KerasLayer layer, int length, int window, int stride)
    {
        var padding = layer.Config.Optional("padding")?.Text() ?? "valid";
        if (padding == "valid")
        {
            return 0;
        }

        if (padding != "same")
        {
            throw layer.Fault("padding valid or same", padding);
        }

        var all = Math.Max(((long)(length + stride - 1L) / stride - 1) * stride + window - length, 0);
        return all % 2 == 0 && all / 2 < window
            ? (int)(all / 2)
            : throw layer.Fault("as many zeros at both ends", $"padding same, {all} in all");
    }

    private static void RequireOne(KerasLayer layer, string field)
    {
        if (layer.Config.Optional(field)?.Size() is { } value && value != 1)
        {
            throw layer.Fault($"{field} 1", $"{value}");
        }
    }

    private static Initialiser Initialiser(KerasLayer layer, KerasTranslation to)
    {
        var given = layer.Config.Optional("kernel_initializer");
        var name = given is not { } value ? "GlorotUniform"
            : value.IsText ? value.Text()
            : value.Required("class_name").Text();
        switch (name)
        {
            case "GlorotUniform" or "glorot_uniform":
                return Core.Layers.Initialiser.GlorotUniform;
            case "HeUniform" or "he_uniform":
                return Core.Layers.Initialiser.HeUniform;
            case "HeNormal" or "he_normal":
                return Core.Layers.Initialiser.HeNormal;
            default:
                to.Notes.Add(OneLine.Of(
                    $"kernel_initializer {name} of layer {layer.Name} is not here: glorot-uniform in its place"));
                return Core.Layers.Initialiser.GlorotUniform;
        }
    }
}
