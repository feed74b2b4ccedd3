/// `Comparison`: all recipes on the same objects; the numbers of their own runs; nothing lost by an interruption.
module Redshift.Api.Tests.ComparisonTests

open System
open System.IO
open System.Text.Json.Nodes
open System.Threading
open Expecto
open Redshift
open Redshift.Tests
open Redshift.Api.Tests.Testing

/// A network of a few hundred weights, of early stopping, up to redshift 0.3.
let private network =
    [ "cleaning", """{ "redshift_range": [0, 0.3] }"""
      "early_stopping", """{ "patience": 3 }"""
      "network",
      """{ "name": "tiny", "input": { "channels": 1, "length": 186 },
           "body": [ { "type": "conv1d", "filters": 2, "kernel": 9, "stride": 8 }, { "type": "relu" }, { "type": "flatten" },
                     { "type": "dense", "units": 1 } ],
           "head": { "type": "point", "targets": ["redshift"] } }""" ]

let private galaxies = lazy (simulated 9UL 120)

let private neighbours = "brown-knn-standard"

/// The recipes of the comparison, their files in a folder.
let private recipes (folder: string) =
    let file = Path.Combine(folder, "small.json")
    File.WriteAllText(file, recipeWith network)
    [| file; neighbours |]

let private options (change: ComparisonOptions -> unit) =
    let made = ComparisonOptions(Folds = 3, Threads = 1, ProgressInterval = TimeSpan.Zero)
    change made
    made

let private compareWith (recipes: string[]) (catalogue: Catalogue) (folder: string) options progress cancellation =
    Comparison.RunAsync(recipes, catalogue, folder, options, progress, cancellation).GetAwaiter().GetResult()

let private compare recipes folder options =
    compareWith recipes galaxies.Value folder options null CancellationToken.None

let private telling (tell: ComparisonProgress -> unit) =
    { new IProgress<ComparisonProgress> with
        member _.Report progress = tell progress }

/// A comparison that several tests look at, and its folder; removed when the tests end.
let private made =
    lazy
        (let folder = Directory.CreateTempSubdirectory("redshift-comparison-").FullName
         AppDomain.CurrentDomain.ProcessExit.Add(fun _ -> Directory.Delete(folder, true))
         let out = Path.Combine(folder, "out")
         out, compare (recipes folder) out (options ignore))

let private at (folder: string) (name: string) = Path.Combine(folder, name)
let private parse (file: string) = (JsonNode.Parse(File.ReadAllText file)).AsObject()

/// The rows of a run's predictions with their true redshifts.
let private scored (run: string) =
    File.ReadAllLines(at run "predictions.csv")
    |> Array.skip 1
    |> Array.map (fun line -> line.Split(',')[..1])

/// `comparison.json` without what depends on the clock or on threads.
let private essence (out: string) =
    let json = parse (at out "comparison.json")

    for recipe in json["recipes"].AsArray() do
        recipe.AsObject().Remove "times" |> ignore

    json.ToJsonString()

let private expectSame (actual: string) (expected: string) =
    Expect.equal (essence actual) (essence expected) "comparison.json"

    for name in [ "small"; neighbours ] do
        for file in deterministicFiles do
            let bytes folder = File.ReadAllBytes(at (at folder name) file) |> Convert.ToHexString
            Expect.equal (bytes actual) (bytes expected) $"{name}/{file}"

