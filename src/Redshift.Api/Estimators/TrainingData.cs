using Redshift.Core.Frames;
using Redshift.Core.Models;

namespace Redshift;

/// <summary>What one learner is made of: which rows train, validate and test, and how rows become inputs.</summary>
/// <param name="Catalogue">The catalogue.</param>
/// <param name="Rows">Places in it, divided.</param>
/// <param name="Preprocessing">Fitted on the training part.</param>
internal sealed record TrainingPart(Catalogue Catalogue, Split Rows, Preprocessing Preprocessing);

/// <summary>A catalogue made ready for a recipe.</summary>
/// <param name="Usable">The rows that take part.</param>
/// <param name="Parts">One, or one a fold.</param>
internal sealed record TrainingData(Usable Usable, IReadOnlyList<TrainingPart> Parts)
{
    /// <summary>Selects, divides by the recipe's seed and fits the preprocessing of each part.</summary>
    /// <exception cref="RedshiftException">The catalogue does not do; the message says where.</exception>
    public static TrainingData Prepare(Recipe recipe, Catalogue catalogue)
    {
        catalogue = catalogue.WithoutExtinction();
        var core = catalogue.Core;
        CatalogueInputs.Check(core, recipe.Features, core.SampleCount);
        var usable = Selection.usable(recipe.Cleaning, core).OrThrow(catalogue.Source);
        var splits = SplitModule.divide(recipe.Split, recipe.Seed, usable.Rows.Length).OrThrow(catalogue.Source);
        var known = InputRowsModule.ofCatalogue(recipe.Features, core).OrThrow();
        return new TrainingData(usable, Array.ConvertAll(splits, Part));

        TrainingPart Part(Split split)
        {
            var rows = new Split(At(usable.Rows, split.Train), At(usable.Rows, split.Validation), At(usable.Rows, split.Test));
            return new TrainingPart(
                catalogue,
                rows,
                PreprocessingModule.fitRows(recipe.Features, recipe.Scaling, recipe.Clip, known, rows.Train).OrThrow(catalogue.Source));
        }
    }

    private static int[] At(int[] values, int[] places) => Array.ConvertAll(places, place => values[place]);
}
