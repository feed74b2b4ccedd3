/// What the tests of Gaia's files share.
module Redshift.Core.Tests.Catalogues.GaiaXpTesting

open System.IO
open System.Text
open Expecto
open Redshift.Core.Catalogues
open Redshift.Core.Tests.Catalogues.Tables
open Redshift.Tests

let bytesOf (text: string) = Encoding.UTF8.GetBytes text

let readBasis (text: string) =
    use stream = new MemoryStream(bytesOf text)
    GaiaXpBasis.read "bases.csv" stream

/// Tools for `convert` output with those points, with bands or not.
let toolsFor (points: float[]) (bands: GaiaXpBands option) : GaiaXpTools =
    let grid = GaiaXpGrid.usual

    { Bands = bands
      Blue = ok (GaiaXpSampling.Create(points, grid.BluePixels))
      Red = ok (GaiaXpSampling.Create(points, grid.RedPixels))
      Grid = grid }

/// Tools with the small bases and sampling of `GaiaSamples`.
let tools =
    lazy
        (let basis seed = ok (readBasis (GaiaSamples.basis seed))
         toolsFor GaiaSamples.points (Some(GaiaXpBands.Create(basis 1, basis 2, GaiaXpGrid.usual))))

/// All rows of a file, faults of rows among them, or the file's fault.
let readAll (tools: GaiaXpTools) (threads: int) (name: string) (stream: Stream) =
    GaiaXpReader.Open(name, stream, tools, threads)
    |> Result.bind (fun reader ->
        use reader = reader
        let rows = ResizeArray()

        let rec next () =
            match reader.Read() with
            | Ok [||] -> Ok(rows.ToArray())
            | Ok block ->
                rows.AddRange block
                next ()
            | Error error -> Error error

        next ())

let readSpectra tools (name: string) (bytes: byte[]) =
    use stream = new MemoryStream(bytes)
    readAll tools 1 name stream

/// All rows of a file that has no fault.
let spectra tools name (bytes: byte[]) = ok (readSpectra tools name bytes) |> Array.map ok

/// The first fault of a file, of a row or of the whole.
let firstFault tools name (bytes: byte[]) : string =
    match readSpectra tools name bytes with
    | Error error -> string error
    | Ok rows ->
        rows
        |> Array.tryPick (function
            | Error error -> Some(string error)
            | Ok _ -> None)
        |> Option.defaultWith (fun () -> failtest $"expected a fault, found {rows.Length} good rows")

/// Equal to a relative tolerance, of numbers near zero relative to a thousandth of the largest.
let expectAllNear tolerance name (actual: float[]) (expected: float[]) =
    Expect.equal actual.Length expected.Length $"{name}: how many"

    let scale = expected |> Array.map abs |> Array.max

    for i in 0 .. expected.Length - 1 do
        let near =
            abs (actual[i] - expected[i])
            <= tolerance * max (abs expected[i]) (1e-3 * scale)

        Expect.isTrue near $"{name} {i}: expected {expected[i]:R}, found {actual[i]:R}"
