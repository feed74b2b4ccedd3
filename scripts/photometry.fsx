// Exploratory statistics of a photometric catalogue: which bands are observed, magnitudes, colours and redshift.
//
//   dotnet build -c Release Redshift.sln
//   dotnet fsi scripts/photometry.fsx [FILE SURVEY]
// SURVEY is a survey's name or its JSON file, with a sample for each band. Without arguments, six wide bands are made of
// 2,000 simulated Gaia galaxies, with a limit of detection. Prints tables, writes photometry.html into the folder it is
// run in.
#load "common.fsx"

open System
open System.IO
open Deedle
open MathNet.Numerics.Statistics
open Redshift
open Redshift.Core.Catalogues
open XPlot.Plotly
open Common

/// Magnitudes by band, NaN where there is none.
let fromFile (file: string) (survey: string) =
    let definition =
        match Surveys.all |> List.tryFind (fun s -> s.Name = survey) with
        | Some shipped -> shipped
        | None ->
            match Survey.parse (File.ReadAllText survey) with
            | Ok own -> own
            | Result.Error fault -> failwith $"{survey}: {fault}"

    let catalogue =
        Catalogue.Load(file, Redshift.Surveys.FindOrLoad survey, CatalogueOptions(RequireRedshift = true))

    // Fluxes become magnitudes of zero point 0: colours and correlations do not depend on it.
    let magnitude (x: float) =
        match definition.Kind with
        | SampleKind.Magnitude -> x
        | SampleKind.Flux -> if x > 0.0 then -2.5 * log10 x else nan

    let band i = Array.init catalogue.Count (fun galaxy -> magnitude (float (catalogue.Samples(galaxy)[i])))
    catalogue.Source, catalogue.Redshifts, definition.Samples |> List.mapi (fun i s -> s.Column, band i)

/// Six bands of 90 nm; fainter than a hundredth of the brightest flux is not detected.
let simulated () =
    let catalogue = GaiaSimulation.Create(SimulationOptions(Count = 2000, Seed = 1UL))
    let wavelengths = Surveys.gaia.Wavelengths

    let band low =
        let within =
            [| 0..185 |]
            |> Array.filter (fun i -> low <= wavelengths[i] && wavelengths[i] < low + 90.0)

        let flux =
            Array.init catalogue.Count (fun galaxy ->
                within |> Array.sumBy (fun i -> float (catalogue.Samples(galaxy)[i])))

        let limit = Array.max flux / 100.0
        $"b{int low}", flux |> Array.map (fun f -> if f > limit then 25.0 - 2.5 * log10 f else nan)

    catalogue.Source, catalogue.Redshifts, List.map band [ 400.0; 490.0; 580.0; 670.0; 760.0; 850.0 ]

let source, redshifts, bands =
    match fsi.CommandLineArgs with
    | [| _; file; survey |] -> fromFile file survey
    | _ -> simulated ()

// Deedle takes NaN for a missing value.
let redshift = Series.ofValues redshifts
let magnitudes = bands |> List.map (fun (name, values) -> name, Series.ofValues values)
printfn $"{source}: {redshift.KeyCount} galaxies, {bands.Length} bands"
let ofBands f = magnitudes |> List.map (fun (name, m) -> name, f m) |> Series.ofObservations

table
    "Bands"
    [ "observed", ofBands (fun m -> float m.ValueCount)
      "percent", ofBands (fun m -> 100.0 * float m.ValueCount / float m.KeyCount) |> round 1
      "median", ofBands Stats.median |> round 2
      "std", ofBands Stats.stdDev |> round 2 ]

// Colours of neighbouring bands, of the galaxies that have both.
let colours =
    magnitudes
    |> List.pairwise
    |> List.map (fun ((a, one), (b, other)) -> $"{a} - {b}", one - other |> Series.dropMissing)
    |> List.filter (fun (_, colour) -> colour.ValueCount > 2)

let ofColours f = colours |> List.map (fun (name, c) -> name, f c) |> Series.ofObservations

let correlation f (colour: Series<int, float>) : float = f (redshift[colour.Keys].Values, colour.Values)

table
    "Colours and their correlation with redshift"
    [ "galaxies", ofColours (fun c -> float c.ValueCount)
      "median", ofColours Stats.median |> round 3
      "Pearson", ofColours (correlation Correlation.Pearson) |> round 3
      "Spearman", ofColours (correlation Correlation.Spearman) |> round 3 ]

// How many bands a galaxy has, and at which redshifts: gaps that depend on redshift bias what is learnt.
let count =
    Series.ofValues
        [ for i in 0 .. redshift.KeyCount - 1 ->
              bands |> List.filter (fun (_, m) -> not (Double.IsNaN m[i])) |> List.length ]

let byCount = count |> Series.groupBy (fun _ n -> n) |> Series.sortByKey

table
    "Galaxies by the number of bands observed"
    [ "galaxies", byCount |> Series.mapValues (fun galaxies -> float galaxies.ValueCount)
      "median redshift",
      byCount
      |> Series.mapValues (fun galaxies -> Stats.median redshift[galaxies.Keys])
      |> round 3 ]

let points (name: string, colour: Series<int, float>) =
    Scatter(x = redshift[colour.Keys].Values, y = colour.Values, name = name, mode = "markers")

colours
|> List.map points
|> Chart.Plot
|> writePage "photometry.html" "Colours by redshift" "Redshift" "Colour (mag)"
