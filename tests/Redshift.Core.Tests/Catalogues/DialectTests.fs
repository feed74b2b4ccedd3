module Redshift.Core.Tests.Catalogues.DialectTests

open System
open System.Globalization
open System.Text
open Expecto
open FsCheck.FSharp
open Redshift.Core.Catalogues
open Redshift.Tests.Law
open Redshift.Core.Tests.Catalogues.Tables

/// How a table is written out.
type private Dialect =
    { Separator: string
      LineEnd: string
      Mark: bool
      Header: string
      QuoteAll: bool
      EndsLine: bool
      Comments: bool }

let private dialect =
    gen {
        let! separator = Gen.elements [ ","; ";"; "\t"; " "; "   "; ", " ]
        let! lineEnd = Gen.elements [ "\n"; "\r\n"; "\r" ]
        let! header = Gen.elements [ ""; "#"; "# " ]
        let! flags = Gen.listOfLength 4 (Gen.elements [ true; false ])

        return
            { Separator = separator
              LineEnd = lineEnd
              Mark = flags[0]
              Header = header
              QuoteAll = flags[1]
              EndsLine = flags[2]
              Comments = flags[3] }
    }

/// Doubles of all sizes that fit a float32, written in the many ways that programs write them.
let private number =
    gen {
        let! digits = Gen.choose (0, Int32.MaxValue)
        let! more = Gen.choose (0, Int32.MaxValue)
        let! power = Gen.choose (-30, 20)
        let! sign = Gen.elements [ 1.0; -1.0 ]
        let value = sign * (float digits + float more * 2.0 ** -31.0) * 10.0 ** float power
        let! format = Gen.elements [ "R"; "R"; "E8"; "F3"; "G9"; "0.###############E+0" ]
        return value.ToString(format, CultureInfo.InvariantCulture)
    }

let private note =
    Gen.elements [ "a"; "b c"; "x,y"; "say \"hi\""; "two\nlines"; "tab\tin"; "NGC 4321; M100"; "été"; "\"" ]

/// Rows of five samples, a redshift and a note.
let private table =
    gen {
        let! rows = Gen.choose (1, 12)
        let! numbers = Gen.listOfLength rows (Gen.listOfLength 6 number)
        let! notes = Gen.listOfLength rows note
        return List.zip numbers notes
    }

let private write (dialect: Dialect) (rows: (string list * string) list) =
    let quote (text: string) = "\"" + text.Replace("\"", "\"\"") + "\""
    let cell text = if dialect.QuoteAll then quote text else text
    let line (cells: string list) = String.Join(dialect.Separator, cells)
    let names = [ for i in 0..4 -> $"s_{i}" ] @ [ "redshift"; "note" ]

    let lines =
        [ if dialect.Comments then
              "# made by a test, 7 columns"
              ""
          dialect.Header + line names
          for numbers, note in rows do
              line (List.map cell numbers @ [ quote note ])
          if dialect.Comments then
              "# the end" ]

    let text =
        String.Join(dialect.LineEnd, lines)
        + (if dialect.EndsLine then dialect.LineEnd else "")

    let bytes = Encoding.UTF8.GetBytes text

    if dialect.Mark then
        Array.append [| 0xEFuy; 0xBBuy; 0xBFuy |] bytes
    else
        bytes

let private readsBack (dialect: Dialect, rows: (string list * string) list) =
    let read = ok (readBytes strict (plain 5) (write dialect rows))
    let single (text: string) = Single.Parse(text, CultureInfo.InvariantCulture)
    let double (text: string) = Double.Parse(text, CultureInfo.InvariantCulture)
    let notes = read.Objects.GetColumn<string>("note").Values |> List.ofSeq

    sameSingles read.Samples (rows |> Seq.collect (fst >> Seq.take 5) |> Seq.map single |> Array.ofSeq)
    && read.Redshift = (rows |> Seq.map (fun (numbers, _) -> double numbers[5]) |> Array.ofSeq)
    && notes = List.map snd rows

/// Any bytes for the digits, the point and the exponent.
let private decimal =
    gen {
        let! before = Gen.choose (0, 25)
        let! behind = Gen.choose (0, 25)
        let! digits = Gen.listOfLength (before + behind + 1) (Gen.choose (0, 9))
        let! power = Gen.choose (-50, 20)
        let! form = Gen.choose (0, 3)
        let digits = String.Join("", digits)
        let point = digits.Insert(min digits.Length (before + 1), ".")

        return
            match form with
            | 0 -> digits
            | 1 -> point
            | 2 -> $"{point}e{power}"
            | _ -> $"-{digits}E%+03d{power}"
    }

/// The numbers half way between two float32 numbers, and their neighbours: the hardest to round.
let private halfway =
    gen {
        let! bits = Gen.choose (0x00800000, 0x7F000000)
        let! last = Gen.elements [ ""; "1"; "0001"; "000000000000000000000000000001" ]
        let a = BitConverter.Int32BitsToSingle bits
        let b = BitConverter.Int32BitsToSingle(bits + 1)
        let middle = (float a + float b) / 2.0
        let text = middle.ToString("E60", CultureInfo.InvariantCulture)
        return text.Insert(text.IndexOf 'E', last)
    }

let private rounds (texts: string list) =
    let texts =
        texts
        |> List.filter (fun t -> not (Single.IsInfinity(Single.Parse(t, CultureInfo.InvariantCulture))))

    let lines = "s_0,redshift" :: [ for text in "1" :: texts -> text + "," + text ]
    let read = ok (readText strict (plain 1) (String.Join("\n", lines)))
    let parsed parse = [| for text in "1" :: texts -> parse (text, CultureInfo.InvariantCulture) |]

    sameSingles read.Samples (parsed (fun (t, c) -> Single.Parse(t, c)))
    && Array.map BitConverter.DoubleToInt64Bits read.Redshift =
        Array.map BitConverter.DoubleToInt64Bits (parsed (fun (t, c) -> Double.Parse(t, c)))

let tests =
    testList
        "Catalogues in any dialect"
        [ lawFor "read what was written" (Gen.zip dialect table) readsBack
          lawFor "round like Single.Parse and Double.Parse" (Gen.listOfLength 40 decimal) rounds
          lawFor "round numbers half way between two" (Gen.listOfLength 40 halfway) rounds
          testCase "without a header" (fun () ->
              let read = ok (readText strict small "20.1 20.2 20.3 20.4 0.5\n19 18 17 16 0.25\n")
              Expect.equal (read.Redshift, read.HasErrors) ([| 0.5; 0.25 |], false) "the fifth column"
              Expect.equal (read.Spectrum(1).ToArray()) [| 19f; 18f; 17f; 16f |] "the others")
          testCase "with blank cells between tabs and blanks around commas" (fun () ->
              let read = ok (readText strict (plain 3) "s_0\ts_1\ts_2\n1\t\t3\n")
              Expect.isTrue (sameSingles read.Samples [| 1f; Single.NaN; 3f |]) "tabs"
              let read = ok (readText strict (plain 3) "s_0 , s_1, s_2\n 1 ,  , 3 \n")
              Expect.isTrue (sameSingles read.Samples [| 1f; Single.NaN; 3f |]) "commas")
          testCase "with an index column that has no name, as pandas writes it" (fun () ->
              let read = ok (readText strict (plain 2) ",s_0,s_1\n0,1,2\n1,3,4\n")
              Expect.equal read.Samples [| 1f; 2f; 3f; 4f |] "the index is ignored") ]
