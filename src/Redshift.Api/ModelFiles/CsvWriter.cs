using System.Globalization;
using System.Text;

namespace Redshift.ModelFiles;

/// <summary>Writes rows of a CSV file as UTF-8, lines ended by LF, without a string for each number. The stream stays the caller's.</summary>
internal sealed class CsvWriter(Stream stream)
{
    // Longer than any number as text.
    private const int Room = 64;

    private readonly byte[] buffer = new byte[1 << 16];
    private int used;
    private bool begun;

    /// <summary>The header, its names parted by commas.</summary>
    public void Header(string line)
    {
        Append(line);
        EndRow();
    }

    /// <summary>A number, in the shortest way that reads back as the same.</summary>
    public void Number<T>(T value)
        where T : IUtf8SpanFormattable
    {
        Begin();
        if (!value.TryFormat(Space(Room), out var written, default, CultureInfo.InvariantCulture))
        {
            throw new ArgumentException($"expected a number of at most {Room} bytes, found {value}", nameof(value));
        }

        used += written;
    }

    /// <summary>A text, quoted where it has to be.</summary>
    public void Text(string cell)
    {
        Begin();
        Append(CsvText.Quote(cell));
    }

    /// <summary>Ends a row.</summary>
    public void EndRow()
    {
        Space(1)[0] = (byte)'\n';
        used++;
        begun = false;
    }

    /// <summary>Hands all to the stream.</summary>
    public void Flush()
    {
        stream.Write(buffer, 0, used);
        used = 0;
    }

    private void Begin()
    {
        if (begun)
        {
            Space(1)[0] = (byte)',';
            used++;
        }

        begun = true;
    }

    private void Append(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= buffer.Length)
        {
            // Space may flush and so set `used` back: not in one expression with reading it.
            var space = Space(most);
            used += Encoding.UTF8.GetBytes(text, space);
        }
        else
        {
            Flush();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    private Span<byte> Space(int least)
    {
        if (buffer.Length - used < least)
        {
            Flush();
        }

        return buffer.AsSpan(used);
    }
}
