module Redshift.Api.Tests.PredictionTests

open System
open System.IO
open Expecto
open FsCheck.FSharp
open Redshift
open Redshift.Tests
open Redshift.Tests.Law
open Redshift.Api.Tests.Testing

/// One trained estimator for all tests here: predicting changes nothing in it.
let private trained =
    lazy
        (let made = estimator ()
         fit made catalogue.Value (options ignore) |> ignore
         made)

let private all = lazy (trained.Value.Predict catalogue.Value |> redshiftBits)

/// The rows of a catalogue as a CSV file with ids of 19 digits.
let private writeWithIds (path: string) (catalogue: Catalogue) (change: int -> string -> string) =
    use writer = new StreamWriter(path)
    writer.WriteLine("source_id,redshift," + String.Join(',', Seq.init 186 (fun i -> $"flux_{i}")))

    for i in 0 .. catalogue.Count - 1 do
        let flux = String.Join(',', catalogue.Samples(i).ToArray() |> Seq.map string)
        writer.WriteLine(change i $"{6917528997577384000L + int64 i},{catalogue.Redshifts[i]:R},{flux}")

let private linesOf (path: string) = File.ReadAllLines path

let private predictFile input output = PredictionFile.Write(trained.Value, input, output)

let private subsets = Gen.choose (0, 599) |> Gen.listOf |> Gen.map Array.ofList

