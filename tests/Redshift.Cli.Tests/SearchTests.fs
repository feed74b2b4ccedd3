/// `search`: killed and resumed it ends as if it had not been; several processes share one; faults are one line.
module Redshift.Cli.Tests.SearchTests

open System
open System.IO
open System.Text.Json
open System.Text.Json.Nodes
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private space =
    lazy
        (Samples.write
            Samples.folder
            "space.json"
            [ """{ "name": "tiny", "parameters": [
                { "name": "filters", "type": "ordinal", "values": [2, 4, 8], "path": "network/body/0/filters" },
                { "name": "kernel", "type": "int", "low": 3, "high": 260, "path": "network/body/0/kernel" },
                { "name": "optimiser", "type": "categorical", "path": "optimiser",
                  "values": [{ "type": "adam" }, { "type": "sgd", "momentum": 0.9 }] },
                { "name": "rate", "type": "log_float", "low": 0.0001, "high": 0.05, "path": "learning_rate" } ] }""" ])

let private trials = 30

let private args (out: string) =
    [ "search"
      "--recipe"
      Samples.small.Value
      "--data"
      Samples.galaxies.Value
      "--space"
      space.Value ]
    @ [ "--trials"; string trials; "--epochs"; "3"; "--halving"; "1"; "--threads"; "2"; "--out"; out ]

let private journal (out: string) = Path.Combine(Samples.folder, out, "journal.jsonl")

/// Every event but those of workers, without times and checks.
let private essence (out: string) : string list =
    [ for line in File.ReadLines(journal out) do
          let json = (JsonNode.Parse line).AsObject()

          if json["event"].ToString() <> "worker" && json["event"].ToString() <> "taken" then
              for name in [ "seconds"; "check" ] do
                  json.Remove name |> ignore

              json.ToJsonString() ]

let private ended (out: string) = essence out |> List.filter _.Contains("\"ended\"")

let private uninterrupted =
    lazy
        (succeeds Samples.folder (args "search-whole" @ [ "--quiet" ]) |> ignore
         "search-whole")

/// Runs until the trial of a number has ended, then sends the signal.
let private stopAt (out: string) (trial: int) (signal: int) (more: string list) =
    use running = start Samples.folder (args out @ more)
    Expect.isTrue (running.WaitForError $"\n{trial, 5}  ") $"trial {trial} has ended"
    Expect.equal (kill (running.Id, signal)) 0 "the signal is sent"
    running.Finish()

