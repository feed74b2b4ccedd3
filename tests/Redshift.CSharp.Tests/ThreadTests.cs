using Expecto;
using Expecto.CSharp;

namespace Redshift.CSharp.Tests;

/// <summary>Predict may be called from many threads at once.</summary>
internal static class ThreadTests
{
    public static Test All { get; } = Runner.TestList(
        "threads",
        [Runner.TestCase("64 threads predict the same numbers as one", SixtyFour)]);

    private static async Task SixtyFour()
    {
        using var folder = new TemporaryFolder();
        using var estimator = Estimators.Create("gaia-cnn");
        await estimator.FitAsync(Examples.Galaxies(30, 1), new TrainingOptions { Epochs = 1, Threads = 2 });
        var galaxies = Examples.Galaxies(64, seed: 2);
        var catalogues = Enumerable.Range(0, 64).Select(i => Some(galaxies, i, 1 + i % 7)).ToArray();
        var expected = catalogues.Select(estimator.Predict).ToArray();
        var found = new RedshiftPrediction[64][][];
        using var together = new Barrier(64);
        var threads = Enumerable.Range(0, 64).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            found[i] = Enumerable.Range(0, 4).Select(_ => estimator.Predict(catalogues[i])).ToArray();
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        for (var i = 0; i < 64; i++)
        {
            Checks.True(found[i].All(z => z.SequenceEqual(expected[i])), $"thread {i}");
        }
    }

    /// <summary>Some galaxies from a place on, around the end.</summary>
    private static Catalogue Some(Catalogue galaxies, int first, int count) => Catalogue.FromArrays(
        Surveys.Gaia,
        Enumerable.Range(first, count).SelectMany(i => galaxies.Samples(i % galaxies.Count).ToArray()).ToArray());
}
