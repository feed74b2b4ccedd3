using System.Buffers.Binary;
using System.IO.Compression;

namespace Redshift;

/// <summary>
/// Decompresses a gzip file and refuses one that is cut off, which .NET takes for its end: the last four bytes are to say
/// how many there were (RFC 1952, ISIZE). So files of several members are refused as well.
/// </summary>
internal sealed class WholeGzip : Stream
{
    private readonly GZipStream inner;
    private readonly uint expected;
    private uint count;

    /// <param name="file">The file, at its beginning; stays the caller's.</param>
    public WholeGzip(FileStream file)
    {
        Span<byte> size = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - size.Length);
        file.ReadExactly(size);
        file.Position = 0;
        expected = BinaryPrimitives.ReadUInt32LittleEndian(size);
        inner = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("a compressed file does not tell its length");

    public override long Position
    {
        get => throw new NotSupportedException("a compressed file is read from start to end");
        set => throw new NotSupportedException("a compressed file is read from start to end");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        count = unchecked(count + (uint)read);
        return read > 0 || buffer.IsEmpty || count == expected
            ? read
            : throw new InvalidDataException("gzip data cut off or of several parts; decompress it first");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a compressed file is read from start to end");

    public override void SetLength(long value) => throw new NotSupportedException("a compressed file is read-only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a compressed file is read-only");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
