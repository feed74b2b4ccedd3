using Microsoft.FSharp.Core;

namespace Redshift;

/// <summary>
/// An input, a file or a run is at fault. The message is one line that says where, what was expected and what was found:
/// <c>galaxies.csv:101:flux_7: expected a number, found "abc"</c>.
/// </summary>
public class RedshiftException : Exception
{
    /// <summary>Makes one with a message.</summary>
    public RedshiftException(string message) : base(message)
    {
    }

    /// <summary>Makes one with a message and the fault behind it.</summary>
    public RedshiftException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>Core says what is wrong by a result; here it becomes an exception.</summary>
internal static class Results
{
    /// <summary>The value, or a <see cref="RedshiftException"/> whose message is the error, after <paramref name="where"/> if given.</summary>
    public static T OrThrow<T, TError>(this FSharpResult<T, TError> result, string? where = null) =>
        result.IsOk
            ? result.ResultValue
            : throw new RedshiftException(Located(where, $"{result.ErrorValue}"));

    /// <summary>An error that begins with a line is joined as compilers do: <c>FILE:3:12: expected …</c>.</summary>
    private static string Located(string? where, string error) =>
        where is null ? error : char.IsAsciiDigit(error[0]) ? $"{where}:{error}" : $"{where}: {error}";
}
