/// Small surveys and tables for the tests of reading.
module Redshift.Core.Tests.Catalogues.Tables

open System
open System.IO
open System.Text
open Expecto
open Redshift.Core.Catalogues

let ok (result: Result<'T, 'E>) : 'T =
    match result with
    | Ok value -> value
    | Error error -> failtest $"expected a value, found the error {error}"

/// Ids, a redshift, a class, four samples with errors; blanks allowed.
let smallJson =
    """{
  "name": "small",
  "description": "four bands",
  "id": ["name"],
  "redshift": { "columns": ["redshift", "zspec"], "filters": [{ "column": "secure", "value": "true" }] },
  "targets": [{ "name": "spectral_type", "columns": ["class"], "is_class": true }],
  "samples": {
    "columns": ["m_{1..4}"],
    "errors": ["e_{1..4}"],
    "kind": "magnitude",
    "unit": "mag",
    "required": false
  },
  "missing": [{ "value": -99, "means": "not_observed" }, { "value": 99.99, "means": "not_detected" }],
  "blanks": ["null"],
  "numbers": ["ra"],
  "headerless": [["m_1", "m_2", "m_3", "m_4", "redshift"]],
  "redshift_range": [0, 2]
}"""

let small = ok (Survey.parse smallJson)

/// A survey of that many required samples `s_0` …, a redshift and a text column.
let plain (samples: int) =
    ok (
        Survey.parse
            $$"""{ "name": "plain", "description": "", "redshift": { "columns": ["redshift"] }, "texts": ["note"],
              "samples": { "columns": ["s_{0..{{samples - 1}}}"], "kind": "flux", "unit": "", "required": false },
              "redshift_range": [0, 1] }"""
    )

let strict = ReadOptions.Default
let lenient = { strict with OnBadRow = OnBadRow.Skip }
let labelled = { strict with RequireRedshift = true }

let readBytes options survey (bytes: byte[]) =
    use stream = new MemoryStream(bytes)
    Catalogue.read options "c.csv" stream survey

let readText options survey (text: string) = readBytes options survey (Encoding.UTF8.GetBytes text)

/// The message of an input that has to be refused.
let messageOf (result: Result<Catalogue, CatalogueError>) =
    match result with
    | Ok catalogue -> failtest $"expected an error, found {catalogue.Count} rows"
    | Error error -> string error

/// Equal bit for bit, NaN included.
let sameSingles (a: float32[]) (b: float32[]) =
    a.AsSpan().SequenceEqual(ReadOnlySpan b)
    || (a.Length = b.Length
        && Array.forall2
            (fun x y ->
                BitConverter.SingleToInt32Bits x = BitConverter.SingleToInt32Bits y
                || (Single.IsNaN x && Single.IsNaN y))
            a
            b)

/// The same rows, whatever the chunks that they came in.
let sameRows (a: Catalogue) (b: Catalogue) =
    a.RowNumbers = b.RowNumbers
    && a.Ids = b.Ids
    && sameSingles a.Samples b.Samples
    && sameSingles a.SampleErrors b.SampleErrors
    && a.SampleStates = b.SampleStates
    && Array.map BitConverter.DoubleToInt64Bits a.Redshift = Array.map BitConverter.DoubleToInt64Bits b.Redshift
    && a.Passing = b.Passing
