using Microsoft.FSharp.Core;
using Redshift.Core.Layers;
using Redshift.Core.Models;
using Redshift.ModelFiles;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;
using CoreSurvey = Redshift.Core.Catalogues.Survey;

namespace Redshift;

/// <summary>Networks of their own for each of several targets, each trained on the objects of which its target is known.</summary>
internal sealed class TargetLearning : ILearning
{
    private readonly (string Target, NetworkLearning Learning)[] each;

    public TargetLearning(Recipe recipe, IReadOnlyList<TargetLearner> learners)
    {
        each = PlacesOf(learners).Select(of => (of.Learner.Target, new NetworkLearning(recipe, of.Learner.Networks, of.Learner.Target, of.Places))).ToArray();
    }

    /// <inheritdoc/>
    public bool HasDensities => false;

    /// <inheritdoc/>
    public bool MayAbstain => false;

    /// <summary>The learners with the places of their networks among those of a part.</summary>
    public static IEnumerable<(TargetLearner Learner, NetworkPlaces Places)> PlacesOf(IReadOnlyList<TargetLearner> learners)
    {
        var (first, all) = (0, learners.Sum(learner => learner.Networks.Training.Ensemble));
        foreach (var learner in learners)
        {
            yield return (learner, new NetworkPlaces(first, all));
            first += learner.Networks.Training.Ensemble;
        }
    }

    /// <inheritdoc/>
    public void Check(CoreSurvey survey)
    {
        foreach (var (_, learning) in each)
        {
            learning.Check(survey);
        }
    }

    /// <inheritdoc/>
    public TrainedPart Train(TrainingPart data, PartContext context)
    {
        // What a target lacks is said before the first is trained.
        var parts = each.Select(of => data.For(of.Target)).ToArray();
        return new TrainedTargets(
            data.Preprocessing,
            each.Zip(parts).Select(of => (of.First.Target, (TrainedNetworks)of.First.Learning.Train(of.Second, context))).ToArray());
    }

    /// <inheritdoc/>
    public IFittedLearner Open(TrainedPart part, int threads) => new Fitted(
        each.Zip(((TrainedTargets)part).Networks).Select(of => (of.First.Target, of.First.Learning.Open(of.Second.Networks, threads))).ToArray());

    private sealed class Fitted((string Target, IFittedLearner Learner)[] each) : IFittedLearner
    {
        public IAnswers On(CoreCatalogue catalogue) => new Answers(Array.ConvertAll(each, of => (of.Target, of.Learner.On(catalogue))));

        public void Dispose()
        {
            foreach (var (_, learner) in each)
            {
                learner.Dispose();
            }
        }
    }

    private sealed class Answers((string Target, IAnswers Answers)[] each) : IAnswers
    {
        private const int Block = 4096;

        public void Read(int[] rows, Action<int, FSharpValueOption<Answer>> take)
        {
            for (var first = 0; first < rows.Length; first += Block)
            {
                var some = rows[first..Math.Min(rows.Length, first + Block)];
                var answers = Array.ConvertAll(some, _ => new FSharpValueOption<Answer>[each.Length]);
                for (var target = 0; target < each.Length; target++)
                {
                    var place = target;
                    each[target].Answers.Read(some, (i, answer) => answers[i][place] = answer);
                }

                for (var i = 0; i < some.Length; i++)
                {
                    take(first + i, Together(answers[i]));
                }
            }
        }

        private FSharpValueOption<Answer> Together(FSharpValueOption<Answer>[] answers) => Array.Exists(answers, answer => answer.IsNone)
            ? FSharpValueOption<Answer>.None
            : FSharpValueOption<Answer>.Some(Answer.NewTargets(
                Microsoft.FSharp.Collections.ListModule.OfSeq(each.Zip(answers).Select(of => Tuple.Create(of.First.Target, of.Second.Value)))));
    }
}
