namespace Redshift.Cli.Output;

/// <summary>A line on a terminal that is written over and over, and is gone in the end; none where there is no terminal.</summary>
internal sealed class LiveLine(Terminal terminal)
{
    private int length;

    /// <summary>Shows a text in place of the last one.</summary>
    public void Show(string text)
    {
        if (terminal.Bars)
        {
            Console.Error.Write('\r' + text.PadRight(length));
            length = text.Length;
        }
    }

    /// <summary>Removes it, as before a line that stays.</summary>
    public void Erase()
    {
        if (length > 0)
        {
            Console.Error.Write('\r' + new string(' ', length) + '\r');
            length = 0;
        }
    }
}
