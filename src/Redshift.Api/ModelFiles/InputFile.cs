using System.Buffers;

namespace Redshift;

/// <summary>Opening files that a user names: whatever goes wrong becomes one line that says the file, what was expected and what was found.</summary>
internal static class InputFile
{
    private const long LargestText = 64 << 20;

    /// <summary>Opens a file for reading from start to end.</summary>
    /// <exception cref="RedshiftException">It does not exist, is a directory or cannot be read.</exception>
    public static FileStream Open(string path, string expected)
    {
        if (Directory.Exists(path))
        {
            throw new RedshiftException($"{path}: expected {expected}, found a directory");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RedshiftException($"{path}: expected {expected}, found no file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RedshiftException($"{path}: expected {expected}, found: {e.Message}", e);
        }
    }

    /// <summary>Reads a small text file whole.</summary>
    /// <exception cref="RedshiftException">As <see cref="Open"/>; or it is larger than <paramref name="largest"/> bytes.</exception>
    public static string ReadText(string path, string expected, long largest = LargestText)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, expected, largest)));
        return reader.ReadToEnd();
    }

    /// <summary>Reads a small file whole.</summary>
    /// <exception cref="RedshiftException">As <see cref="ReadText"/>.</exception>
    public static byte[] ReadBytes(string path, string expected, long largest)
    {
        using var stream = Open(path, expected);

        // Counted while reading: a pipe does not know its length.
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > largest)
            {
                throw new RedshiftException($"{path}: expected {expected} of at most {largest} bytes, found more");
            }
        }

        return bytes.ToArray();
    }

    /// <summary>
    /// How many lines a file seems to have, its last one without an end included; leaves it at its beginning. At most so
    /// many as could be rows of <paramref name="cells"/> cells, lest a file of line ends have room made for it that it
    /// does not need. 0 where that cannot be found out without using the file up, as of a pipe.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static int CountLines(FileStream stream, int cells)
    {
        if (!stream.CanSeek)
        {
            return 0;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
        long lines = 0, length = 0;
        var last = (byte)'\n';
        while (stream.Read(buffer) is > 0 and var read)
        {
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            length += read;
            last = buffer[read - 1];
        }

        ArrayPool<byte>.Shared.Return(buffer);
        stream.Position = 0;
        lines += last == (byte)'\n' ? 0 : 1;
        return (int)Math.Min(int.MaxValue, Math.Min(lines, length / Math.Max(1, cells) + 1));
    }
}
