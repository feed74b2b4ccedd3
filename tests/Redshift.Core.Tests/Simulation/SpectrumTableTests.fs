module Redshift.Core.Tests.Simulation.SpectrumTableTests

open Expecto
open Redshift.Core.Simulation
open Redshift.Core.Tests.Simulation.SharedTables

/// Node 50 is redshift 0.1, node 4 a dispersion of 3.2 px.
let private vectors (table: SpectrumTable) =
    let expected = rows 1 (read "test_vectors_z0.1_s3.2.csv")

    [ for k in 0 .. SimulatorTables.TemplateCount - 1 ->
          residual (expected |> Array.map (fun row -> row[k])) (spectrum table 4 50 k) ]

let tests =
    testList
        "SpectrumTable"
        [ // The vectors and tables come from the numpy prototype of the simulator (numpy 1.24).
          testCase "full tables reproduce the test vectors within 0.1 % of peak" (fun () ->
              let worst = List.max (vectors (snd full.Value))
              Expect.isLessThan worst 1e-3 "largest residual at z = 0.1, s = 3.2 px")

          testCase "embedded fits reproduce the test vectors within 2 % of peak" (fun () ->
              let worst = List.max (vectors (snd embedded.Value))
              Expect.isLessThan worst 0.005 "measured 0.2 %; 2 % would do")

          testCase "embedded fits stay within 2 % of peak in the whole table" (fun () ->
              let expected, actual = snd full.Value, snd embedded.Value

              let worst =
                  Seq.max (
                      seq {
                          for size in 0 .. SpectrumTable.sizes.Length - 1 do
                              for redshift in 0..10 .. SpectrumTable.RedshiftNodes - 1 do
                                  for k in 0 .. SimulatorTables.TemplateCount - 1 do
                                      let reference = spectrum expected size redshift k
                                      residual reference (spectrum actual size redshift k), (size, redshift, k)
                      }
                  )

              Expect.isLessThan (fst worst) 0.02 $"at size, redshift, template {snd worst}")

          testCase "embedded fits keep the total light of RP within 0.5 %" (fun () ->
              let ratios = Array.map2 (/) (snd embedded.Value).RedTotals (snd full.Value).RedTotals

              Expect.isLessThan (ratios |> Array.map (fun r -> abs (r - 1.0)) |> Array.max) 0.005 "share of the total")

          testCase "samples lie where the prototype has them" (fun () ->
              let expected = rows 1 (read "samples186.csv")

              for grid, tolerance in [ fst full.Value, 2e-3; fst embedded.Value, 0.1 ] do
                  for i in 0 .. SampleGrid.Count - 1 do
                      Expect.isLessThan
                          (abs (grid.Wavelengths[i] - expected[i][4]))
                          tolerance
                          $"wavelength of sample {i}")

          testCase "the grid runs from 366 to 996 nm" (fun () ->
              let w = SharedTables.simulator.Value.Wavelengths
              Expect.equal w.Length 186 "samples"
              Expect.isLessThan (abs (w[0] - 366.17)) 0.1 "first BP sample"
              Expect.isLessThan (abs (w[79] - 630.6)) 0.1 "last BP sample"
              Expect.isLessThan (abs (w[80] - 628.2)) 0.1 "first RP sample"
              Expect.isLessThan (abs (w[185] - 996.4)) 0.1 "last RP sample")

          testCase "other ends move the samples" (fun () ->
              let options = Simulator.defaultOptions ()

              let ends =
                  { GridEnds.Default with
                      RedFrom = 640.0
                      RedTo = 1045.0 }

              let grid = ok (SampleGrid.create options.Instrument ends)
              Expect.isGreaterThan grid.Wavelengths[80] 640.0 "RP begins above its new end")

          testCase "ends outside the instrument are refused by name" (fun () ->
              let options = Simulator.defaultOptions ()

              let message ends =
                  match SampleGrid.create options.Instrument ends with
                  | Ok _ -> "accepted"
                  | Error message -> message

              Expect.equal
                  (message { GridEnds.Default with RedTo = 1200.0 })
                  "sample grid: expected RP wavelengths that rise within 320 to 1080 nm, found 620 to 1200"
                  "RP"

              Expect.equal
                  (message
                      { GridEnds.Default with
                          BlueFrom = 700.0 })
                  "sample grid: expected BP wavelengths that rise within 320 to 1080 nm, found 700 to 680"
                  "BP")

          testCase "light is kept while a galaxy's size blurs it" (fun () ->
              // Far from the ends, a smooth spectrum's sum hardly changes with a blur of 3 px.
              let table = snd embedded.Value
              let middle size = spectrum table size 50 1 |> Array.skip 100 |> Array.take 60 |> Array.sum
              Expect.isLessThan (abs (middle 4 / middle 0 - 1.0)) 0.05 "RP samples 20 to 79") ]
