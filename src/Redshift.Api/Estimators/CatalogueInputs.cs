using Microsoft.FSharp.Core;
using Redshift.Core.Frames;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>A catalogue's rows as inputs, made row by row as they are asked for, so that no second copy of the data is held.</summary>
internal sealed class CatalogueInputs(CoreCatalogue catalogue, Preprocessing preprocessing)
{
    private readonly InputRows known = InputRowsModule.ofCatalogue(preprocessing.Features, catalogue).OrThrow();

    /// <summary>Numbers of one object.</summary>
    public int Size => preprocessing.Size;

    /// <summary>The rows of a catalogue that has been checked.</summary>
    /// <exception cref="RedshiftException">Another number of samples, or no errors.</exception>
    public static CatalogueInputs On(CoreCatalogue catalogue, Preprocessing preprocessing)
    {
        Check(catalogue, preprocessing.Features, preprocessing.Samples);
        return new CatalogueInputs(catalogue, preprocessing);
    }

    /// <summary>Says at once where a catalogue does not have what a recipe needs of each object.</summary>
    /// <exception cref="RedshiftException">Another number of samples, or no errors.</exception>
    public static void Check(CoreCatalogue catalogue, Features features, int samples)
    {
        if (catalogue.SampleCount != samples)
        {
            throw new RedshiftException($"{catalogue.Source}: expected {samples} samples an object, found {catalogue.SampleCount}");
        }

        if (FeaturesModule.needsErrors(features))
        {
            CheckErrors(catalogue);
        }
    }

    /// <summary>Says where a catalogue has no errors.</summary>
    public static void CheckErrors(CoreCatalogue catalogue)
    {
        if (catalogue.SampleErrors.Length == 0 && catalogue.Count > 0)
        {
            throw new RedshiftException($"{catalogue.Source}: expected an error of each sample, which the recipe needs, found none");
        }
    }

    /// <summary>One row's input.</summary>
    /// <exception cref="RedshiftException">It lacks a sample that the recipe needs.</exception>
    public void Fill(int row, Span<float> input) => Check(row, PreprocessingModule.applyRow(preprocessing, known, row, input));

    /// <summary>One row's input from other fluxes than its own; for features that need samples and their errors alone.</summary>
    public void Fill(int row, ReadOnlySpan<float> flux, Span<float> input) =>
        Check(row, PreprocessingModule.apply(preprocessing, flux, ErrorsOf(row), input));

    /// <summary>The samples of a row.</summary>
    public ReadOnlySpan<float> FluxOf(int row) => catalogue.Samples.AsSpan(row * catalogue.SampleCount, catalogue.SampleCount);

    /// <summary>Their errors, empty where the catalogue has none.</summary>
    public ReadOnlySpan<float> ErrorsOf(int row) => catalogue.ErrorsOf(row);

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

/// <summary>What is asked of a catalogue more than once.</summary>
internal static class CoreCatalogueExtensions
{
    /// <summary>The errors of a row's samples, empty where the catalogue has none.</summary>
    public static ReadOnlySpan<float> ErrorsOf(this CoreCatalogue catalogue, int row) => catalogue.SampleErrors.Length == 0
        ? default
        : catalogue.SampleErrors.AsSpan(row * catalogue.SampleCount, catalogue.SampleCount);
}
