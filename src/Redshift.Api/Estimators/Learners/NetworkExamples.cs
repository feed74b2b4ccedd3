using Microsoft.FSharp.Core;
using Redshift.Core;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.Training;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>A catalogue's rows as a network's inputs and targets.</summary>
/// <param name="catalogue">The catalogue.</param>
/// <param name="rows">Its rows as inputs.</param>
/// <param name="head">What outputs mean.</param>
/// <param name="truths">For each number that the head learns, what is known of it by row of the catalogue; NaN where it is not.</param>
internal sealed class NetworkExamples(CoreCatalogue catalogue, CatalogueInputs rows, Head head, double[][] truths) : IExamples
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
    /// <param name="learner">The networks.</param>
    /// <param name="target">The only target that they learn; null: those that their head names.</param>
    /// <param name="part">The part.</param>
    /// <exception cref="RedshiftException">The catalogue does not do; the message says where.</exception>
    public static NetworkExamples Of(NetworkLearner learner, string? target, TrainingPart part)
    {
        var core = part.Catalogue.Core;
        var training = learner.Training;
        var targets = target is null ? HeadModule.targetNames(learner.Network.Head) : [target];
        var truths = targets.Select(part.TruthOf).ToArray();
        CheckLearnable(learner.Network.Head, truths, core, part.Rows);
        return new NetworkExamples(core, new CatalogueInputs(core, part.Preprocessing), learner.Network.Head, truths)
        {
            Weights = training.Weighting is { Value: var weighting } ? WeightsOf(weighting, core, part.Rows.Train) : null,
            Noise = training.Augmentation is { Value: var augmentation } ? (augmentation, LevelOf(augmentation, part)) : null,
        };
    }

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> rows, Span<float> inputs, Span<float> targets, Span<float> weights, ulong? noise)
    {
        Span<double> truth = stackalloc double[truths.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            FillInput(rows[i], inputs.Slice(i * InputSize, InputSize), noise);
            Read(truths, rows[i], truth);
            HeadModule.encode(head, truth, targets.Slice(i * Targets, Targets));
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
        var known = 0;
        Span<double> truth = stackalloc double[truths.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            Read(truths, rows[i], truth);

            // Of several targets the first, which an object may lack.
            if (truths.Length == 1 || !double.IsNaN(truth[0]))
            {
                sum += HeadModule.absoluteError(head, outputs.Slice(i * this.outputs, this.outputs), truth);
                known++;
            }
        }

        return known == 0 ? 0.0 : sum / known;
    }

    private static void Read(double[][] truths, int row, Span<double> truth)
    {
        for (var i = 0; i < truths.Length; i++)
        {
            truth[i] = truths[i][row];
        }
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

    private static void CheckLearnable(Head head, double[][] truths, CoreCatalogue core, Split rows)
    {
        Span<double> truth = stackalloc double[truths.Length];
        foreach (var row in rows.Train.Concat(rows.Validation).Concat(rows.Test).Order())
        {
            Read(truths, row, truth);
            if (HeadModule.refuses(head, truth) is { Value: var (expected, found) })
            {
                throw new RedshiftException(
                    $"{core.Source}: row {core.RowNumbers[row]} (from 0): expected {expected}, found {found}; "
                    + "set the recipe's cleaning/redshift_range, or --max-redshift");
            }
        }
    }
}
