using System.IO.Compression;
using System.Text;

namespace Redshift.ModelFiles.Keras;

/// <summary>The zip archive of Keras 3. Each member's length and checksum must be as the archive says.</summary>
internal sealed class KerasArchive
{
    private const int LargestText = 64 << 20;
    private const int LargestWeights = 1 << 30;
    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly string path;
    private readonly ZipArchive zip;

    public KerasArchive(string path, byte[] bytes)
    {
        this.path = path;
        zip = Guarded(() => new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read));
    }

    /// <summary>A member as text.</summary>
    public string Text(string name)
    {
        var bytes = Read(name, LargestText);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Fault($"{name} in UTF-8", "other bytes");
        }
    }

    /// <summary>A member's bytes.</summary>
    public byte[] Bytes(string name) => Read(name, LargestWeights);

    private byte[] Read(string name, int largest)
    {
        var entry = Guarded(() => zip.GetEntry(name)) ?? throw Fault($"a member {name}", "none");
        if (entry.Length < 0 || entry.Length > largest)
        {
            throw Fault($"{name} of at most {largest} bytes", $"{entry.Length}");
        }

        // Grows with what is there, not with what the archive says is there.
        using var bytes = new MemoryStream();
        Guarded(() =>
        {
            using var stream = entry.Open();
            var block = new byte[1 << 16];
            while (bytes.Length <= entry.Length && stream.Read(block) is > 0 and var read)
            {
                bytes.Write(block, 0, read);
            }

            return 0;
        });
        var found = bytes.ToArray();
        return found.Length == entry.Length && Crc(found) == entry.Crc32
            ? found
            : throw Fault(
                $"{name} of {entry.Length} bytes with checksum {entry.Crc32:x8}", "others; the file is damaged");
    }

    /// <summary>What .NET's reader throws about a damaged archive becomes one line.</summary>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (
            e is IOException or InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new RedshiftException(
                OneLine.Of($"{path}: expected a zip archive as Keras 3 writes it, found: {e.Message}"), e);
        }
    }

    private RedshiftException Fault(string expected, string found) =>
        new($"{path}: expected {expected}, found {found}");

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ CrcTable[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    /// <summary>CRC-32 of ISO 3309, as zip archives have it.</summary>
    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }

            table[i] = crc;
        }

        return table;
    }
}
