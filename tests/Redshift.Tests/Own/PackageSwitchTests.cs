using System.Text.Json;
using Expecto;
using Expecto.CSharp;

namespace Redshift.Tests.Own;

/// <summary>Which packages are genuine: forced, chosen by what the sources serve, and never by a failure.</summary>
internal static class PackageSwitchTests
{
    private const string Core = "src/Redshift.Core.fsproj/Redshift.Core.fsproj";

    private static readonly string[] CorePackages = ["Deedle", "XPlot.Plotly"];

    public static Test All { get; } = Runner.TestList(
        "Package switch",
        [
            Runner.TestCase("false takes the stand-ins", () =>
            {
                var (packages, standIns) = References("false");
                Expect.equal(string.Join(' ', packages.Intersect(CorePackages)), "", "packages");
                Expect.equal(string.Join(' ', standIns), "Deedle XPlot.Plotly", "stand-ins");
            }),
            Runner.TestCase("auto takes each either as a package or as a stand-in", () =>
            {
                var (packages, standIns) = References("auto");
                var both = packages.Intersect(CorePackages).Concat(standIns).Order(StringComparer.Ordinal);
                Expect.equal(string.Join(' ', both), "Deedle XPlot.Plotly", "packages and stand-ins");
            }),
            Runner.TestCase("true needs every package that has a stand-in", () =>
            {
                var missing = Items(["build/bootstrap.proj", "-getItem:NotGenuine"]).GetProperty("NotGenuine")
                    .EnumerateArray()
                    .Where(i => i.GetProperty("Fallback").GetString() == "stand-in")
                    .Select(i => i.GetProperty("Identity").GetString()!)
                    .ToArray();
                var (code, output) = Check("true");
                Expect.equal(code == 0, missing.Length == 0, output);
                Expect.isTrue(missing.All(output.Contains) && (missing.Length == 0 || output.Contains("RS0001")), output);
            }),
            Runner.TestCase("another value is an error", () =>
            {
                var (code, output) = Check("perhaps");
                Expect.notEqual(code, 0, "exit code");
                Expect.stringContains(output, "RS0002", "code");
            }),
            Runner.TestCase("TorchRuntime names the package that brings libtorch, or none", () =>
            {
                Expect.equal(TorchPackages(), "TorchSharp TorchSharp-cpu", "without a choice");
                Expect.equal(TorchPackages("-p:TorchRuntime=cuda-linux"), "TorchSharp TorchSharp-cuda-linux", "cuda-linux");
                Expect.equal(TorchPackages("-p:TorchRuntime=none"), "TorchSharp", "none");
                var (code, output) = ScratchClone.MSBuild(
                    Repository.Root, ["build/bootstrap.proj", "-t:Check", "-p:TorchRuntime=gpu"]);
                Expect.notEqual(code, 0, "exit code");
                Expect.stringContains(output, "RS0003", "code");
            }),
            Runner.TestCase("what is served is taken: in its version, while it is served, unless none is wanted", () =>
            {
                using var clone = new ScratchClone();
                clone.Serve("XPlot.Plotly", "4.0.9");
                var deedle = clone.Serve("Deedle", "7.0.1");
                var (code, output, served) = clone.Feed();
                Expect.equal((code, served), (0, "Deedle"), output);
                (code, output, served) = clone.Feed("-p:GenuinePackages=false");
                Expect.equal((code, served), (0, ""), output);
                File.Delete(deedle);
                (code, output, served) = clone.Feed();
                Expect.equal((code, served), (0, ""), output);
            }),
            Runner.TestCase("a package served without what it needs is an error", () =>
            {
                using var clone = new ScratchClone();
                clone.Serve("Deedle", "7.0.1", "<dependency id=\"Nowhere.Served\" version=\"1.0.0\" />");
                var (code, output, _) = clone.Feed();
                Expect.notEqual(code, 0, "exit code");
                Expect.stringContains(output, "error NU1101: Unable to find package Nowhere.Served", "message");
                Expect.stringContains(output, "(Deedle)", "who needs it");
            }),
            Runner.TestCase("a source that cannot be reached is an error", () =>
            {
                using var clone = new ScratchClone();
                clone.Sources("http://127.0.0.1:9/index.json");
                var (code, output, served) = clone.Feed();
                Expect.notEqual(code, 0, "exit code");
                Expect.stringContains(output, "error NU1301", "message");
                Expect.equal(served, "", "nothing remembered");
            }),
        ]);

    private static (string[] Packages, string[] StandIns) References(string genuine)
    {
        var items = Items([Core, "-getItem:PackageReference", "-getItem:ProjectReference", "-p:GenuinePackages=" + genuine]);
        string[] Names(string item) => items.GetProperty(item)
            .EnumerateArray()
            .Select(i => i.GetProperty("Identity").GetString()!)
            .ToArray();
        return (Names("PackageReference"),
            Names("ProjectReference").Where(p => p.Contains("standins")).Select(p => Path.GetFileNameWithoutExtension(p)).ToArray());
    }

    private static string TorchPackages(params string[] properties) => string.Join(' ', Items(
            ["build/bootstrap.proj", "-getItem:Optional", .. properties]).GetProperty("Optional")
        .EnumerateArray()
        .Select(i => i.GetProperty("Identity").GetString()!)
        .Where(id => id.StartsWith("TorchSharp", StringComparison.Ordinal)));

    private static JsonElement Items(IEnumerable<string> arguments)
    {
        var (code, output) = ScratchClone.MSBuild(Repository.Root, arguments);
        Expect.equal(code, 0, output);
        return JsonDocument.Parse(output).RootElement.GetProperty("Items");
    }

    private static (int Code, string Output) Check(string genuine) =>
        ScratchClone.MSBuild(Repository.Root, ["build/bootstrap.proj", "-t:Check", "-p:GenuinePackages=" + genuine]);
}
