using Microsoft.FSharp.Core;
using Redshift.Core;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Training;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>A catalogue's rows as inputs and targets. Preprocessing happens row by row as batches are gathered, so that no second copy of the data is held.</summary>
internal sealed class CatalogueExamples(CoreCatalogue catalogue, Preprocessing preprocessing, Head head) : IExamples
{
    private readonly int outputs = HeadModule.outputs(head);
    private readonly InputRows known = InputRowsModule.ofCatalogue(preprocessing.Features, catalogue).OrThrow();

    /// <summary>Says at once where a catalogue does not have what a recipe needs of each object.</summary>
    /// <exception cref="RedshiftException">Another number of samples, or no errors.</exception>
    public static void Check(CoreCatalogue catalogue, Features features, int samples, Augmentation? augmentation = null)
    {
        if (catalogue.SampleCount != samples)
        {
            throw new RedshiftException($"{catalogue.Source}: expected {samples} samples an object, found {catalogue.SampleCount}");
        }

        if (catalogue.SampleErrors.Length == 0 && catalogue.Count > 0
            && (FeaturesModule.needsErrors(features) || (augmentation is not null && AugmentationModule.needsErrors(augmentation))))
        {
            throw new RedshiftException($"{catalogue.Source}: expected an error of each sample, which the recipe needs, found none");
        }

        if (augmentation is not null && FeaturesModule.needsMoreThanSamples(features))
        {
            throw new RedshiftException(
                $"{catalogue.Source}: expected a recipe without augmentation, whose features are more than the samples and their errors, found one with");
        }
    }

    /// <inheritdoc/>
    public int InputSize => preprocessing.Size;

    /// <inheritdoc/>
    public int Targets { get; } = HeadModule.targets(head);

    /// <summary>A weight in the loss for each row of the catalogue, at least 0 and 1 on average over the training part; null: all weigh 1.</summary>
    public float[]? Weights { get; init; }

    /// <summary>Noise for the rows that are trained on, and its level where the catalogue's errors do not say it; null: none.</summary>
    public (Augmentation Kind, NoiseLevel? Level)? Noise { get; init; }

    /// <inheritdoc/>
    public bool Weighted => Weights is not null;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> rows, Span<float> inputs, Span<float> targets, Span<float> weights, ulong? noise)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var input = inputs.Slice(i * InputSize, InputSize);
            if (Noise is { } given && noise is { } seed)
            {
                FillNoisy(rows[i], input, given.Kind, given.Level, RandomStream.ForIndex(seed, (ulong)rows[i]));
            }
            else
            {
                FillInput(rows[i], input);
            }

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

    /// <summary>One row's input.</summary>
    /// <exception cref="RedshiftException">It lacks a sample that the recipe needs.</exception>
    public void FillInput(int row, Span<float> input) => Check(row, PreprocessingModule.applyRow(preprocessing, known, row, input));

    private void FillNoisy(int row, Span<float> input, Augmentation kind, NoiseLevel? level, RandomStream stream)
    {
        const int fewest = 512;
        var samples = catalogue.SampleCount;
        var noisy = samples <= fewest ? stackalloc float[samples] : new float[samples];
        AugmentationModule.addNoise(
            kind, level is null ? default : FSharpValueOption<NoiseLevel>.Some(level), stream, FluxOf(row), ErrorsOf(row), noisy);
        Check(row, PreprocessingModule.apply(preprocessing, noisy, ErrorsOf(row), input));
    }

    private ReadOnlySpan<float> FluxOf(int row) => catalogue.Samples.AsSpan(row * catalogue.SampleCount, catalogue.SampleCount);

    private ReadOnlySpan<float> ErrorsOf(int row) =>
        catalogue.SampleErrors.Length == 0 ? default : catalogue.SampleErrors.AsSpan(row * catalogue.SampleCount, catalogue.SampleCount);

    /// <summary>Says which number a row lacks, if one.</summary>
    private void Check(int row, FSharpResult<Unit, int> applied)
    {
        if (applied.IsError)
        {
            var at = applied.ErrorValue;
            var samples = catalogue.Survey.Samples;
            var column = at < samples.Length ? samples[at].Column : FeaturesModule.numbers(preprocessing.Features)[at - samples.Length];
            throw new RedshiftException(
                $"{catalogue.Source}: row {catalogue.RowNumbers[row]} (from 0): expected a number in {column}, found none");
        }
    }
}
