/// Networks trained elsewhere: what the command line makes of them.
module Redshift.Cli.Tests.ImportTests

open System.IO
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private keras =
    Repository.file (Path.Combine("tests", "Redshift.Api.Tests", "Reference", "keras", "small.keras"))

/// Imports into a folder.
let private import (folder: string) (more: string list) =
    redshift folder ([ "import"; "keras"; keras; "--out"; "run" ] @ more)

let tests =
    testList
        "import keras"
        [ testCase "a run that predicts and is scored on a catalogue" (fun () ->
              Repository.withFolder (fun folder ->
                  let imported = import folder []
                  Expect.equal imported.ExitCode 0 imported.Error
                  Expect.stringContains imported.Error "532 parameters, written by Keras 3.6.0, survey gaia" "told"

                  let predict = [ "predict"; "run"; "--data"; Samples.galaxies.Value; "--out"; "p.csv"; "--quiet" ]

                  succeeds folder predict |> ignore
                  Expect.hasLength (Samples.predicted (Path.Combine(folder, "p.csv"))) 150 "predictions"
                  let evaluate = [ "evaluate"; "run"; "--data"; Samples.galaxies.Value; "--quiet" ]
                  Expect.stringContains (succeeds folder evaluate).Output "nmad" "metrics"
                  let own = redshift folder [ "evaluate"; "run" ]
                  Expect.equal own.ExitCode 1 "no test part"

                  Expect.equal
                      own.Error
                      "run: expected a run with a test part, found an imported network, which has none; give a labelled catalogue by --data\n"
                      "the one line"))
          testCase "a folder with a run is kept unless --force" (fun () ->
              Repository.withFolder (fun folder ->
                  Expect.equal (import folder [ "--quiet" ]).ExitCode 0 "the first"
                  let second = import folder []
                  Expect.equal second.ExitCode 2 "the second"
                  Expect.stringContains second.Error "use --force to replace it" "how"
                  Expect.equal (import folder [ "--force"; "--quiet" ]).ExitCode 0 "with --force"))
          testCase "a damaged file is one line and leaves nothing" (fun () ->
              Repository.withFolder (fun folder ->
                  let bytes = File.ReadAllBytes keras
                  let cut = Path.Combine(folder, "cut.keras")
                  File.WriteAllBytes(cut, Array.truncate (bytes.Length / 2) bytes)
                  let finished = redshift folder [ "import"; "keras"; "cut.keras"; "--out"; "run" ]
                  Expect.equal finished.ExitCode 1 "the exit code"
                  Expect.hasLength finished.ErrorLines 1 finished.Error
                  Expect.stringStarts finished.Error "cut.keras: expected a zip archive" "the line"
                  Expect.isFalse (Directory.Exists(Path.Combine(folder, "run"))) "nothing is left")) ]
