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
    public static IReadOnlyList<(string Name, string Description)> BackendList =>
        Backends.All.Select(b => (b.Name, b.Description)).ToArray();

    /// <summary>The devices that the backends can run on, by the names that <c>--device</c> takes.</summary>
    public static IReadOnlyList<(string Name, string Description)> DeviceList =>
        Backends.All.SelectMany(b => b.Devices).ToArray();

    /// <summary>What to do where the backend <c>torch</c> is missing.</summary>
    public static string HowToInstallTorch => Backends.HowToInstall;

    /// <summary>Refuses a backend, device or precision that this machine lacks, before any work is done.</summary>
    /// <param name="backend"><c>simd</c> or <c>torch</c>.</param>
    /// <param name="device">As of <see cref="TrainingOptions.Device"/>.</param>
    /// <param name="precision">As of <see cref="TrainingOptions.Precision"/>.</param>
    /// <exception cref="ArgumentException">It is not to be had; the message says what to install.</exception>
    public static void RequireBackend(string backend, string device = "auto", Precision precision = Precision.Full) =>
        _ = Backends.Find(backend, device, precision);

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
