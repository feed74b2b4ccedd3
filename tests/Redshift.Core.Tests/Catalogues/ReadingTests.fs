module Redshift.Core.Tests.Catalogues.ReadingTests

open System
open System.IO
open System.Text
open Expecto
open FsCheck.FSharp
open Redshift.Core.Catalogues
open Redshift.Tests
open Redshift.Tests.Law
open Redshift.Core.Tests.Catalogues.Tables

let private table =
    "name,zspec,class,secure,ra,m_1,e_1,m_2,e_2,m_3,e_3,m_4,e_4\n"
    + "4295806720000000001,0.5,GALAXY,True,10.25,20,0.1,-99,-99,99.99,99.99,21.5,0.2\n"
    + "b,,QSO,False,null,20,0.1,,,22,0.3,21.5,\n"
    + "c,1.5,STAR,TRUE,-1,1,1,2,2,3,3,4,4\n"

let private meaning =
    testCase "sentinels, blanks, filters and text columns" (fun () ->
        let read = ok (readText labelled small table)
        Expect.equal read.Ids [| "4295806720000000001"; "b"; "c" |] "ids are text"

        Expect.equal
            read.SampleStates[0..5]
            [| SampleState.Observed
               SampleState.NotObserved
               SampleState.NotDetected
               SampleState.Observed
               SampleState.Observed
               SampleState.NotObserved |]
            "states"

        let nan = Single.NaN
        Expect.isTrue (sameSingles read.Samples[0..3] [| 20f; nan; nan; 21.5f |]) "samples"
        Expect.isTrue (sameSingles read.SampleErrors[0..3] [| 0.1f; nan; nan; 0.2f |]) "errors"
        Expect.equal (read.RowsFor "redshift") [| 0; 2 |] "secure rows; the other needs no redshift"
        Expect.equal (read.RowsFor "spectral_type") [| 0; 1; 2 |] "no filter"

        Expect.equal
            (Seq.toList (read.Objects.GetColumn<string>("spectral_type").Values))
            [ "GALAXY"; "QSO"; "STAR" ]
            "classes"

        Expect.equal (Seq.toList (read.Objects.GetColumn<float>("ra").Values)) [ 10.25; -1.0 ] "a blank is missing"
        Expect.equal (Seq.toList read.Objects.ColumnKeys) [ "id"; "spectral_type"; "redshift"; "ra" ] "columns")

let private selection =
    testCase "selected rows keep everything" (fun () ->
        let read = ok (readText strict small table)
        let some = read.Select [| 2; 0 |]
        Expect.equal some.Ids [| "c"; "4295806720000000001" |] "ids"
        Expect.equal some.RowNumbers [| 2; 0 |] "places in the input"
        Expect.equal (some.Spectrum(0).ToArray()) [| 1f; 2f; 3f; 4f |] "samples"
        Expect.equal some.Redshift [| 1.5; 0.5 |] "redshifts"
        Expect.equal (Seq.toList some.Objects.RowKeys) [ 0; 1 ] "row keys from 0"
        Expect.equal (Seq.toList (some.Objects.GetColumn<float>("ra").Values)) [ -1.0; 10.25 ] "frame"
        Expect.isTrue (sameRows (some.Select [| 1; 0 |]) (read.Select [| 0; 2 |])) "twice"
        Expect.equal (read.Select [||]).Count 0 "none")

/// A table with good rows, bad ones, long ones and comments.
let private mixed =
    let random = Redshift.Core.RandomStream 5UL

    let line i =
        match i % 10 with
        | 3 -> "oops,1"
        | 7 -> "# a comment"
        | _ ->
            let numbers = Seq.init 5 (fun _ -> random.NextNormal().ToString "R")
            String.Join(",", numbers) + ",\"note " + String('x', i % 300) + "\"\"\n\""

    "s_0,s_1,s_2,s_3,redshift,note\n" + String.Join("\r\n", Seq.init 12_000 line)

let private chunked (bytes: byte[]) (size: int) =
    use stream = new MemoryStream(bytes)
    use reader = new CatalogueReader(stream, "c.csv", plain 4, lenient)

    let rec go chunks =
        match ok (reader.ReadChunk size) with
        | Some chunk -> go (chunk :: chunks)
        | None -> List.rev chunks

    go []

let private chunks =
    testList
        "chunks"
        [ testCase "of any size hold the same rows" (fun () ->
              let bytes = Encoding.UTF8.GetBytes mixed
              let whole = ok (readBytes lenient (plain 4) bytes)

              for size in [ 1; 7; 1000 ] do
                  let parts = chunked bytes size
                  Expect.isTrue (parts |> List.forall (fun c -> c.Count <= size)) "no chunk is larger"
                  let gather pick = parts |> Seq.collect pick |> Array.ofSeq
                  Expect.isTrue (sameSingles (gather _.Samples) whole.Samples) $"samples by {size}"
                  Expect.equal (gather _.Redshift) whole.Redshift $"redshifts by {size}"
                  Expect.equal (gather _.RowNumbers) whole.RowNumbers $"places by {size}"
                  Expect.equal (parts |> List.collect _.Skipped) whole.Skipped $"skipped by {size}"
                  Expect.equal (parts |> List.sumBy _.SkippedCount) 1200 "all are counted"
                  let notes (c: Catalogue) = c.Objects.GetColumn<string>("note").Values
                  Expect.equal (gather notes) (Array.ofSeq (notes whole)) $"notes by {size}")
          testCase "are the same however many lines were expected" (fun () ->
              let bytes = Encoding.UTF8.GetBytes mixed
              let whole = ok (readBytes lenient (plain 4) bytes)

              for lines in [ 1; 2; 12_000; 12_001; 12_002; 1_000_000 ] do
                  let read = ok (readBytes { lenient with LinesExpected = lines } (plain 4) bytes)
                  Expect.isTrue (sameRows read whole) $"{lines} lines expected"
                  Expect.equal read.Samples.Length (4 * whole.Count) $"no room left over of {lines} lines"
                  Expect.equal read.SkippedCount whole.SkippedCount $"skipped of {lines} lines")
          testCase "count lines right where CR and LF fall on either side of a buffer's end" (fun () ->
              // Rows of 8 bytes: the buffer of 2^20 - 1 bytes ends with a CR.
              let text = "s_0,s_1\n" + String.replicate 200_000 "12,345\r\n" + "1,x"

              Expect.equal
                  (messageOf (readText strict (plain 2) text))
                  "c.csv:200002:s_1: expected a number, found \"x\""
                  "the last line")
          testCase "after an error give it again" (fun () ->
              use stream = new MemoryStream(Encoding.UTF8.GetBytes "s_0,redshift\n1,1\nx,1\n2,2\n")
              use reader = new CatalogueReader(stream, "c.csv", plain 1, strict)
              Expect.isOk (reader.ReadChunk 1) "the first row"
              let first = reader.ReadChunk 5 |> Result.mapError string

              Expect.equal
                  (first |> Result.map ignore)
                  (Error "c.csv:3:s_0: expected a number, found \"x\"")
                  "an error"

              Expect.isError (reader.ReadChunk 5) "the same again") ]

