using Redshift.Core.Evaluation;

namespace Redshift;

/// <summary>
/// Learns redshifts from a catalogue that has them and predicts them for one that has not. Made by <see cref="Estimators"/>.
/// <see cref="Predict(Catalogue)"/> may be called from many threads at once; all other members from one thread at a time.
/// </summary>
public interface IEstimator : IDisposable
{
    /// <summary>The recipe's name.</summary>
    string Name { get; }

    /// <summary>The survey whose catalogues it reads.</summary>
    Survey Survey { get; }

    /// <summary>
    /// The targets that it learns beside the redshift, as the survey names them: <c>stellarity</c>, <c>spectral_type</c>,
    /// <c>stellar_mass</c>; empty for most recipes. Where there are some, an object may lack a redshift if one of them is known;
    /// those that a catalogue does not know at all are left out of training.
    /// </summary>
    IReadOnlyList<string> Targets { get; }

    /// <summary>Whether it has been trained or loaded.</summary>
    bool IsFitted { get; }

    /// <summary>Trains: splits the catalogue, fits scaling and network on the training part, watches the validation part and scores the test part.</summary>
    /// <param name="catalogue">Objects with redshifts.</param>
    /// <param name="options">What to change from the recipe; null: nothing.</param>
    /// <param name="progress">Told some ten times a second and at each epoch's end, from the training thread.</param>
    /// <param name="cancellationToken">Stops between two steps; with a checkpoint folder the last whole epoch is kept.</param>
    /// <exception cref="RedshiftException">The catalogue does not do, or training went astray; the message says where.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<TrainingRun> FitAsync(
        Catalogue catalogue,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Predicts every object of a catalogue, in its order. A prediction depends on its own row alone.</summary>
    /// <param name="catalogue">With or without redshifts.</param>
    /// <exception cref="InvalidOperationException">Not trained yet.</exception>
    /// <exception cref="RedshiftException">A row lacks a sample that the recipe needs.</exception>
    RedshiftPrediction[] Predict(Catalogue catalogue);

    /// <summary>As <see cref="Predict(Catalogue)"/>, with more.</summary>
    /// <param name="catalogue">With or without redshifts.</param>
    /// <param name="options">What to give besides.</param>
    /// <exception cref="InvalidOperationException">Not trained yet.</exception>
    /// <exception cref="RedshiftException">A row lacks a sample that the recipe needs.</exception>
    RedshiftPrediction[] Predict(Catalogue catalogue, PredictionOptions options);

    /// <summary>Writes the run folder: recipe, weights, preprocessing, split, history, predictions, metrics, provenance, report.</summary>
    /// <exception cref="InvalidOperationException">Not trained yet.</exception>
    void Save(string folder);
}

/// <summary>What came of training.</summary>
/// <param name="History">One row an epoch, of several networks the first one's; empty where no network was trained.</param>
/// <param name="Evaluation">How good the test part's predictions are.</param>
/// <param name="TrainCount">Objects trained on.</param>
/// <param name="ValidationCount">Objects watched.</param>
/// <param name="TestCount">Objects scored.</param>
/// <param name="FilteredCount">Objects left out by the survey's row filter or the recipe's cleaning.</param>
/// <param name="BestEpoch">The epoch of the lowest validation loss, of several networks the first one's; 0 where no network was trained.</param>
/// <param name="StoppedEarly">Whether early stopping ended training.</param>
public sealed record TrainingRun(
    IReadOnlyList<HistoryRow> History,
    EvaluationResult Evaluation,
    int TrainCount,
    int ValidationCount,
    int TestCount,
    int FilteredCount,
    int BestEpoch,
    bool StoppedEarly)
{
    /// <summary>The folds of a cross-validated recipe, whose training and test parts are all objects: each was scored by what had not seen it. Null without.</summary>
    public int? Folds { get; init; }

    /// <summary>The test part's metrics by key, as in metrics.json.</summary>
    public IReadOnlyDictionary<string, double> Metrics => Evaluation.Metrics;
}
