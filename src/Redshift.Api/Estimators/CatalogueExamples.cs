using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Training;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>A catalogue's rows as inputs and targets. Preprocessing happens row by row as batches are gathered, so that no second copy of the data is held.</summary>
internal sealed class CatalogueExamples(CoreCatalogue catalogue, Preprocessing preprocessing, Head head) : IExamples
{
    private readonly int outputs = HeadModule.outputs(head);

    /// <summary>Says at once where a catalogue does not have what a recipe needs of each object.</summary>
    /// <exception cref="RedshiftException">Another number of samples, or no errors.</exception>
    public static void Check(CoreCatalogue catalogue, Features features, int samples)
    {
        if (catalogue.SampleCount != samples)
        {
            throw new RedshiftException($"{catalogue.Source}: expected {samples} samples an object, found {catalogue.SampleCount}");
        }

        if (catalogue.SampleErrors.Length == 0 && catalogue.Count > 0 && FeaturesModule.needsErrors(features))
        {
            throw new RedshiftException($"{catalogue.Source}: expected an error of each sample, which the recipe needs, found none");
        }
    }

    /// <inheritdoc/>
    public int InputSize => preprocessing.Size;

    /// <inheritdoc/>
    public int Targets { get; } = HeadModule.targets(head);

    /// <summary>A weight in the loss for each row of the catalogue, at least 0 and 1 on average over the training part; null: all weigh 1.</summary>
    public float[]? Weights { get; init; }

    /// <inheritdoc/>
    public bool Weighted => Weights is not null;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> rows, Span<float> inputs, Span<float> targets, Span<float> weights)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            FillInput(rows[i], inputs.Slice(i * InputSize, InputSize));
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
    public void FillInput(int row, Span<float> input)
    {
        var samples = catalogue.SampleCount;
        var flux = catalogue.Samples.AsSpan(row * samples, samples);
        var errors = catalogue.SampleErrors.Length == 0 ? default : catalogue.SampleErrors.AsSpan(row * samples, samples);
        var applied = PreprocessingModule.apply(preprocessing, flux, errors, input);
        if (applied.IsError)
        {
            throw new RedshiftException(
                $"{catalogue.Source}: row {catalogue.RowNumbers[row]} (from 0): expected a number in {catalogue.Survey.Samples[applied.ErrorValue].Column}, found none");
        }
    }
}