let private memory =
    // Alone, since other tests take memory too.
    testSequenced (
        testCase "take constant memory" (fun () ->
            let row = "0.25," + String.Join(",", Seq.init 4 (fun i -> $"{i}.5")) + ",note\n"
            let header = "redshift,s_0,s_1,s_2,s_3,note\n"
            let bytes = Encoding.UTF8.GetBytes(header + String.replicate 400_000 row)
            use stream = new MemoryStream(bytes)
            use reader = new CatalogueReader(stream, "c.csv", plain 4, strict)
            let mutable rows = 0
            let mutable highest = 0L
            let before = GC.GetTotalMemory true

            let rec go () =
                match ok (reader.ReadChunk 1000) with
                | Some chunk ->
                    rows <- rows + chunk.Count

                    if rows % 50_000 = 0 then
                        highest <- max highest (GC.GetTotalMemory true - before)

                    go ()
                | None -> ()

            go ()
            Expect.equal rows 400_000 "all rows"
            Expect.isLessThan highest 4_000_000L "no more than a buffer and a chunk")
    )

/// Good tables with bytes changed, cut out or put in, and plain noise.
let private damaged =
    let special = ",\"\n\r#e;\t"B

    gen {
        let good = Encoding.UTF8.GetBytes table

        let! edits =
            Gen.listOf (Gen.zip3 (Gen.choose (0, good.Length - 1)) (Gen.choose (0, 255)) (Gen.choose (0, 3)))

        let edit (bytes: byte[]) (at, value, kind) =
            match kind with
            | 0 -> Array.updateAt (at % bytes.Length) (byte value) bytes
            | 1 -> Array.insertAt at (byte value) bytes
            | 2 when bytes.Length > good.Length -> Array.removeAt at bytes
            | _ -> Array.insertAt at special[value % special.Length] bytes

        let! noise = Gen.arrayOf (Gen.choose (0, 255) |> Gen.map byte)
        let! isNoise = Gen.frequency [ 1, Gen.constant true; 4, Gen.constant false ]
        return if isNoise then noise else List.fold edit good edits
    }

let private neverThrows (bytes: byte[]) =
    [ for survey in [ small; Surveys.gaia; Surveys.pears; plain 2 ] do
          for options in [ strict; lenient; labelled ] do
              match readBytes options survey bytes with
              | Ok read -> read.Count > 0
              | Error error -> not ((string error).Contains '\n') ]
    |> List.forall id

/// Counts from pandas 1.5.3: `read_csv(…)[F].isna().sum().sum()`, `[F].sum().sum()`, `zspec.sum()`,
/// `lmass.isna().sum()`.
let private pears =
    testCase "the PEARS file" (fun () ->
        use stream = File.OpenRead(Repository.sharedData "spectra/pears_grism_dev.csv")
        let read = ok (Catalogue.read labelled "pears_grism_dev.csv" stream Surveys.pears)
        let blank = read.Samples |> Seq.filter Single.IsNaN |> Seq.length
        let observed = read.Samples |> Seq.filter (Single.IsNaN >> not) |> Seq.sumBy float
        Expect.equal (read.Count, blank) (2505, 464) "rows and blanks"
        Expect.equal (read.SampleErrors |> Seq.filter Single.IsNaN |> Seq.length) 464 "blanks among errors"
        Expect.floatClose Accuracy.medium observed 248740.33266413998 "sum of the fluxes"
        Expect.floatClose Accuracy.high (Array.sum read.Redshift) 2895.4092 "sum of the redshifts"
        Expect.equal (read.Objects.GetColumn<float>("stellar_mass").ValueCount) 2500 "masses"
        Expect.equal (Array.distinct read.Ids).Length 2505 "ids are unique"
        Expect.equal read.Ids[0] "GOODS-N/24439" "an id")

let private stars =
    testCase "the PEARS stars, which have no redshift" (fun () ->
        use stream = File.OpenRead(Repository.sharedData "spectra/pears_grism_stars_dev.csv")
        let read = ok (Catalogue.read strict "stars" stream Surveys.pears)
        Expect.equal (read.Count, read.HasRedshift) (142, false) "rows")

let tests =
    testList
        "Catalogues are read"
        [ meaning
          selection
          chunks
          memory
          lawFor "never throwing, whatever the bytes" damaged neverThrows
          pears
          stars ]
