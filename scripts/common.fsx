// What the scripts share: the assemblies of the Release build, tables, pages. Loaded by them, not run.
#I "../src/Redshift.Cli/bin/Release/net10.0"
#r "Redshift.Core.dll"
#r "Redshift.Api.dll"
#r "Deedle.dll"
#r "MathNet.Numerics.dll"
#r "XPlot.Plotly.dll"

open System
open System.Diagnostics
open System.IO
open Deedle
open Redshift.Core.Figures
open XPlot.Plotly

/// A series' numbers to so many places.
let round (places: int) series = series |> Series.mapValues (fun (x: float) -> Math.Round(x, places))

/// Prints columns side by side.
let table (title: string) (columns: (string * Series<'K, float>) list) =
    printfn $"\n{title}"
    Frame.ofColumns(columns).Print()

/// Writes a chart as a page that needs no network, where plotly.js is at hand.
let writePage (file: string) (title: string) (x: string) (y: string) (chart: PlotlyChart) =
    chart.WithTitle title
    chart.WithXTitle x
    chart.WithYTitle y

    match PlotlyScript.available () with
    | PlotlyScript.Link address -> chart.WithPlotlySrc address
    | PlotlyScript.Inline text ->
        let bytes = Text.Encoding.UTF8.GetBytes text
        chart.WithPlotlySrc("data:text/javascript;base64," + Convert.ToBase64String bytes)

    File.WriteAllText(file, chart.GetHtml())
    printfn $"\nFigure: {file}"

/// The command line of the Release build, its standard output kept; where it fails, so does the script.
let redshift (args: string list) =
    let start = ProcessStartInfo("dotnet", RedirectStandardOutput = true)

    let program =
        Path.Combine(__SOURCE_DIRECTORY__, "..", "src", "Redshift.Cli", "bin", "Release", "net10.0", "redshift.dll")

    for arg in program :: args do
        start.ArgumentList.Add arg

    use running = Process.Start start
    let output = running.StandardOutput.ReadToEnd()
    running.WaitForExit()

    if running.ExitCode <> 0 then
        exit running.ExitCode

    output
