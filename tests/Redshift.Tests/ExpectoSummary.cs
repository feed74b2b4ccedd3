using System.Globalization;
using System.Text.RegularExpressions;

namespace Redshift.Tests;

/// <summary>How many tests of one program passed, failed (errors included) and were skipped.</summary>
internal sealed partial record ExpectoSummary(int Passed, int Failed, int Skipped)
{
    public int Total => Passed + Failed + Skipped;

    /// <summary>
    /// Reads the line that closes a run of Expecto, whatever stands around it (time, level, colour codes):
    /// <c>EXPECTO! 1,234 tests run in 00:00:01.5 for Core – 1,230 passed, 1 ignored, 2 failed, 1 errored.</c>
    /// </summary>
    /// <returns>Null for any other line.</returns>
    public static ExpectoSummary? Parse(string line)
    {
        var match = Closing().Match(Colour().Replace(line, ""));
        if (!match.Success)
        {
            return null;
        }

        int Count(string name) => int.Parse(match.Groups[name].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return new ExpectoSummary(Count("passed"), Count("failed") + Count("errored"), Count("ignored"));
    }

    [GeneratedRegex(@"EXPECTO! (?<run>[\d,]+) tests? run in .* (?<passed>[\d,]+) passed, (?<ignored>[\d,]+) ignored, (?<failed>[\d,]+) failed, (?<errored>[\d,]+) errored\b")]
    private static partial Regex Closing();

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colour();
}
