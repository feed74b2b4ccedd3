module Redshift.Core.Tests.Frames.ImputationTests

open System
open System.IO
open System.Text
open Expecto
open FsCheck.FSharp
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Tests.Catalogues.Tables
open Redshift.Core.Tests.Files
open Redshift.Tests
open Redshift.Tests.Law

let private missing = Single.NaN
let private bands = 5

let private fit rows = ok (Imputation.fit bands (Array.concat rows) [| 0 .. List.length rows - 1 |])

let private apply fitted (row: float32[]) (limits: float32[]) =
    let into = Array.zeroCreate row.Length

    Imputation.apply fitted (ReadOnlySpan row) (ReadOnlySpan limits) (into.AsSpan())
    |> Result.map (fun () -> into)

let private magnitude = Gen.choose (15 * 64, 27 * 64) |> Gen.map (fun n -> float32 n / 64f)
let private full = Gen.arrayOfLength bands magnitude

/// At least one band is observed.
let private holed =
    gen {
        let! row = full
        let! kept = Gen.choose (0, bands - 1)
        let! holes = Gen.arrayOfLength bands (Gen.elements [ true; false ])
        return Array.mapi2 (fun i m hole -> if hole && i <> kept then missing else m) row holes
    }

let private fitted = Gen.nonEmptyListOf full |> Gen.map fit

let private laws =
    testList
        "laws"
        [ lawFor "what was observed stays, what was not is a number" (Gen.zip fitted holed) (fun (fitted, row) ->
              let completed = ok (apply fitted row [||])

              Array.forall2
                  (fun (before: float32) after ->
                      if Single.IsNaN before then
                          Single.IsFinite after
                      else
                          before = after)
                  row
                  completed)
          lawFor
              "a row with the mean colours is had back"
              (Gen.zip3 fitted holed magnitude)
              (fun (fitted, row, level) ->
                  let mean = Array.scan (+) (float level) fitted.Differences |> Array.map float32
                  let holed = Array.map2 (fun hole m -> if Single.IsNaN hole then missing else m) row mean
                  Array.forall2 (fun a b -> abs (a - b) < 1e-4f) (ok (apply fitted holed [||])) mean)
          lawFor "between neighbours both sides count alike" (Gen.zip fitted full) (fun (fitted, row) ->
              [ 1 .. bands - 2 ]
              |> List.forall (fun i ->
                  let one (kept: int -> bool) =
                      float (ok (apply fitted (Array.mapi (fun j m -> if kept j then m else missing) row) [||])).[i]

                  abs ((one ((>) i) + one ((<) i)) / 2.0 - one ((<>) i)) < 1e-5))
          lawFor "the order of rows makes no difference" (Gen.nonEmptyListOf full) (fun rows ->
              Array.forall2 (fun a b -> abs (a - b) < 1e-12) (fit rows).Differences (fit (List.rev rows)).Differences)
          lawFor "rows with gaps are not fitted on" (Gen.zip (Gen.nonEmptyListOf full) holed) (fun (rows, row) ->
              not (Array.exists Single.IsNaN row) || fit (row :: rows) = fit rows)
          lawFor
              "an inferred band is never brighter than its limit"
              (Gen.zip3 fitted holed full)
              (fun (fitted, row, all) ->
                  let limits = Array.map2 (fun (m: float32) limit -> if Single.IsNaN m then limit else missing) row all
                  let free = ok (apply fitted row [||])

                  Array.forall2
                      (fun bound value -> value = bound)
                      (ok (apply fitted row limits))
                      (Array.map2 (fun m limit -> if limit > m then limit else m) free limits))
          lawFor "survive JSON" fitted (fun fitted ->
              let text = Redshift.Core.Json.text (Imputation.write fitted)
              Redshift.Core.JsonReader.Parse(text, Imputation.read bands) = Ok fitted) ]

let private faults =
    testList
        "faults"
        [ testCase "a row without any band" (fun () ->
              let fitted = fit [ [| 20f; 21f; 22f; 23f; 24f |] ]
              Expect.equal (apply fitted (Array.create bands missing) [||]) (Error 0) "the first band")
          testCase "no complete row" (fun () ->
              Expect.equal
                  (Imputation.fit 2 [| 1f; missing; missing; 2f |] [| 0; 1 |])
                  (Error "expected at least one of 2 rows with all 2 bands to fit mean colours on, found none")
                  "the error")
          testCase "fluxes" (fun () ->
              let catalogue = Catalogue.ofArrays "memory" (plain 2) [| 1f; 2f |] [||]

              let fitted =
                  { Differences = [| 1.0 |]
                    CompleteRows = 1 }

              Expect.equal
                  (Imputation.complete fitted false catalogue |> Result.map ignore)
                  (Error "expected magnitudes to impute, found  of survey plain")
                  "the error") ]

