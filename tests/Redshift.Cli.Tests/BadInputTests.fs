/// Faulty catalogues: one line that says where, exit code 1, nothing left behind.
module Redshift.Cli.Tests.BadInputTests

open System
open System.IO
open System.IO.Compression
open System.Text
open System.Text.Json
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private replaceCell (column: int) (text: string) (line: string) =
    let cells = line.Split ','
    cells[column] <- text
    String.Join(",", cells)

/// Changes of line 101, and the message without the file.
let private rowFaults: (string * (string -> string) * string) list =
    [ "NaN", replaceCell 8 "NaN", ":101:flux_7: expected a finite number, found \"NaN\""
      "Inf", replaceCell 8 "inf", ":101:flux_7: expected a finite number, found \"inf\""
      "a missing cell", replaceCell 8 "", ":101:flux_7: expected a number, found nothing"
      "text in a number", replaceCell 8 "abc", ":101:flux_7: expected a number, found \"abc\""
      "too few cells", (fun line -> line.Substring(0, line.LastIndexOf ',')), ":101: expected 187 columns, found 186"
      "too many cells", (fun line -> line + ",1"), ":101: expected 187 columns, found 188"
      "the header again",
      (fun _ -> Samples.galaxyLines.Value[0]),
      ":101: expected a row of data, found the header again" ]

let private withFaultAt101 folder name (change: string -> string) =
    Samples.galaxyLines.Value
    |> Array.mapi (fun i line -> if i = 100 then change line else line)
    |> Samples.write folder name

let private predictArgs catalogue = [ "predict"; Samples.run.Value; "--data"; catalogue; "--out"; "out/p.csv" ]

let private trainArgs catalogue = [ "train"; "--recipe"; Samples.small.Value; "--data"; catalogue; "--out"; "out" ]

/// Exit code 1, exactly this one line, no result, nothing written.
let private refuses (folder: string) (args: string list) (message: string) =
    let before = Directory.GetFileSystemEntries folder
    let finished = redshift folder (args @ [ "--quiet" ])
    Expect.equal finished.ExitCode 1 $"the exit code; {finished.Error}"
    Expect.equal finished.Error (message + "\n") "the one line"
    Expect.equal finished.Output "" "no result"
    let left = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
    Expect.isEmpty (left |> Array.except before) "no output, whole or partial"

let private rows =
    [ for name, change, message in rowFaults do
          testCase $"{name}: predict" (fun () ->
              Repository.withFolder (fun folder ->
                  withFaultAt101 folder "c.csv" change |> ignore
                  refuses folder (predictArgs "c.csv") ("c.csv" + message)))
      for name, change, message in [ rowFaults[0]; rowFaults[4]; rowFaults[6] ] do
          testCase $"{name}: train" (fun () ->
              Repository.withFolder (fun folder ->
                  withFaultAt101 folder "c.csv" change |> ignore
                  refuses folder (trainArgs "c.csv") ("c.csv" + message)))
      testCase "a missing redshift: train refuses, predict does not" (fun () ->
          Repository.withFolder (fun folder ->
              let file = withFaultAt101 folder "c.csv" (replaceCell 0 "")
              refuses folder (trainArgs "c.csv") "c.csv:101:redshift: expected a redshift, found nothing"

              refuses
                  folder
                  [ "evaluate"; Samples.run.Value; "--data"; "c.csv"; "--out"; "out" ]
                  "c.csv:101:redshift: expected a redshift, found nothing"

              Expect.hasLength (Samples.predict folder file []) 150 "all rows")) ]

let private gzip (text: string) =
    use target = new MemoryStream()

    (use stream = new GZipStream(target, CompressionLevel.Fastest)
     stream.Write(Encoding.UTF8.GetBytes text))

    target.ToArray()

let private text (lines: string seq) = String.Join("\n", lines) + "\n"

/// Bytes of a file, and the message without the file.
let private fileFaults =
    [ "empty", (fun () -> [||]), ": expected a header or rows of numbers, found an empty file"
      "only a header",
      (fun () -> Encoding.UTF8.GetBytes(text [ Samples.galaxyLines.Value[0] ])),
      ": expected at least one row of data, found only a header"
      "a PNG image",
      (fun () -> [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 13uy; 10uy; 26uy; 10uy; 0uy |]),
      ": expected a text table, found a PNG image"
      "gzip data",
      (fun () -> gzip (text Samples.galaxyLines.Value)),
      ": expected a text table, found gzip data; decompress it first"
      "a NUL byte",
      (fun () ->
          Samples.galaxyLines.Value
          |> Array.mapi (fun i line -> if i = 100 then replaceCell 3 "\000" line else line)
          |> text
          |> Encoding.UTF8.GetBytes),
      ":101: expected text, found a NUL byte: this looks like a binary file"
      "a sample too few",
      (fun () -> Encoding.UTF8.GetBytes((text Samples.galaxyLines.Value).Replace("flux_185", "other"))),
      ":1: expected a column \"flux_185\" of survey gaia, found none"
      "a column twice",
      (fun () -> Encoding.UTF8.GetBytes((text Samples.galaxyLines.Value).Replace("flux_185", "flux_185,flux_3"))),
      ":1:flux_3: expected each column once, found \"flux_3\" in columns 5 and 188"
      "a sample too many",
      (fun () -> Encoding.UTF8.GetBytes((text Samples.galaxyLines.Value).Replace("flux_185", "flux_185,flux_186"))),
      ":1:flux_186: expected the 186 samples of survey gaia, the last flux_185, found a further one" ]

