using System.Security.Cryptography;

namespace Redshift;

/// <summary>
/// Passes a stream through and sums up its bytes by SHA-256 on the way, so that a file is read once. Reads and sums one
/// block ahead on another thread, while the block before is made use of. Read by one thread at a time.
/// </summary>
internal sealed class HashingStream : Stream
{
    private const int BlockSize = 1 << 20;

    private readonly Stream inner;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] block = new byte[BlockSize];
    private byte[] blockAhead = new byte[BlockSize];
    private Task<int>? ahead;
    private int at;
    private int filled;
    private bool ended;

    private readonly CancellationToken cancellation;

    public HashingStream(Stream inner, CancellationToken cancellation)
    {
        this.inner = inner;
        this.cancellation = cancellation;
    }

    /// <summary>The hash of all that was read, in hexadecimal; of the whole once its end has been read.</summary>
    public string Sha256 => Convert.ToHexStringLower(hash.GetCurrentHash());

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => throw new NotSupportedException("a hashing stream reads ahead");
        set => throw new NotSupportedException("a hashing stream is read from start to end");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (at == filled && !ended)
        {
            // Taken before its result is asked for: a fault is told once, and the next read tries again.
            var reading = ahead ?? ReadBlock();
            ahead = null;
            (at, filled) = (0, reading.GetAwaiter().GetResult());
            (block, blockAhead) = (blockAhead, block);
            ended = filled == 0;
            ahead = ended ? null : ReadBlock();
        }

        var count = Math.Min(buffer.Length, filled - at);
        block.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a hashing stream is read from start to end");

    public override void SetLength(long value) => throw new NotSupportedException("a hashing stream is read-only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a hashing stream is read-only");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Whatever it came to: nobody wants the block any more, but it must not be read into a closed file.
            ((IAsyncResult?)ahead)?.AsyncWaitHandle.WaitOne();
            hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task<int> ReadBlock()
    {
        var into = blockAhead;
        return Task.Run(() =>
        {
            var read = inner.Read(into);
            hash.AppendData(into.AsSpan(0, read));
            return read;
        });
    }
}