/// numpy 1.24.2, scripts/reference/imputation.py.
let private numbersOfNumpy =
    testList
        "numbers"
        [ testCase "of a small matrix" (fun () ->
              let small = (reference "imputation.json").GetProperty "small"
              let given = numbers (small.GetProperty "magnitudes") |> Array.map float32
              let completed = numbers (small.GetProperty "completed")
              let rows = given.Length / 6
              let fitted = ok (Imputation.fit 6 given [| 0 .. rows - 1 |])
              Expect.equal fitted.CompleteRows (small.GetProperty("complete_rows").GetInt32()) "complete rows"

              Seq.zip fitted.Differences (numbers (small.GetProperty "differences"))
              |> Seq.iter (fun (ours, theirs) -> expectNear 1e-12 "difference" ours theirs)

              for row in 0 .. rows - 1 do
                  let ours = ok (apply fitted given[row * 6 .. row * 6 + 5] [||])

                  for band in 0..5 do
                      expectNear 1e-6 $"row {row}, band {band}" (float ours[band]) completed[row * 6 + band])
          testCase "of zCOSMOS" (fun () ->
              use stream = File.OpenRead(Repository.sharedData "photometry/zcosmos_dev.csv")
              let catalogue = ok (Catalogue.read strict "zcosmos_dev.csv" stream Surveys.zcosmos)
              let expected = (reference "imputation.json").GetProperty "zcosmos"
              let fitted = ok (Imputation.fit 11 catalogue.Samples [| 0 .. catalogue.Count - 1 |])
              Expect.equal fitted.CompleteRows (expected.GetProperty("complete_rows").GetInt32()) "complete rows"

              Seq.zip fitted.Differences (numbers (expected.GetProperty "differences"))
              |> Seq.iter (fun (ours, theirs) -> expectNear 1e-9 "difference" ours theirs)

              let _, cells = ok (Imputation.complete fitted false catalogue)
              let ofBand band = cells |> Array.filter (fun cell -> cell.Sample = band)
              let counts = numbers (expected.GetProperty "cells")
              let sums = numbers (expected.GetProperty "sums")

              for band in 0..10 do
                  Expect.equal (ofBand band).Length (int counts[band]) $"cells of band {band}"
                  expectNear 1e-7 $"sum of band {band}" (ofBand band |> Array.sumBy (_.Value >> float)) sums[band]) ]

/// Like ALHAMBRA: a limit stands in the error column of what was not detected.
let private limited =
    ok (
        Survey.parse (
            smallJson
                .Replace("\"blanks\"", "\"limits\": \"in_error\", \"blanks\"")
                .Replace(
                    "{ \"value\": -99, \"means\": \"not_observed\" }",
                    "{ \"value\": -99, \"means\": \"saturated\" }, { \"value\": -77, \"means\": \"not_observed\" }"
                )
        )
    )

let private completed saturated (text: string) =
    let bytes = Encoding.UTF8.GetBytes text
    let catalogue = ok (readText lenient limited text)
    let fitted = ok (Imputation.fit 4 catalogue.Samples [| 0 .. catalogue.Count - 1 |])
    use output = new MemoryStream()

    let result =
        CompletedCsv.write fitted saturated lenient catalogue (Func<Stream>(fun () -> new MemoryStream(bytes))) output

    ok result, Encoding.UTF8.GetString(output.ToArray()), catalogue, fitted

let private table =
    "# by hand\nname;m_1;e_1;m_2;e_2;colour;m_3;e_3;m_4;e_4;redshift;secure\n"
    + "a; 20;0.1;21;0.1;\"a;b\";22;0.1;23;0.1;0.5;true\n"
    + "\n# between\n"
    + "b;20;0.1;99.99;21.75;  red ;22;0.1;-99;0.25;0.5;true\n"
    + "bad;20;0.1\n"
    + "c;20.5;0.1;21.5;0.1;;\"-77\";0.3;;;0.5;true\n"
    + "none;;;;;;;;;;0.5;true"

let private files =
    testList
        "files"
        [ testCase "have the cells replaced and nothing else" (fun () ->
              let result, text, _, _ = completed false table

              Expect.equal
                  text
                  ("# by hand\nname;m_1;e_1;m_2;e_2;colour;m_3;e_3;m_4;e_4;redshift;secure\n"
                   + "a; 20;0.1;21;0.1;\"a;b\";22;0.1;23;0.1;0.5;true\n"
                   + "\n# between\n"
                   + "b;20;0.1;21.75;-99;  red ;22;0.1;-99;0.25;0.5;true\n"
                   + "c;20.5;0.1;21.5;0.1;;\"22.5\";-99;23.5;-99;0.5;true\n")
                  "the limit 21.75 holds; errors of inferred cells are codes; a saturated cell stays"

              Expect.equal
                  [ for cell in result.Cells -> cell.Row, cell.Sample, cell.State, cell.Value ]
                  [ 1, 1, SampleState.NotDetected, 21.75f
                    2, 2, SampleState.NotObserved, 22.5f
                    2, 3, SampleState.NotObserved, 23.5f ]
                  "cells"

              Expect.equal (result.Rows, result.SaturatedKept, result.SkippedCount) (3, 1, 1) "counts"

              Expect.equal
                  (result.Skipped |> List.map string)
                  [ "c.csv:9:m_1: expected a band observed to infer it from, found none" ]
                  "the row without a band")
          testCase "have saturated cells inferred where asked for" (fun () ->
              let result, text, _, _ = completed true table
              Expect.stringContains text ";22;0.1;23;-99;0.5;true\n" "by the one neighbour"
              Expect.equal (result.Cells.Length, result.SaturatedKept) (4, 0) "counts")
          testCase "read again are what is completed in memory" (fun () ->
              let _, text, catalogue, fitted = completed true table
              let again = ok (readText strict limited text)
              let inMemory, _ = ok (Imputation.complete fitted true (catalogue.Select [| 0; 1; 2 |]))
              Expect.isTrue (sameSingles again.Samples inMemory.Samples) "samples"
              Expect.isTrue (again.SampleStates |> Array.forall ((=) SampleState.Observed)) "all are there"
              Expect.isTrue (again.SampleLimits |> Array.forall Single.IsNaN) "no error is taken for a limit"
              Expect.equal (inMemory.States(1)[1]) SampleState.NotDetected "in memory the state is kept")
          testCase "without gaps are as they were" (fun () ->
              let whole = "name,m_1,m_2,m_3,m_4,secure\nx, 1.50,2,\"3\" ,4,\"t\"\"rue\"\n"
              let _, text, _, _ = completed false whole
              Expect.equal text whole "the same bytes") ]

let tests = testList "Imputation" [ laws; faults; numbersOfNumpy; files ]
