module Redshift.Core.Tests.Catalogues.BadInputTests

open System
open System.IO
open System.IO.Compression
open System.Text
open Expecto
open Redshift.Core.Catalogues
open Redshift.Core.Tests.Catalogues.Tables

let private header = "redshift," + String.Join(",", Seq.init 186 (sprintf "flux_%d"))
let private row = "0.1234567," + String.Join(",", Seq.init 186 (fun i -> $"{i}.125"))

/// `row` with another text in place of flux `i`.
let private rowWith (i: int) (text: string) =
    let cells = row.Split ','
    cells[i + 1] <- text
    String.Join(",", cells)

/// A header, 150 rows, the line at 101 (the header is line 1) replaced.
let private gaia (line101: string) =
    let lines =
        Array.init 151 (fun i ->
            if i = 0 then header
            elif i = 100 then line101
            else row)

    String.Join("\n", lines) + "\n"

let private refusedWith options name line101 (message: string) =
    testCase name (fun () ->
        let text = gaia line101
        Expect.equal (messageOf (readText options Surveys.gaia text)) message "the error"

        let skipping =
            { options with
                OnBadRow = OnBadRow.Skip }

        let read = ok (readText skipping Surveys.gaia text)
        Expect.equal (read.Count, read.SkippedCount) (149, 1) "the others are read"
        Expect.equal (read.Skipped |> List.map string) [ message ] "the one is listed"
        Expect.equal read.RowNumbers (Array.append [| 0..98 |] [| 100..149 |]) "rows keep their places")

let private refused = refusedWith strict

let private rows =
    testList
        "a row at fault at line 101"
        [ refused "text in a number" (rowWith 17 "abc") "c.csv:101:flux_17: expected a number, found \"abc\""
          refused "NaN" (rowWith 0 "NaN") "c.csv:101:flux_0: expected a finite number, found \"NaN\""
          refused "Inf" (rowWith 185 "-inf") "c.csv:101:flux_185: expected a finite number, found \"-inf\""
          refused "too large" (rowWith 3 "1e39") "c.csv:101:flux_3: expected a number within ±3.4e38, found \"1e39\""
          refused "a missing cell" (rowWith 4 "") "c.csv:101:flux_4: expected a number, found nothing"
          refused "a quoted blank" (rowWith 4 "\"\"") "c.csv:101:flux_4: expected a number, found nothing"
          refused "a decimal comma in quotes" (rowWith 4 "\"1,5\"") "c.csv:101:flux_4: expected a number, found \"1,5\""
          refused "hexadecimal" (rowWith 4 "0x10") "c.csv:101:flux_4: expected a number, found \"0x10\""
          refused "half an exponent" (rowWith 4 "1e") "c.csv:101:flux_4: expected a number, found \"1e\""
          refused "two numbers in a cell" (rowWith 4 "1 2") "c.csv:101:flux_4: expected a number, found \"1 2\""
          refused
              "text behind a quote"
              (rowWith 4 "\"1\"2")
              "c.csv:101:flux_4: expected a separator behind the closing quote, found further text"
          refused "a short row" (row.Substring(0, row.LastIndexOf ',')) "c.csv:101: expected 187 columns, found 186"
          refused "a long row" (row + ",1") "c.csv:101: expected 187 columns, found 188"
          refused "a long row with a bad number" (rowWith 2 "x,1") "c.csv:101: expected 187 columns, found 188"
          refused "the header again" header "c.csv:101: expected a row of data, found the header again"
          refused "a word" "oops" "c.csv:101: expected 187 columns, found 1"
          refusedWith
              labelled
              "a missing redshift where one is needed"
              (row.Substring(row.IndexOf ','))
              "c.csv:101:redshift: expected a redshift, found nothing"
          refused
              "a redshift that is no number"
              ("z" + row.Substring(row.IndexOf ','))
              "c.csv:101:redshift: expected a number, found \"z\""
          testCase "a missing redshift where none is needed" (fun () ->
              let read = ok (readText strict Surveys.gaia (gaia (row.Substring(row.IndexOf ','))))
              Expect.isTrue (Double.IsNaN read.Redshift[99]) "the row is kept")
          testCase "columns by index where there is no header" (fun () ->
              let text = String.Join("\n", Array.init 150 (fun i -> if i = 100 then rowWith 17 "abc" else row))

              Expect.equal
                  (messageOf (readText strict Surveys.gaia text))
                  "c.csv:101:19: expected a number, found \"abc\""
                  "the error") ]

/// Faults of the whole file, which no skipping helps.
let private refusedFile name (bytes: byte[]) (message: string) =
    testCase name (fun () ->
        for options in [ strict; lenient ] do
            Expect.equal (messageOf (readBytes options Surveys.gaia bytes)) message "the error")

let private refusedText name (text: string) message = refusedFile name (Encoding.UTF8.GetBytes text) message

