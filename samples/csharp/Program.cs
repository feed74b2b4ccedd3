// Learns from a catalogue that has redshifts, scores itself on galaxies it has not seen, and predicts new ones.
//
//   ./build.sh pack
//   dotnet run --project samples/csharp
using Redshift;

var folder = args is [var named] ? named : Directory.CreateTempSubdirectory("redshift-sample-").FullName;
var file = Path.Combine(folder, "galaxies.csv");
GaiaSimulation.WriteCsv(file, new SimulationOptions { Count = 300, Seed = 1 });      // take yours instead
var newCatalogue = GaiaSimulation.Create(new SimulationOptions { Count = 5, Seed = 2 });

var catalogue = Catalogue.Load(file, Surveys.Gaia);
using var estimator = Estimators.Create("gaia-binned");
var run = await estimator.FitAsync(catalogue, new TrainingOptions { Seed = 4, Epochs = 2 });
RedshiftPrediction[] predictions = estimator.Predict(newCatalogue);
estimator.Save(Path.Combine(folder, "run"));
using var again = Estimators.Load(Path.Combine(folder, "run"));

Console.WriteLine($"Redshift {SoftwareInfo.Version}, {SoftwareInfo.Packages}");
Console.WriteLine($"{run.TestCount} galaxies not seen in training: mean absolute error {run.Metrics["mae"]:0.000}");
foreach (var (prediction, repeated) in predictions.Zip(again.Predict(newCatalogue)))
{
    Console.WriteLine(
        $"z = {prediction.Redshift:0.000} +- {prediction.Uncertainty?.Sigma:0.000}, loaded again {repeated.Redshift:0.000}");
}
