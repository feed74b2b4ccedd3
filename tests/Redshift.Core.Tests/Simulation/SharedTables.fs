module Redshift.Core.Tests.Simulation.SharedTables

open System
open System.Globalization
open System.IO
open Expecto
open Redshift.Core.Simulation

/// The nearest folder above the test binaries that holds the solution.
let private repositoryRoot =
    let rec climb (folder: DirectoryInfo) =
        if isNull folder || File.Exists(Path.Combine(folder.FullName, "Redshift.sln")) then
            folder
        else
            climb folder.Parent

    climb (DirectoryInfo AppContext.BaseDirectory)

/// The text of a table beside the repository (`../shared/data/simulator`); skips the test where it is absent.
let read (name: string) =
    let path =
        match repositoryRoot with
        | null -> name
        | root -> Path.Combine(root.FullName, "..", "shared", "data", "simulator", name)

    if File.Exists path then
        File.ReadAllText path
    else
        skiptest $"needs {name}, which is not in ../shared/data/simulator"

/// The numbers of a comma-separated table without its header, row by row.
let rows (skip: int) (text: string) =
    text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
    |> Array.skip skip
    |> Array.map (fun line ->
        line.Split(',')
        |> Array.map (fun cell -> Double.Parse(cell, CultureInfo.InvariantCulture)))

let ok (result: Result<'T, 'E>) =
    match result with
    | Ok value -> value
    | Error error -> failtest $"expected a value, found the error {error}"

let private tableOf instrument templates =
    let grid = ok (SampleGrid.create instrument GridEnds.Default)
    grid, SpectrumTable.build instrument grid templates

/// Grid and table from the full tables.
let full =
    lazy
        (tableOf
            (ok (SimulatorTables.parseInstrument (read "instrument.csv")))
            (ok (SimulatorTables.parseTemplates (read "templates.csv"))))

/// Grid and table from the embedded fits.
let embedded =
    lazy
        (let options = Simulator.defaultOptions ()
         tableOf options.Instrument options.Templates)

/// The simulator with the embedded fits.
let simulator = lazy (ok (Simulator.create (Simulator.defaultOptions ())))

/// A row of the table as 186 numbers.
let spectrum (table: SpectrumTable) size redshift template =
    let start = SpectrumTable.offset size redshift template
    Array.init SampleGrid.Count (fun i -> float table.Spectra[start + i])

/// The largest difference as a share of the expected curve's peak.
let residual (expected: float[]) (actual: float[]) =
    let largest = Array.map2 (fun e a -> abs (e - a)) expected actual |> Array.max
    largest / Array.max expected
