using System.IO.Compression;
using System.Xml.Linq;

namespace Redshift.Tests.Own;

/// <summary>
/// Redshift's packages, made of what this program was built with, in a folder outside the clone that is a NuGet source;
/// beside it the clone's <c>.feed</c>, which holds all that they need. No other source is asked.
/// </summary>
internal sealed class PackedFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("redshift-packages-");

    public PackedFolder()
    {
        var feed = Path.Combine(Repository.Root, ".feed");
        File.WriteAllText(
            At("NuGet.Config"),
            $"""
            <configuration>
              <packageSources>
                <clear /><add key="packed" value="{Source}" /><add key="feed" value="{feed}" />
              </packageSources>
            </configuration>
            """);
        foreach (var project in new[] { "Redshift.Core.fsproj", "Redshift.Api", "Redshift.Cli" })
        {
            Said.Add(Must("dotnet", Repository.Root,
                ["pack", "src/" + project, "--no-build", "-c", Configuration, "-o", Source, .. Choice(), "-nr:false", "-v:m"]));
        }
    }

    /// <summary>What was said when packing.</summary>
    public List<string> Said { get; } = [];

    /// <summary>The folder of the packages.</summary>
    public string Source => folder.CreateSubdirectory("source").FullName;

    /// <summary>Which packages this build took: <c>Deedle=stand-in, …</c>.</summary>
    public static string Taken { get; } = typeof(PackedFolder).Assembly
        .GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>()
        .Single(a => a.Key == "OptionalPackages").Value!;

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    /// <summary>A path in the folder.</summary>
    public string At(string path) => Path.Combine(folder.FullName, path);

    /// <summary>A new empty folder in it.</summary>
    public string Empty(string name) => folder.CreateSubdirectory(name).FullName;

    /// <summary>Runs a program outside the clone, with packages unpacked here; its exit code is to be 0.</summary>
    public string Must(string program, string at, IEnumerable<string> arguments)
    {
        var inside = at == Repository.Root;
        var (code, output) = Dotnet.Program(program, at, arguments, inside ? null : At("packages"));
        Expecto.Expect.equal(code, 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    /// <summary>A package's description, from its nuspec, and the names of its files.</summary>
    public (XElement Metadata, string[] Files) Read(string id)
    {
        using var package = ZipFile.OpenRead(Directory.GetFiles(Source, $"{id}.*.nupkg").Single());
        using var text = package.GetEntry(id + ".nuspec")!.Open();
        var metadata = XDocument.Load(text).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        return (metadata, package.Entries.Select(e => e.FullName).ToArray());
    }

    public void Dispose() => folder.Delete(true);

    // What was built without the genuine packages is packed without them, even where they are served.
    private static string[] Choice()
    {
        var file = Path.Combine(Repository.Root, "paket-files", "choice.txt");
        var served = File.Exists(file) ? File.ReadAllText(file).Trim().Split('|') : [];
        return served.Contains("Deedle") && Taken.Contains("Deedle=stand-in") ? ["-p:GenuinePackages=false"] : [];
    }
}
