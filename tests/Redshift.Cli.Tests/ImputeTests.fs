module Redshift.Cli.Tests.ImputeTests

open System.IO
open System.Text.Json
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

/// Four bands; -99 is saturated.
let private survey =
    """{ "name": "four", "description": "", "id": ["name"], "redshift": { "columns": ["z"] },
  "samples": { "columns": ["m{1..4}"], "kind": "magnitude", "unit": "mag", "required": false },
  "missing": [{ "value": 99, "means": "not_detected" }, { "value": -99, "means": "saturated" }],
  "redshift_range": [0, 1] }"""

let private table =
    "name,m1,m2,m3,m4,z,remark\na,20,21,22,23,0.5,first\nb,20,99,22,,0.5,\nc,-99,21,22.5,24,0.5,\"bright, see\"\n"

let private inFolder (run: string -> unit) =
    Repository.withFolder (fun folder ->
        File.WriteAllText(Path.Combine(folder, "four.json"), survey)
        File.WriteAllText(Path.Combine(folder, "in.csv"), table)
        run folder)

let private text folder name = File.ReadAllText(Path.Combine(folder, name))
let private impute more = [ "impute"; "in.csv"; "--survey"; "four.json"; "--out"; "out.csv" ] @ more

let tests =
    testList
        "impute"
        [ testCase "the completed catalogue, the list of cells, and the counts as JSON" (fun () ->
              inFolder (fun folder ->
                  let finished = succeeds folder (impute [ "--json"; "--quiet" ])

                  Expect.equal
                      (text folder "out.csv")
                      ("name,m1,m2,m3,m4,z,remark\na,20,21,22,23,0.5,first\nb,20,21,22,23,0.5,\n"
                       + "c,-99,21,22.5,24,0.5,\"bright, see\"\n")
                      "the catalogue, a saturated cell as it was"

                  Expect.equal
                      (text folder "out.cells.csv")
                      "row,id,column,state,value\n1,b,m2,not_detected,21\n1,b,m4,not_observed,23\n"
                      "cells"

                  let counts = JsonDocument.Parse(finished.Output).RootElement
                  let count (name: string) = counts.GetProperty(name).GetInt32()

                  Expect.equal
                      [ for name in [ "rows"; "complete_rows"; "not_observed"; "not_detected"; "saturated_kept" ] ->
                            count name ]
                      [ 3; 1; 1; 1; 1 ]
                      "counts"

                  Expect.stringContains finished.Error "1 saturated cells stand as they were" "a warning"))
          testCase "saturated cells and another list where asked for" (fun () ->
              inFolder (fun folder ->
                  succeeds folder (impute [ "--saturated"; "impute"; "--cells"; "cells.csv" ])
                  |> ignore

                  Expect.stringContains (text folder "out.csv") "c,20,21,22.5,24" "the catalogue"
                  Expect.stringContains (text folder "cells.csv") "2,c,m1,saturated,20\n" "the list"))
          testCase "faults leave nothing behind" (fun () ->
              inFolder (fun folder ->
                  File.WriteAllText(Path.Combine(folder, "in.csv"), table + "d,,,,,0.5,\n")
                  let finished = redshift folder (impute [])
                  Expect.equal finished.ExitCode 1 "exit code"

                  Expect.stringContains
                      finished.Error
                      "in.csv:5:m1: expected a band observed to infer it from, found none"
                      "the message"

                  let files = Directory.GetFiles folder |> Array.map Path.GetFileName |> Array.sort
                  Expect.equal files [| "four.json"; "in.csv" |] "files"
                  let skipping = succeeds folder (impute [ "--on-bad-row"; "skip" ])
                  Expect.stringContains skipping.Error "1 rows skipped" "told"
                  Expect.equal ((text folder "out.csv").Split('\n').Length) 5 "left out"))
          testCase "fluxes are refused, and so is a missing survey" (fun () ->
              inFolder (fun folder ->
                  let fluxes = redshift folder [ "impute"; "in.csv"; "--survey"; "gaia"; "--out"; "out.csv" ]
                  Expect.equal fluxes.ExitCode 1 "exit code"
                  Expect.stringContains fluxes.Error "survey gaia: expected magnitudes to impute" "the message"
                  let none = redshift folder [ "impute"; "in.csv"; "--out"; "out.csv" ]
                  Expect.equal none.ExitCode 2 "wrong usage"))
          testCase "zCOSMOS" (fun () ->
              let file = Repository.sharedData "photometry/zcosmos_dev.csv"

              inFolder (fun folder ->
                  succeeds folder [ "impute"; file; "--survey"; "zcosmos"; "--out"; "out.csv"; "--quiet" ]
                  |> ignore

                  let before, after = File.ReadAllLines file, File.ReadAllLines(Path.Combine(folder, "out.csv"))
                  Expect.equal after.Length before.Length "rows"
                  Expect.equal (after[0], after[1]) (before[0], before[1]) "the header and a complete row"
                  let cells = File.ReadAllLines(Path.Combine(folder, "out.cells.csv"))
                  // pandas 1.5.3: `(m < -90).sum().sum()` of the 11 bands, and two limits.
                  Expect.equal (cells.Length - 1) (6116 + 2841 + 24 + 813) "cells"

                  let again = [ "impute"; "out.csv"; "--survey"; "zcosmos"; "--out"; "again.csv"; "--quiet" ]
                  succeeds folder again |> ignore
                  Expect.equal (text folder "again.csv") (text folder "out.csv") "nothing is left to infer"
                  Expect.equal (File.ReadAllLines(Path.Combine(folder, "again.cells.csv")).Length) 1 "only a header")) ]
