using System;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Reads a failed restore's output. If all that went wrong is that optional packages were not found, says which;
/// anything else is an error of the build, with NuGet's message: a source that cannot be reached is no "not served".
/// </summary>
public class FindNotServed : Task
{
    private static readonly Regex Error = new Regex(@"\berror\s*(?<code>[A-Z]+\d+)?\s*:\s*(?<text>.*)");

    // NU1101 no such package, NU1102 not in this version, NU1103 no stable version.
    private static readonly Regex NotFound =
        new Regex(@"\berror NU110[123]: Unable to find (a stable )?package (?<id>[\w.-]+?)(\. | with )");

    [Required]
    public ITaskItem[] Lines { get; set; }

    [Required]
    public ITaskItem[] Optional { get; set; }

    [Output]
    public ITaskItem[] NotServed { get; set; }

    public override bool Execute()
    {
        // "- Found 2 version(s) in …" goes on with the line before.
        var errors = Lines.Select(l => l.ItemSpec)
            .Where(l => Error.IsMatch(l) && !Error.Match(l).Groups["text"].Value.StartsWith("- Found"))
            .Distinct()
            .ToList();
        var missing = errors.Select(e => (Line: e, Id: NotFound.Match(e).Groups["id"].Value)).ToList();
        NotServed = Optional.Where(o => missing.Any(m => Same(m.Id, o.ItemSpec))).ToArray();

        foreach (var (line, id) in missing.Where(m => !Optional.Any(o => Same(m.Id, o.ItemSpec))))
        {
            var match = Error.Match(line);
            var served = string.Join(", ", Optional.Except(NotServed).Select(o => o.ItemSpec));
            var why = id == "" || served == ""
                ? ""
                : $". Either paket.dependencies lists it or one of the optional packages that are served ({served})"
                    + " needs it; -p:GenuinePackages=false builds without these.";
            Log.LogError(null, match.Groups["code"].Value, null, "build/feed/feed.proj", 0, 0, 0, 0, "{0}",
                match.Groups["text"].Value + why);
        }

        if (errors.Count == 0)
        {
            Log.LogError("The restore of build/feed/feed.proj failed: {0}",
                string.Join(Environment.NewLine, Lines.Select(l => l.ItemSpec)));
        }

        return !Log.HasLoggedErrors;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
