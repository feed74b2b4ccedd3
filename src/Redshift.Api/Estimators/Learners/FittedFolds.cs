using Microsoft.FSharp.Core;
using Redshift.Core.Layers;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>What was learnt in each fold of a cross-validation, pooled, each fold counting the same. It owns them.</summary>
internal sealed class FittedFolds(IReadOnlyList<IFittedLearner> folds, int threads) : IFittedLearner
{
    private const int Block = 4096;

    /// <summary>A single one as it is, several pooled.</summary>
    public static IFittedLearner Of(IReadOnlyList<IFittedLearner> folds, int threads) =>
        folds.Count == 1 ? folds[0] : new FittedFolds(folds, threads);

    /// <inheritdoc/>
    public IAnswers On(CoreCatalogue catalogue) => new Answers(folds.Select(fold => fold.On(catalogue)).ToArray(), threads);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var fold in folds)
        {
            fold.Dispose();
        }
    }

    private sealed class Answers(IAnswers[] folds, int threads) : IAnswers
    {
        public void Read(int[] rows, Action<int, FSharpValueOption<Answer>> take)
        {
            for (var first = 0; first < rows.Length; first += Block)
            {
                var some = rows[first..Math.Min(rows.Length, first + Block)];
                var answers = Array.ConvertAll(some, _ => new FSharpValueOption<Answer>[folds.Length]);
                for (var fold = 0; fold < folds.Length; fold++)
                {
                    var place = fold;
                    folds[fold].Read(some, (i, answer) => answers[i][place] = answer);
                }

                var start = first;
                Parallel.For(
                    0,
                    some.Length,
                    new ParallelOptions { MaxDegreeOfParallelism = threads },
                    i => take(start + i, AnswerModule.pool(answers[i])));
            }
        }
    }
}
