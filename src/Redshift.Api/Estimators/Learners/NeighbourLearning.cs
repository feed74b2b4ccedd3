using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core.Baselines;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.ModelFiles;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;
using CoreSurvey = Redshift.Core.Catalogues.Survey;

namespace Redshift;

/// <summary>Neighbours in the space of features; how many is chosen by cross-validation on the training part.</summary>
internal sealed class NeighbourLearning(Recipe recipe, NeighbourLearner learner) : ILearning
{
    /// <inheritdoc/>
    public bool HasDensities => false;

    /// <inheritdoc/>
    public bool MayAbstain => false;

    /// <inheritdoc/>
    public void Check(CoreSurvey survey)
    {
        if (FeaturesModule.size(recipe.Features, survey.SampleCount) < 1)
        {
            throw new RedshiftException($"{recipe.Name}: features: expected one channel or more, found none");
        }
    }

    /// <inheritdoc/>
    public TrainedPart Train(TrainingPart data, PartContext context)
    {
        var (core, threads) = (data.Catalogue.Core, context.Options.Threads);
        var rows = data.Rows.Train;
        var inputs = Inputs(CatalogueInputs.On(core, data.Preprocessing), rows);
        var redshifts = Array.ConvertAll(rows, row => (float)core.Redshift[row]);
        var points = PointsModule.ofSingles(data.Preprocessing.Size, inputs).OrThrow(core.Source);
        var known = Array.ConvertAll(redshifts, z => (double)z);
        context.Cancellation.ThrowIfCancellationRequested();

        // Numbers that a fold's training part does not have are not tried.
        var most = rows.Length - (rows.Length + learner.Folds - 1) / learner.Folds;
        var settings = ListModule.OfSeq(
            from weights in learner.Weights
            from neighbours in learner.Neighbours
            where neighbours <= most
            select new NeighbourSettings(neighbours, weights, learner.Estimate));
        if (settings.IsEmpty)
        {
            throw new RedshiftException(
                $"{core.Source}: expected at least {learner.Neighbours.Head} objects to train a fold on, found {most}");
        }

        // Only now, when the data has been found good, may what an older run left be removed.
        if (context.Part == 0)
        {
            context.Begin(0);
        }

        var division = NeighbourDivision.NewFolds(learner.Folds, recipe.Seed);
        var curve = NeighbourValidation.curve(threads, division, Scaling.Identity, settings, points, known).OrThrow(core.Source);
        return new TrainedNeighbours(data.Preprocessing, NeighbourValidation.best(curve).Value, inputs, redshifts, curve.ToArray());
    }

    /// <inheritdoc/>
    public IFittedLearner Open(TrainedPart part, int threads)
    {
        var trained = (TrainedNeighbours)part;
        var points = PointsModule.ofSingles(trained.Preprocessing.Size, trained.Points).OrThrow(recipe.Name);
        var regression = NeighbourRegressionModule.fit(trained.Settings, points, Array.ConvertAll(trained.Redshifts, z => (double)z)).OrThrow(recipe.Name);
        return new Fitted(trained.Preprocessing, regression, threads);
    }

    private static float[] Inputs(CatalogueInputs inputs, ReadOnlySpan<int> rows)
    {
        var all = new float[(long)rows.Length * inputs.Size];
        for (var i = 0; i < rows.Length; i++)
        {
            inputs.Fill(rows[i], all.AsSpan(i * inputs.Size, inputs.Size));
        }

        return all;
    }

    private sealed class Fitted(Preprocessing preprocessing, NeighbourRegression regression, int threads) : IFittedLearner
    {
        public IAnswers On(CoreCatalogue catalogue) => new Answers(CatalogueInputs.On(catalogue, preprocessing), regression, threads);

        public void Dispose()
        {
        }
    }

    private sealed class Answers(CatalogueInputs inputs, NeighbourRegression regression, int threads) : IAnswers
    {
        private const int Block = 8192;

        public void Read(int[] rows, Action<int, FSharpValueOption<Answer>> take)
        {
            for (var first = 0; first < rows.Length; first += Block)
            {
                var some = rows.AsSpan(first, Math.Min(Block, rows.Length - first));
                var queries = PointsModule.ofSingles(inputs.Size, Inputs(inputs, some)).OrThrow("features");
                var redshifts = NeighbourRegressionModule.predict(threads, regression, queries).OrThrow("neighbours");
                for (var i = 0; i < redshifts.Length; i++)
                {
                    take(first + i, FSharpValueOption<Answer>.Some(Answer.NewValues([redshifts[i]])));
                }
            }
        }
    }
}
