using System.Security.Cryptography;

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
    /// <exception cref="RedshiftException">As <see cref="Open"/>; or it is larger than 64 MiB.</exception>
    public static string ReadText(string path, string expected)
    {
        using var stream = Open(path, expected);
        if (stream.Length > LargestText)
        {
            throw new RedshiftException($"{path}: expected {expected} of at most {LargestText} bytes, found {stream.Length}");
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>Passes a stream through and sums up its bytes by SHA-256 on the way, so that a file is read once.</summary>
internal sealed class HashingStream(Stream inner) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of all that was read, in hexadecimal.</summary>
    public string Sha256 => Convert.ToHexStringLower(hash.GetCurrentHash());

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException("a hashing stream is read from start to end");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        hash.AppendData(buffer[..read]);
        return read;
    }

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a hashing stream is read from start to end");

    public override void SetLength(long value) => throw new NotSupportedException("a hashing stream is read-only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a hashing stream is read-only");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
