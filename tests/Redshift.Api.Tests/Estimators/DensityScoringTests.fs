/// Scores of p(z) in a run's files: metrics.json, predictions.csv, report.html.
module Redshift.Api.Tests.DensityScoringTests

open System
open System.Globalization
open System.IO
open System.Text.Json
open Expecto
open Redshift
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private at (folder: string) (name: string) = Path.Combine(folder, name)

/// The run of the head of that name, saved.
let private withRun name (test: string -> unit) =
    let _, made = UncertaintyTests.trained[name].Value

    Repository.withFolder (fun folder ->
        let run = at folder "run"
        made.Save run
        test run)

let private metrics (folder: string) = JsonDocument.Parse(File.ReadAllText(at folder "metrics.json")).RootElement

/// The rows of predictions.csv, each a number by column.
let private rows (folder: string) =
    let lines = File.ReadAllLines(at folder "predictions.csv")
    let header = lines[0].Split ','

    [| for line in lines[1..] ->
           line.Split ','
           |> Array.map (fun cell -> Double.Parse(cell, CultureInfo.InvariantCulture))
           |> Array.zip header
           |> dict |]

let private means =
    [ "crps", (fun (row: Collections.Generic.IDictionary<string, float>) -> row["crps"])
      "cde_loss", (fun row -> row["density_squared"] - 2.0 * row["density"])
      "log_score", (fun row -> -log row["density"])
      "coverage_0.68", (fun row -> if abs (row["pit"] - 0.5) <= 0.34 then 1.0 else 0.0)
      "coverage_0.95", (fun row -> if abs (row["pit"] - 0.5) <= 0.475 then 1.0 else 0.0) ]

let private scored name =
    withRun name (fun run ->
        let json, rows = metrics run, rows run

        for key, term in means do
            let found = json.GetProperty(key).GetDouble()
            Expect.isLessThan (abs (found - Array.averageBy term rows)) 1e-9 $"{key} is the mean of the rows'"

        for row in rows do
            for quantile, tau in [ "q025", 0.025; "q16", 0.16; "q50", 0.5; "q84", 0.84; "q975", 0.975 ] do
                // Quantiles have 32 bits.
                if abs (row["redshift_true"] - row[quantile]) > 1e-6 then
                    Expect.equal (row["pit"] > tau) (row["redshift_true"] > row[quantile]) $"PIT and {quantile}"

        let report = File.ReadAllText(at run "report.html")
        Expect.stringContains report "<section id=\"uncertainty\">" "the report's section"
        Expect.stringContains report $"n = {rows.Length} galaxies" "n")

let private evaluated name =
    withRun name (fun run ->
        let result = Runs.Evaluate run

        for file in [ "metrics.json"; "predictions.csv" ] do
            Expect.equal (File.ReadAllBytes(at run $"evaluation/{file}")) (File.ReadAllBytes(at run file)) file

        let trainedRun, _ = UncertaintyTests.trained[name].Value

        for key in [ "crps"; "log_score"; "pit_ks"; "coverage_0.90" ] do
            Expect.equal result.Metrics[key] trainedRun.Metrics[key] key
            Expect.equal result.Metrics[key] ((metrics run).GetProperty(key).GetDouble()) $"{key} in the file"

        let struct (low, high) = result.Intervals["crps"]
        Expect.isTrue (low < result.Metrics["crps"] && result.Metrics["crps"] < high) "an interval"
        Expect.isFalse (result.Intervals.ContainsKey "pit_ks") "tests have none")

/// The run's predictions with some cells of the first row changed.
let private withCells (run: string) (change: string[] -> string[]) =
    let file = at run "predictions.csv"
    let lines = File.ReadAllLines file
    lines[1] <- String.Join(',', change (lines[1].Split ','))
    File.WriteAllText(file, String.Join("\n", lines) + "\n")

