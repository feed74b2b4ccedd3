using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Redshift.ModelFiles;

/// <summary>
/// Writes a matrix of 16-bit floats row by row as NumPy's <c>.npy</c> (format 1.0: NEP 1,
/// https://numpy.org/neps/nep-0001-npy-format.html), whose header says the number of rows: it is filled in at the end.
/// </summary>
internal sealed class HalfArrayFile
{
    /// <summary>Header and padding, a multiple of 64.</summary>
    private const int HeaderSize = 128;

    private readonly Stream stream;
    private readonly int columns;
    private readonly Half[] row;
    private long rows;

    /// <summary>Begins at the start of a stream that can seek.</summary>
    public HalfArrayFile(Stream stream, int columns)
    {
        (this.stream, this.columns) = (stream, columns);
        row = new Half[columns];
        stream.Write(new byte[HeaderSize]);
    }

    /// <summary>Adds a row.</summary>
    public void Add(IReadOnlyList<Half> values)
    {
        for (var i = 0; i < columns; i++)
        {
            row[i] = values[i];
        }

        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("expected a little-endian machine, whose floats the file holds");
        }

        stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        rows++;
    }

    /// <summary>Writes the header.</summary>
    public void Finish()
    {
        var end = stream.Position;
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{{'descr': '<f2', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
        var header = new byte[HeaderSize];
        header.AsSpan().Fill((byte)' ');
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, HeaderSize - 10, 0];
        magic.CopyTo(header);
        header[HeaderSize - 1] = (byte)'\n';
        Encoding.ASCII.GetBytes(text).CopyTo(header, magic.Length);
        stream.Position = 0;
        stream.Write(header);
        stream.Position = end;
    }
}
