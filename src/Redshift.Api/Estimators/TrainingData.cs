using Redshift.Core.Frames;
using Redshift.Core.Models;

namespace Redshift;

/// <summary>A catalogue made ready for a recipe: which rows train, validate and test, and how rows become inputs.</summary>
/// <param name="Usable">The rows that take part.</param>
/// <param name="Rows">Their places in the catalogue, divided.</param>
/// <param name="Preprocessing">Fitted on the training part.</param>
/// <param name="Examples">Rows as inputs and targets.</param>
internal sealed record TrainingData(Usable Usable, Split Rows, Preprocessing Preprocessing, CatalogueExamples Examples)
{
    /// <summary>Selects, divides by the recipe's seed and fits the preprocessing.</summary>
    /// <exception cref="RedshiftException">The catalogue does not do; the message says where.</exception>
    public static TrainingData Prepare(Recipe recipe, Catalogue catalogue)
    {
        var core = catalogue.Core;
        CatalogueExamples.Check(core, recipe.Features, core.SampleCount);
        var usable = Selection.usable(recipe.Cleaning, core).OrThrow(catalogue.Source);
        NetworkEstimator.CheckLearnable(recipe.Network.Head, core, usable.Rows);
        var split = SplitModule.create(recipe.Split, recipe.Seed, usable.Rows.Length).OrThrow(catalogue.Source);
        var rows = new Split(At(usable.Rows, split.Train), At(usable.Rows, split.Validation), At(usable.Rows, split.Test));
        var preprocessing = PreprocessingModule.fit(
            recipe.Features, recipe.Scaling, recipe.Clip, core.SampleCount, core.Samples, core.SampleErrors, rows.Train).OrThrow(catalogue.Source);
        return new TrainingData(usable, rows, preprocessing, new CatalogueExamples(core, preprocessing, recipe.Network.Head));
    }

    private static int[] At(int[] values, int[] places) => Array.ConvertAll(places, place => values[place]);
}
