namespace Redshift.Tests;

/// <summary>What came of one test program; <c>Problem</c> says what went wrong beside its tests.</summary>
internal sealed record SuiteResult(string Name, ExpectoSummary Summary, string? Problem)
{
    /// <summary>A program that did not do its work counts as one failed test, so that the sum cannot look fine.</summary>
    public static SuiteResult Broken(string name, string problem) => new(name, new ExpectoSummary(0, 1, 0), problem);

    /// <summary>A program that is not built here, for a reason: its tests, however many, count as one skipped.</summary>
    public static SuiteResult LeftOut(string name, string reason) => new(name, new ExpectoSummary(0, 0, 1), reason);

    /// <summary>Judges a program that ended.</summary>
    /// <param name="name">The program's name.</param>
    /// <param name="summary">Its closing line; null if there was none.</param>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="filtered">Whether arguments may have left no test to run.</param>
    public static SuiteResult Of(string name, ExpectoSummary? summary, int exitCode, bool filtered)
    {
        if (summary is null)
        {
            return Broken(name, $"expected Expecto's closing line, found none (exit code {exitCode})");
        }

        if (summary.Total == 0 && !filtered)
        {
            return Broken(name, "expected tests, found none");
        }

        return exitCode != 0 && summary.Failed == 0
            ? new SuiteResult(name, summary with { Failed = 1 }, $"all tests passed, yet exit code {exitCode}")
            : new SuiteResult(name, summary, null);
    }

    public override string ToString() => Problem is null ? Line(Summary) : $"{Line(Summary)}: {Problem}";

    /// <summary>The sum of all, as one plain line: <c>12 passed, 0 failed, 1 skipped</c>.</summary>
    public static string Line(ExpectoSummary summary) =>
        $"{summary.Passed} passed, {summary.Failed} failed" + (summary.Skipped > 0 ? $", {summary.Skipped} skipped" : "");
}
