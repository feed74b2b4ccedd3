using Redshift.Core;

namespace Redshift.HyperParameters;

/// <summary>
/// Bayesian optimisation: after some random trials, the configuration of the largest expected improvement under a Gaussian
/// process of the trials so far. It is sought among random configurations and variations of the best ones, in a few rounds
/// that close in.
/// </summary>
internal sealed class BayesSuggester : ISuggester
{
    private const int RandomCandidates = 250;
    private const int Parents = 5;
    private const int Children = 20;

    /// <summary>Widths of the variations, in units of a parameter's range, one a round.</summary>
    private static readonly double[] Rounds = [0.2, 0.05, 0.0125];

    /// <summary>Random trials before the first model: two a parameter, within 5 to 10.</summary>
    public static int InitialTrials(ParameterSet parameters) => Math.Clamp(2 * parameters.Count, 5, 10);

    /// <inheritdoc/>
    public IEnumerable<Configuration> Suggest(ParameterSet parameters, ulong seed, IReadOnlyList<Observation> past)
    {
        var atRandom = new RandomSuggester().Suggest(parameters, seed, past);
        return past.Count(o => o.Score is not null) < InitialTrials(parameters) || SurrogateModel.Of(parameters, past) is not { } model
            ? atRandom
            : Best(parameters, model, past, Suggesters.Stream(~seed, past.Count)).Concat(atRandom);
    }

    private static IEnumerable<Configuration> Best(
        ParameterSet parameters, SurrogateModel model, IReadOnlyList<Observation> past, RandomStream random)
    {
        var tried = past.Select(o => o.Configuration).ToHashSet();
        var gains = new Dictionary<Configuration, double>();
        var order = new List<Configuration>();
        void Consider(Configuration candidate)
        {
            if (!tried.Contains(candidate) && !gains.ContainsKey(candidate))
            {
                gains.Add(candidate, model.ExpectedImprovement(candidate));
                order.Add(candidate);
            }
        }

        for (var i = 0; i < RandomCandidates; i++)
        {
            Consider(parameters.Draw(random));
        }

        // The sort is stable, so that equal gains leave the order, and the suggestion, as they are.
        var parents = past.Where(o => o.Score is not null).OrderBy(o => o.Score).Select(o => o.Configuration).Take(Parents)
            .Concat(order.OrderByDescending(c => gains[c]).Take(Parents)).ToArray();
        foreach (var width in Rounds)
        {
            foreach (var parent in parents)
            {
                for (var i = 0; i < Children; i++)
                {
                    Consider(Vary(parameters, parent, width, random));
                }
            }

            parents = order.OrderByDescending(c => gains[c]).Take(Parents).ToArray();
        }

        return order.OrderByDescending(c => gains[c]);
    }

    /// <summary>
    /// A configuration near another: some of its parameters moved, a category drawn anew. What becomes active takes a
    /// random value.
    /// </summary>
    private static Configuration Vary(ParameterSet parameters, Configuration parent, double width, RandomStream random)
    {
        var values = parent.ToArray();
        var certain = random.NextInt(parameters.Count);
        var chance = Math.Min(0.5, 2.0 / parameters.Count);
        for (var i = 0; i < values.Length; i++)
        {
            var domain = parameters[i].Domain;
            var (draw, move, other) = (random.NextDouble(), random.NextNormal(), random.NextDouble());
            if (double.IsNaN(values[i]))
            {
                values[i] = domain.At(other);
            }
            else if (i == certain || draw < chance)
            {
                values[i] = domain.Ordered ? Move(domain, values[i], width * move) : domain.At(other);
            }
        }

        return parameters.Complete(values);
    }

    /// <summary>The value so far off; the next one where the step is too short for whole numbers and lists.</summary>
    private static double Move(Domain domain, double value, double step)
    {
        var moved = domain.At(Math.Clamp(domain.Position(value) + step, 0.0, 1.0));
        return moved != value || domain is FloatDomain ? moved : domain switch
        {
            IntDomain whole => whole.Neighbour(value, Math.Sign(step)),
            ListDomain list => Math.Clamp(value + Math.Sign(step), 0, list.Count - 1),
            _ => moved,
        };
    }
}