let private refused =
    [ "a PIT above 1", (fun (cells: string[]) -> Array.updateAt (cells.Length - 4) "1.5" cells)
      "a PIT below 0", (fun cells -> Array.updateAt (cells.Length - 4) "-0.1" cells)
      "a density below 0", (fun cells -> Array.updateAt (cells.Length - 3) "-1" cells)
      "an integral below 0", (fun cells -> Array.updateAt (cells.Length - 2) "-1" cells)
      "an infinite CRPS", (fun cells -> Array.updateAt (cells.Length - 1) "Infinity" cells)
      "one NaN", (fun cells -> Array.updateAt (cells.Length - 1) "NaN" cells)
      "a number among NaN",
      (fun cells -> Array.append (Array.truncate (cells.Length - 4) cells) [| "NaN"; "NaN"; "NaN"; "0.1" |])
      "a word", (fun cells -> Array.updateAt (cells.Length - 1) "many" cells) ]

let tests =
    testList
        "p(z) scored"
        [ for name in [ "gaussian"; "mixture"; "binned" ] do
              testCase $"{name}: a run's metrics are those of its rows" (fun () -> scored name)
              testCase $"{name}: evaluating the run gives the same bytes" (fun () -> evaluated name)
          for what, change in refused do
              testCase $"{what} in predictions.csv is refused" (fun () ->
                  withRun "binned" (fun run ->
                      withCells run change
                      let fault = faultOf what (fun () -> Runs.Evaluate run |> ignore)

                      expectContains
                          fault
                          [ "predictions.csv:2: expected in pit, density, density_squared, crps"; "found" ]))
          testCase "a p(z) that is not finite is written, read and counted" (fun () ->
              withRun "gaussian" (fun run ->
                  // A weight of the last layer that is no number makes every output so.
                  let weights = at run "weights.safetensors"
                  let spoilt = TensorFile()

                  for struct (name, dimensions, values) in (Safetensors.Read weights).Tensors do
                      if dimensions.Length = 1 && values.Length = 2 then
                          Array.fill values 0 2 nanf

                      spoilt.Add(name, dimensions, values)

                  Safetensors.Write(weights, spoilt)
                  let out = at run "wild"
                  let result = Runs.Evaluate(run, rowsOf catalogue.Value [| 0..9 |], out, Nullable 1)

                  Expect.equal
                      (result.Count, result.Metrics["n_density_missing"])
                      (0, 10.0)
                      "none scored, all counted"

                  Expect.equal ((metrics out).GetProperty("n_missing").GetInt32()) 10 "of the points too"
                  Expect.equal ((metrics out).GetProperty("crps").ValueKind) JsonValueKind.Null "no score"
                  Expect.stringContains (File.ReadAllText(at out "report.html")) "10 whose p(z) is not finite" "said"
                  let line = File.ReadAllLines(at out "predictions.csv")[2]
                  Expect.stringEnds line ",NaN,NaN,NaN,NaN" "written")

              withRun "binned" (fun run ->
                  withCells run (fun cells ->
                      Array.append (Array.truncate 2 cells) (Array.create (cells.Length - 2) "NaN"))

                  Expect.equal (Runs.Evaluate run).Metrics["n_density_missing"] 1.0 "read"))
          testCase "a run without the columns is scored without them" (fun () ->
              withRun "binned" (fun run ->
                  let file = at run "predictions.csv"

                  let shorter =
                      File.ReadAllLines file
                      |> Array.map (fun line ->
                          line.Split ',' |> (fun cells -> cells[.. cells.Length - 5]) |> String.concat ",")

                  File.WriteAllText(file, String.Join("\n", shorter) + "\n")
                  let result = Runs.Evaluate run
                  Expect.isFalse (result.Metrics.ContainsKey "crps") "no metrics of p(z)"
                  Expect.isTrue (result.Metrics.ContainsKey "mae") "the others"))
          testCase "a point head has neither keys nor columns nor section" (fun () ->
              Repository.withFolder (fun run ->
                  let trained = trainInto run [] catalogue.Value (options (fun o -> o.Epochs <- Nullable 1))
                  Expect.isFalse (trained.Metrics.ContainsKey "crps") "metrics"
                  Expect.isFalse ((metrics run).TryGetProperty "crps" |> fst) "metrics.json"
                  Expect.equal (File.ReadAllLines(at run "predictions.csv")[0]) "row,redshift_true,redshift" "columns"
                  Expect.isFalse (File.ReadAllText(at run "report.html").Contains "id=\"uncertainty\"") "section")) ]
