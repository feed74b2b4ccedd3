/// What tests of the public face share: a small experiment, and ways to run, compare and break it.
module Redshift.Api.Tests.Testing

open System
open System.IO
open System.Text.Json.Nodes
open Expecto
open Redshift
open Redshift.Tests

/// Simulated Gaia spectra of a seed.
let simulated (seed: uint64) (count: int) : Catalogue =
    GaiaSimulation.Create(SimulationOptions(Count = int64 count, Seed = seed, Threads = 1))

/// 600 galaxies: 378 train, 162 validate, 60 test.
let catalogue = lazy (simulated 5UL 600)

/// A small convolutional network with every kind of state: moments, dropout, a schedule.
let private smallRecipe =
    """{
  "name": "small", "survey": "gaia",
  "features": { "channels": ["flux"] }, "scaling": "min_max",
  "network": {
    "name": "small", "input": { "channels": 1, "length": 186 },
    "body": [
      { "type": "conv1d", "filters": 4, "kernel": 9, "stride": 4 }, { "type": "relu" },
      { "type": "max_pool1d", "size": 2 }, { "type": "flatten" },
      { "type": "dense", "units": 16 }, { "type": "relu" }, { "type": "dropout", "rate": 0.1 },
      { "type": "dense", "units": 1 } ],
    "head": { "type": "point", "targets": ["redshift"] } },
  "loss": { "type": "huber", "delta": 0.1 }, "optimiser": { "type": "adam" }, "learning_rate": 0.003,
  "schedule": { "type": "constant" }, "batch_size": 32, "epochs": 3, "seed": 1 }"""

/// The small recipe with some of its fields changed to other JSON.
let recipeWith (changes: (string * string) list) : string =
    let recipe = (JsonNode.Parse smallRecipe).AsObject()

    for field, value in changes do
        recipe[field] <- JsonNode.Parse value

    recipe.ToJsonString()

/// An untrained estimator of the small recipe, changed.
let estimatorWith (changes: (string * string) list) : IEstimator =
    Repository.withFolderOf (fun folder ->
        let file = Path.Combine(folder, "recipe.json")
        File.WriteAllText(file, recipeWith changes)
        Estimators.Create file)

let estimator () = estimatorWith []

/// Options on one thread with few resamples, so that tests are quick.
let options (change: TrainingOptions -> unit) : TrainingOptions =
    let made = TrainingOptions(Threads = 1, ProgressInterval = System.TimeSpan.Zero)
    change made
    made

let fit (estimator: IEstimator) (catalogue: Catalogue) (options: TrainingOptions) : TrainingRun =
    estimator.FitAsync(catalogue, options).GetAwaiter().GetResult()

/// Progress told at once, on the training thread.
let onProgress (tell: TrainingProgress -> unit) : IProgress<TrainingProgress> =
    { new IProgress<TrainingProgress> with
        member _.Report progress = tell progress }

/// Trains the small recipe, changed, into a folder.
let trainInto (folder: string) (changes: (string * string) list) (catalogue: Catalogue) (options: TrainingOptions) =
    use made = estimatorWith changes
    Runs.TrainAsync(made, catalogue, folder, options).GetAwaiter().GetResult()

/// The one line of a `RedshiftException`; any other outcome fails.
let faultOf (what: string) (run: unit -> unit) : string =
    try
        run ()
        failtest $"{what}: expected a RedshiftException, found none"
    with :? RedshiftException as e ->
        Expect.isFalse (e.Message.Contains '\n') $"{what}: one line, found {e.Message}"
        e.Message

let expectContains (text: string) (parts: string list) =
    for part in parts do
        Expect.stringContains text part "message"

/// Every file under a folder with its bytes in hexadecimal.
let snapshot (folder: string) : Map<string, string> =
    Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
    |> Seq.map (fun file -> Path.GetRelativePath(folder, file), Convert.ToHexString(File.ReadAllBytes file))
    |> Map.ofSeq

let copyFolder (source: string) (target: string) =
    for file in Directory.GetFiles(source, "*", SearchOption.AllDirectories) do
        let copy = Path.Combine(target, Path.GetRelativePath(source, file))
        Directory.CreateDirectory(Path.GetDirectoryName copy) |> ignore
        File.Copy(file, copy)

/// The files of a run folder that depend on recipe, data and seed alone.
let deterministicFiles =
    [ "weights.safetensors"
      "predictions.csv"
      "metrics.json"
      "preprocessing.json"
      "split.json"
      "recipe.json"
      "survey.json" ]

/// A run's history without the columns of seconds.
let historyOf (folder: string) : string list =
    File.ReadAllLines(Path.Combine(folder, "history.csv"))
    |> Seq.map (fun line -> String.Join(',', line.Split(',')[..5]))
    |> List.ofSeq

/// Two run folders hold the same run, byte for byte, apart from times.
let expectSameRun (actual: string) (expected: string) =
    for name in deterministicFiles do
        let bytes folder = File.ReadAllBytes(Path.Combine(folder, name)) |> Convert.ToHexString
        Expect.equal (bytes actual) (bytes expected) name

    Expect.equal (historyOf actual) (historyOf expected) "history.csv"

/// The catalogue's samples and redshifts as arrays of their own.
let arraysOf (catalogue: Catalogue) : float32[] * float[] =
    Array.concat [ for i in 0 .. catalogue.Count - 1 -> catalogue.Samples(i).ToArray() ],
    Array.ofSeq catalogue.Redshifts

/// Some rows of a catalogue, in that order.
let rowsOf (catalogue: Catalogue) (rows: int[]) : Catalogue =
    let samples = rows |> Array.collect (fun row -> catalogue.Samples(row).ToArray())
    Catalogue.FromArrays(Surveys.Gaia, samples, rows |> Array.map (fun row -> catalogue.Redshifts[row]))

let redshiftBits (predictions: RedshiftPrediction[]) =
    predictions |> Array.map (fun p -> BitConverter.DoubleToInt64Bits p.Redshift)