let private compressed =
    use target = new MemoryStream()

    (use gzip = new GZipStream(target, CompressionLevel.Fastest)
     gzip.Write(Encoding.UTF8.GetBytes(gaia row)))

    target.ToArray()

let private replaced (mark: string) (bytes: byte[]) =
    let text = Encoding.UTF8.GetBytes(gaia (rowWith 7 mark))
    let at = text.AsSpan().IndexOf(ReadOnlySpan(Encoding.UTF8.GetBytes mark))
    Array.concat [ text[.. at - 1]; bytes; text[at + mark.Length ..] ]

let private files =
    testList
        "a file at fault"
        [ refusedFile "empty" [||] "c.csv: expected a header or rows of numbers, found an empty file"
          refusedText "only blank lines" "\n \r\n\n" "c.csv: expected a header or rows of numbers, found an empty file"
          refusedText "only comments" "# a\n# b\n" "c.csv: expected a header or rows of numbers, found only comments"
          refusedText "header only" (header + "\n") "c.csv: expected at least one row of data, found only a header"
          refusedText
              "a column twice"
              (header + ",flux_3\n" + row + ",1\n")
              "c.csv:1:flux_3: expected each column once, found \"flux_3\" in columns 5 and 188"
          refusedText
              "a sample too many"
              (header + ",flux_186\n" + row + ",1\n")
              "c.csv:1:flux_186: expected the 186 samples of survey gaia, the last flux_185, found a further one"
          refusedText
              "a sample too few"
              (gaia row |> _.Replace("flux_185", "other"))
              "c.csv:1: expected a column \"flux_185\" of survey gaia, found none"
          refusedText
              "no header and a wrong count"
              "1,2,3\n4,5,6\n"
              "c.csv:1: expected a header, or 187 or 186 columns, found 3 columns"
          refusedFile "gzip" compressed "c.csv: expected a text table, found gzip data; decompress it first"
          refusedFile
              "PNG"
              [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 13uy; 10uy |]
              "c.csv: expected a text table, found a PNG image"
          refusedFile
              "UTF-16"
              (Array.append [| 0xFFuy; 0xFEuy |] (Encoding.Unicode.GetBytes header))
              "c.csv: expected a text table, found UTF-16 text; save it as UTF-8"
          refusedFile
              "a NUL byte"
              (replaced "@@@" [| 0uy |])
              "c.csv:101: expected text, found a NUL byte: this looks like a binary file"
          refusedFile
              "bytes that are not UTF-8"
              (replaced "@@@" [| 0xE9uy |])
              "c.csv:101: expected UTF-8 text, found bytes that are none"
          refusedText
              "an open quote"
              (gaia (rowWith 7 "\"1.5"))
              "c.csv:101: expected a closing quote, found the end of the file"
          testCase "no redshift column where one is needed" (fun () ->
              let text = gaia row |> _.Replace("redshift,", "distance,")

              Expect.equal
                  (messageOf (readText labelled Surveys.gaia text))
                  "c.csv:1: expected a redshift column \"redshift\" or \"z\", found none"
                  "the error"

              Expect.isFalse (ok (readText strict Surveys.gaia text)).HasRedshift "fine to predict")
          testCase "a line longer than allowed" (fun () ->
              let options = { lenient with LongestLine = 1 <<< 21 }
              let text = gaia (String('1', 1 <<< 22))

              Expect.equal
                  (messageOf (readText options Surveys.gaia text))
                  "c.csv:101: expected a line of at most 2 MiB, found more than 2 MiB"
                  "the error")
          testCase "a medium that fails" (fun () ->
              let failing =
                  { new MemoryStream() with
                      override _.Read(_: byte[], _, _) = raise (IOException "the disk is gone")
                      override _.Read(_: Span<byte>) : int = raise (IOException "the disk is gone") }

              Expect.equal
                  (messageOf (Catalogue.read strict "c.csv" failing Surveys.gaia))
                  "c.csv: expected a readable file, found the disk is gone"
                  "the error")
          testCase "no good row" (fun () ->
              Expect.equal
                  (messageOf (readText lenient Surveys.gaia (header + "\n" + rowWith 1 "x" + "\n" + rowWith 1 "y")))
                  "c.csv:2:flux_1: expected a number, found \"x\"; none of the 2 rows is good"
                  "the error")
          testCase "the list of skipped rows is bounded, their count is not" (fun () ->
              let bad = String.Join("\n", Seq.replicate 2500 "1,2")
              let read = ok (readText lenient Surveys.gaia (header + "\n" + bad + "\n" + row))
              Expect.equal (read.Count, read.SkippedCount, read.Skipped.Length) (1, 2500, 1000) "counts"
              Expect.equal read.RowNumbers [| 2500 |] "the row's place") ]

let tests = testList "Catalogues refuse" [ rows; files ]
