using System.Globalization;
using Redshift.Core.Calibration;
using Redshift.Core.Evaluation;
using Redshift.Core.Flags;
using Redshift.Core.Frames;
using Redshift.Core.Models;

namespace Redshift.ModelFiles;

/// <summary>A run folder: everything to repeat a run and to use it. Each file is written at once or not at all.</summary>
internal static class RunFolder
{
    public const string Recipe = "recipe.json";
    public const string Survey = "survey.json";
    public const string Weights = "weights.safetensors";
    public const string Preprocessing = "preprocessing.json";
    public const string Neighbours = "neighbours.json";
    public const string Templates = "templates.json";
    public const string Calibration = "calibration.json";
    public const string Flagging = "flagging.json";
    public const string Split = "split.json";
    public const string History = "history.csv";
    public const string Predictions = "predictions.csv";
    public const string Metrics = "metrics.json";
    public const string Statistics = "statistics.json";
    public const string Provenance = "provenance.json";
    public const string Report = "report.html";
    public const string Notes = "report-notes.txt";
    public const string Checkpoint = "checkpoint";
    public const string Evaluation = "evaluation";

    /// <summary>The file of one network of an ensemble, or of one fold, from 0: the first has the name itself, <c>history.csv</c>, the others <c>history-2.csv</c> and so on.</summary>
    public static string? OfMember(string? file, int member) => file is null || member == 0
        ? file
        : Path.Combine(
            Path.GetDirectoryName(file) ?? "",
            $"{Path.GetFileNameWithoutExtension(file)}-{(member + 1).ToString(CultureInfo.InvariantCulture)}{Path.GetExtension(file)}");

    /// <summary>Whether a folder holds a run, finished or begun.</summary>
    public static bool HoldsRun(string folder) =>
        File.Exists(Path.Combine(folder, Recipe)) || Directory.Exists(Path.Combine(folder, Checkpoint));

    /// <summary>The files of a run, in the order in which they come to be.</summary>
    public static readonly IReadOnlyList<string> AllFiles =
    [
        Recipe, Survey, Notes, History, Weights, Preprocessing, Neighbours, Templates, Calibration, Flagging, Split, Predictions, Provenance, Metrics, Statistics, Report,
    ];

    /// <summary>Whether a folder holds a run that has ended.</summary>
    public static bool IsFinished(string folder) => File.Exists(Path.Combine(folder, Weights));

    /// <summary>Removes what is written when a run ends, its evaluations with it.</summary>
    public static void ClearResults(string folder)
    {
        foreach (var name in AllFiles.Except([Recipe, Survey, Notes, History]))
        {
            Remove(Path.Combine(folder, name));
        }

        RemoveMembers(folder, Preprocessing);
        RemoveMembers(folder, Neighbours);
        RemoveMembers(folder, Templates);
        if (Directory.Exists(Path.Combine(folder, Evaluation)))
        {
            ClearEvaluation(Path.Combine(folder, Evaluation));
        }
    }

    /// <summary>Removes the files of an older evaluation, so that no two are mixed.</summary>
    public static void ClearEvaluation(string folder)
    {
        foreach (var name in new[] { Metrics, Predictions, Statistics, Report })
        {
            Remove(Path.Combine(folder, name));
        }
    }

    /// <summary>Removes the files of all members but the first, up to the first that is not there.</summary>
    private static void RemoveMembers(string folder, string name)
    {
        for (var member = 1; OfMember(Path.Combine(folder, name), member) is { } file && File.Exists(file); member++)
        {
            File.Delete(file);
        }
    }

