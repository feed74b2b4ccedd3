using System.Text;

namespace Redshift.HyperParameters;

/// <summary>
/// The journal of a search: a file to which whole lines are appended, each on the disk before anything follows from it. A
/// process that is killed in the middle of a line leaves its beginning; as a line counts once it has its end, that is as if
/// it had been killed before. Several processes may share a journal: what they do to it they do one at a time, holding its
/// lock, and each reads what the others have written before it acts.
/// </summary>
internal sealed class Journal(string folder, ParameterSet parameters)
{
    public const string FileName = "journal.jsonl";
    public const string LockName = "journal.lock";
    private const int LongestLine = 1 << 20;

    private readonly string path = Path.Combine(folder, FileName);
    private long length;
    private int lines;
    private string check = "";

    /// <summary>What the lines read so far add up to.</summary>
    public SearchState State { get; } = new(parameters);

    /// <summary>Does something that no other process shall come between, knowing all that is in the journal.</summary>
    /// <exception cref="RedshiftException">A line of the journal is not as it was written.</exception>
    public T Locked<T>(Func<T> act, CancellationToken cancellation)
    {
        using var held = FileLock.Wait(Path.Combine(folder, LockName), cancellation);
        Refresh();
        return act();
    }

    /// <summary>Appends events, in one write; within <see cref="Locked"/> alone.</summary>
    public void Append(params ReadOnlySpan<JournalEvent> events)
    {
        var text = new StringBuilder();
        var last = check;
        foreach (var happened in events)
        {
            (var line, last) = JournalLine.Write(happened.Write(), last);
            text.Append(line).Append('\n');
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        using (var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            // The beginning of a line that a killed process has left is none.
            stream.SetLength(length);
            stream.Position = length;
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        foreach (var happened in events)
        {
            if (State.Apply(happened) is { } expected)
            {
                throw new InvalidOperationException($"expected {expected}, found {happened}");
            }
        }

        (length, lines, check) = (length + bytes.Length, lines + events.Length, last);
    }

    /// <summary>Reads the whole lines that have been added.</summary>
    public void Refresh()
    {
        if (!File.Exists(path))
        {
            RefuseUnless(length == 0, "none any more");
            return;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        RefuseUnless(stream.Length >= length, "a shorter one");
        stream.Position = length;
        var line = new MemoryStream();
        for (var b = stream.ReadByte(); b >= 0; b = stream.ReadByte())
        {
            if (b != '\n')
            {
                line.WriteByte((byte)b);
                if (line.Length > LongestLine)
                {
                    throw new RedshiftException($"{path}:{lines + 1}: expected a line of at most {LongestLine} bytes, found a longer one");
                }

                continue;
            }

            Take(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
            length += line.Length + 1;
            line.SetLength(0);
        }
    }

    private void RefuseUnless(bool sound, string found)
    {
        if (!sound)
        {
            throw new RedshiftException($"{path}: expected a journal that only grows, found {found}");
        }
    }

    private void Take(string line)
    {
        var place = $"{path}:{++lines}";
        if (JournalLine.Read(line, check) is not var (json, next))
        {
            throw new RedshiftException(
                $"{place}: expected a line as a search wrote it, after the one before, found another (its check does not fit)");
        }

        var happened = JsonReading.Parse(json, JournalEvent.Read).OrThrow(place);
        if (State.Apply(happened) is { } expected)
        {
            throw new RedshiftException($"{place}: expected {expected}, found another event");
        }

        check = next;
    }
}
