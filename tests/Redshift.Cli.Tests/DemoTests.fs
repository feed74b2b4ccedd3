/// The main job in one command.
module Redshift.Cli.Tests.DemoTests

open System.IO
open System.Text.RegularExpressions
open Expecto
open Redshift.Cli.Tests.Command

let private here = Samples.folder

let private demo (out: string) (more: string list) =
    let finished = succeeds here ([ "demo"; "--count"; "400"; "--epochs"; "1"; "--out"; out ] @ more)
    Path.Combine(here, out), finished

/// A run folder and what was said when it was made.
let made = lazy (demo "demo" [])

/// design.md §5 lists them; the catalogue is the demo's own.
let private listing =
    [ "catalogue.csv"
      "checkpoint/state.safetensors"
      "history.csv"
      "metrics.json"
      "predictions.csv"
      "preprocessing.json"
      "provenance.json"
      "recipe.json"
      "report-notes.txt"
      "report.html"
      "split.json"
      "statistics.json"
      "survey.json"
      "weights.safetensors" ]

let private comparable =
    [ "catalogue.csv"
      "weights.safetensors"
      "predictions.csv"
      "metrics.json"
      "split.json"
      "statistics.json" ]

let tests =
    testList
        "Demo"
        [ testCase "leaves the whole run folder" (fun () ->
              let folder, finished = made.Value

              let found =
                  Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
                  |> Array.map (fun file -> Path.GetRelativePath(folder, file).Replace('\\', '/'))
                  |> Array.sort

              Expect.equal (List.ofArray found) listing "the files"

              Expect.isTrue
                  (Regex.IsMatch(finished.Output, "^n +40\nn_filtered", RegexOptions.Multiline))
                  finished.Output

              Expect.isTrue (Regex.IsMatch(finished.Output, "\nmae +0\.[0-9]{5} ")) "the metrics on standard output"
              Expect.stringContains finished.Error "Training gaia-cnn" "progress on standard error"
              Expect.stringContains finished.Error "report.html" "where the report is"
              Expect.isFalse (finished.Error.Contains '\027') "no escape codes"
              Expect.isFalse (finished.Error.Contains '\r') "no line is overwritten"

              Expect.stringContains
                  (File.ReadAllText(Path.Combine(folder, "report.html")))
                  "short demonstration"
                  "it says so")
          testCase "the same bytes again, and with one thread" (fun () ->
              let folder, _ = made.Value

              for out, more in [ "demo-again", [ "--quiet" ]; "demo-1", [ "--quiet"; "--threads"; "1" ] ] do
                  let other, finished = demo out more
                  Expect.equal finished.Error "" "--quiet is quiet"

                  for name in comparable do
                      Samples.sameFile name folder other)
          testCase "another seed, other weights" (fun () ->
              let other, _ = demo "demo-seed" [ "--quiet"; "--seed"; "2" ]
              let weights folder = File.ReadAllBytes(Path.Combine(folder, "weights.safetensors"))
              Expect.notEqual (weights other) (weights (fst made.Value)) "the weights")
          testCase "does not replace a run unless told to" (fun () ->
              let folder, _ = demo "demo-kept" [ "--quiet" ]
              let recipe = Path.Combine(folder, "recipe.json")
              let before = File.GetLastWriteTimeUtc recipe
              let again = redshift here [ "demo"; "--count"; "400"; "--epochs"; "1"; "--out"; "demo-kept" ]
              Expect.equal again.ExitCode 2 "the exit code"
              Expect.stringContains again.Error "expected a folder without a run, found one in demo-kept" "the message"
              Expect.equal (File.GetLastWriteTimeUtc recipe) before "nothing was written"
              demo "demo-kept" [ "--quiet"; "--force" ] |> ignore)
          testCase "evaluate says the same of it" (fun () ->
              let folder, _ = made.Value
              let said = succeeds here [ "evaluate"; folder; "--out"; "evaluation"; "--json" ]
              Expect.equal said.Output (File.ReadAllText(Path.Combine(folder, "metrics.json"))) "the metrics") ]
