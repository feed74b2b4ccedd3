using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Redshift.Core.Layers;
using Redshift.Engine;

namespace Redshift.Benchmarks;

/// <summary>Samples per second of the gaia-cnn network: training with Adamax and Huber's loss, or predicting.</summary>
internal static class GaiaCnn
{
    /// <summary>Floating-point operations of one sample by the plain definition, whatever an engine does.</summary>
    /// <param name="mode"><c>train</c> or <c>predict</c>.</param>
    public static double Operations(string mode) => mode == "train" ? 200.1e6 : 66.7e6;

    /// <summary>The network: 699,073 weights.</summary>
    public static Network Network()
    {
        var body = LayerSyntax.conv1d(256, 5).Then(LayerSyntax.relu).Then(LayerSyntax.maxPool1d(2))
            .Then(LayerSyntax.conv1d(256, 5)).Then(LayerSyntax.relu).Then(LayerSyntax.maxPool1d(2))
            .Then(LayerSyntax.conv1d(128, 3)).Then(LayerSyntax.relu).Then(LayerSyntax.maxPool1d(2))
            .Then(LayerSyntax.conv1d(64, 2)).Then(LayerSyntax.relu).Then(LayerSyntax.maxPool1d(2))
            .Then(LayerSyntax.flatten);
        foreach (var units in (int[])[256, 256, 128, 64])
            body = body.Then(LayerSyntax.dense(units)).Then(LayerSyntax.relu);
        var head = Head.NewPoint(ListModule.OfArray<string>(["redshift"]));
        var input = Shape.NewSignal(1, 186);
        return Core.Layers.Network.Create("gaia-cnn", input, body.Then(LayerSyntax.dense(1)), head).ResultValue;
    }

    /// <summary>Measures one mode.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="mode"><c>train</c> or <c>predict</c>.</param>
    /// <param name="batch">Objects a call.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="seconds">How long, after a warm-up.</param>
    /// <returns>Samples per second, and milliseconds of processor time per sample.</returns>
    public static (double Rate, double Processor) Measure(
        IBackend backend, string mode, int batch, int threads, double seconds)
    {
        var network = Network();
        using var model = backend.Compile(network, 1, threads);
        var random = new Core.RandomStream(2);
        var inputs = Enumerable.Range(0, batch * network.Input.Size).Select(_ => (float)random.NextNormal()).ToArray();
        var targets = Enumerable.Range(0, batch).Select(_ => (float)random.NextDouble()).ToArray();
        var outputs = new float[batch];
        model.BeginTraining(new TrainingPlan(Loss.NewHuber(1.0), OptimiserModule.adamax, Penalty.None, null), 3);
        void Once()
        {
            if (mode == "train")
                model.Step(inputs, targets, batch, 1e-3, outputs);
            else
                model.Predict(inputs, outputs, batch);
        }

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 3 || watch.Elapsed.TotalSeconds < Math.Min(1.0, 0.3 * seconds); i++)
            Once();
        var done = 0;
        Engine.Simd.Profile.Take();
        var processor = Environment.CpuUsage.TotalTime;
        watch.Restart();
        for (; watch.Elapsed.TotalSeconds < seconds; done += batch)
            Once();
        var elapsed = watch.Elapsed.TotalSeconds;
        return (done / elapsed, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / done);
    }
}
