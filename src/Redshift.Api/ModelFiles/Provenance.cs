using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Redshift.Core;
using Redshift.Engine;

namespace Redshift.ModelFiles;

/// <summary>Where a run came from, as named texts in the order in which they are shown.</summary>
internal sealed record Provenance(IReadOnlyList<(string Name, string Value)> Entries)
{
    /// <summary>Gathers it.</summary>
    /// <param name="catalogue">The data.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="threads">Worker threads.</param>
    public static Provenance Gather(Catalogue catalogue, ulong seed, IBackend backend, int threads) => new(
    [
        ("data", catalogue.Source),
        ("data_sha256", catalogue.Sha256 ?? "none (from memory)"),
        ("data_objects", catalogue.Count.ToString(CultureInfo.InvariantCulture)),
        ("seed", seed.ToString(CultureInfo.InvariantCulture)),
        ("redshift", Software.Version),
        ("git_commit", Software.Commit ?? "unknown"),
        ("packages", Software.Packages),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("system", $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}"),
        ("processor", Software.Processor),
        ("threads", threads.ToString(CultureInfo.InvariantCulture)),
        ("backend", $"{backend.Name}: {backend.Description}"),
        ("command_line", string.Join(' ', Environment.GetCommandLineArgs().Select(Quoted))),
        ("finished", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
    ]);

    /// <summary><c>provenance.json</c>.</summary>
    public string Write() =>
        Json.text(JsonObjects.Object(Entries.Select(e => (e.Name, JsonObjects.Text(e.Value))).ToArray()));

    /// <summary>Reads <c>provenance.json</c>.</summary>
    public static Provenance Read(string text, string path) => new(JsonObjects.Parse(text, path).Texts().ToArray());

    private static string Quoted(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument;
}

/// <summary>What this library is and runs on.</summary>
internal static class Software
{
    private static readonly Assembly Own = typeof(Software).Assembly;

    private static readonly string[] Informational =
        (Own.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+', 2);

    /// <summary>The version.</summary>
    public static string Version => Informational[0];

    /// <summary>The commit that was built, where known.</summary>
    public static string? Commit => Informational.Length > 1 ? Informational[1] : null;

    /// <summary>Which optional packages are genuine and which stand-ins: <c>Deedle=stand-in, …</c>.</summary>
    public static string Packages { get; } = Own.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "OptionalPackages")?.Value ?? "unknown";

    /// <summary>The processor's name where the system tells it.</summary>
    public static string Processor { get; } = FindProcessor();

    private static string FindProcessor()
    {
        const string file = "/proc/cpuinfo";
        var name = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return name is null
            ? $"{Environment.ProcessorCount} x {RuntimeInformation.ProcessArchitecture}"
            : $"{Environment.ProcessorCount} x {name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}";
    }
}
