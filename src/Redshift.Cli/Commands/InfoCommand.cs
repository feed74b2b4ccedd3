using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace Redshift.Cli.Commands;

/// <summary><c>info</c>: what this is and what it runs on.</summary>
internal static class InfoCommand
{
    public static Command Make()
    {
        var command = Common.Command(
            "info",
            "Say versions, which packages are genuine and which stand-ins, what the processor can do, and the backends.",
            "redshift info");
        command.SetAction(parsed =>
        {
            var entries = Entries().ToList();
            if (parsed.GetValue(Common.Json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(entries.ToDictionary(e => e.Name, e => e.Value), Indented));
                return CommandLine.Done;
            }

            var width = entries.Max(e => e.Name.Length);
            foreach (var (name, value) in entries)
            {
                Console.Out.WriteLine($"{name.PadRight(width)}  {value}");
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static IEnumerable<(string Name, string Value)> Entries()
    {
        yield return ("redshift", SoftwareInfo.Version);
        yield return ("commit", SoftwareInfo.Commit ?? "unknown");
        foreach (var package in SoftwareInfo.Packages.Split(", "))
        {
            var parts = package.Split('=', 2);
            yield return ($"package {parts[0]}", parts.Length > 1 ? parts[1] : "unknown");
        }

        yield return ("runtime", RuntimeInformation.FrameworkDescription);
        yield return ("system", $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}");
        yield return ("processor", SoftwareInfo.Processor);
        yield return ("vectors", Vectors());
        foreach (var (name, description) in SoftwareInfo.BackendList)
        {
            yield return ($"backend {name}", description);
        }

        if (SoftwareInfo.BackendList.All(b => b.Name != "torch"))
        {
            yield return ("backend torch", $"not here: {SoftwareInfo.HowToInstallTorch}");
        }

        yield return ("devices", string.Join(", ", SoftwareInfo.DeviceList.Select(d => d.Name).Distinct()));
        foreach (var (name, description) in SoftwareInfo.DeviceList.Where(d => d.Name != "cpu"))
        {
            yield return ($"device {name}", description);
        }
    }

    /// <summary>What of the processor's vectors matters for speed, as the runtime reports it.</summary>
    private static string Vectors()
    {
        var features = new (bool Supported, string Name)[]
        {
            (Avx512F.IsSupported, "AVX-512"),
            (Avx2.IsSupported, "AVX2"),
            (Fma.IsSupported, "FMA"),
            (AdvSimd.IsSupported, "NEON"),
        };
        var supported = features.Where(f => f.Supported).Select(f => f.Name).ToArray();
        return supported.Length > 0 ? string.Join(", ", supported) : "none known";
    }
}