let private results =
    [ testCase "all are scored on the same rows: those that all take, each once" (fun () ->
          let out, result = made.Value
          let rows = scored (at out "small")
          Expect.equal (scored (at out neighbours)) rows "rows and true redshifts"

          let expected =
              galaxies.Value.Redshifts
              |> Seq.indexed
              |> Seq.filter (fun (_, z) -> z >= 0.0 && z <= 0.3)
              |> Seq.map fst
              |> List.ofSeq

          Expect.isLessThan expected.Length galaxies.Value.Count "the range leaves some out"
          Expect.equal [ for row in rows -> int row[0] ] expected "rows"
          Expect.equal result.Count expected.Length "count")
      testCase "the numbers are those of the runs' own files" (fun () ->
          let out, result = made.Value
          let json = parse (at out "comparison.json")
          Expect.equal (File.ReadAllText(at out "comparison.json")) result.Json "the text"

          for compared, recipe in Seq.zip result.Recipes (json["recipes"].AsArray()) do
              let metrics = parse (at (at out compared.Name) "metrics.json")
              Expect.equal compared.Folder (at out compared.Name) "folder"
              let intervals = metrics["intervals"].AsObject()

              for metric in intervals do
                  let own, shown =
                      metrics[metric.Key].GetValue<float>(), recipe["metrics"].[metric.Key].GetValue<float>()

                  Expect.equal shown own metric.Key
                  Expect.equal compared.Evaluation.Metrics[metric.Key] own metric.Key

                  Expect.equal
                      (recipe["intervals"].[metric.Key].ToJsonString())
                      (metric.Value.ToJsonString())
                      metric.Key

              let split = parse (at (at out compared.Name) "split.json")
              Expect.equal (json["rows_sha256"].ToString()) (split["test_rows_sha256"].ToString()) "rows"
              Expect.equal (split["folds"].GetValue<int>()) 3 "folds")
      testCase "differences are of the predictions that the runs have" (fun () ->
          let out, result = made.Value
          let nmad (place: int) = result.Recipes[place].Evaluation.Metrics["nmad"]
          Expect.isEmpty result.Recipes[0].Differences "of the first"
          let found = result.Recipes[1].Differences["nmad"]
          Expect.equal found.Value (nmad 1 - nmad 0) "value"
          let low, high = found.Interval.Value.ToTuple()
          Expect.isTrue (low <= found.Value && found.Value <= high) "interval"
          Expect.isTrue (File.Exists(at out "comparison.html") && File.Exists(at out "comparison.md")) "page and text")
      testCase "each recipe's folder is a run that predicts" (fun () ->
          let _, result = made.Value

          for compared in result.Recipes do
              use estimator = Estimators.Load(compared.Folder, 1)
              Expect.equal estimator.Name compared.Name "name"
              Expect.equal (estimator.Predict galaxies.Value).Length 120 "predictions"
              Expect.isGreaterThan compared.TrainingSeconds 0.0 "seconds"
              Expect.isGreaterThan compared.ObjectsPerSecond 0.0 "speed")
      testCase "the same numbers for two threads" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"
              compare (recipes folder) out (options (fun o -> o.Threads <- 2)) |> ignore
              expectSame out (fst made.Value)))
      testCase "another seed, other numbers" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"

              compare (recipes folder) out (options (fun o -> o.Seed <- Nullable 2UL))
              |> ignore

              Expect.notEqual (essence out) (essence (fst made.Value)) "comparison.json"))
      testCase "without folds all share one test part" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"

              let result =
                  compare
                      (recipes folder)
                      out
                      (options (fun o ->
                          o.Folds <- 0
                          o.MaxRedshift <- Nullable 0.25))

              Expect.equal (scored (at out "small")) (scored (at out neighbours)) "rows"
              Expect.isLessThan result.Count 15 "a tenth of them"
              Expect.isTrue (scored (at out "small") |> Array.forall (fun row -> float row[1] <= 0.25)) "up to 0.25")) ]

/// Runs until `stop` says so; whether it was interrupted.
let private interrupted recipes folder options (stop: ComparisonProgress -> bool) =
    use source = new CancellationTokenSource()

    let tell =
        telling (fun progress ->
            if stop progress then
                source.Cancel())

    try
        compareWith recipes galaxies.Value folder options tell source.Token |> ignore
        false
    with :? OperationCanceledException ->
        true

let private ends (folder: string) recipes options =
    let told = Collections.Generic.List<ComparisonProgress>()
    let result = compareWith recipes galaxies.Value folder options (telling told.Add) CancellationToken.None

    result,
    [ for progress in told do
          if not (isNull progress.Training) then
              progress.Recipe ]
    |> List.distinct

let private resume = options (fun o -> o.Resume <- true)

