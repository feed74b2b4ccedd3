using System.Text;

namespace Redshift.ModelFiles;

/// <summary>Writes a file so that it is either there whole or not at all: a temporary file beside it, flushed to the disk, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Writes by a stream; on any exception nothing is left behind and an older file stays as it was.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = Temporary(path);

        // Opened before the try: where another writer holds the temporary file, it is not ours to remove.
        var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The name under which <paramref name="path"/> is written before it is renamed.</summary>
    public static string Temporary(string path) => path + ".partial";
}

/// <summary>Files that a user asked to be written: a fault of the place becomes one line that names it.</summary>
internal static class OutputFile
{
    /// <summary>Writes by a stream; the file appears when it is whole.</summary>
    /// <exception cref="RedshiftException">The place cannot be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (Directory.Exists(path))
        {
            throw new RedshiftException($"{path}: expected a file to write, found a directory");
        }

        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            AtomicFile.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RedshiftException($"{path}: expected a file that can be written, found: {e.Message}", e);
        }
    }

    /// <summary>Writes a text that comes in parts as UTF-8, without a second copy of it; the file appears when it is whole.</summary>
    /// <exception cref="RedshiftException">The place cannot be written to.</exception>
    public static void WriteText(string path, IEnumerable<string> parts) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        foreach (var part in parts)
        {
            writer.Write(part);
        }
    });

    /// <summary>Writes a text as UTF-8; the file appears when it is whole.</summary>
    /// <exception cref="RedshiftException">The place cannot be written to.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
