/// `compare`: tables and page; killed or stopped and resumed; faults are one line.
module Redshift.Cli.Tests.CompareTests

open System
open System.IO
open System.Text.Json
open System.Text.RegularExpressions
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

/// Slow enough to be stopped inside.
let private long =
    lazy
        (let body =
            """[ { "type": "conv1d", "filters": 24, "kernel": 5, "stride": 1, "padding": 0, "bias": true, "initialiser": "glorot-uniform" },
                 { "type": "relu" }, { "type": "flatten" },
                 { "type": "dense", "units": 1, "bias": true, "initialiser": "glorot-uniform" } ]"""

         Samples.recipeWith "long.json" body [ "name", "\"long\""; "epochs", "12"; "batch_size", "4" ])

let private args (recipes: string list) (out: string) =
    [ "compare"
      "--recipes"
      String.Join(',', recipes)
      "--survey"
      "gaia"
      "--data"
      Samples.galaxies.Value
      "--folds"
      "2"
      "--out"
      out ]

let private quick = lazy [ Samples.small.Value; "brown-knn-standard" ]

let private made =
    lazy
        (let finished = succeeds Samples.folder (args quick.Value "comparison")
         finished, Path.Combine(Samples.folder, "comparison"))

/// `comparison.json` without the lines of times.
let private essence (folder: string) =
    let text = File.ReadAllText(Path.Combine(Samples.folder, folder, "comparison.json"))
    Regex.Replace(text, "\"times\": \\{[^}]*\\}", "")

let private stoppedAndResumed (out: string) signal =
    let recipes = [ long.Value; "brown-knn-standard" ]
    use running = start Samples.folder (args recipes out)
    Expect.isTrue (running.WaitForError "\n  3/12 ") "it is under way"
    Expect.equal (kill (running.Id, signal)) 0 "the signal is sent"
    let stopped = running.Finish()
    Expect.isFalse (File.Exists(Path.Combine(Samples.folder, out, "comparison.json"))) "it was not done"
    let resumed = succeeds Samples.folder (args recipes out @ [ "--resume" ])
    let first = Regex.Match(resumed.Error, @"\n +(\d+)/12 ").Groups[1].Value
    Expect.isGreaterThanOrEqual (int first) 3 "it did not start anew"
    stopped

let private whole =
    lazy
        (succeeds Samples.folder (args [ long.Value; "brown-knn-standard" ] "compare-whole" @ [ "--quiet" ])
         |> ignore

         "compare-whole")

