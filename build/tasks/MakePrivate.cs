using System.IO;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// A copy of NuGet's project.assets.json in which references to some projects are private: a package that is made by it
/// does not depend on them. (As metadata of the references themselves it would hide them from the projects' users here.)
/// </summary>
public class MakePrivate : Task
{
    [Required] public string Assets { get; set; }

    /// <summary>File names of projects.</summary>
    [Required] public string[] Projects { get; set; }

    /// <summary>Where to write it, under the name that packing reads.</summary>
    [Required] public string Folder { get; set; }

    public override bool Execute()
    {
        var text = File.ReadAllText(Assets);
        foreach (var project in Projects)
        {
            var reference = new Regex($@"""projectPath"": ""[^""]*[/\\]{Regex.Escape(project)}""(?=\s*\}})");
            if (reference.Matches(text).Count == 0)
            {
                Log.LogError($"{Assets}: expected a reference to {project}, found none");
            }

            text = reference.Replace(text, found => found.Value + @", ""privateAssets"": ""All""");
        }

        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "project.assets.json"), text);
        return !Log.HasLoggedErrors;
    }
}
