using Redshift.Core.Layers;
using Redshift.Core.Models;

namespace Redshift;

/// <summary>A recipe to be looked at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is, in a line.</param>
/// <param name="Summary">Its network layer by layer, with shapes and parameter counts.</param>
/// <param name="Json">The whole recipe, to be edited and run from a file.</param>
public sealed record RecipeInfo(string Name, string Description, string Summary, string Json)
{
    /// <summary>A recipe that ships, or one from a JSON file.</summary>
    /// <exception cref="RedshiftException">No such recipe, or not one.</exception>
    public static RecipeInfo Find(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        var recipe = RecipeFile.FindOrLoad(nameOrFile);
        return new RecipeInfo(recipe.Name, recipe.Description, NetworkModule.summary(recipe.Network), RecipeModule.write(recipe));
    }
}
