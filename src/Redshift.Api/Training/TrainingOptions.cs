using Redshift.Engine;

namespace Redshift;

/// <summary>
/// The space in which predicted redshifts are stretched. It undoes regression to the mean in bins of true redshift, at the
/// cost of larger errors on the whole and of a bias in bins of predicted redshift.
/// </summary>
public enum SlopeCorrectionSpace
{
    /// <summary>They are not.</summary>
    None = 0,

    /// <summary>z itself.</summary>
    Redshift = 1,

    /// <summary>ln(1 + z), in which wavelengths shift evenly.</summary>
    LogOnePlusZ = 2,
}

/// <summary>How to train. What is null stays as the recipe says.</summary>
public sealed class TrainingOptions
{
    /// <summary>Seed of the split, the weights, the shuffling and dropout; any value. Null: the recipe's.</summary>
    public ulong? Seed { get; set; }

    /// <summary>Epochs, at least 1. Null: the recipe's.</summary>
    public int? Epochs { get; set; }

    /// <summary>Objects in a step, at least 1. Null: the recipe's.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Whether <see cref="BatchSize"/> brings its own learning rate: the recipe's times the ratio of the batch sizes (of
    /// its square root for all optimisers but sgd), reached over the first epochs. Default: false, the rate stays.</summary>
    public bool ScaleLearningRate { get; set; }

    /// <summary>Objects above this redshift are left out. Null: as the recipe says.</summary>
    public double? MaxRedshift { get; set; }

    /// <summary>
    /// Learn in so many folds from every object given, 2 to 100, rather than from a training part: each fold is scored by what
    /// has learnt from all others, and new objects get all folds' pooled answers. Null: as the recipe says.
    /// </summary>
    public int? Folds { get; set; }

    /// <summary>Networks trained alike but for their seeds and pooled, 1 to 100. Null: the recipe's.</summary>
    public int? Ensemble { get; set; }

    /// <summary>Where predictions are stretched against regression to the mean, by a slope fitted on the validation part. Null: as the recipe says.</summary>
    public SlopeCorrectionSpace? SlopeCorrection { get; set; }

    /// <summary>The folder with the spectra that a recipe of templates names. Null: the recipe's.</summary>
    public string? TemplateFolder { get; set; }

    /// <summary>The folder with the filter curves that a recipe of templates names. Null: the recipe's.</summary>
    public string? FilterFolder { get; set; }

    /// <summary>Worker threads, at least 1. Default: the number of processors. Results of <c>simd</c> do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>The backend that is built in.</summary>
    internal const string DefaultBackend = "simd";

    /// <summary>The backend: <c>simd</c> (the default, built in) or <c>torch</c> where it is installed.</summary>
    public string Backend { get; set; } = DefaultBackend;

    /// <summary>Where the backend trains: <c>auto</c> (the default: a GPU where <c>torch</c> finds one, else the CPU),
    /// <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>What matrix products multiply. Default: 32 bits; the backend <c>torch</c> also takes bfloat16, with weights
    /// and optimiser in 32 bits.</summary>
    public Precision Precision { get; set; } = Precision.Full;

    /// <summary>A folder for the checkpoint written after each epoch. Null: none.</summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>Whether to go on from the checkpoint in <see cref="CheckpointFolder"/>. Default: false, start anew.</summary>
    public bool Resume { get; set; }

    /// <summary>A run's <c>history.csv</c>, written with each checkpoint.</summary>
    internal string? HistoryFile { get; set; }

    /// <summary>How often progress is told within an epoch.</summary>
    internal TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The same options, untouched by later changes to these.</summary>
    internal TrainingOptions Copy() => (TrainingOptions)MemberwiseClone();
}
