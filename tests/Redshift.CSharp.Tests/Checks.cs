using Expecto;

namespace Redshift.CSharp.Tests;

/// <summary>What these tests expect; a failed one ends its test.</summary>
internal static class Checks
{
    public static void Equal<T>(T expected, T found, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            throw new AssertException($"{what}: expected {expected}, found {found}");
        }
    }

    public static void True(bool holds, string what)
    {
        if (!holds)
        {
            throw new AssertException(what);
        }
    }

    public static T Throws<T>(Action run, string what)
        where T : Exception
    {
        try
        {
            run();
        }
        catch (T e)
        {
            return e;
        }

        throw new AssertException($"{what}: expected {typeof(T).Name}, found none");
    }
}

/// <summary>An empty folder that goes when disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("redshift-test-");

    public string At(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
