using Microsoft.FSharp.Core;
using Redshift.Core.Catalogues;

namespace Redshift;

/// <summary>A table's file, open for reading, through gzip where it is compressed.</summary>
internal sealed class TableFile : IDisposable
{
    private readonly FileStream file;

    private TableFile(FileStream file, Stream stream)
    {
        this.file = file;
        Stream = stream;
    }

    /// <summary>The table's bytes.</summary>
    public Stream Stream { get; }

    /// <summary>The share of the file that was read, 0 to 1; 0 where its length is unknown.</summary>
    public double Share => file.CanSeek && file.Length > 0 ? Math.Min(1.0, (double)file.Position / file.Length) : 0.0;

    /// <summary>Opens a file.</summary>
    /// <exception cref="RedshiftException">It does not exist or cannot be read.</exception>
    public static TableFile Open(string path, string expected)
    {
        var file = InputFile.Open(path, expected);
        try
        {
            return new TableFile(file, IsCompressed(file) ? new WholeGzip(file) : file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new RedshiftException($"{path}: expected {expected}, found: {e.Message}", e);
        }
    }

    /// <summary>Reads a file whole by one of Core's readers.</summary>
    /// <exception cref="RedshiftException">It cannot be read, or is not what is expected.</exception>
    public static T Read<T>(string path, string expected, Func<Stream, FSharpResult<T, CatalogueError>> read)
    {
        using var file = Open(path, expected);
        return read(file.Stream).OrThrow();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        file.Dispose();
    }

    private static bool IsCompressed(FileStream file)
    {
        // A pipe cannot be looked into beforehand.
        if (!file.CanSeek)
        {
            return false;
        }

        Span<byte> magic = stackalloc byte[2];
        var read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && magic is [0x1F, 0x8B];
    }
}
