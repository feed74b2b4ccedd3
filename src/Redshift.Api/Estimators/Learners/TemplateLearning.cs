using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core.Distributions;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.Core.Templates;
using Redshift.ModelFiles;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;
using CoreSurvey = Redshift.Core.Catalogues.Survey;

namespace Redshift;

/// <summary>Fits by spectra of galaxies; zero points, errors and a prior come from the training part.</summary>
internal sealed class TemplateLearning(Recipe recipe, TemplateLearner learner) : ILearning
{
    private TemplateCurves? curves;

    /// <inheritdoc/>
    public bool HasDensities => true;

    /// <summary>Objects with too few bands have no estimate.</summary>
    public bool MayAbstain => true;

    /// <inheritdoc/>
    public void Check(CoreSurvey survey) => TemplateLearnerModule.bandsOf(survey, learner).OrThrow(recipe.Name);

    /// <inheritdoc/>
    public TrainedPart Train(TrainingPart data, PartContext context)
    {
        // Read once, whatever the folds, and before anything of an older run is removed.
        curves ??= TemplateCurves.Read(recipe.Name, learner, context.Options.Threads);
        var (core, rows) = (data.Catalogue.Core, data.Rows.Train);
        var photometry = new Objects(core, learner).Of(rows);
        if (context.Part == 0)
        {
            context.Begin(0);
        }

        context.Cancellation.ThrowIfCancellationRequested();
        var redshifts = Array.ConvertAll(rows, row => core.Redshift[row]);
        return new TrainedTemplates(
            data.Preprocessing,
            TemplateLearnerModule.fit(learner, curves.Grid, photometry, redshifts).OrThrow(core.Source),
            curves.Files);
    }

    /// <inheritdoc/>
    public IFittedLearner Open(TrainedPart part, int threads) => new Fitted(learner, ((TrainedTemplates)part).Fit, threads);

    /// <summary>A catalogue's objects as they are compared with templates.</summary>
    private sealed class Objects(CoreCatalogue catalogue, TemplateLearner learner)
    {
        private readonly int[] bands = TemplateLearnerModule.bandsOf(catalogue.Survey, learner).OrThrow(catalogue.Source);

        public Photometry Of(ReadOnlyMemory<int> rows) => ObjectPhotometry.ofRows(bands, learner.LimitSigmas, catalogue, rows).OrThrow();
    }

    private sealed class Fitted(TemplateLearner learner, TemplateFit fit, int threads) : IFittedLearner
    {
        public IAnswers On(CoreCatalogue catalogue) => new Answers(new Objects(catalogue, learner), fit, threads);

        public void Dispose()
        {
        }
    }

    private sealed class Answers(Objects objects, TemplateFit fit, int threads) : IAnswers
    {
        // p(z) of so many objects is held at once.
        private const int Block = 2048;

        public void Read(int[] rows, Action<int, FSharpValueOption<Answer>> take)
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
            for (var first = 0; first < rows.Length; first += Block)
            {
                var some = rows.AsMemory(first, Math.Min(Block, rows.Length - first));
                var estimates = TemplateFitting.estimate(threads, fit, objects.Of(some)).OrThrow("templates");
                var start = first;
                Parallel.For(0, estimates.Length, options, i => take(start + i, AnswerOf(estimates[i])));
            }
        }

        private static FSharpValueOption<Answer> AnswerOf(FSharpOption<TemplateEstimate>? estimate) =>
            estimate is { Value: var found }
                ? FSharpValueOption<Answer>.Some(Answer.NewTargets(ListModule.OfArray(new[]
                {
                    Tuple.Create("redshift", Answer.NewDensity(RedshiftDensity.NewBinned(found.Density))),

                    // The first template's type is 1, as template fitters write it.
                    Tuple.Create("spectral_type", Answer.NewValues([found.Type + 1.0])),
                    Tuple.Create("odds", Answer.NewValues([found.Odds])),
                })))
                : FSharpValueOption<Answer>.None;
    }
}
