using Redshift.Core;
using Redshift.ModelFiles;

namespace Redshift.Comparisons;

/// <summary>Beside a compared recipe's run, what the run itself does not hold: what it is a run of, whether it is done, and how long it took.</summary>
/// <param name="Fingerprint">Of recipe, survey and data.</param>
/// <param name="Finished">Whether all of the run is there.</param>
/// <param name="TrainingSeconds">Spent on training so far.</param>
/// <param name="ObjectsPerSecond">Predicted after training; NaN before.</param>
/// <param name="Threads">Worker threads.</param>
internal sealed record RunTimes(string Fingerprint, bool Finished, double TrainingSeconds, double ObjectsPerSecond, int Threads)
{
    public const string FileName = "times.json";

    /// <summary>What is known of a folder; null where nothing is.</summary>
    /// <exception cref="RedshiftException">The file is damaged.</exception>
    public static RunTimes? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        var fields = JsonObjects.Parse(InputFile.ReadText(path, "a compared run's times"), path);
        var finished = fields.Number<int>("finished") != 0;
        return new RunTimes(
            fields.Text("fingerprint"),
            finished,
            fields.Number<double>("training_seconds"),
            finished ? fields.Number<double>("objects_per_second") : double.NaN,
            fields.Number<int>("threads"));
    }

    /// <summary>Writes it; the folder is made where it is not there.</summary>
    public void Write(string folder) => OutputFile.WriteText(Path.Combine(folder, FileName), Json.text(JsonObjects.Object(
        ("fingerprint", JsonObjects.Text(Fingerprint)),
        ("finished", JsonObjects.Number(Finished ? 1 : 0)),
        ("training_seconds", Json.@float(TrainingSeconds)),
        ("objects_per_second", Json.@float(ObjectsPerSecond)),
        ("threads", JsonObjects.Number(Threads)))));
}
