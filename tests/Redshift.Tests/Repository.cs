namespace Redshift.Tests;

/// <summary>The clone this program was built in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static DirectoryInfo Folder(string path) => new(Path.Combine(Root, path));

    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    private static string FindRoot(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Redshift.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("expected Redshift.sln above the tests, found none");
    }
}
