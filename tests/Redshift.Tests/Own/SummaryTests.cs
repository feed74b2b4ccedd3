using Expecto;
using Expecto.CSharp;

namespace Redshift.Tests.Own;

/// <summary>Reading Expecto's closing line, and judging a program by it.</summary>
internal static class SummaryTests
{
    // As Expecto 11.1.0 prints it, plainly and with --colours 256, and as the stand-in does.
    private static readonly (string Name, string Line, ExpectoSummary? Expected)[] Lines =
    [
        ("genuine", "[12:11:25 INF] EXPECTO! 6 tests run in 00:00:00.0401410 for miscellaneous – 3 passed, 1 ignored, 2 failed, 0 errored.  <Expecto>",
            new(3, 2, 1)),
        ("success", "[12:11:25 INF] EXPECTO! 2 tests run in 00:00:00.04 for Core – 2 passed, 0 ignored, 0 failed, 0 errored. Success! <Expecto>",
            new(2, 0, 0)),
        ("colours", "\u001b[90m[\u001b[97m12:11:25 \u001b[36mINF\u001b[90m] \u001b[97mEXPECTO! \u001b[38;5;45m7\u001b[97m tests run in \u001b[36m00:00:00.1\u001b[97m for \u001b[36mCore\u001b[97m – \u001b[32m4\u001b[97m passed, \u001b[33m0\u001b[97m ignored, \u001b[31m1\u001b[97m failed, \u001b[31m2\u001b[97m errored. \u001b[90m<Expecto>\u001b[0m",
            new(4, 3, 0)),
        ("thousands", "EXPECTO! 12,345 tests run in 00:01:00 for a b – 12,000 passed, 300 ignored, 40 failed, 5 errored.", new(12000, 45, 300)),
        ("start of a run", "[12:11:25 INF] EXPECTO? Running tests... <Expecto>", null),
        ("a test's own words", "1 passed, 0 ignored, 0 failed, 0 errored", null),
        ("nothing", "", null),
    ];

    private static readonly (string Name, ExpectoSummary? Summary, int ExitCode, bool Filtered, ExpectoSummary Expected)[] Judgements =
    [
        ("fine", new(3, 0, 1), 0, false, new(3, 0, 1)),
        ("failed", new(3, 2, 0), 1, false, new(3, 2, 0)),
        ("crashed before its closing line", null, 134, false, new(0, 1, 0)),
        ("ended in silence", null, 0, false, new(0, 1, 0)),
        ("crashed after its closing line", new(3, 0, 0), 134, false, new(3, 1, 0)),
        ("without tests", new(0, 0, 0), 0, false, new(0, 1, 0)),
        ("without tests that a filter selects", new(0, 0, 0), 0, true, new(0, 0, 0)),
    ];

    public static Test All { get; } = Runner.TestList(
        "Summary",
        [
            Runner.TestList("line", Lines.Select(l =>
                Runner.TestCase(l.Name, () => Expect.equal(ExpectoSummary.Parse(l.Line), l.Expected, l.Line)))),
            Runner.TestList("program", Judgements.Select(j =>
                Runner.TestCase(j.Name, () =>
                {
                    var result = SuiteResult.Of("x", j.Summary, j.ExitCode, j.Filtered);
                    Expect.equal(result.Summary, j.Expected, result.ToString());
                }))),
            Runner.TestCase("closing line", () =>
            {
                Expect.equal(SuiteResult.Line(new(5, 0, 0)), "5 passed, 0 failed", "nothing skipped");
                Expect.equal(SuiteResult.Line(new(1200, 1, 2)), "1200 passed, 1 failed, 2 skipped", "all");
            }),
            Runner.TestCase("a missing program is a failure", () =>
                Expect.equal(new Suite("x", "x.dll", [], null).Run([]).Summary.Failed, 1, "failed")),
            Runner.TestCase("a program whose package is not served is one skipped test, with the reason", () =>
            {
                var result = new Suite("x", "x.dll", [], "Nowhere.Served").Run([]);
                Expect.equal(result.Summary, new(0, 0, 1), "summary");
                Expect.equal(result.ToString(), "0 passed, 0 failed, 1 skipped: Nowhere.Served is not served here", "reason");
            }),
        ]);
}
