using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

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
        var training = recipe.Training;
        CatalogueExamples.Check(core, recipe.Features, core.SampleCount, training.Augmentation?.Value);
        var usable = Selection.usable(recipe.Cleaning, core).OrThrow(catalogue.Source);
        CheckLearnable(recipe.Network.Head, core, usable.Rows);
        var split = SplitModule.create(recipe.Split, recipe.Seed, usable.Rows.Length).OrThrow(catalogue.Source);
        var rows = new Split(At(usable.Rows, split.Train), At(usable.Rows, split.Validation), At(usable.Rows, split.Test));
        var known = InputRowsModule.ofCatalogue(recipe.Features, core).OrThrow();
        var preprocessing = PreprocessingModule.fitRows(recipe.Features, recipe.Scaling, recipe.Clip, known, rows.Train).OrThrow(catalogue.Source);
        var examples = new CatalogueExamples(core, preprocessing, recipe.Network.Head)
        {
            Weights = training.Weighting is { Value: var weighting } ? WeightsOf(weighting, core, rows.Train) : null,
            Noise = training.Augmentation is { Value: var augmentation } ? (augmentation, LevelOf(augmentation, catalogue, rows.Train)) : null,
        };
        return new TrainingData(usable, rows, preprocessing, examples);
    }

    private static float[] WeightsOf(LabelWeighting weighting, CoreCatalogue core, int[] train)
    {
        var weight = LabelWeights.fit(weighting, Array.ConvertAll(train, row => core.Redshift[row]));
        return Array.ConvertAll(core.Redshift, z => double.IsFinite(z) ? (float)weight.Invoke(z) : 0f);
    }

    private static NoiseLevel? LevelOf(Augmentation augmentation, Catalogue catalogue, int[] train)
    {
        if (!augmentation.Noise.IsEstimated)
        {
            return null;
        }

        var core = catalogue.Core;
        return NoiseLevelModule.fit(core.SampleCount, core.Samples, train) is { Value: var level }
            ? level
            : throw new RedshiftException(
                $"{catalogue.Source}: expected some hundred samples next to each other to estimate their noise from, found fewer; set the recipe's augmentation to null");
    }

    private static void CheckLearnable(Head head, CoreCatalogue core, int[] rows)
    {
        foreach (var row in rows)
        {
            if (HeadModule.refuses(head, core.Redshift[row]) is { } expected)
            {
                throw new RedshiftException(
                    $"{core.Source}: row {core.RowNumbers[row]} (from 0): expected {expected.Value}, found {core.Redshift[row]}; "
                    + "set the recipe's cleaning/redshift_range, or --max-redshift");
            }
        }
    }

    private static int[] At(int[] values, int[] places) => Array.ConvertAll(places, place => values[place]);
}
