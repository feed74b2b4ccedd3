using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Redshift.ModelFiles.Onnx;

/// <summary>A protobuf message while it is written, field by field.</summary>
[SuppressMessage("Design", "CA1001", Justification = "What is not disposed of holds nothing but memory.")]
internal sealed class ProtoMessage
{
    private readonly MemoryStream bytes = new();
    private readonly CodedOutputStream output;

    public ProtoMessage() => output = new CodedOutputStream(bytes, leaveOpen: true);

    public ProtoMessage Whole(int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
        return this;
    }

    public ProtoMessage Number(int field, float value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
        return this;
    }

    public ProtoMessage Text(int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
        return this;
    }

    public ProtoMessage Bytes(int field, ReadOnlyMemory<byte> value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
        return this;
    }

    public ProtoMessage Message(int field, ProtoMessage value) => Bytes(field, value.ToMemory());

    /// <summary>All that was written.</summary>
    public ReadOnlyMemory<byte> ToMemory()
    {
        output.Flush();
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
