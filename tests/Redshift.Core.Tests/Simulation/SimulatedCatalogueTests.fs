module Redshift.Core.Tests.Simulation.SimulatedCatalogueTests

open System
open System.Globalization
open System.Text
open System.Threading.Tasks
open Expecto
open Redshift.Core.Simulation
open Redshift.Core.Tests.Simulation.SharedTables

let private catalogue = lazy (SimulatedCatalogue simulator.Value)

let private text seed first count =
    let buffer = Array.zeroCreate<byte>(count * SimulatedCatalogue.MaxRowBytes)
    let length = catalogue.Value.FormatRows(seed, first, count, buffer)
    Encoding.UTF8.GetString(buffer, 0, length)

let private fill seed first count =
    let fluxes = Array.zeroCreate<float32>(count * 186)
    let redshifts = Array.zeroCreate<float> count
    catalogue.Value.Fill(seed, first, count, fluxes, redshifts)
    fluxes, redshifts

/// Rows 0 to `count - 1` of a seed, filled by parallel blocks.
let private fillParallel seed count =
    let fluxes = Array.zeroCreate<float32>(count * 186)
    let redshifts = Array.zeroCreate<float> count
    let block = 1000

    let work index =
        let first = index * block
        let part, labels = fill seed (int64 first) (min block (count - first))
        part.CopyTo(fluxes, first * 186)
        labels.CopyTo(redshifts, first)

    Parallel.For(0, (count + block - 1) / block, work) |> ignore
    fluxes, redshifts

let private throwsArgument name (action: unit -> unit) =
    testCase name (fun () -> Expect.throwsT<ArgumentException> action name)

/// Mean spectra in six bins of 0.1 in redshift, in units of the second one's sample 141.
let private meanSpectra (fluxes: float32[], redshifts: float[]) =
    let sums = Array.init 6 (fun _ -> Array.zeroCreate<float> 186)
    let counts = Array.zeroCreate<float> 6

    redshifts
    |> Array.iteri (fun row z ->
        let bin = min 5 (int (z / 0.1))
        counts[bin] <- counts[bin] + 1.0

        for i in 0..185 do
            sums[bin].[i] <- sums[bin].[i] + float fluxes[row * 186 + i])

    let unit = sums[1].[141] / counts[1]
    Array.map2 (fun sum count -> sum |> Array.map (fun s -> s / count / unit)) sums counts

