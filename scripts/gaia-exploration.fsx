// Exploratory statistics of a Gaia catalogue: redshifts, fluxes by redshift, colours.
//
//   dotnet build -c Release Redshift.sln
//   dotnet fsi scripts/gaia-exploration.fsx [FILE]
// Without FILE, 2,000 galaxies are simulated. Prints tables, writes gaia-exploration.html into the folder it is run in.
#load "common.fsx"

open System
open System.IO
open Deedle
open MathNet.Numerics.Statistics
open Redshift
open XPlot.Plotly
open Common

let catalogue =
    match fsi.CommandLineArgs with
    | [| _; file |] -> Catalogue.Load(file, Surveys.Gaia, CatalogueOptions(RequireRedshift = true))
    | _ -> GaiaSimulation.Create(SimulationOptions(Count = 2000, Seed = 1UL))

let redshift = Series.ofValues catalogue.Redshifts
let wavelengths = Core.Catalogues.Surveys.gaia.Wavelengths
let flux (galaxy: int) (sample: int) = float (catalogue.Samples(galaxy)[sample])

// Flux in four broad bands: the sum of the samples between two wavelengths (nm), in e-/s.
let band (low, high) =
    let within i = low <= wavelengths[i] && wavelengths[i] < high
    let samples = [| 0..185 |] |> Array.filter within
    let total galaxy = samples |> Array.sumBy (flux galaxy)
    Array.init catalogue.Count total |> Series.ofValues

let blue, green = band (400.0, 500.0), band (500.0, 625.0)
let red, infrared = band (650.0, 750.0), band (750.0, 900.0)

// Groups of 0.1 in redshift, named by their lower edge.
let group z = floor (z * 10.0 + 1e-9) / 10.0
let groups = redshift |> Series.groupBy (fun _ z -> group z) |> Series.sortByKey

printfn $"{catalogue.Source}: {catalogue.Count} galaxies"

table "Redshift" [ ("z", round 4 (Stats.describe redshift)) ]
printfn $"skewness {Stats.skew redshift:F3}, excess kurtosis {Stats.kurt redshift:F3}"

// The mean of a band's flux over the galaxies of each group.
let byGroup (flux: Series<int, float>) = groups |> Series.mapValues (fun z -> Stats.mean flux[z.Keys]) |> round 1

table
    "Mean flux by redshift (e-/s)"
    [ "galaxies", groups |> Series.mapValues (fun galaxies -> float galaxies.ValueCount)
      "blue", byGroup blue
      "green", byGroup green
      "red", byGroup red
      "infrared", byGroup infrared ]

// A colour in magnitudes; missing where a flux is not positive.
let magnitude (flux: Series<int, float>) = flux |> Series.mapValues (fun f -> if f > 0.0 then -2.5 * log10 f else nan)

let correlation (one: Series<int, float>) (other: Series<int, float>) =
    let colour = magnitude one - magnitude other |> Series.dropMissing
    let z = redshift[colour.Keys].Values

    [ "Pearson", Correlation.Pearson(z, colour.Values)
      "Spearman", Correlation.Spearman(z, colour.Values) ]
    |> Series.ofObservations
    |> round 3

table
    "Correlation with redshift of colours"
    [ "blue - green", correlation blue green
      "green - red", correlation green red
      "red - infrared", correlation red infrared ]

let spectrum z (galaxies: Series<int, float>) =
    let mean sample = galaxies.Keys |> Seq.averageBy (fun galaxy -> flux galaxy sample)
    Scatter(x = wavelengths, y = Array.init 186 mean, name = $"z from {z:F1}", mode = "lines")

groups
|> Series.map spectrum
|> Series.values
|> Chart.Plot
|> writePage "gaia-exploration.html" "Mean spectra by redshift" "Wavelength (nm)" "Flux (e-/s per sample)"