    private static void Remove(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>Makes a folder ready for a new run: what an older run left there is removed, other files are left alone.</summary>
    public static void Clear(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        ClearResults(folder);
        foreach (var name in new[] { Recipe, Survey, Notes, History })
        {
            Remove(Path.Combine(folder, name));
        }

        RemoveMembers(folder, History);
        if (Directory.Exists(Path.Combine(folder, Checkpoint)))
        {
            Directory.Delete(Path.Combine(folder, Checkpoint), recursive: true);
        }
    }

    /// <summary>Writes the files that say what is to be done, before training begins.</summary>
    public static void WritePlan(string folder, Recipe recipe, Core.Catalogues.Survey survey)
    {
        OutputFile.WriteText(Path.Combine(folder, Recipe), RecipeModule.write(recipe));
        OutputFile.WriteText(Path.Combine(folder, Survey), Core.Catalogues.SurveyModule.write(survey));
    }

    /// <summary>Writes the sentences for the report's head, where there are any, so that a resumed run has them too.</summary>
    public static void WriteNotes(string folder, IReadOnlyList<string> notes)
    {
        if (notes.Count > 0)
        {
            OutputFile.WriteText(Path.Combine(folder, Notes), string.Join('\n', notes) + "\n");
        }
    }

    /// <summary>The sentences that were written, none where there are none.</summary>
    public static string[] ReadNotes(string folder)
    {
        var file = Path.Combine(folder, Notes);
        return File.Exists(file) ? InputFile.ReadText(file, "notes").Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    /// <summary>Writes a finished run. One without a test part has no metrics and no report, nor those of an older run.</summary>
    public static void Write(string folder, RunRecord run, IReadOnlyList<string> notes)
    {
        if (!run.HasTest)
        {
            Clear(folder);
        }

        WritePlan(folder, run.Recipe, run.Survey);
        string At(string name) => Path.Combine(folder, name);

        var tensors = new TensorFile();
        var files = PartFiles.Of(run.Recipe);
        for (var part = 0; part < run.Parts.Count; part++)
        {
            OutputFile.WriteText(OfMember(At(Preprocessing), part)!, PreprocessingModule.write(run.Parts[part].Preprocessing));
            files.Write(folder, part, run.Parts[part], tensors);
        }

        Safetensors.Write(At(Weights), tensors);
        if (IsCalibrated(run.Recipe))
        {
            OutputFile.WriteText(At(Calibration), FittedCalibrationModule.write(run.Calibration));
        }

        if (run.Flagging is not null)
        {
            OutputFile.WriteText(At(Flagging), FlaggingModule.write(run.Flagging));
        }

        OutputFile.WriteText(At(Split), run.Split.Write());
        WritePredictions(folder, run);
        OutputFile.WriteText(At(Provenance), run.Provenance.Write());
        if (run.HasTest)
        {
            Scoring.Write(folder, run, notes);
        }
    }

    /// <summary>Writes <c>predictions.csv</c> of the scored part.</summary>
    public static void WritePredictions(string folder, RunRecord run)
    {
        OutputFile.Write(Path.Combine(folder, Predictions), stream => WritePredictions(stream, run.Test, run.Targets));
    }

    /// <summary>Reads a finished run.</summary>
    /// <exception cref="RedshiftException">A file is missing or damaged.</exception>
    public static RunRecord Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new RedshiftException($"{folder}: expected a run folder, found {(File.Exists(folder) ? "a file" : "nothing")}");
        }

        string At(string name) => Path.Combine(folder, name);
        string Text(string name) => InputFile.ReadText(At(name), "a file of a finished run");

        var recipe = RecipeModule.read(Text(Recipe)).OrThrow(At(Recipe));
        var tensors = Safetensors.Read(At(Weights));
        var split = SplitSummary.Read(Text(Split), At(Split));
        var test = ReadPredictions(At(Predictions), LearnerModule.others(recipe.Learner).ToArray());
        if (!split.IsTest(test.Select(o => o.Prediction.Row)))
        {
            throw new RedshiftException($"{At(Predictions)}: expected the {split.Test} test rows of {Split}, found {test.Length} other rows");
        }

        var files = PartFiles.Of(recipe);
        TrainedPart Part(int part)
        {
            var name = OfMember(Preprocessing, part)!;
            return files.Read(folder, part, PreprocessingModule.read(Text(name)).OrThrow(At(name)), tensors);
        }

        var parts = Enumerable.Range(0, PartsOf(recipe)).Select(Part).ToArray();
        return new RunRecord
        {
            Recipe = recipe,
            Survey = Core.Catalogues.SurveyModule.parse(Text(Survey)).OrThrow(At(Survey)),
            Parts = parts,
            Calibration = IsCalibrated(recipe)
                ? FittedCalibrationModule.read(Text(Calibration)).OrThrow(At(Calibration))
                : FittedCalibration.None,
            Flagging = recipe.Flags ? ReadFlagging(Text(Flagging), At(Flagging), parts[0].Preprocessing.Samples) : null,
            Test = test,
            Split = split,
            Provenance = ModelFiles.Provenance.Read(Text(Provenance), At(Provenance)),
        };
    }

