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
                  Expect.stringContains page "Plotly.newPlot" "the figures")) ]
