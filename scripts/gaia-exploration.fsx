// Exploratory statistics of a Gaia catalogue: redshifts, fluxes by redshift, colours.
//
//   dotnet build -c Release
//   dotnet fsi scripts/gaia-exploration.fsx [FILE]
//
// Without FILE, 2,000 galaxies are simulated. Prints tables, writes gaia-exploration.html here.
#I "../src/Redshift.Cli/bin/Release/net10.0"
#r "Redshift.Core.dll"
#r "Deedle.dll"
#r "MathNet.Numerics.dll"
#r "XPlot.Plotly.dll"

open System
open System.IO
open System.Text
open Deedle
open MathNet.Numerics.Statistics
open Redshift.Core.Catalogues
open Redshift.Core.Figures
open Redshift.Core.Simulation
open XPlot.Plotly

let orStop result =
    match result with
    | Ok value -> value
    | Error error ->
        eprintfn $"{error}"
        exit 1

let simulated count =
    let source = Simulator.create (Simulator.defaultOptions ()) |> orStop |> SimulatedCatalogue

    let fluxes, redshifts =
        Array.zeroCreate (count * SimulatedCatalogue.SampleCount), Array.zeroCreate count

    source.Fill(1UL, 0L, count, fluxes, redshifts)
    Catalogue.ofArrays "simulated galaxies" Surveys.gaia fluxes redshifts

let read (file: string) =
    use stream = File.OpenRead file

    let options =
        { ReadOptions.Default with
            RequireRedshift = true }

    Catalogue.read options file stream Surveys.gaia |> orStop

let catalogue =
    match fsi.CommandLineArgs with
    | [| _; file |] -> read file
    | _ -> simulated 2000

// Four broad bands, nm; a band's flux is the sum of its samples, in e-/s.
let wavelengths = Surveys.gaia.Wavelengths

let bands =
    [ "blue", 400.0, 500.0; "green", 500.0, 625.0; "red", 650.0, 750.0; "infrared", 750.0, 900.0 ]

let colours = [ "blue", "green"; "green", "red"; "red", "infrared" ]

let column (values: int -> 'T) = Array.init catalogue.Count values |> Series.ofValues
let flux row sample = float (catalogue.Spectrum(row)[sample])

let bandFlux (low, high) row =
    Seq.sum (
        seq {
            for i, nm in Seq.indexed wavelengths do
                if low <= nm && nm < high then
                    flux row i
        }
    )

let fluxes = Frame.ofColumns [ for name, low, high in bands -> name, column (bandFlux (low, high)) ]
let redshift = Series.ofValues catalogue.Redshift
let rounded (places: int) (series: Series<'K, float>) = series |> Series.mapValues (fun x -> Math.Round(x, places))

let heading (title: string) = printfn $"\n{title}\n{String('-', title.Length)}"
printfn $"{catalogue.Source}: {catalogue.Count} galaxies"

heading "Redshift"
Frame.ofColumns [ ("z", rounded 4 (Stats.describe redshift)) ] |> _.Print()
printfn $"skewness {Stats.skew redshift:F3}, excess kurtosis {Stats.kurt redshift:F3}"

// Groups of 0.1 in redshift, named by their lower edge.
let group z = floor (z * 10.0 + 1e-9) / 10.0
let byGroup = fluxes |> Frame.groupRowsUsing (fun (row: int) _ -> group redshift[row])
heading "Mean flux by redshift (e-/s)"
let means = byGroup |> Frame.applyLevel fst Stats.mean

let counts =
    redshift
    |> Series.groupInto (fun _ z -> group z) (fun _ part -> float part.ValueCount)

means
|> Frame.addCol "galaxies" counts
|> Frame.sortRowsByKey
|> Frame.mapColValues (fun c -> rounded 1 (c.As<float>()))
|> _.Print()

// Colours in magnitudes; a band without positive flux has none.
let magnitude f = if f > 0.0 then -2.5 * log10 f else nan
let magnitudes = fluxes.GetColumns<float>() |> Series.mapValues (Series.mapValues magnitude)

let colour (a: string, b: string) = magnitudes[a] - magnitudes[b]
heading "Correlation with redshift"

Frame.ofRows
    [ for a, b in colours do
          let both = colour (a, b) |> Series.dropMissing
          let z, c = Seq.map (fun (row: int) -> redshift[row]) both.Keys, both.Values
          let correlations = [ "Pearson", Correlation.Pearson(z, c); "Spearman", Correlation.Spearman(z, c) ]
          $"{a} - {b}", rounded 3 (Series.ofObservations correlations) ]
|> _.Print()

// Figures: mean spectra of the groups, and the bluest colour against redshift.
let chart (id: string) (x: string) (y: string) (traces: Scatter list) =
    let layout = Layout(title = id, xaxis = Xaxis(title = x), yaxis = Yaxis(title = y))
    (Chart.Plot(traces, layout) |> Chart.WithId id).GetInlineHtml()

let meanSpectrum z =
    let rows =
        redshift
        |> Series.filterValues (fun other -> group other = z)
        |> Series.keys
        |> Seq.toArray

    let mean i = rows |> Array.averageBy (fun row -> flux row i)
    Scatter(x = wavelengths, y = Array.init wavelengths.Length mean, name = $"z from {z:F1}", mode = "lines")

let spectra =
    counts.Keys
    |> Seq.sort
    |> Seq.map meanSpectrum
    |> Seq.toList
    |> chart "Mean spectra" "Wavelength (nm)" "Flux (e-/s per sample)"

let colourOverRedshift =
    let c = colour colours[0] |> Series.dropMissing
    let z = c.Keys |> Seq.map (fun (row: int) -> redshift[row])

    [ Scatter(x = z, y = c.Values, mode = "markers", marker = Marker(size = 4.0, opacity = 0.4)) ]
    |> chart "Colour and redshift" "Redshift z" "blue - green (mag)"

let source =
    match PlotlyScript.available () with
    | PlotlyScript.Inline text ->
        "data:text/javascript;base64,"
        + Convert.ToBase64String(Encoding.UTF8.GetBytes text)
    | PlotlyScript.Link address -> address

let page =
    $"<meta charset=\"utf-8\">\n<script src=\"{source}\"></script>\n{spectra}\n{colourOverRedshift}\n"

File.WriteAllText("gaia-exploration.html", page)
printfn "\nFigures: gaia-exploration.html"
