using Redshift.ModelFiles;

namespace Redshift.Comparisons;

/// <summary>The files of a comparison; beside them a run folder for each recipe, of its name.</summary>
internal static class ComparisonFolder
{
    public const string Json = "comparison.json";
    public const string Markdown = "comparison.md";
    public const string Page = "comparison.html";

    private static readonly string[] Results = [Json, Markdown, Page];

    /// <summary>Whether a folder holds the results of a comparison, or a run of one of these recipes.</summary>
    public static bool Holds(string folder, IEnumerable<string> names) =>
        Results.Any(name => File.Exists(Path.Combine(folder, name))) || names.Any(name => RunFolder.HoldsRun(Path.Combine(folder, name)));

    /// <summary>Removes the results, which are of other runs than those that will be there.</summary>
    public static void ClearResults(string folder)
    {
        foreach (var name in Results.Where(_ => Directory.Exists(folder)))
        {
            File.Delete(Path.Combine(folder, name));
        }
    }

    /// <summary>Removes a recipe's run.</summary>
    public static void ClearRun(string folder)
    {
        RunFolder.Clear(folder);
        if (Directory.Exists(folder))
        {
            File.Delete(Path.Combine(folder, RunTimes.FileName));
        }
    }
}
