/// Ctrl-C and kill -9 lose at most an epoch; --resume ends as if there had been no interruption.
module Redshift.Cli.Tests.InterruptTests

open System
open System.IO
open Expecto
open Redshift.Cli.Tests.Command

/// Dropout, early stopping and a schedule, so that all there is to remember must be remembered.
let private recipe =
    lazy
        (let body =
            """[ { "type": "conv1d", "filters": 64, "kernel": 5, "stride": 1, "padding": 0, "bias": true, "initialiser": "glorot-uniform" },
                 { "type": "relu" }, { "type": "max_pool1d", "size": 2, "stride": 2 },
                 { "type": "conv1d", "filters": 64, "kernel": 5, "stride": 1, "padding": 0, "bias": true, "initialiser": "glorot-uniform" },
                 { "type": "relu" }, { "type": "flatten" }, { "type": "dropout", "rate": 0.3 },
                 { "type": "dense", "units": 1, "bias": true, "initialiser": "glorot-uniform" } ]"""

         Samples.recipeWith
             "interrupted.json"
             body
             [ "name", "\"interrupted\""
               "epochs", "40"
               "batch_size", "4"
               "schedule", """{ "type": "cosine", "final": 0.1 }"""
               "early_stopping", """{ "patience": 39, "minimum_gain": 0 }""" ])

let private args (out: string) = [ "train"; "--recipe"; recipe.Value; "--data"; Samples.galaxies.Value; "--out"; out ]

let private uninterrupted =
    lazy
        (succeeds Samples.folder (args "uninterrupted" @ [ "--quiet" ]) |> ignore
         Path.Combine(Samples.folder, "uninterrupted"))

/// Starts a run, sends the signal when its second epoch has ended, and gives what it left.
let private stop (out: string) (signal: int) =
    use running = start Samples.folder (args out)
    Expect.isTrue (running.WaitForError "\n  2/40 ") "the run is under way"
    Expect.equal (kill (running.Id, signal)) 0 "the signal is sent"
    running.Finish()

let private resumes (out: string) =
    let folder = Path.Combine(Samples.folder, out)
    Expect.isFalse (File.Exists(Path.Combine(folder, "weights.safetensors"))) "the run was not finished"
    let finished = succeeds Samples.folder (args out @ [ "--resume" ])
    Expect.isFalse (finished.Error.Contains "\n  1/40 ") "it did not start anew"

    for name in [ "weights.safetensors"; "predictions.csv"; "metrics.json"; "recipe.json"; "split.json" ] do
        Samples.sameFile name uninterrupted.Value folder

    Expect.isEmpty (Directory.GetFiles(folder, "*.partial", SearchOption.AllDirectories)) "nothing half-written is left"

let tests =
    testList
        "Interrupted"
        [ onUnix "by Ctrl-C" (fun () ->
              let stopped = stop "interrupted" interrupt
              Expect.equal stopped.ExitCode 130 "the exit code"

              Expect.stringContains
                  stopped.Error
                  "kept in interrupted. Run the same command with --resume"
                  "how to go on"

              Expect.equal stopped.Output "" "no result"
              let refused = redshift Samples.folder (args "interrupted")
              Expect.equal refused.ExitCode 2 "neither overwritten nor resumed unless told to"
              resumes "interrupted")
          onUnix "by kill -9" (fun () ->
              let stopped = stop "killed" killed
              Expect.notEqual stopped.ExitCode 0 "the exit code"
              resumes "killed")
          onUnix "with other data: not resumed" (fun () ->
              let out = "other-data"
              stop out interrupt |> ignore
              let other = Samples.write Samples.folder "other.csv" Samples.galaxyLines.Value[..120]

              let refused =
                  redshift
                      Samples.folder
                      [ "train"; "--recipe"; recipe.Value; "--data"; other; "--out"; out; "--resume"; "--quiet" ]

              Expect.equal refused.ExitCode 1 "the exit code"

              Expect.stringContains
                  refused.Error
                  "expected a checkpoint of the same recipe, data and seed"
                  "the message"

              resumes out) ]
