using System.Globalization;
using Redshift.Core.Evaluation;

namespace Redshift.ModelFiles;

/// <summary>
/// The columns of a run's predictions that say how its p(z) foretold the true redshifts; files of <c>predict</c> have none.
/// They are 64-bit numbers, so that a run scored again from its file has the same metrics to the last digit, and densities
/// too small for 32 bits do not become 0.
/// </summary>
internal static class DensityColumns
{
    /// <summary>PIT, p at the true redshift, the integral of p^2 and CRPS; the last columns of the file.</summary>
    public static IReadOnlyList<string> Names { get; } = ["pit", "density", "density_squared", "crps"];

    /// <summary>Writes the cells, where there are any.</summary>
    public static void Write(CsvWriter writer, DensityScore? score)
    {
        if (score is not { } found)
        {
            return;
        }

        writer.Number(found.Pit);
        writer.Number(found.Density);
        writer.Number(found.SquaredIntegral);
        writer.Number(found.Crps);
    }

    /// <summary>
    /// The score that cells hold: a PIT in [0, 1] and three finite numbers of at least 0, or NaN throughout. False where they
    /// hold anything else.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<string> cells, out DensityScore score)
    {
        Span<double> numbers = stackalloc double[4];
        score = DensityScore.Undefined;
        if (cells.Length != numbers.Length)
        {
            return false;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }

        score = new DensityScore(numbers[0], numbers[1], numbers[2], numbers[3]);
        return DensityScoreModule.isFinite(score)
            ? score.Pit is >= 0 and <= 1 && score.Density >= 0 && score.SquaredIntegral >= 0 && score.Crps >= 0
            : double.IsNaN(score.Pit) && double.IsNaN(score.Density) && double.IsNaN(score.SquaredIntegral) && double.IsNaN(score.Crps);
    }
}