let tests =
    testList
        "SimulatedCatalogue"
        [ testCase "the header names 187 columns" (fun () ->
              let header = Encoding.UTF8.GetString SimulatedCatalogue.HeaderBytes
              let columns = header.TrimEnd('\n').Split(',')
              Expect.equal columns.Length 187 "columns"
              Expect.equal (columns[0], columns[1], columns[186]) ("redshift", "flux_0", "flux_185") "names"
              Expect.isTrue (header.EndsWith '\n') "line end")

          testCase "the bytes do not depend on how rows are cut into blocks" (fun () ->
              let whole = text 5UL 0L 40
              let pieces = [ text 5UL 0L 1; text 5UL 1L 16; text 5UL 17L 0; text 5UL 17L 23 ]
              Expect.equal (String.concat "" pieces) whole "40 rows")

          testCase "threads make the same numbers as one loop" (fun () ->
              let fluxes, redshifts = fillParallel 9UL 5000
              let alone, labels = fill 9UL 0L 5000
              Expect.isTrue (fluxes.AsSpan().SequenceEqual(alone.AsSpan())) "fluxes"
              Expect.isTrue (redshifts.AsSpan().SequenceEqual(labels.AsSpan())) "redshifts")

          testCase "tables built twice are the same" (fun () ->
              let again = ok (Simulator.create (Simulator.defaultOptions ()))
              let fluxes = Array.zeroCreate<float32> 18600
              SimulatedCatalogue(again).Fill(3UL, 0L, 100, fluxes, Array.zeroCreate 100)
              Expect.isTrue (fluxes.AsSpan().SequenceEqual((fst (fill 3UL 0L 100)).AsSpan())) "100 rows")

          testCase "any row can be drawn alone" (fun () ->
              let fluxes, redshifts = fill 2UL 100L 3
              let row = Array.zeroCreate<float32> 186
              let redshift = simulator.Value.Row(2UL, 102L, Simulator.workspace (), row.AsSpan())
              Expect.equal redshift redshifts[2] "redshift"
              Expect.equal row fluxes[2 * 186 ..] "fluxes"
              Expect.equal (SimulatedCatalogue.Redshift(2UL, 102L)) redshift "redshift without spectrum")

          testCase "seeds and rows differ" (fun () ->
              Expect.notEqual (text 1UL 0L 1) (text 2UL 0L 1) "seeds"
              Expect.notEqual (text 1UL 0L 1) (text 1UL 1L 1) "rows")

          testCase "the text holds the numbers rounded" (fun () ->
              let fluxes, redshifts = fill 8UL 0L 20
              let lines = (text 8UL 0L 20).Split('\n', StringSplitOptions.RemoveEmptyEntries)

              for row in 0..19 do
                  let cells = lines[row].Split(',')
                  let number (cell: string) = Double.Parse(cell, CultureInfo.InvariantCulture)
                  Expect.equal cells.Length 187 "cells"
                  Expect.isLessThanOrEqual (abs (number cells[0] - redshifts[row])) 5.0000001e-8 "7 decimals"

                  for i in 0..185 do
                      let difference = abs (number cells[i + 1] - float fluxes[row * 186 + i])
                      Expect.isLessThanOrEqual difference 0.00050001 "3 decimals")

          throwsArgument "a short buffer is refused" (fun () ->
              catalogue.Value.FormatRows(1UL, 0L, 2, Array.zeroCreate SimulatedCatalogue.MaxRowBytes)
              |> ignore)
          throwsArgument "short arrays of fluxes are refused" (fun () ->
              catalogue.Value.Fill(1UL, 0L, 2, Array.zeroCreate 200, Array.zeroCreate 2))
          throwsArgument "short arrays of redshifts are refused" (fun () ->
              catalogue.Value.Fill(1UL, 0L, 2, Array.zeroCreate 372, Array.zeroCreate 1))
          testCase "negative rows are refused" (fun () ->
              Expect.throwsT<ArgumentOutOfRangeException>
                  (fun () -> catalogue.Value.FormatRows(1UL, -1L, 1, Array.zeroCreate 20000) |> ignore)
                  "row -1")

          testCase "mean spectra follow the prototype's" (fun () ->
              // sim_mean.csv: one run of the numpy prototype. 100,000 rows here; beyond 0.4 there are 500 of them, a
              // fifth with wrong labels, so that only the shape is compared: within 4 % of peak.
              let expected = rows 0 (read "sim_mean.csv")
              let actual = meanSpectra (fillParallel 1UL 100000)

              for bin, tolerance in [ 0, 0.02; 1, 0.01; 2, 0.02; 3, 0.06 ] do
                  let reference = expected |> Array.map (fun row -> row[bin])
                  Expect.isLessThan (residual reference actual[bin]) tolerance $"redshifts from 0.{bin}"

              for bin in 0..4 do
                  let reference = expected |> Array.map (fun row -> row[bin])
                  let scale = Array.sum reference / Array.sum actual[bin]
                  let shape = actual[bin] |> Array.map (fun v -> v * scale)
                  Expect.isLessThan (residual reference shape) 0.04 $"shape at redshifts from 0.{bin}")

          testCase "spectra are finite, and brighter than the noise" (fun () ->
              let fluxes, _ = fill 1UL 0L 2000
              Expect.isTrue (Array.forall Single.IsFinite fluxes) "finite"
              Expect.isGreaterThan (Array.average fluxes) 1.0f "e-/s per sample") ]
