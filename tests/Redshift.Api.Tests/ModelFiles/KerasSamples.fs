/// Keras files for tests, and what the networks in them give (scripts/reference/keras-import.py).
module Redshift.Api.Tests.KerasSamples

open System
open System.IO
open System.IO.Compression
open System.Text.Json
open Redshift
open Redshift.ModelFiles
open Redshift.ModelFiles.Keras
open Redshift.Tests

/// A file that the script made.
let file (name: string) = Path.Combine(AppContext.BaseDirectory, "Reference", "keras", name)

/// The same network in every format.
let small = [ "small.h5"; "small-latest.h5"; "small-chunks.h5"; "small.keras" ]

/// The script's numbers: h5py 3.7.0, NumPy 1.24.2.
let expected = lazy (JsonDocument.Parse(File.ReadAllText(file "expected.json")).RootElement)

let private numbers (list: JsonElement) = [| for item in list.EnumerateArray() -> item.GetDouble() |]

/// What a network gives for each object of `inputs`.
let outputs (name: string) = numbers (expected.Value.GetProperty name)

/// A layer's array in norms.keras.
let norms (layer: string) (array: string) =
    numbers (expected.Value.GetProperty("norms_weights").GetProperty(layer).GetProperty array)
    |> Array.map float32

/// Eight spectra of 186 random numbers, exact as 32-bit floats.
let inputs =
    lazy
        (let rows = [| for row in expected.Value.GetProperty("inputs").EnumerateArray() -> numbers row |]

         Catalogue.FromArrays(
             Surveys.Gaia,
             rows |> Array.collect (Array.map float32),
             Array.init rows.Length (fun i -> 0.01 * float (i + 1))
         ))

/// What the import makes of a file, without a backend.
let read (path: string) : RunRecord =
    let struct (run, _) = KerasImport.Read(path, KerasImportOptions())
    run

/// A copy of small.keras in a folder with one of its members changed.
let edited (folder: string) (entry: string) (change: string -> string) : string =
    let path = Path.Combine(folder, "edited.keras")
    File.Copy(file "small.keras", path, true)
    use archive = ZipFile.Open(path, ZipArchiveMode.Update)
    let old = archive.GetEntry entry

    let text =
        use reader = new StreamReader(old.Open())
        reader.ReadToEnd()

    old.Delete()
    use writer = new StreamWriter(archive.CreateEntry(entry).Open())
    writer.Write(change text)
    path
