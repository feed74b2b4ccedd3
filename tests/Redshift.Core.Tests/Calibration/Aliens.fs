/// Spectra that no galaxy has, made of simulated galaxies or from scratch; [rows x 186], row-major.
module Redshift.Core.Tests.Aliens

open System
open Redshift.Core
open Redshift.Core.Simulation
open Redshift.Core.Tests.Simulation.SharedTables

let samples = SampleGrid.Count
let private blue = SampleGrid.BlueCount

/// Rows of the catalogue of a seed.
let galaxies (seed: uint64) (count: int) : float32[] =
    let fluxes = Array.zeroCreate<float32>(count * samples)
    SimulatedCatalogue(simulator.Value).Fill(seed, 0L, count, fluxes, Array.zeroCreate count)
    fluxes

/// Each row changed by a function of its 186 fluxes.
let eachRow (change: float32[] -> float32[]) (fluxes: float32[]) : float32[] =
    fluxes |> Array.chunkBySize samples |> Array.collect change

/// The order of the samples reversed, in each band for itself.
let flippedBands (row: float32[]) = Array.append (Array.rev row[.. blue - 1]) (Array.rev row[blue..])

/// All samples some places up (or down), the end's value in the places that become free.
let shifted (places: int) (row: float32[]) =
    Array.init row.Length (fun i -> row[Math.Clamp(i - places, 0, row.Length - 1)])

/// All samples some places up, those that leave at the end first.
let rolled (places: int) (row: float32[]) = Array.init row.Length (fun i -> row[(i - places + row.Length) % row.Length])

let private meanOf (row: float32[]) = row |> Array.averageBy abs

/// Noise of the simulator on spectra of the brightness of galaxies: `light i` is the form of row `i`.
let private observed (seed: uint64) (brightness: float32[]) (light: RandomStream -> float32[]) : float32[] =
    let grid, _ = embedded.Value
    let observation = Observation grid
    let white = Array.zeroCreate<float32> Observation.WhiteLength

    brightness
    |> Array.chunkBySize samples
    |> Array.mapi (fun i galaxy ->
        let random = RandomStream.ForIndex(seed, uint64 i)
        let form = light random
        let level = max 1e-9f (Array.average form)
        let spectrum = Array.zeroCreate<float32> SpectrumTable.Stride

        for k = 0 to samples - 1 do
            spectrum[k] <- form[k] / level * meanOf galaxy

        observation.DrawWhite(random, white)
        observation.AddNoise(spectrum, white, 55.0 * 36.0, 0.13 * random.NextNormal(), 0.13 * random.NextNormal())
        Array.truncate samples spectrum)
    |> Array.concat

/// The sky alone.
let noise (seed: uint64) (like: float32[]) = observed seed like (fun _ -> Array.zeroCreate samples)

/// Uncorrelated deviates as large as galaxies' fluxes.
let whiteNoise (seed: uint64) =
    let random = RandomStream seed

    eachRow (fun row ->
        let level = meanOf row
        row |> Array.map (fun _ -> level * float32 (random.NextNormal())))

/// Six stars from 3,200 to 20,000 K: black bodies with the Balmer lines and edge in hot ones, bands of TiO in cool ones
/// (nm). Forms by the instrument, for points.
let private starForms =
    lazy
        (let wavelength = Array.init 640 (fun i -> 200.0 * Math.Exp(float i * Math.Log 5.6 / 639.0))

         let line (w: float) (centre: float) (width: float) depth =
             1.0 - depth * exp (-0.5 * ((w - centre) / width) ** 2.0)

         let star (kelvin: float) =
             let balmer = if kelvin > 5500.0 then 0.6 else 0.0
             let oxide = if kelvin < 4200.0 then 0.5 else 0.0
             let planck (w: float) = w ** -5.0 / (exp (1.4388e7 / (w * kelvin)) - 1.0)

             wavelength
             |> Array.map (fun w ->
                 let lines =
                     [ 656.3; 486.1; 434.0; 410.2 ]
                     |> List.fold (fun f c -> f * line w c 1.5 balmer) 1.0

                 let edge = if w < 368.0 then 1.0 - 0.8 * balmer else 1.0

                 let bands =
                     [ 517.0; 545.0; 615.0; 665.0; 705.0; 760.0; 843.0 ]
                     |> List.fold
                         (fun f head ->
                             if w > head then
                                 f * (1.0 - oxide * exp ((head - w) / 30.0))
                             else
                                 f)
                         1.0

                 planck w / planck 550.0 * lines * edge * bands)

         let templates =
             { Wavelength = wavelength
               Flux = [| 3200.0; 4000.0; 5000.0; 7000.0; 10000.0; 20000.0 |] |> Array.map star }

         let grid, _ = embedded.Value
         let table = SpectrumTable.build (Simulator.defaultOptions ()).Instrument grid templates
         Array.init SimulatorTables.TemplateCount (fun k -> spectrum table 0 0 k |> Array.map float32))

/// Stars of the brightness of galaxies.
let stars (seed: uint64) (like: float32[]) =
    observed seed like (fun random -> starForms.Value[random.NextInt starForms.Value.Length])
