using Expecto;
using Expecto.CSharp;

namespace Redshift.CSharp.Tests;

/// <summary>The six lines that the library promises to a C# application.</summary>
internal static class SixLineTests
{
    public static Test All { get; } = Runner.TestList(
        "six lines",
        [
            Runner.TestCase("the Gaia CNN by its name", GaiaCnn),
            Runner.TestCase("a recipe of one's own", OwnRecipe),
        ]);

    /// <summary>As written in the documentation; 40 galaxies in one epoch, so that it takes a moment.</summary>
    private static async Task GaiaCnn()
    {
        using var folder = new TemporaryFolder();
        GaiaSimulation.WriteCsv(folder.At("galaxies.csv"), new SimulationOptions { Count = 40, Threads = 1 });
        var newCatalogue = Examples.Galaxies(5, seed: 9);
        IProgress<TrainingProgress>? progress = null;
        var cancellationToken = CancellationToken.None;

        var catalogue = Catalogue.Load(folder.At("galaxies.csv"), Surveys.Gaia);
        using var estimator = Estimators.Create("gaia-cnn");
        var run = await estimator.FitAsync(catalogue, new TrainingOptions { Seed = 4, Epochs = 1 }, progress, cancellationToken);
        RedshiftPrediction[] z = estimator.Predict(newCatalogue);
        estimator.Save(folder.At("runs/gaia"));
        using var again = Estimators.Load(folder.At("runs/gaia"));

        Checks.Equal(1, run.History.Count, "epochs");
        Checks.Equal(5, z.Length, "predictions");
        Checks.True(z.SequenceEqual(again.Predict(newCatalogue)), "the loaded estimator predicts the same");
    }

    private static async Task OwnRecipe()
    {
        using var folder = new TemporaryFolder();
        var catalogue = Examples.Galaxies(200, seed: 1);
        var told = new List<TrainingProgress>();
        using var estimator = Estimators.Create(Examples.QuickRecipe(folder));

        var run = await estimator.FitAsync(
            catalogue, new TrainingOptions { Seed = 4, Threads = 1 }, new Telling<TrainingProgress>(told.Add));

        Checks.Equal("quick", estimator.Name, "name");
        Checks.Equal("gaia", estimator.Survey.Name, "survey");
        Checks.Equal(126 + 54 + 20, run.TrainCount + run.ValidationCount + run.TestCount, "objects");
        Checks.True(double.IsFinite(run.Metrics["mae"]), "a metric");
        Checks.Equal(2, told.Count(p => p.ValidationLoss is not null), "epochs told");
        Checks.Equal(run.History[1].ValLoss, told[^1].ValidationLoss!.Value, "the last one's loss");
    }
}
