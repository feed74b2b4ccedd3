using Expecto;
using Expecto.CSharp;

namespace Redshift.CSharp.Tests;

/// <summary>Cancellation ends as tasks end, and leaves an estimator as it was.</summary>
internal static class CancellationTests
{
    public static Test All { get; } = Runner.TestList(
        "cancellation",
        [
            Runner.TestCase("before it begins", BeforeItBegins),
            Runner.TestCase("between two epochs", BetweenEpochs),
            Runner.TestCase("of a simulation leaves no file", (Action)Simulation),
        ]);

    private static async Task BeforeItBegins()
    {
        using var folder = new TemporaryFolder();
        using var estimator = Estimators.Create(Examples.QuickRecipe(folder));
        var task = estimator.FitAsync(Examples.Galaxies(60, 1), cancellationToken: new CancellationToken(canceled: true));
        await ExpectCancelled(task);
        Checks.True(!estimator.IsFitted, "not trained");
    }

    private static async Task BetweenEpochs()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        using var estimator = Estimators.Create(Examples.QuickRecipe(folder));
        var catalogue = Examples.Galaxies(60, 1);
        await estimator.FitAsync(catalogue);
        var before = estimator.Predict(catalogue);
        var atFirstEpoch = new Telling<TrainingProgress>(p =>
        {
            if (p.ValidationLoss is not null)
            {
                source.Cancel();
            }
        });

        await ExpectCancelled(estimator.FitAsync(catalogue, new TrainingOptions { Seed = 9 }, atFirstEpoch, source.Token));
        Checks.True(before.SequenceEqual(estimator.Predict(catalogue)), "the earlier training holds");
    }

    private static void Simulation()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var options = new SimulationOptions { Count = 5000, Threads = 1 };
        var atFirstBlock = new Telling<long>(_ => source.Cancel());
        Checks.Throws<OperationCanceledException>(
            () => GaiaSimulation.WriteCsv(folder.At("out.csv"), options, atFirstBlock, source.Token), "cancelled");
        Checks.Equal(0, Directory.GetFiles(folder.At("")).Length, "files");
    }

    private static async Task ExpectCancelled(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            Checks.True(task.IsCanceled, "the task is cancelled, not faulted");
            return;
        }

        throw new AssertException("expected OperationCanceledException, found none");
    }
}
