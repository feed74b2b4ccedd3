using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
            yield return ("backend torch", "not here: the NuGet sources at build time did not serve TorchSharp");
        }

        yield return ("devices", "cpu");
    }

    private static string Vectors()
    {
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        var fused = Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;
        return width == 0 ? "none" : $"{width} bits{(fused ? ", fused multiply-add" : "")}";
    }
}
