using System.Reflection;
using System.Runtime.InteropServices;
using Redshift.Engine;

namespace Redshift;

/// <summary>What this library is and runs on.</summary>
public static class SoftwareInfo
{
    private static readonly Assembly Own = typeof(SoftwareInfo).Assembly;

    private static readonly string[] Informational =
        (Own.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+', 2);

    /// <summary>The version.</summary>
    public static string Version => Informational[0];

    /// <summary>The commit that was built, where known.</summary>
    public static string? Commit => Informational.Length > 1 ? Informational[1] : null;

    /// <summary>Which optional packages are genuine and which stand-ins: <c>Deedle=stand-in, …</c>.</summary>
    public static string Packages { get; } = Own.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "OptionalPackages")?.Value ?? "unknown";

    /// <summary>The backends at hand, each with what it runs on.</summary>
    public static IReadOnlyList<(string Name, string Description)> BackendList { get; } =
        Backends.All.Select(b => (b.Name, b.Description)).ToArray();

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
