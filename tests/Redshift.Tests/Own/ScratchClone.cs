using System.IO.Compression;

namespace Redshift.Tests.Own;

/// <summary>
/// A copy of the build's bootstrap in a folder of its own, with a NuGet source of its own: what this clone always
/// needs, and the packages the test makes. Nothing outside the folder is asked.
/// </summary>
internal sealed class ScratchClone : IDisposable
{
    private static readonly string[] Files =
        ["paket.dependencies", "paket.lock", ".config/dotnet-tools.json", "global.json"];

    /// <summary>How the files of optional packages begin, and of what TorchSharp-cpu and its like bring.</summary>
    private static readonly string[] Optional = ["deedle.", "xplot.plotly.", "expecto.", "torchsharp", "libtorch-"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("redshift-switch-");

    public ScratchClone()
    {
        foreach (var file in Files
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "build"), "*", SearchOption.AllDirectories)
                .Select(Repository.Relative))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj")))
        {
            Copy(file);
        }

        foreach (var package in Directory.EnumerateFiles(Path.Combine(Repository.Root, ".feed"), "*.nupkg", SearchOption.AllDirectories)
            .Where(package => !Optional.Any(id => Path.GetFileName(package).StartsWith(id, StringComparison.Ordinal))))
        {
            File.Copy(package, Path.Combine(Source, Path.GetFileName(package)), true);
        }

        Sources(Source);
    }

    /// <summary>The folder that serves packages.</summary>
    public string Source => folder.CreateSubdirectory("source").FullName;

    /// <summary>Names the only NuGet source.</summary>
    public void Sources(string address) => File.WriteAllText(
        Path.Combine(folder.FullName, "NuGet.Config"),
        $"""
        <configuration>
          <packageSources><clear /><add key="scratch" value="{address}" allowInsecureConnections="true" /></packageSources>
        </configuration>
        """);

    /// <summary>Makes the source serve an empty package.</summary>
    public string Serve(string id, string version, string dependencies = "")
    {
        var file = Path.Combine(Source, $"{id}.{version}.nupkg");
        using var package = ZipFile.Open(file, ZipArchiveMode.Create);
        using var text = new StreamWriter(package.CreateEntry(id + ".nuspec").Open());
        text.Write(
            $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{id}</id><version>{version}</version><authors>test</authors><description>test</description>
                <dependencies>{dependencies}</dependencies>
              </metadata>
            </package>
            """);
        return file;
    }

    /// <summary>Fills the feed and remembers what was served; the exit code, the output, and what is remembered.</summary>
    public (int Code, string Output, string Served) Feed(params string[] properties)
    {
        var remembered = folder.CreateSubdirectory("paket-files");
        remembered.Delete(true);
        var (code, output) = MSBuild(folder.FullName, ["build/bootstrap.proj", "-t:Feed;Remember", .. properties]);
        remembered.Refresh();
        var choice = remembered.Exists ? remembered.GetFiles("choice*.txt").SingleOrDefault() : null;
        return (code, output, choice is null ? "" : File.ReadAllText(choice.FullName).Trim().Split('|', 2)[1]);
    }

    public void Dispose() => folder.Delete(true);

    /// <summary>Runs <c>dotnet msbuild</c>.</summary>
    public static (int Code, string Output) MSBuild(string folder, IEnumerable<string> arguments) =>
        Dotnet.Program("dotnet", folder, ["msbuild", .. arguments, "-nologo", "-nr:false", "-tl:off"], ownSources: true);

    private void Copy(string file)
    {
        var to = Path.Combine(folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(Path.Combine(Repository.Root, file), to, true);
    }
}
