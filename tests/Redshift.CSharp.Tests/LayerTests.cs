using Expecto;
using Expecto.CSharp;
using Microsoft.FSharp.Collections;
using Redshift.Core.Layers;

namespace Redshift.CSharp.Tests;

/// <summary>Networks composed and walked from C#: no union is switched over, one member a layer.</summary>
internal static class LayerTests
{
    public static Test All { get; } = Runner.TestList(
        "layers",
        [
            Runner.TestCase("an interpreter counts the parameters", (Action)Counts),
            Runner.TestCase("composition is associative, with the empty layer as identity", (Action)Composition),
            Runner.TestCase("shapes that do not fit are a result with a path", (Action)Shapes),
        ]);

    /// <summary>The Gaia CNN, in C#'s words.</summary>
    private static Layer Body() =>
        Convolution(256, 5)
            .Then(Convolution(256, 5))
            .Then(Convolution(128, 3))
            .Then(Convolution(64, 2))
            .Then(LayerSyntax.flatten)
            .Then(Hidden(256)).Then(Hidden(256)).Then(Hidden(128)).Then(Hidden(64))
            .Then(LayerSyntax.dense(1));

    private static Layer Convolution(int filters, int kernel) =>
        LayerSyntax.conv1d(filters, kernel).Then(LayerSyntax.relu).Then(LayerSyntax.maxPool1d(2));

    private static Layer Hidden(int units) => LayerSyntax.dense(units).Then(LayerSyntax.relu);

    private static Head Redshift() => Head.NewPoint(ListModule.OfSeq(["redshift"]));

    private static void Counts()
    {
        var made = Network.Create("gaia", Shape.NewSignal(1, 186), Body(), Redshift());
        Checks.True(made.IsOk, "the network's shapes fit");
        var network = made.ResultValue;
        var counted = NetworkModule.interpret(new ParameterCounter(), network).Sum();
        Checks.Equal(699_073, counted, "parameters counted by the interpreter");
        Checks.Equal(699_073, network.ParameterCount, "parameters by the network");
    }

    private static void Composition()
    {
        Layer a = LayerSyntax.dense(3), b = LayerSyntax.relu, c = LayerSyntax.dense(1);
        Checks.Equal(a.Then(b).Then(c), a.Then(b.Then(c)), "associative");
        Checks.Equal(a, LayerModule.identity.Then(a), "identity first");
        Checks.Equal(a, a.Then(LayerModule.identity), "identity last");
    }

    private static void Shapes()
    {
        var made = Network.Create("bad", Shape.NewSignal(1, 186), LayerSyntax.dense(1), Redshift());
        Checks.True(made.IsError, "dense needs features");
        Checks.True($"{made.ErrorValue}".StartsWith("body/0", StringComparison.Ordinal), $"a path: {made.ErrorValue}");
    }

    /// <summary>The number of weights of each layer, by the textbook's formulas.</summary>
    private sealed class ParameterCounter : ILayerInterpreter<int>
    {
        public int Dense(Step step, Dense layer) => step.Input.Size * layer.Units + (layer.Bias ? layer.Units : 0);

        public int Conv1d(Step step, Conv1d layer) =>
            layer.Kernel * ((Shape.Signal)step.Input).channels * layer.Filters + (layer.Bias ? layer.Filters : 0);

        public int MaxPool1d(Step step, Pool1d layer) => 0;

        public int AvgPool1d(Step step, Pool1d layer) => 0;

        public int Activation(Step step, ActivationKind kind) => 0;

        public int Dropout(Step step, Dropout layer) => 0;

        public int BatchNorm(Step step, BatchNorm layer) => step.ParameterCount;

        public int LayerNorm(Step step, LayerNorm layer) => step.ParameterCount;

        public int Flatten(Step step) => 0;

        public int GraphAttention(Step step, GraphAttention layer) => step.ParameterCount;

        public int GraphIdentity(Step step) => 0;

        public int GraphMean(Step step) => 0;

        public int Residual(Step step, IReadOnlyList<int> inner) => inner.Sum();
    }
}
