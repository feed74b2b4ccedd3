using Redshift.Core.Layers;

namespace Redshift.Engine;

/// <summary>What every backend's model refuses, in the same words.</summary>
internal static class Arguments
{
    /// <summary>Refuses a span of another size than count times each.</summary>
    public static void CheckSize(string name, int found, int count, int each)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (found != (long)count * each)
            throw new ArgumentException($"{name}: expects {count} x {each} values, found {found}", name);
    }

    /// <summary>Refuses a loss that does not go with the network's head.</summary>
    public static void CheckFit(Network network, Loss loss)
    {
        if (LossModule.misfit(network.Head, loss) is { } expected)
            throw new ArgumentException($"loss: expects {expected.Value}, found {loss}", nameof(loss));
    }

    /// <summary>Refuses a plan that the network cannot be trained by.</summary>
    public static void CheckPlan(Network network, TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        CheckFit(network, plan.Loss);
        if (plan.ClipNorm is { } norm && !(norm > 0.0))
            throw new ArgumentException($"clip norm: expects a number above 0, found {norm}", nameof(plan));
    }

    /// <summary>Refuses a step's spans of other sizes than the network's.</summary>
    public static void CheckStep(Network network, int inputs, int targets, int weights, int outputs, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckSize(nameof(inputs), inputs, count, network.Input.Size);
        CheckSize(nameof(targets), targets, count, network.Targets);
        CheckSize(nameof(weights), weights, weights == 0 ? 0 : count, 1);
        CheckSize(nameof(outputs), outputs, count, network.Outputs);
    }

    /// <summary>A network without weights of this name.</summary>
    public static ArgumentException NoSuchWeights(Network network, string name) =>
        new($"weights: expects one of {string.Join(", ", network.Parameters.Select(p => p.Name))}, found {name}", nameof(name));

    /// <summary>Refuses another number of weights than the array holds.</summary>
    public static void CheckWeights(ParameterSpec parameter, ReadOnlySpan<float> values)
    {
        if (values.Length != parameter.Count)
            throw new ArgumentException($"{parameter.Name}: expects {parameter.Count} values, found {values.Length}", nameof(values));
    }

    /// <summary>Refuses a saved optimiser state that lacks an array, has one too many or one of another size.</summary>
    /// <param name="expected">Names and lengths.</param>
    /// <param name="state">What was saved.</param>
    /// <param name="optimiser">Whose it should be.</param>
    public static void CheckState(
        IReadOnlyCollection<(string Name, int Count)> expected, IReadOnlyDictionary<string, float[]> state, Optimiser optimiser)
    {
        foreach (var (name, count) in expected)
        {
            if (!state.TryGetValue(name, out var saved))
                throw new ArgumentException($"optimiser state: expects {name}, found no such array", nameof(state));
            if (saved.Length != count)
                throw new ArgumentException($"optimiser state: expects {count} values in {name}, found {saved.Length}", nameof(state));
        }

        if (state.Keys.FirstOrDefault(key => expected.All(array => array.Name != key)) is { } unknown)
            throw new ArgumentException($"optimiser state: expects the arrays of {optimiser}, found {unknown}", nameof(state));
    }

    /// <summary>Whether all are finite numbers.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
