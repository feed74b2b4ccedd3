using BenchmarkDotNet.Attributes;
using Redshift.Engine.Simd;
using Products = Redshift.Engine.Simd.MatrixProduct;

namespace Redshift.Benchmarks.Kernels;

/// <summary>One thread's packed product on the shapes of gaia-cnn: its second convolution's windows overlap, so that a row of
/// the left side begins 256 numbers behind the one before.</summary>
public unsafe class ProductBenchmarks : IDisposable
{
    private const int Channels = 256, Kernel = 5, Filters = 256, Windows = 87;
    private const int DenseRows = 256, DenseDepth = 576, DenseUnits = 256;

    private readonly AlignedBuffer left = new((Windows + Kernel) * Channels + DenseRows * DenseDepth);
    private readonly AlignedBuffer result = new(DenseRows * Filters);
    private readonly Panels convolution = new(Kernel * Channels, Filters);
    private readonly Panels dense = new(DenseDepth, DenseUnits);

    [GlobalSetup]
    public void Fill()
    {
        var random = new Core.RandomStream(1);
        using var weights = new AlignedBuffer(Kernel * Channels * Filters);
        foreach (var buffer in (AlignedBuffer[])[left, weights])
            for (nint i = 0; i < (nint)buffer.Count; i++)
                buffer.Start[i] = (float)random.NextNormal();
        foreach (var panels in (Panels[])[convolution, dense])
            for (var panel = 0; panel < panels.Count; panel++)
                panels.Pack(panel, 0, weights.Start, panels.Columns, panels.Depth);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        left.Dispose();
        result.Dispose();
        convolution.Dispose();
        dense.Dispose();
    }

    [Benchmark(Description = "second convolution, 1 object")]
    [Operations(2.0 * Windows * Kernel * Channels * Filters)]
    public void Convolution() => Multiply(convolution, Channels, Windows);

    [Benchmark(Description = "first dense layer, 256 objects")]
    [Operations(2.0 * DenseRows * DenseDepth * DenseUnits)]
    public void Dense() => Multiply(dense, DenseDepth, DenseRows);

    private void Multiply(Panels panels, int rowStep, int rows)
    {
        var product = new ProductArguments
        {
            A = left.Start,
            RowStep = rowStep,
            Groups = 1,
            Depth = panels.Depth,
            Rows = rows,
            C = result.Start,
            CStep = panels.Columns,
        };
        for (var panel = 0; panel < panels.Count; panel++)
            Products.Multiply(product, panels, panel);
    }
}
