using Expecto;
using Expecto.CSharp;

namespace Redshift.Tests.Own;

/// <summary>The packages, used as others use them: from a folder outside the clone, from a source that is a folder.</summary>
internal static class PackageTests
{
    private static readonly string[] StandInFor = ["Deedle", "XPlot.Plotly"];

    public static Test All { get; } = Runner.TestList(
        "Packages",
        [
            Runner.TestCase("what they hold, an application in C#, the tool", () =>
            {
                using var packed = new PackedFolder();
                Libraries(packed);
                Application(packed);
                Tool(packed);
            }),
        ]);

    private static void Libraries(PackedFolder packed)
    {
        foreach (var id in new[] { "Redshift.Core", "Redshift.Api" })
        {
            var (metadata, files) = packed.Read(id);
            string Text(string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;
            var needs = metadata.Descendants()
                .Where(e => e.Name.LocalName == "dependency")
                .ToDictionary(e => e.Attribute("id")!.Value, e => e.Attribute("version")!.Value);
            foreach (var file in new[] { $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "README.md", "LICENSE" })
            {
                Expect.contains(files, file, id);
            }

            Expect.equal((Text("license"), Text("readme")), ("MIT", "README.md"), id);
            Expect.isTrue(needs.Values.All(v => !v.StartsWith('[')), $"{id} allows newer versions: {string.Join(' ', needs)}");
            Expect.equal(
                File.Exists(Path.Combine(packed.Source, $"{id}.{Text("version")}.snupkg")), true, $"{id}: symbols");

            // A stand-in is inside and told of; a genuine package is asked for.
            foreach (var package in StandInFor)
            {
                var standIn = PackedFolder.Taken.Contains(package + "=stand-in");
                var inside = files.Contains($"lib/net10.0/{package}.dll");
                Expect.equal(inside, standIn && id == "Redshift.Core", $"{id}: {package} inside");
                Expect.equal(needs.ContainsKey(package), !standIn && id == "Redshift.Core", $"{id}: {package} needed");
                Expect.equal(Text("description").Contains(package), standIn, $"{id}: {package} told of");
            }
        }
    }

    private static void Application(PackedFolder packed)
    {
        var folder = packed.Empty("application");
        foreach (var file in Repository.Folder("samples/csharp").EnumerateFiles())
        {
            file.CopyTo(Path.Combine(folder, file.Name));
        }

        var said = packed.Must("dotnet", folder, ["run", "-c", "Release", "--", packed.Empty("sample-data")]);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Expect.stringContains(said, PackedFolder.Taken, "the packages it was built with");
        var predicted = lines.Where(l => l.StartsWith("z = ", StringComparison.Ordinal)).ToArray();
        Expect.equal(predicted.Length, 5, said);
        foreach (var line in predicted)
        {
            var z = line.Split(' ')[2];
            Expect.isTrue(double.TryParse(z, out var value) && value > 0 && line.EndsWith("again " + z, StringComparison.Ordinal), line);
        }

        Expect.isTrue(File.Exists(packed.At("sample-data/run/weights.safetensors")), "the run it saved");
    }

    private static void Tool(PackedFolder packed)
    {
        var folder = packed.Empty("empty");
        var tools = packed.At("tools");
        packed.Must("dotnet", folder,
            ["tool", "install", "Redshift.Cli", "--tool-path", tools, "--configfile", packed.At("NuGet.Config")]);
        var redshift = Path.Combine(tools, OperatingSystem.IsWindows() ? "redshift.exe" : "redshift");

        Expect.stringContains(packed.Must(redshift, folder, ["info"]), "backend simd", "info");
        Expect.stringContains(packed.Must(redshift, folder, ["recipes", "photoz", "--survey", "zcosmos"]), "Parameters:", "surveys and recipes");
        packed.Must(redshift, folder, ["demo", "--count", "300", "--epochs", "1"]);
        var report = File.ReadAllText(Path.Combine(folder, "runs/demo/report.html"));
        var script = File.Exists(Path.Combine(Repository.Root, "paket-files/plotly.min.js"));
        Expect.equal(report.Contains("<script src="), !script, "the charts' script is in the report where it was in the build");
    }
}