    private static Flagging ReadFlagging(string text, string path, int samples)
    {
        var flagging = FlaggingModule.read(text).OrThrow(path);
        return flagging.Samples == samples
            ? flagging
            : throw new RedshiftException($"{path}: expected {samples} samples, as {Preprocessing} has, found {flagging.Samples}");
    }

    /// <summary>Whether a run of this recipe has a file of what was fitted on the validation part.</summary>
    private static bool IsCalibrated(Recipe recipe) => !recipe.Calibration.Equals(Core.Calibration.Calibration.None);

    /// <summary>In how many parts a recipe learns: one, or one a fold.</summary>
    private static int PartsOf(Recipe recipe) => recipe.Split is Division.Folds folds ? folds.count : 1;

    private static void WritePredictions(Stream stream, IReadOnlyList<ScoredObject> objects, IReadOnlyList<TargetColumn> targets)
    {
        var writer = new CsvWriter(stream);
        var withIds = objects.Any(o => o.Prediction.Id is not null);
        var columns = objects.Count > 0
            ? PredictionColumns.Of(withIds, true, objects[0].Prediction, targets) with { TargetTruths = targets.Count > 0 }
            : new PredictionColumns(withIds, true, false, false, false);
        var scored = objects.Any(o => o.Density is not null);
        writer.Header(string.Join(',', columns.Header.Concat(scored ? DensityColumns.Names : [])));
        foreach (var o in objects)
        {
            columns.Write(writer, o.Prediction, o.True, o.Targets);
            DensityColumns.Write(writer, o.Density);
            writer.EndRow();
        }

        writer.Flush();
    }

    private static ScoredObject[] ReadPredictions(string path, TargetColumn[] targets)
    {
        var objects = new List<ScoredObject>();
        using var reader = new StreamReader(InputFile.Open(path, "a file of a finished run"));
        var header = CsvText.Split(reader.ReadLine() ?? "");
        var scored = header.Contains(DensityColumns.Names[0]);
        var end = header.Length - (scored ? DensityColumns.Names.Count : 0);
        if (!header.AsSpan(end).SequenceEqual((scored ? DensityColumns.Names : []).ToArray())
            || PredictionColumns.OfHeader(header[..end], targets) is not { Truth: true } columns)
        {
            var expected = string.Join(',', new PredictionColumns(false, true, false, false, false).Header);
            throw new RedshiftException($"{path}:1: expected a header of predictions, such as {expected}, found {string.Join(',', header)}");
        }

        var first = columns.Ids ? 2 : 1;
        var numbers = new double[end - first];
        for (var line = 2; CsvText.ReadRecord(reader) is { } text; line++)
        {
            var cells = CsvText.Split(text);
            if (cells.Length != header.Length
                || !int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out var row)
                || !TryRead(cells.AsSpan(first..end), numbers, columns.TargetTruths ? targets.Length : 0))
            {
                throw new RedshiftException($"{path}:{line}: expected {header.Length} cells of numbers, found {text}");
            }

            DensityScore density = default;
            if (scored && !DensityColumns.TryRead(cells.AsSpan(end), out density))
            {
                throw new RedshiftException(
                    $"{path}:{line}: expected in {string.Join(", ", DensityColumns.Names)} a PIT in [0, 1] and numbers of at least 0, "
                    + $"or NaN in all, found {string.Join(',', cells[end..])}");
            }

            objects.Add(new ScoredObject(
                numbers[0], columns.Read(row, columns.Ids ? cells[1] : null, numbers.AsSpan(1)), scored ? density : null)
            {
                Targets = columns.ReadTruths(numbers),
            });
        }

        return objects.ToArray();
    }

    /// <summary>
    /// What is known as it is (the true redshift and the last <paramref name="truths"/> cells, which may be empty where there
    /// are such), the others as the 32-bit numbers that they were.
    /// </summary>
    private static bool TryRead(ReadOnlySpan<string> cells, Span<double> numbers, int truths)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i == 0 || i >= cells.Length - truths)
            {
                numbers[i] = double.NaN;
                if (!(truths > 0 && cells[i].Length == 0)
                    && !double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                {
                    return false;
                }

                continue;
            }

            if (!float.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            numbers[i] = number;
        }

        return true;
    }
}
