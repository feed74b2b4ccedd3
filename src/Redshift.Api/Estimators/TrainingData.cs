using Redshift.Core.Frames;
using Redshift.Core.Models;

namespace Redshift;

/// <summary>What one learner is made of: which rows train, validate and test, and how rows become inputs.</summary>
/// <param name="Catalogue">The catalogue.</param>
/// <param name="Rows">Places in it, divided.</param>
/// <param name="Preprocessing">Fitted on the training part.</param>
/// <param name="Known">What is known of the catalogue's rows.</param>
internal sealed record TrainingPart(Catalogue Catalogue, Split Rows, Preprocessing Preprocessing, Usable Known)
{
    /// <summary>What is known of a target, by row of the catalogue; NaN where it is not.</summary>
    public double[] TruthOf(string target) => target == "redshift" ? Known.Redshift : Known.Others.First(truth => truth.Target == target).Values;

    /// <summary>The part as a learner of one target sees it: the rows of which it is known.</summary>
    /// <exception cref="RedshiftException">None is left to train or to watch.</exception>
    public TrainingPart For(string target)
    {
        var truth = TruthOf(target);
        int[] KnownOf(int[] rows) => Array.FindAll(rows, row => double.IsFinite(truth[row]));
        var rows = new Split(KnownOf(Rows.Train), KnownOf(Rows.Validation), KnownOf(Rows.Test));
        return rows.Train.Length > 0 && (rows.Validation.Length > 0 || Rows.Validation.Length == 0)
            ? this with { Rows = rows }
            : throw new RedshiftException(
                $"{Catalogue.Source}: expected objects with a known {target} in the training and in the validation part, "
                + $"found {rows.Train.Length} and {rows.Validation.Length}; give more objects, or another split");
    }
}

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
        var usable = Selection.ofRecipe(recipe, core).OrThrow(catalogue.Source);
        var splits = SplitModule.divide(recipe.Split, recipe.Seed, usable.Rows.Length).OrThrow(catalogue.Source);
        var known = InputRowsModule.ofCatalogue(recipe.Features, core).OrThrow();
        return new TrainingData(usable, Array.ConvertAll(splits, Part));

        TrainingPart Part(Split split)
        {
            var rows = new Split(At(usable.Rows, split.Train), At(usable.Rows, split.Validation), At(usable.Rows, split.Test));
            return new TrainingPart(
                catalogue,
                rows,
                PreprocessingModule.fitRows(recipe.Features, recipe.Scaling, recipe.Clip, known, rows.Train).OrThrow(catalogue.Source),
                usable);
        }
    }

    private static int[] At(int[] values, int[] places) => Array.ConvertAll(places, place => values[place]);
}
