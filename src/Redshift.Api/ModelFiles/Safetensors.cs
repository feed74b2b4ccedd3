using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Redshift.ModelFiles;

/// <summary>Named arrays of 32-bit floats with their dimensions, and notes as text.</summary>
internal sealed class TensorFile
{
    /// <summary>The arrays by name, in the order in which they are written.</summary>
    public List<(string Name, int[] Dimensions, float[] Values)> Tensors { get; } = [];

    /// <summary>Notes by name.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds an array.</summary>
    public void Add(string name, int[] dimensions, float[] values) => Tensors.Add((name, dimensions, values));

    /// <summary>The values by name.</summary>
    public Dictionary<string, float[]> ToDictionary() => Tensors.ToDictionary(t => t.Name, t => t.Values, StringComparer.Ordinal);
}

/// <summary>
/// The safetensors format: eight bytes with the header's length (little-endian), a JSON header with type, shape and place
/// of each array, then the arrays. Nothing in it can be executed. Read strictly: every size is checked against the file's
/// length before memory is taken.
/// </summary>
internal static class Safetensors
{
    private const int LargestHeader = 16 << 20;

    /// <summary>Writes a file at once or not at all.</summary>
    public static void Write(string path, TensorFile file) => AtomicFile.Write(path, stream => Write(stream, file));

    private static void Write(Stream stream, TensorFile file)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (file.Metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (name, text) in file.Metadata)
                {
                    json.WriteString(name, text);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var (name, dimensions, values) in file.Tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var dimension in dimensions)
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += 4L * values.Length;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, buffer.Length);
        stream.Write(length);
        buffer.WriteTo(stream);
        foreach (var (_, _, values) in file.Tensors)
        {
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="RedshiftException">It is not there, or is not a safetensors file of 32-bit floats.</exception>
    public static TensorFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RedshiftException($"{path}: expected a readable weights file, found: {e.Message}", e);
        }
    }

    private static TensorFile Read(Stream stream, string path)
    {
        RedshiftException Fault(string expected, string found) => new($"{path}: expected {expected}, found {found}");

        var prefix = new byte[8];
        if (stream.Length < 8)
        {
            throw Fault("a safetensors file", $"{stream.Length} bytes");
        }

        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength < 2 || headerLength > LargestHeader || headerLength > stream.Length - 8)
        {
            throw Fault($"a header of 2 to {Math.Min(LargestHeader, stream.Length - 8)} bytes", $"a length of {headerLength}");
        }

        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var dataStart = 8 + headerLength;
        var dataLength = stream.Length - dataStart;
        var file = new TensorFile();
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                if (!seen.Add(entry.Name))
                {
                    throw Fault("each name once", $"{entry.Name} twice");
                }

                if (entry.Name == "__metadata__")
                {
                    foreach (var note in entry.Value.EnumerateObject())
                    {
                        file.Metadata[note.Name] = note.Value.GetString() ?? "";
                    }

                    continue;
                }

                var type = entry.Value.GetProperty("dtype").GetString();
                if (type != "F32")
                {
                    throw Fault($"32-bit floats (F32) in {entry.Name}", $"{type}");
                }

                var dimensions = entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
                var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(d => d.GetInt64()).ToArray();
                if (dimensions.Length > 8 || dimensions.Any(d => d < 0) || offsets.Length != 2)
                {
                    throw Fault($"dimensions of at least 0 and two offsets in {entry.Name}", entry.Value.GetRawText());
                }

                var count = dimensions.Aggregate((Int128)1, (product, d) => product * d);
                var (from, to) = (offsets[0], offsets[1]);
                if (from < 0 || to < from || to > dataLength || to - from != count * 4)
                {
                    throw Fault($"{entry.Name} of {count} numbers within {dataLength} bytes", $"offsets {from} to {to}");
                }

                var values = new float[(int)count];
                stream.Position = dataStart + from;
                stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                file.Add(entry.Name, dimensions, values);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new RedshiftException($"{path}: expected a safetensors header, found: {Shorten(header)}", e);
        }

        return file;
    }

    private static string Shorten(byte[] header)
    {
        var text = Encoding.UTF8.GetString(header, 0, Math.Min(60, header.Length));
        return new string(text.Select(c => char.IsControl(c) ? ' ' : c).ToArray());
    }
}
