using Redshift.Engine;

namespace Redshift;

/// <summary>How recipes are compared.</summary>
public sealed class ComparisonOptions
{
    /// <summary>
    /// Folds of the cross-validation, 2 to 100, the same for all recipes: every object is scored by what has learnt from the
    /// other folds. 0: the fixed parts of 63, 27 and 10 % (training, validation, test) instead, of which the last is scored.
    /// Default: 5.
    /// </summary>
    public int Folds { get; set; } = 5;

    /// <summary>Seed of the split, the weights, the shuffling and the intervals, for all recipes; any value. Null: the first recipe's.</summary>
    public ulong? Seed { get; set; }

    /// <summary>Objects above this redshift are left out, as are those outside a recipe's own range. Null: as the recipes say.</summary>
    public double? MaxRedshift { get; set; }

    /// <summary>The folder with the spectra that recipes of templates name. Null: the recipes'.</summary>
    public string? TemplateFolder { get; set; }

    /// <summary>The folder with the filter curves that recipes of templates name. Null: the recipes'.</summary>
    public string? FilterFolder { get; set; }

    /// <summary>Worker threads, at least 1. Default: the number of processors. Results, times apart, do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Whether to go on with the comparison in the folder: recipes that are done are taken as they are. Default: false, start anew.</summary>
    public bool Resume { get; set; }

    /// <summary>How often progress is told within an epoch.</summary>
    internal TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The same options, untouched by later changes to these.</summary>
    internal ComparisonOptions Copy() => (ComparisonOptions)MemberwiseClone();

    /// <summary>Refuses what is out of range.</summary>
    internal void Check()
    {
        Backends.CheckThreads(Threads);
        if (Folds is not 0 and (< 2 or > Core.Frames.SplitModule.MostFolds))
        {
            throw new ArgumentException($"expected 2 to {Core.Frames.SplitModule.MostFolds} folds, or 0 for a fixed split, found {Folds}");
        }

        if (MaxRedshift is { } highest && !(highest > 0.0 && double.IsFinite(highest)))
        {
            throw new ArgumentException($"expected a highest redshift above 0, found {highest}");
        }
    }
}
