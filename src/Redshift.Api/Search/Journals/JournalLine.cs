using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Redshift.HyperParameters;

/// <summary>
/// Lines with a check: each ends with a hash of itself and of the line before, so that a line that was changed, lost or put
/// elsewhere is found out, while a journal that merely ends earlier is whole.
/// </summary>
internal static class JournalLine
{
    private const string Mark = ",\"check\":\"";
    private const int HashLength = 16;

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line, without its end, and its check.</summary>
    public static (string Line, string Check) Write(JsonObject json, string before)
    {
        var body = json.ToJsonString(Options)[..^1];
        var check = Hash(body, before);
        return ($"{body}{Mark}{check}\"}}", check);
    }

    /// <summary>The JSON of a line and its check; null where the check does not fit.</summary>
    public static (string Json, string Check)? Read(string line, string before)
    {
        var at = line.Length - Mark.Length - HashLength - 2;
        if (at < 0 || !line.AsSpan(at).StartsWith(Mark, StringComparison.Ordinal) || !line.EndsWith("\"}", StringComparison.Ordinal))
        {
            return null;
        }

        var (body, check) = (line[..at], line.Substring(at + Mark.Length, HashLength));
        return check == Hash(body, before) ? (body + "}", check) : null;
    }

    private static string Hash(string body, string before) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{before}\n{body}")))[..HashLength];
}