let private interrupted =
    [ onUnix "killed three times and resumed: the same trials, best recipe and order" (fun () ->
          for number, trial in List.indexed [ 4; 12; 21 ] do
              // On a fast machine some more trials end before the signal arrives.
              let done' = if number = 0 then 0 else (ended "search-killed").Length
              let more = if number = 0 then [] else [ "--resume" ]
              let stopped = stopAt "search-killed" (max trial (done' + 1)) killed more
              Expect.notEqual stopped.ExitCode 0 "the exit code"
              Expect.isTrue ((ended "search-killed").Length < trials) "it was under way"

          let finished = succeeds Samples.folder (args "search-killed" @ [ "--resume" ])
          Expect.isFalse (finished.Error.Contains "\n    0  ") "it did not start anew"
          Expect.equal (ended "search-killed").Length trials "trials"
          Expect.equal (essence "search-killed") (essence uninterrupted.Value) "the journal"
          let inFolder (out: string) = Path.Combine(Samples.folder, out)
          Samples.sameFile "best.json" (inFolder uninterrupted.Value) (inFolder "search-killed")

          Expect.equal
              (Directory.GetFileSystemEntries(inFolder "search-killed")
               |> Array.map Path.GetFileName
               |> Array.sort)
              [| "best.json"; "journal.jsonl"; "journal.lock"; "report.html" |]
              "nothing else is left")
      onUnix "stopped by Ctrl-C: exit code 130, and how to go on" (fun () ->
          let stopped = stopAt "search-stopped" 5 interrupt []
          Expect.equal stopped.ExitCode 130 "the exit code"

          Expect.stringContains
              stopped.Error
              "kept in search-stopped. Run the same command with --resume"
              "how to go on"

          Expect.equal stopped.Output "" "no result"
          let refused = redshift Samples.folder (args "search-stopped")
          Expect.equal refused.ExitCode 2 "neither overwritten nor resumed unless told to"
          Expect.stringContains refused.Error "--force" "what to do"
          Expect.isGreaterThan (ended "search-stopped").Length 5 "what has ended is kept"

          succeeds Samples.folder (args "search-stopped" @ [ "--resume"; "--quiet" ])
          |> ignore

          Expect.equal (essence "search-stopped") (essence uninterrupted.Value) "the journal")
      testCase "two processes share a random search and end as one" (fun () ->
          let plain out =
              [ "search"
                "--recipe"
                Samples.small.Value
                "--data"
                Samples.galaxies.Value
                "--space"
                space.Value ]
              @ [ "--trials"; "12"; "--epochs"; "2"; "--method"; "random"; "--threads"; "1"; "--out"; out ]

          succeeds Samples.folder (plain "search-one" @ [ "--quiet" ]) |> ignore
          use first = start Samples.folder (plain "search-two")
          Expect.isTrue (first.WaitForError "\ntrial ") "the first is under way"
          use second = start Samples.folder (plain "search-two" @ [ "--resume" ])
          Expect.equal (first.Finish()).ExitCode 0 "the first"
          Expect.equal (second.Finish()).ExitCode 0 "the second"

          Expect.equal
              (List.sort (essence "search-two"))
              (List.sort (essence "search-one"))
              "the same trials and scores") ]

let private results =
    [ testCase "best.json trains as it stands" (fun () ->
          let best = Path.Combine(Samples.folder, uninterrupted.Value, "best.json")

          let train =
              [ "train"; "--recipe"; best; "--data"; Samples.galaxies.Value; "--out"; "best-run"; "--quiet" ]

          succeeds Samples.folder train |> ignore
          Expect.isTrue (File.Exists(Path.Combine(Samples.folder, "best-run", "metrics.json"))) "it has been scored")
      testCase "--json tells all trials and the best" (fun () ->
          let said =
              (succeeds Samples.folder (args uninterrupted.Value @ [ "--resume"; "--json"; "--quiet" ])).Output

          let json = (JsonDocument.Parse said).RootElement
          let all = [ for t in json.GetProperty("trials").EnumerateArray() -> t ]
          Expect.equal all.Length trials "trials"

          let lowest =
              all
              |> List.filter (fun t -> t.GetProperty("outcome").GetString() = "complete")
              |> List.map (fun t -> t.GetProperty("score").GetDouble())
              |> List.min

          Expect.equal (json.GetProperty("best").GetProperty("score").GetDouble()) lowest "the best"
          let importance = [ for p in json.GetProperty("importance").EnumerateObject() -> p.Value.GetDouble() ]
          Expect.equal importance.Length 4 "parameters"
          Expect.isTrue (importance |> List.forall (fun share -> share >= 0.0 && share <= 1.0)) "shares"
          Expect.isGreaterThan (json.GetProperty("refused").GetInt64()) 0L "kernels too long cost nothing")
      testCase "the thesis's space by its name" (fun () ->
          let said =
              succeeds
                  Samples.folder
                  [ "search"
                    "--recipe"
                    "gaia-cnn"
                    "--data"
                    Samples.galaxies.Value
                    "--space"
                    "gaia-cnn"
                    "--with"
                    "batch_size"
                    "--method"
                    "random"
                    "--trials"
                    "2"
                    "--epochs"
                    "1"
                    "--seed"
                    "3"
                    "--out"
                    "search-thesis" ]

          Expect.stringContains said.Error "Searching 21 parameters of the space gaia-cnn in 2 trials" "what is done"
          Expect.stringContains said.Output "2 trials: 2 complete" "the result") ]

let private refuses name (more: string list) code (words: string) =
    testCase name (fun () ->
        Repository.withFolder (fun folder ->
            let out = Path.Combine(folder, "search")

            let line =
                [ "search"
                  "--recipe"
                  Samples.small.Value
                  "--data"
                  Samples.galaxies.Value
                  "--trials"
                  "2"
                  "--out"
                  out ]
                @ more

            let finished =
                redshift
                    Samples.folder
                    (if List.contains "--space" more then
                         line
                     else
                         line @ [ "--space"; space.Value ])

            Expect.equal finished.ExitCode code finished.Error
            Expect.stringContains finished.Error words "the message"
            Expect.isFalse (finished.Error.Contains "   at ") "no trace"
            Expect.isFalse (Directory.Exists out) "nothing is left"))

let private faults =
    [ refuses "no such space" [ "--space"; "nosuch" ] 1 "space: expected one of gaia-cnn, or a JSON file, found nosuch"
      refuses "no such file" [ "--space"; "nosuch.json" ] 1 "nosuch.json: expected a search space, found no file"
      refuses "an unknown method" [ "--method"; "gradient" ] 2 "gradient"
      refuses "an unknown optional parameter" [ "--with"; "momentum" ] 2 "found momentum"
      refuses "rungs at no epochs" [ "--halving"; "0" ] 2 "--halving: expected a whole number of at least 1, found 0" ]

let tests =
    testList "Search" [ testList "interrupted" interrupted; testList "results" results; testList "refuses" faults ]
