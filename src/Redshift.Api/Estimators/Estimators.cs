using Redshift.Core.Models;
using Redshift.ModelFiles.Keras;

namespace Redshift;

/// <summary>Makes estimators: from a recipe that ships, from a recipe file, or from a run folder.</summary>
public static class Estimators
{
    /// <summary>The recipes that ship.</summary>
    public static IReadOnlyList<string> Names { get; } = Recipes.names.ToArray();

    /// <summary>An untrained estimator.</summary>
    /// <param name="recipe">The name of a recipe that ships, or a JSON file with a recipe.</param>
    /// <param name="survey">The survey, for which a recipe that ships is made where it can be; over that of a recipe file. Null: the recipe's.</param>
    /// <exception cref="RedshiftException">No such recipe, or not one; the message says where.</exception>
    public static IEstimator Create(string recipe, Survey? survey = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var read = RecipeFile.FindOrLoad(recipe, survey);
        return new RecipeEstimator(read, survey ?? Surveys.FindOrLoad(read.Survey));
    }

    /// <summary>A trained estimator from a run folder.</summary>
    /// <param name="folder">The folder that <see cref="IEstimator.Save"/> wrote.</param>
    /// <param name="threads">Worker threads for prediction, at least 1. Null: the number of processors.</param>
    /// <exception cref="RedshiftException">A file is missing or damaged; the message says which and where.</exception>
    public static IEstimator Load(string folder, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return RecipeEstimator.Load(folder, threads ?? Environment.ProcessorCount);
    }

    /// <summary>A trained estimator from a network that Keras saved. It has no test part, so that what it saves has no metrics.</summary>
    /// <param name="path">An HDF5 file (<c>.h5</c>) or an archive (<c>.keras</c>) of a whole model.</param>
    /// <param name="options">What the file does not say; null: survey gaia, fluxes not scaled.</param>
    /// <param name="threads">Worker threads for prediction, at least 1. Null: the number of processors.</param>
    /// <exception cref="RedshiftException">The file is damaged, or has layers that are lacking here; the message names them.</exception>
    public static IEstimator ImportKeras(string path, KerasImportOptions? options = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (run, _) = KerasImport.Read(path, options ?? new KerasImportOptions());
        return RecipeEstimator.Of(run, threads ?? Environment.ProcessorCount);
    }
}

/// <summary>Finding recipes.</summary>
internal static class RecipeFile
{
    /// <summary>A shipped recipe where the text is its name, else a file's.</summary>
    public static Recipe FindOrLoad(string nameOrFile, Survey? survey = null)
    {
        if (Recipes.names.Contains(nameOrFile))
        {
            return (survey is null ? Recipes.find(nameOrFile) : Recipes.findFor(survey.Core, nameOrFile)).ResultValue;
        }

        return nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(nameOrFile)
            ? RecipeModule.read(InputFile.ReadText(nameOrFile, "a recipe")).OrThrow(nameOrFile)
            : Recipes.find(nameOrFile).OrThrow("recipe");
    }
}
