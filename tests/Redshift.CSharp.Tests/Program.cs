using Expecto;
using Expecto.CSharp;
using Redshift.CSharp.Tests;

Test tests = Runner.TestList(
    "C#",
    [
        SixLineTests.All,
        ArgumentTests.All,
        CancellationTests.All,
        ThreadTests.All,
        LayerTests.All,
    ]);

return Runner.RunTestsWithCLIArgs([], args, tests);
