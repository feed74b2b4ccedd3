using Expecto;
using Expecto.CSharp;

namespace Redshift.CSharp.Tests;

/// <summary>Null where a value must be is the caller's mistake and says which argument.</summary>
internal static class ArgumentTests
{
    private static readonly Catalogue Galaxies = Examples.Galaxies(30, seed: 1);

    public static Test All { get; } = Runner.TestList(
        "null arguments",
        [
            Null("path", () => Catalogue.Load(null!, Surveys.Gaia)),
            Null("survey", () => Catalogue.Load("galaxies.csv", null!)),
            Null("survey", () => Catalogue.FromArrays(null!, [])),
            Null("samples", () => Catalogue.FromArrays(Surveys.Gaia, null!)),
            Null("name", () => Surveys.Find(null!)),
            Null("path", () => Surveys.Load(null!)),
            Null("nameOrFile", () => Surveys.FindOrLoad(null!)),
            Null("recipe", () => Estimators.Create(null!)),
            Null("folder", () => Estimators.Load(null!)),
            Null("nameOrFile", () => RecipeInfo.Find(null!)),
            Null("path", () => GaiaSimulation.WriteCsv(null!)),
            Null("folder", () => Runs.Exists(null!)),
            Null("folder", () => Runs.Evaluate(null!)),
            Null("catalogue", () => Runs.Evaluate("run", null!, "out")),
            Null("output", () => Runs.Evaluate("run", Galaxies, null!)),
            Null("estimator", () => Wait(Runs.TrainAsync(null!, Galaxies, "run"))),
            WithEstimator("catalogue", e => Wait(Runs.TrainAsync(e, null!, "run"))),
            WithEstimator("folder", e => Wait(Runs.TrainAsync(e, Galaxies, null!))),
            WithEstimator("catalogue", e => Wait(e.FitAsync(null!))),
            WithEstimator("catalogue", e => e.Predict(null!)),
            WithEstimator("folder", e => e.Save(null!)),
            WithEstimator("input", e => PredictionFile.Write(e, null!, "out.csv")),
            WithEstimator("output", e => PredictionFile.Write(e, "in.csv", null!)),
            Null("estimator", () => PredictionFile.Write(null!, "in.csv", "out.csv")),
            Runner.TestCase("lengths that do not fit", (Action)Lengths),
        ]);

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static int cases;

    private static Test Null(string argument, Action call) => Runner.TestCase(
        $"{++cases}: {argument}",
        () => Checks.Equal(argument, Checks.Throws<ArgumentNullException>(call, argument).ParamName, "argument"));

    private static Test WithEstimator(string argument, Action<IEstimator> call) => Null(argument, () =>
    {
        using var folder = new TemporaryFolder();
        using var estimator = Estimators.Create(Examples.QuickRecipe(folder));
        call(estimator);
    });

    private static void Lengths()
    {
        Checks.Throws<ArgumentException>(() => Catalogue.FromArrays(Surveys.Gaia, new float[185]), "185 samples");
        Checks.Throws<ArgumentException>(() => Catalogue.FromArrays(Surveys.Gaia, new float[186], [0.1, 0.2]), "two redshifts");
        Checks.Throws<ArgumentOutOfRangeException>(() => Galaxies.Samples(30).ToArray(), "object 30 of 30");
        Checks.Throws<ArgumentOutOfRangeException>(() => Galaxies.Samples(-1).ToArray(), "object -1");
    }
}