let private results =
    [ testCase "a table on stdout; the tables, the page and the runs in the folder" (fun () ->
          let finished, folder = made.Value
          let lines = finished.Output.Split '\n'
          Expect.equal lines[0] "150 objects, the same for all" "n"

          Expect.equal
              (lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
              [| "recipe"; "mse"; "r2"; "nmad"; "outlier_0.15"; "bias_mean"; "slope"; "training_s"; "objects/s" |]
              "titles"

          Expect.equal
              [ for line in lines[2..3] -> line.Split(' ')[0] ]
              [ "small"; "brown-knn-standard" ]
              "a line a recipe"

          Expect.stringContains finished.Output "Differences to small" "differences"

          for file in
              [ "comparison.json"
                "comparison.md"
                "comparison.html"
                "small/report.html"
                "brown-knn-standard/metrics.json" ] do
              Expect.isTrue (File.Exists(Path.Combine(folder, file))) file)
      testCase "--json prints comparison.json" (fun () ->
          let said = (succeeds Samples.folder (args quick.Value "compare-json" @ [ "--json"; "--quiet" ])).Output

          let file = Path.Combine(Samples.folder, "compare-json", "comparison.json")
          Expect.equal said (File.ReadAllText file) "the same text"
          let recipes = (JsonDocument.Parse said).RootElement.GetProperty "recipes"
          Expect.equal (recipes.GetArrayLength()) 2 "recipes")
      testCase "a compared run predicts" (fun () ->
          let run = Path.Combine(snd made.Value, "brown-knn-standard")

          succeeds
              Samples.folder
              [ "predict"; run; "--data"; Samples.galaxies.Value; "--out"; "compared.csv"; "--quiet" ]
          |> ignore

          Expect.equal (Samples.predicted (Path.Combine(Samples.folder, "compared.csv"))).Length 150 "rows")
      testCase "every panel of the page draws, in a browser" (fun () ->
          ReportTests.everyFigureDraws (Path.Combine(snd made.Value, "comparison.html")) 2) ]

let private interruptions =
    [ onUnix "by Ctrl-C: exit code 130, how to go on, and the same end" (fun () ->
          let stopped = stoppedAndResumed "compare-stopped" interrupt
          Expect.equal stopped.ExitCode 130 "the exit code"

          Expect.stringContains
              stopped.Error
              "kept in compare-stopped. Run the same command with --resume"
              "how to go on"

          Expect.equal stopped.Output "" "no result"
          Expect.equal (essence "compare-stopped") (essence whole.Value) "the same")
      onUnix "by kill -9: the same end" (fun () ->
          stoppedAndResumed "compare-killed" killed |> ignore
          Expect.equal (essence "compare-killed") (essence whole.Value) "the same")
      testCase "neither overwritten nor resumed unless told to" (fun () ->
          let finished, folder = made.Value
          let before = File.ReadAllText(Path.Combine(folder, "comparison.json"))
          Expect.equal finished.ExitCode 0 "made"
          let refused = redshift Samples.folder (args quick.Value "comparison")
          Expect.equal refused.ExitCode 2 "the exit code"
          Expect.stringContains refused.Error "--force" "what to do"
          Expect.equal (File.ReadAllText(Path.Combine(folder, "comparison.json"))) before "as it was")
      testCase "a user's own run beside is not replaced" (fun () ->
          Repository.withFolder (fun folder ->
              let run = Path.Combine(folder, "small")
              Directory.CreateDirectory run |> ignore
              File.Copy(Path.Combine(Samples.run.Value, "recipe.json"), Path.Combine(run, "recipe.json"))
              let refused = redshift Samples.folder (args quick.Value folder)
              Expect.equal refused.ExitCode 2 "the exit code"
              let resumed = redshift Samples.folder (args quick.Value folder @ [ "--resume" ])
              Expect.equal resumed.ExitCode 1 "nor resumed"
              Expect.stringContains resumed.Error "found another" "the message"
              Expect.equal (Directory.GetFiles(run).Length) 1 "as it was")) ]

let private refuses name (arguments: string list) code (words: string) =
    testCase name (fun () ->
        Repository.withFolder (fun folder ->
            let out = Path.Combine(folder, "comparison")
            let refused = redshift Samples.folder (arguments @ [ "--data"; Samples.galaxies.Value; "--out"; out ])
            Expect.equal refused.ExitCode code refused.Error
            Expect.stringContains refused.Error words "the message"
            Expect.isFalse (refused.Error.Contains "   at ") "no trace"
            Expect.isFalse (Directory.Exists out) "nothing is left"))

let private faults =
    [ refuses
          "one recipe"
          [ "compare"; "--recipes"; "gaia-cnn" ]
          2
          "--recipes: expected two recipes or more, parted by commas, found gaia-cnn"
      refuses "an empty name" [ "compare"; "--recipes"; "gaia-cnn,,gaia-binned" ] 2 "found gaia-cnn,,gaia-binned"
      refuses "no such recipe" [ "compare"; "--recipes"; "gaia-cnn,nosuch" ] 1 "found nosuch"
      refuses
          "two surveys"
          [ "compare"; "--recipes"; "gaia-cnn,pears-cnn" ]
          1
          "expected recipes of one survey, found gaia-cnn of gaia, pears-cnn of pears"
      refuses "one fold" [ "compare"; "--recipes"; "gaia-cnn,gaia-binned"; "--folds"; "1" ] 2 "found 1"
      refuses "a recipe twice" [ "compare"; "--recipes"; "gaia-cnn,gaia-cnn" ] 1 "found 2 called gaia-cnn" ]

let tests =
    testList "Compare" [ testList "results" results; testList "interrupted" interruptions; testList "refuses" faults ]