let tests =
    testList
        "predictions"
        [ lawFor
              "a prediction depends on its own row alone: any rows, in any order, any number of times"
              subsets
              (fun rows ->
                  let found = trained.Value.Predict(rowsOf catalogue.Value rows)

                  redshiftBits found = (rows |> Array.map (fun row -> all.Value[row]))
                  && Array.map (fun (p: RedshiftPrediction) -> p.Row) found = Array.init rows.Length id)
          testCase "blocks and chunks do not show" (fun () ->
              let many = Array.init 9000 (fun i -> (i * 7) % 600)
              let found = trained.Value.Predict(rowsOf catalogue.Value many) |> redshiftBits
              Expect.equal found (many |> Array.map (fun row -> all.Value[row])) "redshifts")
          testCase "saved and loaded, an estimator predicts the same numbers" (fun () ->
              Repository.withFolder (fun folder ->
                  trained.Value.Save folder

                  for threads in 1..3 do
                      use loaded = Estimators.Load(folder, Nullable threads)
                      Expect.equal (redshiftBits (loaded.Predict catalogue.Value)) all.Value $"{threads} threads"

                      Expect.equal
                          (loaded.Name, loaded.Survey.Name, loaded.IsFitted)
                          ("small", "gaia", true)
                          "what it is"

                      // What is loaded saves to the same run again.
                      let again = Path.Combine(folder, $"again{threads}")
                      loaded.Save again
                      expectSameRun again folder))
          testCase "a file's predictions are those of the catalogue: row order kept, ids kept as text" (fun () ->
              Repository.withFolder (fun folder ->
                  let input, output = Path.Combine(folder, "in.csv"), Path.Combine(folder, "out", "predictions.csv")
                  let rows = Array.init 8400 (fun i -> (i * 11) % 600)
                  writeWithIds input (rowsOf catalogue.Value rows) (fun _ line -> line)
                  let read = Catalogue.Load(input, Surveys.Gaia)
                  let expected = trained.Value.Predict read
                  let summary = predictFile input output
                  Expect.equal (summary.Count, summary.Skipped) (8400L, 0L) "counts"
                  let lines = linesOf output
                  Expect.equal lines[0] "row,id,redshift_true,redshift" "header"

                  let wanted =
                      expected
                      |> Array.mapi (fun i p ->
                          $"{i},{6917528997577384000L + int64 i},{read.Redshifts[i]:R},{float32 p.Redshift:R}")

                  Expect.equal lines[1..] wanted "rows"
                  Expect.equal (expected |> Array.map _.Id) (Array.ofSeq read.Ids) "ids in memory"
                  // 32-bit floats in their shortest digits lose nothing.
                  let back = lines[1..] |> Array.map (fun line -> float (float32 (line.Split(',')[3])))
                  Expect.equal back (expected |> Array.map _.Redshift) "numbers in the file"))
          testCase "an error in the middle of a file leaves no output, and an older one as it was" (fun () ->
              Repository.withFolder (fun folder ->
                  let input, output = Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv")
                  let rows = Array.init 8400 (fun i -> i % 600)

                  writeWithIds input (rowsOf catalogue.Value rows) (fun i line ->
                      if i = 8300 then
                          line.Replace(",", ",x", StringComparison.Ordinal)
                      else
                          line)

                  let fault = faultOf "line 8302" (fun () -> predictFile input output |> ignore)
                  expectContains fault [ "in.csv:8302:redshift: expected"; "found" ]
                  Expect.equal (Directory.GetFiles folder) [| input |] "files"
                  File.WriteAllText(output, "old")
                  faultOf "line 8302" (fun () -> predictFile input output |> ignore) |> ignore
                  Expect.equal (File.ReadAllText output) "old" "the older output"
                  Expect.equal (Directory.GetFiles folder).Length 2 "no temporary file"))
          testCase "skipped rows are counted, and keep their place in the row numbers" (fun () ->
              Repository.withFolder (fun folder ->
                  let input, output = Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv")

                  writeWithIds input (rowsOf catalogue.Value [| 0..9 |]) (fun i line ->
                      if i < 3 || i = 7 then
                          line.Replace(",", ",x", StringComparison.Ordinal)
                      else
                          line)

                  let options = CatalogueOptions(OnBadRow = BadRow.Skip)
                  let summary = PredictionFile.Write(trained.Value, input, output, null, options)
                  Expect.equal (summary.Count, summary.Skipped, summary.SkippedRows.Count) (6L, 4L, 4) "counts"
                  let rows = linesOf output |> Array.map (fun line -> line.Split(',')[0])
                  Expect.equal rows [| "row"; "3"; "4"; "5"; "6"; "8"; "9" |] "rows"))
          testCase "no file, a directory and another layout are one line each" (fun () ->
              Repository.withFolder (fun folder ->
                  let output = Path.Combine(folder, "out.csv")
                  let missing = Path.Combine(folder, "missing.csv")

                  expectContains
                      (faultOf "missing" (fun () -> predictFile missing output |> ignore))
                      [ missing; "no file" ]

                  expectContains
                      (faultOf "directory" (fun () -> predictFile folder output |> ignore))
                      [ folder; "directory" ]

                  let other = Path.Combine(folder, "other.csv")
                  File.WriteAllText(other, "a,b\n1,2\n")
                  expectContains (faultOf "other" (fun () -> predictFile other output |> ignore)) [ other; "flux_0" ]
                  Expect.isFalse (File.Exists output) "no output"))
          testCase "cancelled between two chunks, nothing is left" (fun () ->
              Repository.withFolder (fun folder ->
                  let input, output = Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv")

                  writeWithIds input (rowsOf catalogue.Value (Array.init 8400 (fun i -> i % 600))) (fun _ line ->
                      line)

                  use source = new Threading.CancellationTokenSource()

                  let cancel =
                      { new IProgress<struct (int64 * float)> with
                          member _.Report(struct (count, share)) =
                              Expect.equal count 4096L "one chunk"
                              Expect.isTrue (share > 0.0 && share <= 1.0) "share of the file"
                              source.Cancel() }

                  Expect.throwsT<OperationCanceledException>
                      (fun () ->
                          PredictionFile.Write(
                              trained.Value,
                              input,
                              output,
                              null,
                              null,
                              cancel,
                              null,
                              0,
                              source.Token
                          )
                          |> ignore)
                      "cancelled"

                  Expect.equal (Directory.GetFiles folder) [| input |] "files"))
          testCase "what is not trained does not predict" (fun () ->
              use made = estimator ()
              Expect.throwsT<InvalidOperationException> (fun () -> made.Predict catalogue.Value |> ignore) "predict"
              Expect.throwsT<InvalidOperationException> (fun () -> made.Save "nowhere") "save")
          testCase "a catalogue of another survey is one line" (fun () ->
              let other = Catalogue.FromArrays(Surveys.Pears, Array.create 42 1.0f, Array.create 2 0.5)
              expectContains (faultOf "predict" (fun () -> trained.Value.Predict other |> ignore)) [ "186"; "21" ]
              use made = estimator ()

              expectContains
                  (faultOf "fit" (fun () -> fit made other (options ignore) |> ignore))
                  [ "21 numbers"; "pears" ])
          testCase "a recipe that needs errors says so where a catalogue has none" (fun () ->
              let changes =
                  [ "features", """{ "channels": ["flux", "flux_error"] }"""
                    "network",
                    """{ "name": "two", "input": { "channels": 2, "length": 186 },
                         "body": [ { "type": "flatten" }, { "type": "dense", "units": 1 } ],
                         "head": { "type": "point", "targets": ["redshift"] } }""" ]

              use made = estimatorWith changes
              let fault = faultOf "fit" (fun () -> fit made catalogue.Value (options ignore) |> ignore)
              expectContains fault [ "error of each sample" ])
          testCase "a missing sample is refused by its row where the recipe refuses gaps" (fun () ->
              let samples, redshifts = arraysOf (rowsOf catalogue.Value [| 0..4 |])
              samples[3 * 186 + 17] <- nanf
              let gappy = Catalogue.FromArrays(Surveys.Gaia, samples, redshifts)
              expectContains (faultOf "gap" (fun () -> trained.Value.Predict gappy |> ignore)) [ "row 3"; "flux_17" ])
          testSequenced (
              testCase "a file of 50,000 rows is predicted in the memory of a chunk" (fun () ->
                  Repository.withFolder (fun folder ->
                      let input, output = Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv")
                      GaiaSimulation.WriteCsv(input, SimulationOptions(Count = 50_000L, Threads = 2))
                      let live () = GC.GetTotalMemory true
                      let before = live ()
                      let mutable peak = 0L

                      let watch =
                          { new IProgress<struct (int64 * float)> with
                              member _.Report _ = peak <- max peak (live () - before) }

                      let summary = PredictionFile.Write(trained.Value, input, output, null, null, watch)
                      Expect.equal summary.Count 50_000L "rows"
                      Expect.equal (File.ReadLines output |> Seq.length) 50_001 "lines"
                      // The samples alone are 37 MB; a chunk's are 6 MB.
                      Expect.isLessThan peak 20_000_000L "live bytes at most"))
          ) ]
