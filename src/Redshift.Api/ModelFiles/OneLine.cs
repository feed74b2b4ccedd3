namespace Redshift.ModelFiles;

/// <summary>Messages are one line, whatever the names in a damaged file hold.</summary>
internal static class OneLine
{
    /// <summary>A text with blanks for its control characters.</summary>
    public static string Of(string text) => string.Create(text.Length, text, (line, from) =>
    {
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
        }
    });
}
