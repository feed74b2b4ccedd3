using System.Globalization;
using Redshift.Core.Baselines;
using Redshift.Core.Frames;
using Redshift.Core.Models;
using Redshift.Core.Templates;

namespace Redshift.ModelFiles;

/// <summary>The files of what one kind of learner learns.</summary>
internal abstract class PartFiles
{
    /// <summary>Those of a recipe's learner.</summary>
    public static PartFiles Of(Recipe recipe) => recipe.Learner.Match<PartFiles>(
        networks => new NetworkFiles(networks, new NetworkPlaces(0, networks.Training.Ensemble)),
        _ => new NeighbourFiles(),
        templates => new TemplateFiles(templates),
        perTarget => new TargetFiles(perTarget));

    /// <summary>Writes a part's own files; its tensors go into the run's.</summary>
    public abstract void Write(string folder, int part, TrainedPart trained, TensorFile tensors);

    /// <summary>Reads a part.</summary>
    /// <exception cref="RedshiftException">A file is missing or damaged.</exception>
    public abstract TrainedPart Read(string folder, int part, Preprocessing preprocessing, TensorFile tensors);

    /// <summary>A tensor of that name and, where given, those dimensions.</summary>
    protected static (int[] Dimensions, float[] Values) Find(string folder, TensorFile tensors, string name, IReadOnlyList<int?> dimensions)
    {
        var found = tensors.Tensors.FirstOrDefault(tensor => tensor.Name == name);
        return found.Values is not null && found.Dimensions.Length == dimensions.Count
            && dimensions.Zip(found.Dimensions).All(pair => pair.First is null || pair.First == pair.Second)
                ? (found.Dimensions, found.Values)
                : throw new RedshiftException(
                    $"{Path.Combine(folder, RunFolder.Weights)}: expected {name} of [{string.Join(", ", dimensions.Select(d => d?.ToString(CultureInfo.InvariantCulture) ?? "any"))}], "
                    + $"found {(found.Values is null ? "none" : $"[{string.Join(", ", found.Dimensions)}]")}");
    }

    /// <summary>What the names of a part's or a network's tensors begin with: the first ones' with nothing.</summary>
    protected static string Prefix(string kind, int place) =>
        place == 0 ? "" : $"{kind}-{(place + 1).ToString(CultureInfo.InvariantCulture)}/";
}

/// <summary>Networks: their weights, and a history each.</summary>
internal sealed class NetworkFiles(NetworkLearner learner, NetworkPlaces places) : PartFiles
{
    /// <inheritdoc/>
    public override void Write(string folder, int part, TrainedPart trained, TensorFile tensors)
    {
        var members = ((TrainedNetworks)trained).Members;
        for (var place = 0; place < members.Count; place++)
        {
            var member = part * places.PerPart + places.First + place;
            foreach (var parameter in learner.Network.Parameters)
            {
                tensors.Add(Prefix("network", member) + parameter.Name, parameter.Dimensions.ToArray(), members[place].Weights[parameter.Name]);
            }

            OutputFile.WriteText(
                RunFolder.OfMember(Path.Combine(folder, RunFolder.History), member)!, Core.Evaluation.History.write(members[place].History));
        }
    }

    /// <inheritdoc/>
    public override TrainedPart Read(string folder, int part, Preprocessing preprocessing, TensorFile tensors)
    {
        if (preprocessing.Size != learner.Network.Input.Size)
        {
            throw new RedshiftException(
                $"{RunFolder.OfMember(Path.Combine(folder, RunFolder.Preprocessing), part)}: expected {learner.Network.Input.Size} inputs, "
                + $"as {RunFolder.Recipe} has, found {preprocessing.Size}");
        }

        var each = learner.Training.Ensemble;
        return new TrainedNetworks(preprocessing, Enumerable.Range(part * places.PerPart + places.First, each).Select(Member).ToArray());

        TrainedMember Member(int member)
        {
            var history = RunFolder.OfMember(Path.Combine(folder, RunFolder.History), member)!;
            return new TrainedMember(
                learner.Network.Parameters.ToDictionary(
                    parameter => parameter.Name,
                    parameter => Find(
                        folder, tensors, Prefix("network", member) + parameter.Name, parameter.Dimensions.Select(d => (int?)d).ToArray()).Values,
                    StringComparer.Ordinal),
                Core.Evaluation.History.parse(InputFile.ReadText(history, "a file of a finished run")).OrThrow(history).ToArray());
        }
    }
}