let private interruptions =
    [ testCase "interrupted inside a network's second fold, it ends as if it had not been" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"

              let inside (p: ComparisonProgress) =
                  not (isNull p.Training) && p.Training.Network = 2 && p.Training.Epoch = 2

              Expect.isTrue (interrupted (recipes folder) out (options ignore) inside) "interrupted"
              Expect.isFalse (File.Exists(at out "comparison.json")) "no result"
              let result, trained = ends out (recipes folder) resume
              Expect.equal trained [ "small" ] "it is trained on"
              Expect.isFalse (result.Recipes[0].Resumed) "it had not been done"
              expectSame out (fst made.Value)))
      testCase "a recipe that is done is not trained again, and its times are kept" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"
              let second (p: ComparisonProgress) = p.Number = 2
              Expect.isTrue (interrupted (recipes folder) out (options ignore) second) "interrupted"
              Expect.isTrue (Estimators.Load(at out "small", 1).IsFitted) "the first is a whole run already"
              let before = parse (at (at out "small") "times.json")
              let result, trained = ends out (recipes folder) resume
              Expect.isEmpty trained "networks that are trained"
              Expect.equal [ for r in result.Recipes -> r.Resumed ] [ true; false ] "which was done"
              Expect.equal result.Recipes[0].TrainingSeconds (before["training_seconds"].GetValue<float>()) "seconds"
              expectSame out (fst made.Value)
              let again, _ = ends out (recipes folder) resume
              Expect.equal [ for r in again.Recipes -> r.Resumed ] [ true; true ] "all were done"
              Expect.equal again.Json (File.ReadAllText(at out "comparison.json")) "the same, times and all"))
      testCase "neighbours killed half-written are made anew" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"
              copyFolder (fst made.Value) out
              let run = at out neighbours
              let times = parse (at run "times.json")
              times["finished"] <- 0
              File.WriteAllText(at run "times.json", times.ToJsonString())
              File.Delete(at run "predictions.csv")
              compare (recipes folder) out resume |> ignore
              expectSame out (fst made.Value)))
      testCase "a run of another recipe, split or data is not taken for one of this comparison" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"
              copyFolder (fst made.Value) out

              let refused what change =
                  expectContains
                      (faultOf what (fun () -> compare (recipes folder) out (options change) |> ignore))
                      [ at out "small"; "--force" ]

              refused "another seed" (fun o ->
                  o.Resume <- true
                  o.Seed <- Nullable 5UL)

              refused "other folds" (fun o ->
                  o.Resume <- true
                  o.Folds <- 4)

              let other () =
                  compareWith (recipes folder) (simulated 8UL 120) out resume null CancellationToken.None
                  |> ignore

              expectContains (faultOf "other data" other) [ at out "small"; "--force" ]
              File.Delete(at (at out "small") "times.json")
              refused "a run that no comparison made" (fun o -> o.Resume <- true)))
      testCase "without resuming, what an older comparison left is replaced, other files stay" (fun () ->
          Repository.withFolder (fun folder ->
              let out = at folder "out"
              copyFolder (fst made.Value) out
              File.WriteAllText(at out "mine.txt", "mine")
              let stop (p: ComparisonProgress) = p.Number = 1 && not (isNull p.Training)
              Expect.isTrue (interrupted (recipes folder) out (options ignore) stop) "interrupted"
              Expect.isFalse (File.Exists(at out "comparison.json")) "the older result is gone"
              Expect.isFalse (File.Exists(at (at out "small") "metrics.json")) "and the run that is made anew"
              Expect.equal (File.ReadAllText(at out "mine.txt")) "mine" "another's file"
              compare (recipes folder) out resume |> ignore
              expectSame out (fst made.Value))) ]

let private refuses name (expected: string list) (recipes: string -> string[]) =
    testCase name (fun () ->
        Repository.withFolder (fun folder ->
            let out = at folder "out"
            expectContains (faultOf name (fun () -> compare (recipes folder) out (options ignore) |> ignore)) expected
            Expect.isFalse (Directory.Exists out) "nothing is left"))

let private file (folder: string) name changes =
    let path = at folder $"{name}.json"
    File.WriteAllText(path, recipeWith (("name", $"\"{name}\"") :: changes))
    path

let private refusals =
    [ refuses "two of one name" [ "different names"; "2 called small" ] (fun folder ->
          let one = recipes folder
          File.Copy(one[0], at folder "copy.json")
          [| one[0]; at folder "copy.json" |])
      refuses "a name that would leave the folder" [ "can be folders"; "../up" ] (fun folder ->
          let path = at folder "up.json"
          File.WriteAllText(path, recipeWith [ "name", "\"../up\"" ])
          [| neighbours; path |])
      refuses "a network of another survey's columns" [ "pears-cnn"; "186" ] (fun _ -> [| neighbours; "pears-cnn" |])
      refuses "errors that the catalogue does not have" [ "noisy"; "error" ] (fun folder ->
          [| neighbours; file folder "noisy" [ "features", """{ "channels": ["error"] }""" ] |])
      refuses "ranges without overlap" [ "overlap"; "0.5" ] (fun folder ->
          [| file folder "low" [ "cleaning", """{ "redshift_range": [0, 0.1] }""" ]
             file folder "high" [ "cleaning", """{ "redshift_range": [0.5, 1] }""" ] |])
      refuses "no object in the range" [ "none among 120"; "recipe brown-knn-standard" ] (fun folder ->
          [| neighbours; file folder "far" [ "cleaning", """{ "redshift_range": [0.7, 1] }""" ] |])
      testCase "one recipe, or folds that cannot be" (fun () ->
          let wrong recipes change =
              Expect.throwsT<ArgumentException>
                  (fun () -> compare recipes "nowhere" (options change) |> ignore)
                  "an argument"

          wrong [| neighbours |] ignore
          wrong [| neighbours; "gaia-cnn" |] (fun o -> o.Folds <- 1)
          wrong [| neighbours; "gaia-cnn" |] (fun o -> o.Threads <- 0)
          wrong [| neighbours; "gaia-cnn" |] (fun o -> o.MaxRedshift <- Nullable -1.0))
      testCase "the survey is that of all, else it must be named" (fun () ->
          Expect.equal (Comparison.SurveyOf [| "gaia-cnn"; "gaia-binned" |]).Name "gaia" "of both"

          expectContains
              (faultOf "two surveys" (fun () -> Comparison.SurveyOf [| "gaia-cnn"; neighbours |] |> ignore))
              [ "gaia-cnn of gaia"; "brown-knn-standard of zcosmos"; "--survey" ]) ]

let tests =
    testList
        "comparison"
        [ testList "results" results
          testSequenced (testList "interruptions" interruptions)
          testList "refusals" refusals ]
