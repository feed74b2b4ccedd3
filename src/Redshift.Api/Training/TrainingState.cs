using System.Globalization;
using Redshift.Core.Evaluation;
using Redshift.Engine;
using Redshift.ModelFiles;

namespace Redshift.Training;

/// <summary>
/// Where training stands between two epochs: everything that the rest depends on. It is one file, so that a checkpoint is
/// there whole or not at all.
/// </summary>
internal sealed class TrainingState
{
    /// <summary>What has been trained on what: recipe, data and split. A checkpoint of another one is refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The file it was read from, for messages.</summary>
    public string Source { get; init; } = "checkpoint";

    /// <summary>Epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Optimiser steps done.</summary>
    public long Steps { get; set; }

    /// <summary>The lowest validation loss, and the epoch that reached it (0: none yet).</summary>
    public double BestLoss { get; set; } = double.PositiveInfinity;

    /// <summary>The epoch of <see cref="BestLoss"/>.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Whether early stopping has ended training.</summary>
    public bool Stopped { get; set; }

    /// <summary>One row an epoch.</summary>
    public List<HistoryRow> History { get; } = [];

    /// <summary>The weights now, by name.</summary>
    public Dictionary<string, float[]> Weights { get; private set; } = [];

    /// <summary>The optimiser's arrays now, by name.</summary>
    public Dictionary<string, float[]> OptimiserState { get; private set; } = [];

    /// <summary>The weights of the best epoch, where they are kept.</summary>
    public Dictionary<string, float[]>? BestWeights { get; set; }

    /// <summary>Takes over weights and optimiser state from a model.</summary>
    public void Capture(IModel model)
    {
        Weights = CopyWeights(model);
        OptimiserState = model.GetOptimiserState().ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        Steps = model.StepCount;
    }

    /// <summary>A copy of a model's weights.</summary>
    public static Dictionary<string, float[]> CopyWeights(IModel model) =>
        model.Network.Parameters.ToDictionary(p => p.Name, p => model.GetWeights(p.Name), StringComparer.Ordinal);

    /// <summary>Puts weights and optimiser back into a model that has begun training.</summary>
    /// <exception cref="RedshiftException">They are not this network's.</exception>
    public void Resume(IModel model)
    {
        Restore(model, Weights, Source);
        try
        {
            model.SetOptimiserState(OptimiserState, Steps);
        }
        catch (ArgumentException e)
        {
            throw new RedshiftException($"{Source}: expected this network's optimiser state, found: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Puts weights into a model.</summary>
    /// <exception cref="RedshiftException">An array is missing or of another length; <paramref name="source"/> says where.</exception>
    public static void Restore(IModel model, IReadOnlyDictionary<string, float[]> weights, string source = "weights")
    {
        foreach (var parameter in model.Network.Parameters)
        {
            if (!weights.TryGetValue(parameter.Name, out var values))
            {
                throw new RedshiftException($"{source}: expected an array {parameter.Name}, found none");
            }

            if (values.Length != parameter.Count)
            {
                throw new RedshiftException($"{source}: {parameter.Name}: expected {parameter.Count} numbers, found {values.Length}");
            }

            model.SetWeights(parameter.Name, values);
        }
    }

    /// <summary>Writes the checkpoint.</summary>
    public void Write(string path)
    {
        var file = new TensorFile();
        AddAll(file, "weights/", Weights);
        AddAll(file, "optimiser/", OptimiserState);
        AddAll(file, "best/", BestWeights ?? []);
        file.Metadata["fingerprint"] = Fingerprint;
        file.Metadata["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture);
        file.Metadata["steps"] = Steps.ToString(CultureInfo.InvariantCulture);
        file.Metadata["best_loss"] = BestLoss.ToString("R", CultureInfo.InvariantCulture);
        file.Metadata["best_epoch"] = BestEpoch.ToString(CultureInfo.InvariantCulture);
        file.Metadata["stopped"] = Stopped ? "true" : "false";
        file.Metadata["history"] = Core.Evaluation.History.write(History);
        Safetensors.Write(path, file);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="RedshiftException">It cannot be read, or belongs to another experiment.</exception>
    public static TrainingState Read(string path, string fingerprint)
    {
        var file = Safetensors.Read(path);
        string Note(string name) => file.Metadata.TryGetValue(name, out var text)
            ? text
            : throw new RedshiftException($"{path}: expected a checkpoint with a note \"{name}\", found none");

        if (Note("fingerprint") != fingerprint)
        {
            throw new RedshiftException(
                $"{path}: expected a checkpoint of the same recipe, data and seed, found one of another experiment; use --force to start anew");
        }

        try
        {
            var state = new TrainingState
            {
                Fingerprint = fingerprint,
                Source = path,
                Epoch = int.Parse(Note("epoch"), CultureInfo.InvariantCulture),
                Steps = long.Parse(Note("steps"), CultureInfo.InvariantCulture),
                BestLoss = double.Parse(Note("best_loss"), CultureInfo.InvariantCulture),
                BestEpoch = int.Parse(Note("best_epoch"), CultureInfo.InvariantCulture),
                Stopped = Note("stopped") == "true",
                Weights = Part(file, "weights/"),
                OptimiserState = Part(file, "optimiser/"),
            };
            var best = Part(file, "best/");
            state.BestWeights = best.Count > 0 ? best : null;
            state.History.AddRange(Core.Evaluation.History.parse(Note("history")).OrThrow(path));
            return state.Epoch >= 1 && state.Steps >= 1 && state.History.Count == state.Epoch
                ? state
                : throw new RedshiftException(
                    $"{path}: expected a checkpoint with steps and a row of history for each epoch, found {state.Epoch} epochs, "
                    + $"{state.Steps} steps and {state.History.Count} rows");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new RedshiftException($"{path}: expected a checkpoint, found: {e.Message}", e);
        }
    }

    private static void AddAll(TensorFile file, string prefix, Dictionary<string, float[]> arrays)
    {
        foreach (var (name, values) in arrays.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            file.Add(prefix + name, [values.Length], values);
        }
    }

    private static Dictionary<string, float[]> Part(TensorFile file, string prefix) =>
        file.Tensors
            .Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Name[prefix.Length..], t => t.Values, StringComparer.Ordinal);
}
