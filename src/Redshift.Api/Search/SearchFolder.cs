using System.Globalization;

namespace Redshift.HyperParameters;

/// <summary>The files of a search.</summary>
internal static class SearchFolder
{
    public const string Best = "best.json";
    public const string Report = "report.html";

    /// <summary>Whether a folder holds a search, finished or begun.</summary>
    public static bool HoldsSearch(string folder) => File.Exists(Path.Combine(folder, Journal.FileName));

    /// <summary>Where a trial's checkpoint is while it is under way.</summary>
    public static string Trial(string folder, int number) =>
        Path.Combine(folder, $"trial-{number.ToString("0000", CultureInfo.InvariantCulture)}");

    /// <summary>Removes a search, so that another one can begin; other files are left alone.</summary>
    public static void Clear(string folder)
    {
        if (!HoldsSearch(folder))
        {
            return;
        }

        foreach (var name in new[] { Best, Report, Journal.FileName, Journal.LockName })
        {
            File.Delete(Path.Combine(folder, name));
        }

        foreach (var file in Directory.GetFiles(folder, "worker-*.lock"))
        {
            File.Delete(file);
        }

        foreach (var trial in Directory.GetDirectories(folder, "trial-*").Where(t => Path.GetFileName(t)[6..].All(char.IsAsciiDigit)))
        {
            ClearTrial(trial);
        }
    }

    /// <summary>Removes a trial's checkpoint.</summary>
    public static void ClearTrial(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
