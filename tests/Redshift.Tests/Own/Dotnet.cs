using System.Diagnostics;

namespace Redshift.Tests.Own;

/// <summary>Runs <c>dotnet</c> and other programs as a user does.</summary>
internal static class Dotnet
{
    /// <summary>Runs <c>dotnet</c> in a folder: the exit code, and what it said.</summary>
    public static (int Code, string Output) Run(string folder, params IEnumerable<string> arguments) =>
        Program("dotnet", folder, arguments);

    /// <summary>Runs a program in a folder, with its own folder of packages if one is named, and without the further sources
    /// of packages that the environment may name if it is to have its own alone.</summary>
    public static (int Code, string Output) Program(
        string program, string folder, IEnumerable<string> arguments, string? packages = null, bool ownSources = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Those of the build that runs this test would lead this one astray.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        if (ownSources)
        {
            start.Environment.Remove("RestoreAdditionalProjectSources");
        }

        if (packages is not null)
        {
            start.Environment["NUGET_PACKAGES"] = packages;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + error.Result);
    }
}