/// <summary>Networks of several targets: one after the other, those of a part together.</summary>
internal sealed class TargetFiles(IReadOnlyList<TargetLearner> learners) : PartFiles
{
    private readonly (string Target, NetworkFiles Files)[] each =
        TargetLearning.PlacesOf(learners).Select(of => (of.Learner.Target, new NetworkFiles(of.Learner.Networks, of.Places))).ToArray();

    /// <inheritdoc/>
    public override void Write(string folder, int part, TrainedPart trained, TensorFile tensors)
    {
        foreach (var ((_, files), (_, networks)) in each.Zip(((TrainedTargets)trained).Networks))
        {
            files.Write(folder, part, networks, tensors);
        }
    }

    /// <inheritdoc/>
    public override TrainedPart Read(string folder, int part, Preprocessing preprocessing, TensorFile tensors) => new TrainedTargets(
        preprocessing,
        each.Select(of => (of.Target, (TrainedNetworks)of.Files.Read(folder, part, preprocessing, tensors))).ToArray());
}

/// <summary>Neighbours: the training part's inputs and redshifts, and how many neighbours were chosen, with what they were chosen by.</summary>
internal sealed class NeighbourFiles : PartFiles
{
    private const string Points = "points";
    private const string Redshifts = "redshifts";

    /// <inheritdoc/>
    public override void Write(string folder, int part, TrainedPart trained, TensorFile tensors)
    {
        var neighbours = (TrainedNeighbours)trained;
        var count = neighbours.Redshifts.Length;
        tensors.Add(Prefix("fold", part) + Points, [count, neighbours.Points.Length / count], neighbours.Points);
        tensors.Add(Prefix("fold", part) + Redshifts, [count], neighbours.Redshifts);
        OutputFile.WriteText(At(folder, part), NeighbourChoiceModule.write(new NeighbourChoice(
            neighbours.Settings, Microsoft.FSharp.Collections.ListModule.OfSeq(neighbours.Curve))));
    }

    /// <inheritdoc/>
    public override TrainedPart Read(string folder, int part, Preprocessing preprocessing, TensorFile tensors)
    {
        var path = At(folder, part);
        var choice = NeighbourChoiceModule.read(InputFile.ReadText(path, "a file of a finished run")).OrThrow(path);
        var points = Find(folder, tensors, Prefix("fold", part) + Points, [null, preprocessing.Size]);
        var redshifts = Find(folder, tensors, Prefix("fold", part) + Redshifts, [points.Dimensions[0]]);
        if (choice.Settings.Neighbours > points.Dimensions[0])
        {
            throw new RedshiftException(
                $"{path}: neighbours: expected at most {points.Dimensions[0]}, the points of {RunFolder.Weights}, found {choice.Settings.Neighbours}");
        }

        return new TrainedNeighbours(preprocessing, choice.Settings, points.Values, redshifts.Values, choice.Curve.ToArray());
    }

    private static string At(string folder, int part) => RunFolder.OfMember(Path.Combine(folder, RunFolder.Neighbours), part)!;
}

/// <summary>Templates: the grid of fluxes once for all folds, and what was fitted in each.</summary>
internal sealed class TemplateFiles(TemplateLearner learner) : PartFiles
{
    private const string Fluxes = "fluxes";

    /// <inheritdoc/>
    public override void Write(string folder, int part, TrainedPart trained, TensorFile tensors)
    {
        var templates = (TrainedTemplates)trained;
        var grid = templates.Fit.Grid;
        if (part == 0)
        {
            tensors.Add(Fluxes, [grid.Redshifts.Bins, grid.Bands.Length, grid.Models], TemplateGridModule.toSingles(grid));
        }

        OutputFile.WriteText(At(folder, part), FittedTemplatesModule.write(FittedTemplatesModule.ofFit(templates.Files, templates.Fit)));
    }

    /// <inheritdoc/>
    public override TrainedPart Read(string folder, int part, Preprocessing preprocessing, TensorFile tensors)
    {
        var path = At(folder, part);
        var fitted = FittedTemplatesModule.read(InputFile.ReadText(path, "a file of a finished run")).OrThrow(path);
        var fluxes = Find(
            folder, tensors, Fluxes, [learner.Grid.Redshifts.Bins, learner.Filters.Length, TemplateLearnerModule.models(learner)]);
        var grid = TemplateGridModule.ofSingles(learner.Grid, learner.Templates, TemplateLearnerModule.bands(learner), fluxes.Values)
            .OrThrow(Path.Combine(folder, RunFolder.Weights));
        return new TrainedTemplates(preprocessing, FittedTemplatesModule.toFit(learner.Fit, grid, fitted).OrThrow(path), fitted.Files);
    }

    private static string At(string folder, int part) => RunFolder.OfMember(Path.Combine(folder, RunFolder.Templates), part)!;
}
