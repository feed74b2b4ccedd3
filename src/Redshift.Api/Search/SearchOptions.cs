namespace Redshift;

/// <summary>How configurations are chosen.</summary>
public enum SearchMethod
{
    /// <summary>Every combination of levels, in order.</summary>
    Grid,

    /// <summary>Each parameter drawn on its own.</summary>
    Random,

    /// <summary>By a Gaussian process of the trials so far and the expected improvement on them.</summary>
    Bayes,
}

/// <summary>What makes a trial good; lower is better.</summary>
public enum SearchScore
{
    /// <summary>The mean absolute error of the redshift on the validation part.</summary>
    ValidationMae,

    /// <summary>The loss on the validation part; only where all trials have the same loss.</summary>
    ValidationLoss,
}

/// <summary>How a trial has ended.</summary>
public enum TrialOutcome
{
    /// <summary>Trained to its end.</summary>
    Complete,

    /// <summary>Stopped at a rung of successive halving.</summary>
    Pruned,

    /// <summary>Training went astray, as at too high a learning rate.</summary>
    Failed,
}

/// <summary>How to search.</summary>
public sealed class SearchOptions
{
    /// <summary>How configurations are chosen. Default: <see cref="SearchMethod.Bayes"/>.</summary>
    public SearchMethod Method { get; set; } = SearchMethod.Bayes;

    /// <summary>Trials in all, those of an interrupted search included; at least 1. Default: 30.</summary>
    public int Trials { get; set; } = 30;

    /// <summary>
    /// The search's seed, any value: of the split, which all trials share, and of the suggestions. Trial k's weights and
    /// shuffling have a seed made of it and k. Null: the recipe's.
    /// </summary>
    public ulong? Seed { get; set; }

    /// <summary>Epochs of a whole trial, at least 1. Null: the recipe's, or as the space says.</summary>
    public int? Epochs { get; set; }

    /// <summary>Objects above this redshift are left out. Null: as the recipe says.</summary>
    public double? MaxRedshift { get; set; }

    /// <summary>What is compared: a trial's value in its epoch of the lowest validation loss. Default: <see cref="SearchScore.ValidationMae"/>.</summary>
    public SearchScore Score { get; set; } = SearchScore.ValidationMae;

    /// <summary>
    /// Successive halving: weak trials are stopped after so many epochs, then <see cref="HalvingFactor"/> times as many, and
    /// so on; at least 1. Null, the default: every trial is trained to its end.
    /// </summary>
    public int? HalvingEpochs { get; set; }

    /// <summary>Of so many trials at a rung one goes on; 2 to 100. Default: 3.</summary>
    public int HalvingFactor { get; set; } = 3;

    /// <summary>Worker threads of a trial's training, at least 1. Default: the number of processors. Results do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>The backend: <c>simd</c> (the default, built in) or <c>torch</c> where it is installed.</summary>
    public string Backend { get; set; } = "simd";

    /// <summary>Where the backend trains: <c>auto</c> (the default: a GPU where <c>torch</c> finds one, else the CPU),
    /// <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Whether to go on with the search that the folder holds, or to join it. Default: false, start anew.</summary>
    public bool Resume { get; set; }

    /// <summary>How often progress is told within an epoch.</summary>
    internal TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The same options, untouched by later changes to these.</summary>
    internal SearchOptions Copy() => (SearchOptions)MemberwiseClone();

    /// <summary>Refuses what is out of range.</summary>
    internal void Check()
    {
        AtLeastOne(Trials, nameof(Trials));
        AtLeastOne(HalvingEpochs, nameof(HalvingEpochs));
        if (HalvingFactor is < 2 or > 100)
        {
            throw new ArgumentException($"expected a {nameof(HalvingFactor)} of 2 to 100, found {HalvingFactor}");
        }
    }

    private static void AtLeastOne(int? value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"expected {name} of at least 1, found {value}");
        }
    }
}
