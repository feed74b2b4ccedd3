using System.Diagnostics;
using System.Reflection;
using System.Xml.Linq;

namespace Redshift.Tests;

/// <summary>One test program: a project in <c>tests/</c> and the assembly built from it.</summary>
/// <param name="Name">The project's name.</param>
/// <param name="Assembly">What is built from it.</param>
/// <param name="OwnArguments">What it is told before Expecto's arguments.</param>
/// <param name="RequiredPackage">The package without which it is not built; null: none.</param>
internal sealed record Suite(string Name, string Assembly, IReadOnlyList<string> OwnArguments, string? RequiredPackage)
{
    /// <summary>
    /// Every project <c>tests/*/*.Tests.?sproj</c>, this one with its own tests included, in the order of names.
    /// The assembly is looked for in the configuration this program was built in, and may be missing.
    /// </summary>
    public static IReadOnlyList<Suite> Discover()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var built = Path.Combine("bin", framework.Parent!.Name, framework.Name);
        return Repository.Folder("tests")
            .EnumerateDirectories()
            .SelectMany(folder => folder.EnumerateFiles("*.Tests.?sproj"))
            .Select(project =>
            {
                var name = Path.GetFileNameWithoutExtension(project.Name);
                var assembly = Path.Combine(project.DirectoryName!, built, name + ".dll");
                return new Suite(
                    name,
                    assembly,
                    name == typeof(Suite).Assembly.GetName().Name ? ["--own"] : [],
                    XDocument.Load(project.FullName).Descendants("RequiresPackage").FirstOrDefault()?.Value);
            })
            .OrderBy(suite => suite.Name, StringComparer.Ordinal)
            .ToArray();
    }

    /// <summary>Runs it, passing its output on as it comes.</summary>
    /// <param name="arguments">Expecto's arguments, such as <c>--filter NAME</c>.</param>
    public SuiteResult Run(IReadOnlyList<string> arguments)
    {
        if (RequiredPackage is not null && !IsServed(RequiredPackage))
        {
            return SuiteResult.LeftOut(Name, $"{RequiredPackage} is not served here");
        }

        if (!File.Exists(Assembly))
        {
            return SuiteResult.Broken(Name, $"expected the built tests in {Repository.Relative(Assembly)}, found none");
        }

        ExpectoSummary? summary = null;
        var start = new ProcessStartInfo("dotnet", [Assembly, .. OwnArguments, "--no-spinner", "--colours", "0", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        process.StandardInput.Close();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            Console.WriteLine(line);
            summary = ExpectoSummary.Parse(line) ?? summary;
        }

        process.WaitForExit();
        return SuiteResult.Of(Name, summary, process.ExitCode, arguments.Count > 0);
    }

    /// <summary>Whether the build that made this program found the genuine package.</summary>
    private static bool IsServed(string package) => typeof(Suite).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(a => a.Key == "OptionalPackages" && (a.Value ?? "").Split(", ").Contains(package + "=genuine"));
}
