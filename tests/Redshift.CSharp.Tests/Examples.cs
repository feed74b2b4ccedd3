using System.Text.Json.Nodes;

namespace Redshift.CSharp.Tests;

/// <summary>A small experiment, made as an application would make it.</summary>
internal static class Examples
{
    /// <summary>A linear network in the Gaia recipe, 2 epochs of batches of 32: trained in no time.</summary>
    public static string QuickRecipe(TemporaryFolder folder)
    {
        var recipe = JsonNode.Parse(RecipeInfo.Find("gaia-cnn").Json)!;
        recipe["name"] = "quick";
        recipe["epochs"] = 2;
        recipe["batch_size"] = 32;
        recipe["network"]!["body"] = JsonNode.Parse("""[ { "type": "flatten" }, { "type": "dense", "units": 1 } ]""");
        var file = folder.At("quick.json");
        File.WriteAllText(file, recipe.ToJsonString());
        return file;
    }

    public static Catalogue Galaxies(int count, ulong seed) =>
        GaiaSimulation.Create(new SimulationOptions { Count = count, Seed = seed, Threads = 1 });
}

/// <summary>Progress told at once, on the training thread.</summary>
internal sealed class Telling<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
