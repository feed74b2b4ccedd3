using Expecto.CSharp;
using Redshift.Tests;
using Redshift.Tests.Own;

// --own: the tests of this program, of the package switch and of the packages, run like any other test program.
if (args is ["--own", .. var own])
{
    var tests = Runner.TestList("Tests", [SummaryTests.All, PackageSwitchTests.All, PackageTests.All]);
    return Runner.RunTestsWithCLIArgs([], own, tests);
}

var results = new List<SuiteResult>();
foreach (var suite in Suite.Discover())
{
    Console.WriteLine($"== {suite.Name}");
    results.Add(suite.Run(args));
}

Console.WriteLine();
foreach (var result in results)
{
    Console.WriteLine($"{result.Name}: {result}");
}

var sum = new ExpectoSummary(
    results.Sum(r => r.Summary.Passed), results.Sum(r => r.Summary.Failed), results.Sum(r => r.Summary.Skipped));
if (sum.Total == 0)
{
    Console.WriteLine("expected tests, found none that the arguments select");
    sum = sum with { Failed = 1 };
}

Console.WriteLine(SuiteResult.Line(sum));
return sum.Failed == 0 ? 0 : 1;
