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
    /// <exception cref="RedshiftException">The place cannot be written to.</exception>
    public static void Write(string path, TensorFile file) => OutputFile.Write(path, stream => Write(stream, file));

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
        if (stream.Length < 8)
        {
            throw Fault(path, "a safetensors file", $"{stream.Length} bytes");
        }

        var prefix = new byte[8];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength < 2 || headerLength > LargestHeader || headerLength > stream.Length - 8)
        {
            throw Fault(path, $"a header of 2 to {Math.Min(LargestHeader, stream.Length - 8)} bytes", $"a length of {headerLength}");
        }

        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var dataStart = 8 + headerLength;
        var file = new TensorFile();
        foreach (var (name, dimensions, from, to) in ReadHeader(header, stream.Length - dataStart, file.Metadata, path))
        {
            var values = new float[(to - from) / 4];
            stream.Position = dataStart + from;
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            file.Add(name, dimensions, values);
        }

        return file;
    }

    private static List<Place> ReadHeader(byte[] header, long dataLength, SortedDictionary<string, string> notes, string path)
    {
        var places = new List<Place>();
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                if (!seen.Add(entry.Name))
                {
                    throw Fault(path, "each name once", $"{entry.Name} twice");
                }

                if (entry.Name != "__metadata__")
                {
                    places.Add(ReadPlace(entry, path));
                    continue;
                }

                foreach (var note in entry.Value.EnumerateObject())
                {
                    notes[note.Name] = note.Value.GetString() ?? "";
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new RedshiftException($"{path}: expected a safetensors header, found: {Shorten(header)}", e);
        }

        CheckCover(places, dataLength, path);
        return places;
    }

    private static Place ReadPlace(JsonProperty entry, string path)
    {
        var type = entry.Value.GetProperty("dtype").GetString();
        if (type != "F32")
        {
            throw Fault(path, $"32-bit floats (F32) in {entry.Name}", $"{type}");
        }

        var dimensions = entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
        var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        if (dimensions.Length > 8 || dimensions.Any(d => d < 0) || offsets.Length != 2)
        {
            throw Fault(path, $"dimensions of at least 0 and two offsets in {entry.Name}", Shorten(entry.Value.GetRawText()));
        }

        var (from, to) = (offsets[0], offsets[1]);
        var count = CountOf(dimensions);
        return from >= 0 && to >= from && count <= Array.MaxLength && to - from == 4 * count
            ? new Place(entry.Name, dimensions, from, to)
            : throw Fault(
                path, $"offsets of [{string.Join(", ", dimensions)}] 32-bit floats in {entry.Name}", $"{from} to {to}");
    }

    /// <summary>The arrays fill the data without gap or overlap, as the format asks, so that together they never take more memory than the file.</summary>
    private static void CheckCover(List<Place> places, long dataLength, string path)
    {
        long end = 0;
        foreach (var place in places.OrderBy(p => p.From).ThenBy(p => p.To))
        {
            if (place.From != end || place.To > dataLength)
            {
                throw Fault(path, $"{place.Name} from byte {end} within {dataLength} bytes", $"offsets {place.From} to {place.To}");
            }

            end = place.To;
        }

        if (end != dataLength)
        {
            throw Fault(path, $"{end} bytes of arrays", $"{dataLength}");
        }
    }

    /// <summary>The product of dimensions; where it is beyond any array, some number beyond any array.</summary>
    private static long CountOf(int[] dimensions) =>
        dimensions.Contains(0) ? 0 : dimensions.Aggregate(1L, (count, dimension) => Math.Min(count, int.MaxValue) * dimension);

    private static RedshiftException Fault(string path, string expected, string found) =>
        new($"{path}: expected {expected}, found {found}");

    private static string Shorten(byte[] header) => Shorten(Encoding.UTF8.GetString(header, 0, Math.Min(60, header.Length)));

    private static string Shorten(string text) =>
        new(text.Take(60).Select(c => char.IsControl(c) ? ' ' : c).ToArray());

    /// <summary>An array's name, dimensions and bytes in the data.</summary>
    private readonly record struct Place(string Name, int[] Dimensions, long From, long To);
}
