using Redshift.Core.Models;

namespace Redshift;

/// <summary>A recipe to be looked at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is, in a line.</param>
/// <param name="Summary">What learns: a network layer by layer, with shapes and parameter counts; or how neighbours are chosen or templates fitted.</param>
/// <param name="Json">The whole recipe, to be edited and run from a file.</param>
public sealed record RecipeInfo(string Name, string Description, string Summary, string Json)
{
    /// <summary>A recipe that ships, or one from a JSON file.</summary>
    /// <exception cref="RedshiftException">No such recipe, or not one.</exception>
    /// <param name="nameOrFile">Its name, or the file.</param>
    /// <param name="survey">The survey that a recipe which ships is made for; null: its usual one.</param>
    public static RecipeInfo Find(string nameOrFile, Survey? survey = null)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        var recipe = RecipeFile.FindOrLoad(nameOrFile, survey);
        return new RecipeInfo(recipe.Name, recipe.Description, RecipeModule.summary(recipe), RecipeModule.write(recipe));
    }
}
