using System.Diagnostics;

namespace Redshift.HyperParameters;

/// <summary>
/// A file that one process at a time can hold. The system lets go of it when the process ends, however it ends, so that
/// holding it also says "alive". It works between processes of one machine, and on shared folders whose locks work.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const int PauseMilliseconds = 5;

    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Holds the file, made if need be; waits while another one does.</summary>
    /// <exception cref="RedshiftException">Another process holds it for minutes.</exception>
    public static FileLock Wait(string path, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); ; Thread.Sleep(PauseMilliseconds))
        {
            if (Try(path) is { } held)
            {
                return held;
            }

            cancellation.ThrowIfCancellationRequested();
            if (clock.Elapsed > Patience)
            {
                throw new RedshiftException(
                    $"{path}: expected a lock that is free within {Patience.TotalMinutes} minutes, found it held by another process");
            }
        }
    }

    /// <summary>Holds the file, made if need be; null where another one does.</summary>
    public static FileLock? Try(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            return null;
        }
    }

    public void Dispose() => stream.Dispose();
}
