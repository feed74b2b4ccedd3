using System.Globalization;
using System.Text;
using Redshift.Core.Models;
using Redshift.Core.Templates;
using Redshift.ModelFiles;
using Redshift.Training;

namespace Redshift;

/// <summary>What came of typing a catalogue.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Typed">Rows with a type: those with a known redshift and two detected bands or more.</param>
public sealed record SpectralTypesSummary(long Rows, long Typed);

/// <summary>Spectral types by templates at known redshifts, as a column of a catalogue to be learnt from.</summary>
public static class SpectralTypes
{
    /// <summary>The column that is added.</summary>
    public const string Column = "spectral_type";

    /// <summary>
    /// Writes a CSV catalogue once more with a column <c>spectral_type</c> at its end: the place of the best-fitting template at
    /// the object's known redshift in the recipe's list, from 1, with fractions between two; empty where the redshift is not
    /// known or too few bands were detected. Nothing is fitted to the catalogue: zero points are 1, errors the recipe's. A type
    /// found so is a function of the magnitudes and the redshift. The output appears when it is whole.
    /// </summary>
    /// <param name="input">A file with commas and a header line; it is read twice.</param>
    /// <param name="survey">Its layout.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="recipe">A recipe of templates: a name (<c>brown-template</c>) or a JSON file.</param>
    /// <param name="options">The folders of templates and filters, and threads; null: those of the recipe.</param>
    /// <param name="cancellationToken">Stops while the catalogue is read; nothing is left behind.</param>
    /// <exception cref="RedshiftException">A file is at fault, or the recipe and the survey do not go together.</exception>
    /// <exception cref="ArgumentException">The recipe is none of templates or lacks a folder, or the files are one.</exception>
    public static SpectralTypesSummary Write(
        string input,
        Survey survey,
        string output,
        string recipe = "brown-template",
        TrainingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(survey);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(recipe);
        options ??= new TrainingOptions();
        if (Path.GetFullPath(input) == Path.GetFullPath(output))
        {
            throw new ArgumentException($"expected an output file other than the catalogue, found {output}", nameof(output));
        }

        var found = RecipeFile.FindOrLoad(recipe, survey);
        if (TrainingOptionsApplied.WithFolders(found, options.TemplateFolder, options.FilterFolder).Learner is not Learner.Templates { Item: var learner })
        {
            throw new ArgumentException($"expected a recipe of templates, found {found.Name}", nameof(recipe));
        }

        var catalogue = Catalogue.Load(input, survey, new CatalogueOptions(), cancellationToken).WithoutExtinction();
        var core = catalogue.Core;
        if (!core.HasRedshift)
        {
            throw new RedshiftException($"{input}: expected a column of redshifts, at which types are found, found none");
        }

        var bands = TemplateLearnerModule.bandsOf(core.Survey, learner).OrThrow(found.Name);
        var curves = TemplateCurves.Read(found.Name, learner, options.Threads);
        var fit = TemplateLearnerModule.plain(learner, curves.Grid);
        var photometry = ObjectPhotometry.ofRows(bands, learner.LimitSigmas, core, Enumerable.Range(0, core.Count).ToArray()).OrThrow();
        var types = TemplateCalibration.typesAt(fit, photometry, core.Redshift).OrThrow(input);
        OutputFile.Write(output, stream => Append(input, core.RowNumbers, types, stream));
        return new SpectralTypesSummary(types.Length, types.LongCount(double.IsFinite));
    }

    /// <summary>The file as it is, each row with its type.</summary>
    private static void Append(string input, int[] rowNumbers, double[] types, Stream stream)
    {
        using var reader = new StreamReader(InputFile.Open(input, "a catalogue"));
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        var header = CsvText.ReadRecord(reader) ?? "";
        if (!header.Contains(',', StringComparison.Ordinal) || CsvText.Split(header).Any(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            throw new RedshiftException($"{input}:1: expected a header line with commas between names, found {header}");
        }

        if (CsvText.Split(header).Contains(Column))
        {
            throw new RedshiftException($"{input}:1: expected no column {Column}, which is to be added, found one");
        }

        writer.WriteLine($"{header},{Column}");
        var (row, place) = (0, 0);
        while (CsvText.ReadRecord(reader) is { } record)
        {
            // Rows are counted as the catalogue's reader counts them: blank lines are none.
            if (string.IsNullOrWhiteSpace(record))
            {
                continue;
            }

            var type = place < types.Length && rowNumbers[place] == row ? types[place++] : double.NaN;
            writer.Write(record);
            writer.Write(',');
            writer.WriteLine(double.IsNaN(type) ? "" : ((float)type).ToString("R", CultureInfo.InvariantCulture));
            row++;
        }

        if (place != types.Length)
        {
            throw new RedshiftException($"{input}: expected {types.Length} rows as it was first read, found {place}; comments between rows are not understood here");
        }
    }
}
