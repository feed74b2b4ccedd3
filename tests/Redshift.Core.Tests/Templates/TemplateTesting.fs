/// Curves, grids and photometry as tests make them.
module Redshift.Core.Tests.Templates.TemplateTesting

open System.IO
open Expecto
open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Templates
open Redshift.Core.Tests
open Redshift.Tests

let ok (result: Result<'T, 'E>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest $"{fault}"

let error (result: Result<'T, 'E>) =
    match result with
    | Ok _ -> failtest "expected an error"
    | Error fault -> $"{fault}"

// numpy 1.24 and scipy 1.10: scripts/reference/templates.py.
let expected = lazy Files.reference "templates.json"

let curve (wavelengths: float list) (values: float list) =
    Curve.create (Array.ofList wavelengths) (Array.ofList values) |> ok

let box name low high =
    curve [ low; low + 50.0; high - 50.0; high ] [ 0.0; 1.0; 0.9; 0.0 ]
    |> fun response -> Passband.Create(name, Counting.Photons, response) |> ok

/// Five boxes from 3200 to 9500 Å.
let boxes =
    [ box "u" 3200.0 4000.0
      box "g" 4000.0 5300.0
      box "r" 5400.0 6900.0
      box "i" 6900.0 8200.0
      box "z" 8200.0 9500.0 ]

/// Red, with a break at 4000 Å and a curve behind it; blue, with a Lyman break.
let galaxies =
    let points name (spectrum: (float * float) list) =
        { Name = name
          Spectrum = curve (List.map fst spectrum) (List.map snd spectrum) }

    [ points "red" [ 900.0, 0.02; 2500.0, 0.1; 3900.0, 0.35; 4100.0, 1.0; 6000.0, 1.2; 9000.0, 0.8; 12000.0, 0.5 ]
      points "green" [ 900.0, 0.3; 2500.0, 0.8; 3900.0, 0.7; 4100.0, 1.3; 6000.0, 1.0; 9000.0, 0.6; 12000.0, 0.4 ]
      points "blue" [ 900.0, 0.0; 920.0, 5.0; 2500.0, 3.0; 3600.0, 1.5; 3700.0, 1.9; 6000.0, 0.8; 12000.0, 0.2 ] ]

let settings between =
    { Redshifts =
        { Lowest = 0.0
          Highest = 1.5
          Bins = 75 }
      Between = between
      Absorption = Absorption.Madau1995 }

let grid between = TemplateGrid.create 1 (settings between) galaxies boxes |> ok

let small = lazy grid 2

/// The fluxes of a model through the boxes.
let modelled (grid: TemplateGrid) bin model = Array.init 5 (fun band -> grid.Flux(bin, model, band))

/// With errors of a part of each flux.
let measured part (fluxes: float[]) =
    Photometry.create 5 fluxes (fluxes |> Array.map (fun f -> part * abs f + 1e-6))
    |> ok

/// Objects of the grid with noise of 5 %, each other one without its u band.
let sample (grid: TemplateGrid) seed count =
    let random = RandomStream(uint64 seed)

    let objects =
        Array.init count (fun i ->
            let bin, model = random.NextInt grid.Redshifts.Bins, random.NextInt grid.Models

            let fluxes =
                modelled grid bin model
                |> Array.map (fun f -> f * (1.0 + 0.05 * random.NextNormal()))

            if i % 2 = 1 then
                fluxes[0] <- nan

            fluxes, grid.Redshifts.Centre bin)

    let fluxes = objects |> Array.collect fst
    let errors = fluxes |> Array.map (fun f -> 0.05 * abs f + 1e-6)
    Photometry.create 5 fluxes errors |> ok, objects |> Array.map snd

let withFloor part (fit: TemplateFit) =
    { fit with
        FluxFloors = Array.map (fun _ -> part) fit.FluxFloors }

let plain grid = TemplateFit.plain TemplateFitSettings.Usual grid |> withFloor 0.0

let estimate fit photometry = TemplateFitting.estimate 1 fit photometry |> ok

let only (estimates: TemplateEstimate option[]) = Array.exactlyOne estimates |> Option.get

let near tolerance (a: float) (b: float) = abs (a - b) <= tolerance * max 1.0 (abs b)

let sameButAmplitude tolerance (a: TemplateEstimate) (b: TemplateEstimate) =
    near tolerance a.Redshift b.Redshift
    && a.Type = b.Type
    && near tolerance a.Chi2 b.Chi2
    && near tolerance a.Odds b.Odds
    && Array.forall2 (near tolerance) (a.Density.Shares.ToArray()) (b.Density.Shares.ToArray())

/// A published curve, where it is at hand.
let published (path: string) =
    Repository.sharedData path
    |> File.ReadLines
    |> Curve.read path WavelengthUnit.Angstrom
    |> ok
