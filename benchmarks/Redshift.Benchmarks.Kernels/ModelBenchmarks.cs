using BenchmarkDotNet.Attributes;
using Microsoft.FSharp.Collections;
using Redshift.Core.Layers;
using Redshift.Engine;
using Redshift.Engine.Simd;

namespace Redshift.Benchmarks.Kernels;

/// <summary>Whole layers by one thread, forward and back, with what is allocated a call.</summary>
[MemoryDiagnoser]
public class ModelBenchmarks : IDisposable
{
    private const int Batch = 64;

    private IModel convolution = null!;
    private IModel dense = null!;
    private float[] inputs = [];
    private float[] outputs = [];

    [GlobalSetup]
    public void Compile()
    {
        convolution = Model(Shape.NewSignal(256, 91), LayerSyntax.conv1d(256, 5).Then(LayerSyntax.relu)
            .Then(LayerSyntax.maxPool1d(2)).Then(LayerSyntax.flatten).Then(LayerSyntax.dense(1)));
        dense = Model(Shape.NewFeatures(576), LayerSyntax.dense(256).Then(LayerSyntax.relu).Then(LayerSyntax.dense(1)));
        var random = new Core.RandomStream(1);
        inputs = Enumerable.Range(0, Batch * 256 * 91).Select(_ => (float)random.NextNormal()).ToArray();
        outputs = new float[Batch];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        convolution.Dispose();
        dense.Dispose();
    }

    [Benchmark(Description = "convolution 256 x 5, forward, 64 objects")]
    [Operations(2.0 * Batch * 87 * 5 * 256 * 256)]
    public void ConvolutionForward() => convolution.Predict(inputs, outputs, Batch);

    [Benchmark(Description = "convolution 256 x 5, a training step, 64 objects")]
    [Operations(4.0 * Batch * 87 * 5 * 256 * 256)]
    public double ConvolutionStep() => convolution.Step(inputs, outputs, Batch, 1e-3, outputs);

    [Benchmark(Description = "dense 576 to 256, a training step, 64 objects")]
    [Operations(4.0 * Batch * 576 * 256)]
    public double DenseStep() => dense.Step(inputs.AsSpan(0, Batch * 576), outputs, Batch, 1e-3, outputs);

    private static IModel Model(Shape input, Layer body)
    {
        var head = Head.NewPoint(ListModule.OfArray<string>(["redshift"]));
        var network = Network.Create("one layer", input, body, head).ResultValue;
        var model = new SimdBackend().Compile(network, 1, 1);
        model.BeginTraining(new TrainingPlan(Loss.Mse, OptimiserModule.adamax, Penalty.None, null), 3);
        return model;
    }
}
