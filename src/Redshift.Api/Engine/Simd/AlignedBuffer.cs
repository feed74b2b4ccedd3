using System.Runtime.InteropServices;

namespace Redshift.Engine.Simd;

/// <summary>Numbers at a fixed address on a 64-byte boundary, zero at first; freed with the object.</summary>
internal sealed unsafe class AlignedBuffer : SafeHandle
{
    /// <summary>Floats beyond the end, so that loops over whole vectors need no special end.</summary>
    private const int Slack = 64;

    public AlignedBuffer(long count)
        : base(0, ownsHandle: true)
    {
        Count = count;
        var bytes = checked((nuint)(count + Slack) * sizeof(float));
        var start = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(start, bytes);
        SetHandle((nint)start);
    }

    /// <summary>How many floats it holds.</summary>
    public long Count { get; }

    public float* Start => (float*)handle;

    /// <summary>The numbers as a span.</summary>
    public Span<float> Span => new(Start, checked((int)Count));

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
