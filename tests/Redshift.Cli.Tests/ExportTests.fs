/// A run for other programs: raw fluxes in, the redshifts of `predict` out.
module Redshift.Cli.Tests.ExportTests

open System.Globalization
open System.IO
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private number (cell: string) = System.Double.Parse(cell, CultureInfo.InvariantCulture)

let tests =
    testList
        "export"
        [ testCase "ONNX Runtime gives what predict gives" (fun () ->
              Repository.withFolder (fun folder ->
                  let export = [ "export"; Samples.run.Value; "--format"; "onnx"; "--out"; "model.onnx"; "--quiet" ]
                  let said = succeeds folder export
                  Expect.equal (said.Output, said.Error) ("", "") "nothing is said"

                  // The catalogue's own cells, behind the redshift.
                  let flux =
                      Samples.galaxyLines.Value[1..]
                      |> Array.map (fun line -> line.Split(',')[1..] |> Array.map (number >> float32))

                  let job: OnnxRuntime.Job =
                      { Model = Path.Combine(folder, "model.onnx")
                        Inputs = [ "flux", flux ] }

                  let expected = Samples.predict folder Samples.galaxies.Value [] |> Array.map number
                  OnnxRuntime.expectNear (OnnxRuntime.redshifts [ job ]).Head expected "150 galaxies"))
          testCase "a run's own file is not replaced" (fun () ->
              let own = Path.Combine(Samples.run.Value, "weights.safetensors")
              let finished = redshift Samples.folder [ "export"; Samples.run.Value; "--out"; own ]
              Expect.equal finished.ExitCode 2 "the exit code"
              Expect.stringContains finished.Error "than a run's own" "the line")
          testCase "what is no run is one line" (fun () ->
              Repository.withFolder (fun folder ->
                  let finished = redshift folder [ "export"; "nosuch"; "--out"; "model.onnx" ]
                  Expect.equal finished.ExitCode 1 "the exit code"
                  Expect.equal finished.Error "nosuch: expected a run folder, found nothing\n" "the line"
                  Expect.isEmpty (Directory.GetFileSystemEntries folder) "nothing is left")) ]
