/// A galaxy's redshift depends on its spectrum alone: not on how the file is written, nor on the other rows.
module Redshift.Cli.Tests.PredictTests

open System
open System.IO
open System.Text
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private cells () = Samples.galaxyLines.Value |> Array.map _.Split(',')

let private joined (separator: string) (rows: string[][]) = rows |> Array.map (fun row -> String.Join(separator, row))

let private expected = lazy (Samples.predict Samples.folder Samples.galaxies.Value [ "--threads"; "1" ])

let private dialects: (string * (unit -> string)) list =
    let lines (ending: string) (lines: string[]) = String.Join(ending, lines) + ending

    [ "semicolons", (fun () -> cells () |> joined ";" |> lines "\n")
      "tabs", (fun () -> cells () |> joined "\t" |> lines "\n")
      "spaces", (fun () -> cells () |> joined " " |> lines "\n")
      "a byte-order mark and CRLF", (fun () -> "\uFEFF" + (cells () |> joined "," |> lines "\r\n"))
      "quoted cells",
      (fun () ->
          cells ()
          |> Array.map (Array.map (fun cell -> $"\"{cell}\""))
          |> joined ","
          |> lines "\n")
      "no header", (fun () -> cells () |> Array.skip 1 |> joined "," |> lines "\n")
      "no redshift", (fun () -> cells () |> Array.map Array.tail |> joined "," |> lines "\n")
      "columns in another order, and others between",
      (fun () ->
          cells ()
          |> Array.mapi (fun i row -> Array.append [| (if i = 0 then "remark" else "text") |] (Array.rev row))
          |> joined ","
          |> lines "\n") ]

let private forms =
    [ for name, text in dialects ->
          testCase name (fun () ->
              Repository.withFolder (fun folder ->
                  let file = Path.Combine(folder, "c.csv")
                  File.WriteAllText(file, text (), UTF8Encoding false)
                  Expect.equal (Samples.predict folder file []) expected.Value "the same redshifts")) ]

let private neighbours =
    [ testCase "one row alone" (fun () ->
          Repository.withFolder (fun folder ->
              for row in [ 0; 77; 149 ] do
                  let lines = [ Samples.galaxyLines.Value[0]; Samples.galaxyLines.Value[row + 1] ]
                  let alone = Samples.predict folder (Samples.write folder $"{row}.csv" lines) []
                  Expect.equal alone [| expected.Value[row] |] $"row {row}"))
      testCase "more rows than a chunk holds" (fun () ->
          Repository.withFolder (fun folder ->
              let lines = Samples.galaxyLines.Value
              let many = Array.append [| lines[0] |] (Array.concat (Array.replicate 56 lines[1..]))
              let all = Samples.predict folder (Samples.write folder "many.csv" many) []
              Expect.equal all (Array.concat (Array.replicate 56 expected.Value)) "56 times the same"))
      testCase "shuffled rows, told by their ids" (fun () ->
          Repository.withFolder (fun folder ->
              // 19 digits: more than a double holds; the leading zero is part of the text.
              let id row =
                  if row = 0 then
                      "0123456789012345678"
                  else
                      string (4611686018427387905L + int64 row)

              let lines = Samples.galaxyLines.Value
              let withId row = $"{id row},{lines[row + 1]}"
              let order = Array.init 150 (fun i -> (i * 67 + 13) % 150)

              let file =
                  Samples.write folder "c.csv" (Array.append [| $"source_id,{lines[0]}" |] (Array.map withId order))

              Samples.predict folder file [ "--threads"; "2" ] |> ignore
              let found = File.ReadAllLines(file + ".predicted.csv")
              Expect.equal found[0] "row,id,redshift_true,redshift" "the columns"

              let expectedLines =
                  order
                  |> Array.mapi (fun i row ->
                      let truth =
                          Double.Parse(lines[row + 1].Split(',')[0], Globalization.CultureInfo.InvariantCulture)

                      String.Join(",", i, id row, string truth, expected.Value[row]))

              Expect.equal found[1..] expectedLines "each id's own redshift, in the order of the rows"))
      testCase "a run's own predictions" (fun () ->
          let own = File.ReadAllLines(Path.Combine(Samples.run.Value, "predictions.csv"))[1..]
          Expect.hasLength own 15 "a tenth of 150"

          for line in own do
              let cells = line.Split ','
              Expect.equal cells[2] expected.Value[int cells[0]] $"row {cells[0]}") ]

let tests =
    testList "Predictions do not depend on" [ testList "the form of the file" forms; testList "neighbours" neighbours ]
