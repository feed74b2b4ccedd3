using System.Globalization;
using Redshift.Core.Layers;

namespace Redshift.ModelFiles.Keras;

/// <summary>How a Keras model was trained, as far as its file says.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Optimiser">The optimiser.</param>
/// <param name="LearningRate">Its rate.</param>
/// <param name="ClipNorm">The largest norm of the whole gradient.</param>
/// <param name="Notes">What could not be taken over.</param>
internal sealed record KerasTraining(
    Loss Loss, Optimiser Optimiser, double LearningRate, double? ClipNorm, IReadOnlyList<string> Notes)
{
    private const double UsualRate = 0.001;

    /// <summary>Where a file says it.</summary>
    internal sealed record Source(KerasValue? Optimiser, KerasValue? Loss);

    public static KerasTraining Of(Source? source)
    {
        var notes = new List<string>();
        if (source is null)
        {
            notes.Add("the file has no optimiser and loss: adam and mse in their place");
            return new KerasTraining(Loss.Mse, OptimiserModule.adam, UsualRate, null, notes);
        }

        var config = source.Optimiser?.Optional("config");
        var optimiser = OptimiserOf(source.Optimiser, config, notes);
        foreach (var field in new[] { "clipnorm", "clipvalue", "decay", "weight_decay", "centered", "amsgrad", "use_ema" })
        {
            if (config?.Optional(field) is { } given && !(field == "weight_decay" && optimiser.IsAdamW) && IsSet(given))
            {
                notes.Add($"{field} of the optimiser is left out");
            }
        }

        var clip = config?.Optional("global_clipnorm") is { IsNumber: true } norm && norm.Number() > 0.0
            ? norm.Number()
            : (double?)null;
        return new KerasTraining(LossOf(source.Loss, notes), optimiser, Rate(config, notes), clip, notes);
    }

    private static bool IsSet(KerasValue given) =>
        given.IsNumber ? given.Number() != 0.0 : given.Element.ValueKind == System.Text.Json.JsonValueKind.True;

    private static Optimiser OptimiserOf(KerasValue? given, KerasValue? config, List<string> notes)
    {
        double Part(string field, double otherwise, double highest) =>
            config?.Optional(field) is { IsNumber: true } value && value.Number() is >= 0.0 and var number && number < highest
                ? Rounded(number)
                : otherwise;

        var epsilon = config?.Optional("epsilon") is { IsNumber: true } e && e.Number() > 0.0 ? Rounded(e.Number()) : 1e-7;
        var moments = new Adam(Part("beta_1", 0.9, 1.0), Part("beta_2", 0.999, 1.0), epsilon);
        var name = given?.Optional("class_name") is { IsText: true } kind ? kind.Text()
            : given is { IsText: true } text ? text.Text()
            : "none";
        switch (name[(name.LastIndexOf('>') + 1)..].ToLowerInvariant())
        {
            case "adam":
                return Optimiser.NewAdam(moments);
            case "adamw":
                return Optimiser.NewAdamW(moments, Part("weight_decay", 0.004, double.MaxValue));
            case "adamax":
                return Optimiser.NewAdamax(moments);
            case "sgd":
                return Optimiser.NewSgd(new Sgd(Part("momentum", 0.0, 1.0), config?.Bool("nesterov", false) ?? false));
            case "rmsprop":
                return Optimiser.NewRmsProp(new RmsProp(Part("rho", 0.9, 1.0), epsilon, Part("momentum", 0.0, 1.0)));
            default:
                notes.Add(OneLine.Of($"the optimiser {name} is not here: adam in its place"));
                return OptimiserModule.adam;
        }
    }

    private static double Rate(KerasValue? config, List<string> notes)
    {
        var given = config?.Optional("learning_rate") ?? config?.Optional("lr");
        if (given is { IsNumber: true } rate && rate.Number() > 0.0)
        {
            return Rounded(rate.Number());
        }

        if (given?.Optional("config")?.Optional("initial_learning_rate") is { IsNumber: true } first
            && first.Number() > 0.0)
        {
            notes.Add("the schedule of the learning rate is left out: its first value is the rate");
            return Rounded(first.Number());
        }

        notes.Add("the file has no learning rate: 0.001 in its place");
        return UsualRate;
    }

    private static Loss LossOf(KerasValue? given, List<string> notes)
    {
        var value = given is { IsList: true } list && list.Items() is [var only] ? only : given;
        var config = value?.Optional("config");
        var name = value is null ? "none"
            : value.Value.IsText ? value.Value.Text()
            : config is { IsText: true } function ? function.Text()
            : value.Value.Optional("class_name") is { IsText: true } kind ? kind.Text()
            : "none";
        switch (name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant())
        {
            case "mse" or "meansquarederror":
                return Loss.Mse;
            case "mae" or "meanabsoluteerror":
                return Loss.Mae;
            case "huber" or "huberloss":
                return Loss.NewHuber(
                    config?.Optional("delta") is { IsNumber: true } delta && delta.Number() > 0.0 ? delta.Number() : 1.0);
            default:
                notes.Add(OneLine.Of($"the loss {name} is not here: mse in its place"));
                return Loss.Mse;
        }
    }

    /// <summary>Keras holds these as 32-bit floats: 0.0010000000474974513 is its 0.001.</summary>
    private static double Rounded(double number) => (double)(float)number == number && float.IsNormal((float)number)
        ? double.Parse(((float)number).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : number;
}