let private files =
    [ for name, bytes, message in fileFaults do
          testCase name (fun () ->
              Repository.withFolder (fun folder ->
                  File.WriteAllBytes(Path.Combine(folder, "c.csv"), bytes ())
                  refuses folder (predictArgs "c.csv" @ [ "--on-bad-row"; "skip" ]) ("c.csv" + message)))
      testCase "a directory" (fun () ->
          Repository.withFolder (fun folder ->
              Directory.CreateDirectory(Path.Combine(folder, "c.csv")) |> ignore
              refuses folder (predictArgs "c.csv") "c.csv: expected a catalogue, found a directory"
              refuses folder (trainArgs "c.csv") "c.csv: expected a catalogue, found a directory"))
      testCase "no file" (fun () ->
          Repository.withFolder (fun folder ->
              refuses folder (predictArgs "c.csv") "c.csv: expected a catalogue, found no file"
              refuses folder (trainArgs "c.csv") "c.csv: expected a catalogue, found no file"
              refuses folder [ "explore"; "c.csv"; "--out"; "out" ] "c.csv: expected a catalogue, found no file"))
      testCase "no run" (fun () ->
          Repository.withFolder (fun folder ->
              refuses
                  folder
                  [ "predict"; "nowhere"; "--data"; Samples.galaxies.Value; "--out"; "p.csv" ]
                  "nowhere: expected a run folder, found nothing"))
      testCase "predictions into the catalogue itself" (fun () ->
          Repository.withFolder (fun folder ->
              let file = Samples.write folder "c.csv" Samples.galaxyLines.Value
              let before = File.ReadAllBytes file

              let finished =
                  redshift folder [ "predict"; Samples.run.Value; "--data"; "c.csv"; "--out"; "./c.csv"; "--quiet" ]

              Expect.equal finished.ExitCode 2 "the exit code"
              Expect.stringContains finished.Error "expected an output file other than the catalogue" "the message"
              Expect.equal (File.ReadAllBytes file) before "the catalogue is as it was")) ]

/// Three faulty rows among the 150.
let private withThreeFaults folder =
    Samples.galaxyLines.Value
    |> Array.mapi (fun i line ->
        match i with
        | 11 -> replaceCell 5 "NaN" line
        | 100 -> line + ",1"
        | 150 -> replaceCell 2 "x" line
        | _ -> line)
    |> Samples.write folder "c.csv"

let private skipping =
    [ testCase "predict lists the rows and keeps the others' numbers" (fun () ->
          Repository.withFolder (fun folder ->
              withThreeFaults folder |> ignore
              let finished = succeeds folder (predictArgs "c.csv" @ [ "--on-bad-row"; "skip" ])
              Expect.stringContains finished.Error "c.csv: 3 rows skipped" "the count"

              for line in [ "c.csv:12:flux_4:"; "c.csv:101: "; "c.csv:151:flux_1:" ] do
                  Expect.stringContains finished.Error line "the list"

              let lines = File.ReadAllLines(Path.Combine(folder, "out", "p.csv"))
              let rows = lines |> Array.skip 1 |> Array.map (fun line -> int (line.Split(',')[0]))
              Expect.equal rows ([| 0..148 |] |> Array.except [ 10; 99 ]) "rows as in the input"))
      testCase "train counts them in metrics.json" (fun () ->
          Repository.withFolder (fun folder ->
              withThreeFaults folder |> ignore

              succeeds folder (trainArgs "c.csv" @ [ "--on-bad-row"; "skip"; "--epochs"; "1" ])
              |> ignore

              use metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "out", "metrics.json")))
              Expect.equal (metrics.RootElement.GetProperty("n_skipped").GetInt32()) 3 "n_skipped")) ]

let tests =
    testList
        "Faulty catalogues"
        [ testList "a row at fault at line 101" rows
          testList "a file at fault" files
          testList "--on-bad-row skip" skipping ]
