using Microsoft.FSharp.Collections;
using Redshift.Core.Baselines;
using Redshift.Core.Evaluation;
using Redshift.Core.Frames;
using Redshift.Core.Templates;

namespace Redshift.ModelFiles;

/// <summary>What was learnt from one training part.</summary>
/// <param name="Preprocessing">Features and scaling as fitted on it.</param>
internal abstract record TrainedPart(Preprocessing Preprocessing);

/// <summary>Networks.</summary>
/// <param name="Preprocessing">Features and scaling as fitted on the training part.</param>
/// <param name="Members">One, or those of an ensemble.</param>
internal sealed record TrainedNetworks(Preprocessing Preprocessing, IReadOnlyList<TrainedMember> Members) : TrainedPart(Preprocessing);

/// <summary>Networks of their own for each of several targets.</summary>
/// <param name="Preprocessing">Features and scaling as fitted on the training part.</param>
/// <param name="Networks">By target, in the recipe's order.</param>
internal sealed record TrainedTargets(
    Preprocessing Preprocessing, IReadOnlyList<(string Target, TrainedNetworks Networks)> Networks) : TrainedPart(Preprocessing);

/// <summary>One network.</summary>
/// <param name="Weights">The weights in use, by name.</param>
/// <param name="History">One row an epoch.</param>
/// <param name="BestEpoch">The epoch of the lowest validation loss; 0: not known.</param>
/// <param name="StoppedEarly">Whether early stopping ended training.</param>
internal sealed record TrainedMember(
    IReadOnlyDictionary<string, float[]> Weights, IReadOnlyList<HistoryRow> History, int BestEpoch = 0, bool StoppedEarly = false);

/// <summary>Neighbours.</summary>
/// <param name="Preprocessing">Features and scaling as fitted on the training part.</param>
/// <param name="Settings">How many, and what is made of them, as chosen.</param>
/// <param name="Points">The training part's inputs, [objects x inputs].</param>
/// <param name="Redshifts">Their redshifts, as 32-bit numbers.</param>
/// <param name="Curve">What the choice was made by.</param>
internal sealed record TrainedNeighbours(
    Preprocessing Preprocessing,
    NeighbourSettings Settings,
    float[] Points,
    float[] Redshifts,
    IReadOnlyList<ValidationPoint> Curve) : TrainedPart(Preprocessing);

/// <summary>A fit by templates.</summary>
/// <param name="Preprocessing">Plays no part.</param>
/// <param name="Fit">The grid of fluxes, and what was fitted on the training part.</param>
/// <param name="Files">What the grid was made from.</param>
internal sealed record TrainedTemplates(
    Preprocessing Preprocessing, TemplateFit Fit, FSharpList<CurveFile> Files) : TrainedPart(Preprocessing);
