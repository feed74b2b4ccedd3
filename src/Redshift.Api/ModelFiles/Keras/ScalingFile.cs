using System.Globalization;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core.Frames;

namespace Redshift.ModelFiles.Keras;

/// <summary>
/// How fluxes were scaled before a network saw them: a run's <c>preprocessing.json</c>, or a CSV whose rows named min and
/// max (as of pandas's describe) or whose only two rows hold each sample's ends.
/// </summary>
internal static class ScalingFile
{
    private const string Expected = "a preprocessing.json, or a CSV with rows min and max";

    /// <summary>Fluxes as they are, one channel.</summary>
    public static Preprocessing Identity(int samples) =>
        Of(samples, Scaling.Identity, new double[samples], Enumerable.Repeat(1.0, samples).ToArray());

    /// <summary>Reads a file for a network of so many samples.</summary>
    /// <exception cref="RedshiftException">It is neither, or of another number of samples.</exception>
    public static Preprocessing Read(string path, int samples)
    {
        var text = InputFile.ReadText(path, Expected);
        return text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith('{')
            ? PreprocessingModule.read(text).OrThrow(path)
            : ReadCsv(path, text, samples);
    }

    private static Preprocessing ReadCsv(string path, string text, int samples)
    {
        var rows = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n')
            .Select((line, i) => (Line: i + 1, Cells: CsvText.Split(line).Select(cell => cell.Trim()).ToArray()))
            .Where(row => row.Cells is not [""])
            .ToArray();
        var low = Row(path, rows, "min", samples);
        var high = Row(path, rows, "max", samples);
        if (low is null && high is null)
        {
            var numbers = rows.Where(row => TryNumbers(row.Cells, out _)).ToArray();
            if (numbers.Length != 2)
            {
                throw new RedshiftException($"{path}: expected {Expected}, found neither");
            }

            low = Numbers(path, numbers[0].Line, numbers[0].Cells, samples);
            high = Numbers(path, numbers[1].Line, numbers[1].Cells, samples);
        }

        if (low is null || high is null)
        {
            throw new RedshiftException($"{path}: expected rows min and max, found only one of them");
        }

        return Of(samples, Scaling.MinMax, low, Ranges(path, low, high));
    }

    /// <summary>A column without spread gets range 1, as when scaling is fitted.</summary>
    private static double[] Ranges(string path, double[] low, double[] high) => low.Select((from, i) =>
        high[i] < from || !double.IsFinite(high[i] - from)
            ? throw new RedshiftException(
                $"{path}: sample {i} (from 0): expected a maximum of at least the minimum {from}, found {high[i]}")
            : high[i] > from ? high[i] - from : 1.0).ToArray();

    private static double[]? Row(string path, (int Line, string[] Cells)[] rows, string name, int samples)
    {
        var named = rows.Where(row => row.Cells[0].Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return named.Length switch
        {
            0 => null,
            1 => Numbers(path, named[0].Line, named[0].Cells[1..], samples),
            _ => throw new RedshiftException($"{path}:{named[1].Line}: expected one row {name}, found a second"),
        };
    }

    private static double[] Numbers(string path, int line, string[] cells, int samples) =>
        TryNumbers(cells, out var numbers) && numbers.Length == samples
            ? numbers
            : throw new RedshiftException($"{path}:{line}: expected {samples} finite numbers, found {cells.Length} cells");

    private static bool TryNumbers(string[] cells, out double[] numbers)
    {
        numbers = new double[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            if (!double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !double.IsFinite(numbers[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static Preprocessing Of(int samples, Scaling kind, double[] offset, double[] scale) => new(
        new Features(ListModule.OfSeq([Channel.Flux]), Level.AsGiven, Gaps.Refuse),
        samples,
        FSharpOption<Imputation>.None,
        new FittedScaling(kind, offset, scale, []),
        FSharpOption<Tuple<double, double>>.None);
}
