using System.Text.Json;
using System.Text.Json.Nodes;
using Redshift.Core.Models;
using Redshift.Training;

namespace Redshift.HyperParameters;

/// <summary>From a configuration to the recipe that it stands for, or to why there is none.</summary>
internal sealed class RecipeSpace
{
    private readonly string text;
    private readonly TrainingOptions options;
    private readonly SpaceContent space;
    private readonly Survey survey;

    /// <summary>A space on a recipe that is changed by the options first; the catalogue's survey says what fits.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="RedshiftException">A recipe whose trials cannot be scored on one validation part.</exception>
    public RecipeSpace(Recipe recipe, SpaceContent space, Survey survey, TrainingOptions options)
    {
        if (recipe.Networks is null || !recipe.Split.IsFractions)
        {
            throw new RedshiftException(
                $"{recipe.Name}: expected a recipe of networks whose split has a validation part, found {(!RecipeModule.trainsNetworks(recipe) ? "no networks" : recipe.Networks is null ? "one for each of several targets" : "folds")}");
        }

        Base = TrainingOptionsApplied.To(recipe, options);
        text = RecipeModule.write(Base);
        this.options = options;
        this.space = space;
        this.survey = survey;
    }

    /// <summary>The recipe with nothing varied.</summary>
    public Recipe Base { get; }

    /// <summary>The recipe's text: the same for the same experiment.</summary>
    public string Text => text;

    public ParameterSet Parameters => space.Parameters;

    /// <summary>Whether the space sets a field of the recipe, or one within it.</summary>
    public bool Sets(string field) =>
        space.Templates.Select(t => t.Path)
            .Concat(Enumerable.Range(0, Parameters.Count).Select(i => Parameters[i].Path ?? ""))
            .Any(path => path.Split('/')[0] == field);

    /// <summary>The recipe of a configuration; null with the reason where it is impossible. Costs no training.</summary>
    public Recipe? Make(Configuration configuration, out string reason)
    {
        reason = "";
        try
        {
            var json = JsonNode.Parse(text)!.AsObject();
            for (var i = 0; i < Parameters.Count; i++)
            {
                if (Parameters[i].Path is { } path && configuration.IsActive(i))
                {
                    Set(json, path, Parameters[i].Domain.Write(configuration[i]));
                }
            }

            foreach (var (path, template) in space.Templates)
            {
                Set(json, path, template.Expand(Parameters, configuration));
            }

            var read = RecipeModule.read(json.ToJsonString());
            if (read.IsError)
            {
                reason = read.ErrorValue;
                return null;
            }

            var recipe = TrainingOptionsApplied.To(read.ResultValue, options);
            new RecipeEstimator(recipe, survey).Dispose();
            return recipe;
        }
        catch (Exception e) when (e is SpaceFault or RedshiftException or JsonException)
        {
            reason = e.Message;
            return null;
        }
    }

    /// <summary>Puts a value at a path of keys and places. Its last key may be new; what leads there must be.</summary>
    private static void Set(JsonObject recipe, string path, JsonNode? value)
    {
        JsonNode at = recipe;
        var keys = path.Split('/');
        for (var i = 0; i < keys.Length - 1; i++)
        {
            at = Step(at, keys[i]) ?? throw Missing(path, keys[i]);
        }

        if (at is JsonObject fields)
        {
            fields[keys[^1]] = value;
        }
        else if (at is JsonArray items && Place(items, keys[^1]) is { } place)
        {
            items[place] = value;
        }
        else
        {
            throw Missing(path, keys[^1]);
        }
    }

    private static JsonNode? Step(JsonNode at, string key) => at switch
    {
        JsonObject fields => fields[key],
        JsonArray items when Place(items, key) is { } place => items[place],
        _ => null,
    };

    private static int? Place(JsonArray items, string key) =>
        int.TryParse(key, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var place) && place < items.Count
            ? place
            : null;

    private static SpaceFault Missing(string path, string key) => new($"{path}: expected a field of the recipe, found no {key}");
}
