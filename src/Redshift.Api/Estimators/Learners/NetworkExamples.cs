using Microsoft.FSharp.Core;
using Redshift.Core;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.Training;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>A catalogue's rows as a network's inputs and targets.</summary>
internal sealed class NetworkExamples(CoreCatalogue catalogue, CatalogueInputs rows, Head head) : IExamples
{
    private readonly int outputs = HeadModule.outputs(head);

    /// <inheritdoc/>
    public int InputSize => rows.Size;

    /// <inheritdoc/>
    public int Targets { get; } = HeadModule.targets(head);

    /// <summary>A weight in the loss for each row of the catalogue, at least 0 and 1 on average over the training part; null: all weigh 1.</summary>
    public float[]? Weights { get; init; }

    /// <summary>Noise for the rows that are trained on, and its level where the catalogue's errors do not say it; null: none.</summary>
    public (Augmentation Kind, NoiseLevel? Level)? Noise { get; init; }

    /// <inheritdoc/>
    public bool Weighted => Weights is not null;

    /// <inheritdoc/>
    public bool Augmented => Noise is not null;

    /// <summary>The examples of a part, with weights and noise as they are fitted on what it trains on.</summary>
    /// <exception cref="RedshiftException">The catalogue does not do; the message says where.</exception>
    public static NetworkExamples Of(NetworkLearner learner, TrainingPart part)
    {
        var core = part.Catalogue.Core;
        var training = learner.Training;
        CheckLearnable(learner.Network.Head, core, part.Rows);
        return new NetworkExamples(core, new CatalogueInputs(core, part.Preprocessing), learner.Network.Head)
        {
            Weights = training.Weighting is { Value: var weighting } ? WeightsOf(weighting, core, part.Rows.Train) : null,
            Noise = training.Augmentation is { Value: var augmentation } ? (augmentation, LevelOf(augmentation, part)) : null,
        };
    }

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> rows, Span<float> inputs, Span<float> targets, Span<float> weights, ulong? noise)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            FillInput(rows[i], inputs.Slice(i * InputSize, InputSize), noise);
            HeadModule.encode(head, catalogue.Redshift.AsSpan(rows[i], 1), targets.Slice(i * Targets, Targets));
            if (Weights is not null)
            {
                weights[i] = Weights[rows[i]];
            }
        }
    }

    /// <inheritdoc/>
    public double AbsoluteError(ReadOnlySpan<int> rows, ReadOnlySpan<float> outputs)
    {
        double sum = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            sum += HeadModule.absoluteError(head, outputs.Slice(i * this.outputs, this.outputs), catalogue.Redshift.AsSpan(rows[i], 1));
        }

        return sum / rows.Length;
    }

    private void FillInput(int row, Span<float> input, ulong? noise)
    {
        if (Noise is { } given && noise is { } seed)
        {
            FillNoisy(row, input, given.Kind, given.Level, RandomStream.ForIndex(seed, (ulong)row));
        }
        else
        {
            rows.Fill(row, input);
        }
    }

    private void FillNoisy(int row, Span<float> input, Augmentation kind, NoiseLevel? level, RandomStream stream)
    {
        const int fewest = 512;
        var samples = catalogue.SampleCount;
        var noisy = samples <= fewest ? stackalloc float[samples] : new float[samples];
        AugmentationModule.addNoise(
            kind, level is null ? default : FSharpValueOption<NoiseLevel>.Some(level), stream, rows.FluxOf(row), rows.ErrorsOf(row), noisy);
        rows.Fill(row, noisy, input);
    }

    private static float[] WeightsOf(LabelWeighting weighting, CoreCatalogue core, int[] train)
    {
        var weight = LabelWeights.fit(weighting, Array.ConvertAll(train, row => core.Redshift[row]));
        return Array.ConvertAll(core.Redshift, z => double.IsFinite(z) ? (float)weight.Invoke(z) : 0f);
    }

    private static NoiseLevel? LevelOf(Augmentation augmentation, TrainingPart part)
    {
        var core = part.Catalogue.Core;
        if (AugmentationModule.needsErrors(augmentation))
        {
            CatalogueInputs.CheckErrors(core);
        }

        if (FeaturesModule.needsMoreThanSamples(part.Preprocessing.Features))
        {
            throw new RedshiftException(
                $"{core.Source}: expected a recipe without augmentation, whose features are more than the samples and their errors, found one with");
        }

        if (!augmentation.Noise.IsEstimated)
        {
            return null;
        }

        return NoiseLevelModule.fit(core.SampleCount, core.Samples, part.Rows.Train) is { Value: var level }
            ? level
            : throw new RedshiftException(
                $"{core.Source}: expected some hundred samples next to each other to estimate their noise from, found fewer; set the recipe's augmentation to null");
    }

    private static void CheckLearnable(Head head, CoreCatalogue core, Split rows)
    {
        foreach (var row in rows.Train.Concat(rows.Validation).Concat(rows.Test).Order())
        {
            if (HeadModule.refuses(head, core.Redshift[row]) is { } expected)
            {
                throw new RedshiftException(
                    $"{core.Source}: row {core.RowNumbers[row]} (from 0): expected {expected.Value}, found {core.Redshift[row]}; "
                    + "set the recipe's cleaning/redshift_range, or --max-redshift");
            }
        }
    }
}
