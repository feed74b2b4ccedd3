// Two or more runs side by side: their metrics, their errors by redshift, and on the objects that all of them scored.
//
//   dotnet build -c Release Redshift.sln
//   dotnet fsi scripts/compare-runs.fsx RUN RUN …
// RUN is a run folder. Prints tables, writes compare-runs.html into the folder it is run in.
#load "common.fsx"

open System
open System.Globalization
open System.IO
open System.Text.Json
open Deedle
open XPlot.Plotly
open Common

let folders = fsi.CommandLineArgs |> Array.skip 1 |> List.ofArray

if folders.Length < 2 then
    eprintfn "expected two run folders or more: dotnet fsi compare-runs.fsx RUN RUN …"
    exit 2

// The folders' names, or their paths where names are the same.
let names =
    let short =
        folders
        |> List.map (fun folder -> Path.GetFileName(Path.TrimEndingDirectorySeparator folder))

    if List.distinct short = short then short else folders

/// The numbers of metrics.json by key.
let metrics (folder: string) =
    use json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")))

    [ for field in json.RootElement.EnumerateObject() do
          if
              field.Value.ValueKind = JsonValueKind.Number
              && not (field.Name.StartsWith "interval")
          then
              field.Name, field.Value.GetDouble() ]
    |> Series.ofObservations

/// Delta = (z_phot - z_spec) / (1 + z_spec) and z_spec by row of the catalogue, from predictions.csv.
let predictions (folder: string) =
    let lines = File.ReadAllLines(Path.Combine(folder, "predictions.csv"))
    let header = lines[0].Split ','
    // Counted from the end, as an id before them may hold a comma.
    let number (line: string) name =
        let cells = line.Split ','
        Double.Parse(cells[cells.Length - header.Length + Array.IndexOf(header, name)], CultureInfo.InvariantCulture)

    [ for line in lines[1..] do
          let truth = number line "redshift_true"
          int (line.Split(',')[0]), ((number line "redshift" - truth) / (1.0 + truth), truth) ]
    |> Series.ofObservations

let nmad (delta: Series<'K, float>) =
    let centre = Stats.median delta
    1.4826 * Stats.median (delta |> Series.mapValues (fun d -> abs (d - centre)))

let scored = List.map2 (fun name folder -> name, predictions folder) names folders
let delta = scored |> List.map (fun (name, all) -> name, all |> Series.mapValues fst)

table "Metrics" (List.map2 (fun name folder -> name, metrics folder |> round 5) names folders)

let byRedshift (all: Series<int, float * float>) =
    all
    |> Series.groupBy (fun _ (_, truth) -> floor (truth * 10.0 + 1e-9) / 10.0)
    |> Series.sortByKey
    |> Series.mapValues (fun group -> nmad (group |> Series.mapValues fst))
    |> round 5

table
    "NMAD by true redshift (groups of 0.1, named by the lower edge)"
    (scored |> List.map (fun (name, all) -> name, byRedshift all))

// Objects that every run scored: there a difference is the method's, not the sample's.
let shared =
    delta
    |> List.map (fun (_, d) -> set d.Keys)
    |> List.reduce Set.intersect
    |> Set.toArray

printfn $"\n{shared.Length} objects were scored by all runs"

if shared.Length > 1 then
    let first = (snd delta.Head)[shared] |> Series.mapValues abs

    // The mean of |Delta| less the first run's, and how many of its own standard errors it is away from 0.
    let against (name: string, d: Series<int, float>) =
        let difference = (d[shared] |> Series.mapValues abs) - first
        let error = Stats.stdDev difference / sqrt (float shared.Length)
        let mean = Stats.mean difference

        name,
        Series.ofObservations
            [ "mean difference", Math.Round(mean, 6)
              "in standard errors", (if error > 0.0 then Math.Round(mean / error, 2) else 0.0) ]

    table $"|Delta| less that of {fst delta.Head}, object by object" (List.map against delta.Tail)

let histogram (name: string, d: Series<int, float>) = Histogram(x = d.Values, name = name, opacity = 0.6)

delta
|> List.map histogram
|> Chart.Plot
|> writePage "compare-runs.html" "Delta = (predicted - true) / (1 + true)" "Delta" "Objects"
