/// The scripts of `scripts/`, run as a user runs them after a build.
module Redshift.Cli.Tests.ScriptTests

open System.IO
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

/// Runs a script in a folder; skipped where it looks for another configuration's build, or where fsi is missing.
let private script (folder: string) (name: string) (args: string list) =
    if configuration <> "Release" then
        skiptest "the scripts use the Release build"

    use running =
        new Running("dotnet", folder, "fsi" :: Repository.file (Path.Combine("scripts", name)) :: args)

    let finished = running.Finish()

    if finished.ExitCode <> 0 && finished.Error.Contains "fsi\" does not exist" then
        skiptest "this SDK has no fsi"

    Expect.equal finished.ExitCode 0 finished.Error
    finished

let tests =
    testList
        "Scripts"
        [ testCase "gaia-exploration.fsx" (fun () ->
              Repository.withFolder (fun folder ->
                  let said = (script folder "gaia-exploration.fsx" [ Samples.galaxies.Value ]).Output
                  Expect.stringContains said "150 galaxies" "the count"

                  for title in [ "Redshift"; "Mean flux by redshift"; "Correlation with redshift" ] do
                      Expect.stringContains said $"\n{title}" title

                  Expect.isFalse (said.Contains "NaN") "numbers"
                  let page = File.ReadAllText(Path.Combine(folder, "gaia-exploration.html"))
                  Expect.stringContains page "Plotly.newPlot" "the figures"))
          testCase "photometry.fsx" (fun () ->
              Repository.withFolder (fun folder ->
                  let said = (script folder "photometry.fsx" []).Output
                  Expect.stringContains said "2000 galaxies, 6 bands" "the count"

                  for title in [ "Bands"; "Colours and their correlation"; "Galaxies by the number of bands" ] do
                      Expect.stringContains said $"\n{title}" title

                  Expect.isFalse (said.Contains "NaN") "numbers"
                  let page = File.ReadAllText(Path.Combine(folder, "photometry.html"))
                  Expect.stringContains page "Plotly.newPlot" "the figures"))
          testCase "compare-runs.fsx" (fun () ->
              Repository.withFolder (fun folder ->
                  // The same run twice: the same objects, no difference.
                  let other = Path.Combine(folder, "other")
                  Directory.CreateDirectory other |> ignore

                  for name in [ "metrics.json"; "predictions.csv" ] do
                      File.Copy(Path.Combine(Samples.run.Value, name), Path.Combine(other, name))

                  let said = (script folder "compare-runs.fsx" [ Samples.run.Value; other ]).Output
                  Expect.stringContains said "15 objects were scored by all runs" "the test part"
                  let row (name: string) = said.Split('\n') |> Array.find _.StartsWith(name)

                  let cells (name: string) =
                      (row name).Split("->").[1].Split(' ', System.StringSplitOptions.RemoveEmptyEntries)

                  Expect.equal (cells "n ").[0] "15" "objects of the first"
                  Expect.equal (cells "nmad").[0] (cells "nmad").[1] "NMAD of both"
                  Expect.equal (cells "mean difference").[0] "0" "difference"
                  let page = File.ReadAllText(Path.Combine(folder, "compare-runs.html"))
                  Expect.stringContains page "Plotly.newPlot" "the figures")) ]
