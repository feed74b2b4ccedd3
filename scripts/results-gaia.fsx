// What docs/results-gaia.md says, obtained: simulates 100,000 Gaia galaxies, trains each system with three seeds, measures
// how long an epoch takes, and writes the page.
//
//   dotnet build -c Release Redshift.sln
//   dotnet fsi scripts/results-gaia.fsx [FOLDER]
// Runs go into FOLDER (default runs/results-gaia); those that are there already are kept, so that it can be interrupted and
// run again. On two cores about an hour, nearly all of it the thesis's network. Epochs are timed last and one after the
// other: leave the machine alone meanwhile, and remove FOLDER/timing to time again.
#load "common.fsx"

open System
open System.Diagnostics
open System.Globalization
open System.IO
open System.Text.Json
open System.Text.Json.Nodes
open Redshift.Core.Evaluation
open Common

let root = Path.GetFullPath(Path.Combine(__SOURCE_DIRECTORY__, ".."))

let folder =
    match fsi.CommandLineArgs |> List.ofArray with
    | [ _ ] -> Path.Combine(root, "runs", "results-gaia")
    | [ _; folder ] -> Path.GetFullPath folder
    | _ ->
        eprintfn "expected at most a folder: dotnet fsi results-gaia.fsx [FOLDER]"
        exit 2

let at (name: string) = Path.Combine(folder, name)
let galaxies, simulationSeed, seeds = 100000, 1, [ 1; 2; 3 ]

let recipe name = JsonNode.Parse(redshift [ "recipes"; name; "--json" ]).AsObject()

let writeRecipe (name: string) (recipe: JsonObject) = File.WriteAllText(at $"{name}.json", recipe.ToJsonString())

/// The thesis's experiment; the weights kept are those of the best validation epoch, which the last need not be.
let thesis () =
    let recipe = recipe "gaia-cnn"
    recipe["early_stopping"] <- JsonNode.Parse """{ "patience": 20 }"""
    recipe

/// The same network fed as gaia-binned is.
let levelled () =
    let recipe, ours = thesis (), recipe "gaia-binned"

    for field in [ "features"; "scaling"; "clip" ] do
        recipe[field] <- if isNull ours[field] then null else ours[field].DeepClone()

    let network = recipe["network"]
    recipe["name"] <- "gaia-cnn-levelled"
    network["name"] <- "gaia-cnn-levelled"
    network["input"].["channels"] <- 2
    recipe

let with' (field: string) (json: string) (recipe: JsonObject) =
    recipe[field] <- if json = "null" then null else JsonNode.Parse json
    recipe

let slope () =
    let ours = recipe "gaia-binned"
    ours["calibration"].["slope"] <- "redshift"
    ours

/// It learns from the validation part too, and so is trained on a file without the test part and scored on another.
let folded = "gaia-binned-folds"

/// File name, words, recipe.
let systems: (string * string * (unit -> JsonObject)) list =
    [ "gaia-cnn", "`gaia-cnn`, the thesis's network and settings, best validation epoch", thesis
      "gaia-cnn-levelled", "the same network and settings with `gaia-binned`'s input", levelled
      "gaia-binned", "`gaia-binned`", (fun () -> recipe "gaia-binned")
      "gaia-binned-1",
      "`gaia-binned`, one network (`--ensemble 1`)",
      (fun () -> recipe "gaia-binned" |> with' "ensemble" "1")
      folded,
      "`gaia-binned` in nine folds of all rows but the test part (`--folds 9 --ensemble 1`)",
      (fun () -> recipe "gaia-binned")
      "gaia-binned-plain",
      "`gaia-binned`, one network, no noise added, 10 epochs",
      (fun () ->
          recipe "gaia-binned"
          |> with' "ensemble" "1"
          |> with' "augmentation" "null"
          |> with' "epochs" "10")
      "gaia-binned-weights",
      "`gaia-binned`, one network, with label weights (power 0.25)",
      (fun () ->
          recipe "gaia-binned"
          |> with' "ensemble" "1"
          |> with' "label_weights" """{ "width": 0.02, "power": 0.25, "largest": 5 }""")
      "gaia-binned-slope", "`gaia-binned` with slope correction (`--slope-correction redshift`)", slope ]

let run system seed = at $"{system}-{seed}"

/// Where a run's scores on the test part are.
let scores system seed =
    if system = folded then
        Path.Combine(run system seed, "evaluation")
    else
        run system seed

let trainOn (data: string) system (seed: int) (into: string) extra =
    [ "train"; "--recipe"; at $"{system}.json"; "--data"; data; "--out"; into; "--seed"; string seed ]
    @ extra
    |> redshift
    |> ignore

let train = trainOn (at "gaia.csv")

/// The catalogue without gaia-cnn's test part of a seed, and that part, as files.
let divided seed =
    let rest, test = at $"gaia-rest-{seed}.csv", at $"gaia-test-{seed}.csv"

    let rows =
        File.ReadLines(Path.Combine(run "gaia-cnn" seed, "predictions.csv"))
        |> Seq.skip 1
        |> Seq.map (fun line -> int (line[.. line.IndexOf ',' - 1]))
        |> Collections.Generic.HashSet

    let lines = File.ReadAllLines(at "gaia.csv")

    let write (file: string) keep =
        Seq.append [ lines[0] ] (lines |> Seq.skip 1 |> Seq.indexed |> Seq.filter (fst >> keep) |> Seq.map snd)
        |> fun kept -> File.WriteAllLines(file, kept)

    write rest (rows.Contains >> not)
    write test rows.Contains
    rest, test

/// Trains in folds and scores on the test part, of which nothing was learnt from.
let trainInFolds seed =
    let rest, test = divided seed
    trainOn rest folded seed (run folded seed) [ "--folds"; "9"; "--ensemble"; "1"; "--resume"; "--quiet" ]
    redshift [ "evaluate"; run folded seed; "--data"; test; "--quiet" ] |> ignore
    File.Delete rest
    File.Delete test

Directory.CreateDirectory folder |> ignore

if not (File.Exists(at "gaia.csv")) then
    redshift
        [ "simulate"
          "gaia"
          "--count"
          string galaxies
          "--seed"
          string simulationSeed
          "--out"
          at "gaia.csv" ]
    |> ignore

// What differs from gaia-binned only after its first network is trained goes on from its checkpoints.
let begun = [ "gaia-binned-1"; "gaia-binned-slope" ]

let takeCheckpoint (source: string) (target: string) =
    let into = Path.Combine(target, "checkpoint")
    Directory.CreateDirectory into |> ignore

    for file in Directory.GetFiles(Path.Combine(source, "checkpoint")) do
        File.Copy(file, Path.Combine(into, Path.GetFileName file), overwrite = true)

for system, _, make in systems do
    writeRecipe system (make ())

    for seed in seeds do
        if File.Exists(Path.Combine(scores system seed, "metrics.json")) then
            ()
        elif system = folded then
            printfn $"Training {system}, seed {seed}"
            trainInFolds seed
        else
            printfn $"Training {system}, seed {seed}"

            if List.contains system begun then
                takeCheckpoint (run "gaia-binned" seed) (run system seed)

            train system seed (run system seed) [ "--resume"; "--quiet" ]

// What of epochs is timed: the first is left out, in which code is still compiled.
for system, epochs in [ "gaia-cnn", 3; "gaia-cnn-levelled", 3; "gaia-binned", 20 ] do
    if not (Directory.Exists(at $"timing/{system}")) then
        printfn $"Timing {system}"
        train system 1 (at $"timing/{system}") [ "--epochs"; string epochs; "--quiet" ]

// ---- what the runs say

let numbers (values: seq<float>) =
    let values = Array.ofSeq values
    let mean = Array.average values

    mean,
    sqrt (
        Array.averageBy (fun v -> (v - mean) ** 2.0) values * float values.Length
        / float (max 1 (values.Length - 1))
    )

let metricsOf system seed = JsonNode.Parse(File.ReadAllText(Path.Combine(scores system seed, "metrics.json")))
let metric (key: string) system seed = (metricsOf system seed).[key].GetValue<float>()

type Epoch = { Mae: float; Seconds: float }

let history (folder: string) =
    let lines = File.ReadAllLines(Path.Combine(folder, "history.csv"))
    let column name = Array.IndexOf(lines[0].Split ',', name)

    [ for line in lines[1..] do
          let cells = line.Split ','
          let number name = Double.Parse(cells[column name], CultureInfo.InvariantCulture)

          { Mae = number "val_mae"
            Seconds = number "seconds" } ]

let epochSeconds system =
    let seconds = history (at $"timing/{system}") |> List.tail |> List.map _.Seconds |> List.sort
    seconds[seconds.Length / 2]

/// True and predicted redshifts of the test parts of all seeds, one after the other.
let scored system =
    [| for seed in seeds do
           let lines = File.ReadAllLines(Path.Combine(scores system seed, "predictions.csv"))
           let header = lines[0].Split ','
           let column name = Array.IndexOf(header, name)

           for line in lines[1..] do
               let cells = line.Split ','
               let number name = Double.Parse(cells[column name], CultureInfo.InvariantCulture)
               number "redshift_true", number "redshift" |]
    |> Array.unzip

let evaluated =
    let memo = Collections.Generic.Dictionary<string, PointEvaluation>()

    fun system ->
        match memo.TryGetValue system with
        | true, found -> found
        | false, _ ->
            let truth, predicted = scored system

            let options =
                { Seed = 1UL
                  Resamples = 200
                  Confidence = 0.95
                  Threads = 0 }

            match PointEvaluation.evaluate options LeftOut.None truth predicted with
            | Ok found ->
                memo[system] <- found
                found
            | Error message -> failwith message

let f (places: int) (x: float) = x.ToString("F" + string places, CultureInfo.InvariantCulture)
let signed places (x: float) = (if x >= 0.0 then "+" else "−") + f places (abs x)

let spread places key system =
    let mean, sd = numbers (List.map (metric key system) seeds) in $"{f places mean} ± {f places sd}"

let page = Text.StringBuilder()
let say (line: string) = page.Append(line).Append('\n') |> ignore

let row (cells: seq<string>) = say ("| " + String.Join(" | ", cells) + " |")

let header (cells: string list) =
    row cells
    row (cells |> List.map (fun _ -> "---"))

let ratio key system =
    seeds
    |> List.map (fun s -> metric key system s / metric key "gaia-cnn" s)
    |> numbers

say "# Results on simulated Gaia spectra"
say ""
say "Made by `dotnet fsi scripts/results-gaia.fsx`; no number here is entered by hand, but for the thesis's own."
say ""

say
    $"{galaxies:N0} simulated galaxies (`redshift simulate gaia --count {galaxies} --seed {simulationSeed}`), divided 63 / 27 / 10 into training,"

say
    $"""validation and test by each of the seeds {String.Join(", ", seeds)}, which also draw weights and batches. **Simulated results are not Gaia"""

say
    "results**: they compare methods on equal terms, on spectra that resemble Gaia's. ± is the standard deviation over the seeds."

say ""
say "## Accuracy"
say ""

header
    [ "system"
      "MAE"
      "RMSE"
      "σ(NMAD)"
      "R²"
      "slope, predicted on true"
      "MAE, RMSE against gaia-cnn" ]

for system, words, _ in systems do
    let mae, _ = ratio "mae" system
    let rmse, _ = ratio "rmse" system

    row
        [ words
          spread 5 "mae" system
          spread 5 "rmse" system
          spread 5 "nmad" system
          spread 3 "r2" system
          spread 3 "slope_pred_on_true" system
          (if system = "gaia-cnn" then
               "1"
           else
               $"{f 3 mae}, {f 3 rmse}") ]

say ""
say "The last column is the mean over seeds of the ratio on the same test part. Seeds 1, 2, 3 of it:"

for system, words, _ in systems |> List.filter (fun (s, _, _) -> s.StartsWith "gaia-binned") do
    let each key =
        seeds
        |> List.map (fun s -> f 3 (metric key system s / metric key "gaia-cnn" s))
        |> String.concat ", "

    let mae, rmse = each "mae", each "rmse"
    say $"- {words}: MAE {mae}; RMSE {rmse}."

say ""
say "## Time"
say ""

say
    $"On {Environment.ProcessorCount} cores, otherwise idle; an epoch's seconds are the median of its run in `FOLDER/timing`, its first epoch left"

say
    "out. The time to gaia-cnn's best validation MAE is, with the same seed, the epoch at whose end it is reached times that."

say ""

header
    [ "system"
      "seconds an epoch"
      "seconds in all"
      "seconds to gaia-cnn's best validation MAE"
      "share of gaia-cnn's own" ]

let reaches system seed =
    let best = history (run "gaia-cnn" seed) |> List.map _.Mae |> List.min
    let epochs = history (run system seed)

    epochs
    |> List.tryFindIndex (fun e -> e.Mae <= best)
    |> Option.map (fun i -> float (i + 1) * epochSeconds system)

for system in [ "gaia-cnn"; "gaia-cnn-levelled"; "gaia-binned" ] do
    let each = seeds |> List.map (fun seed -> reaches system seed, reaches "gaia-cnn" seed)

    let shown, share =
        if each |> List.forall (fst >> Option.isSome) then
            let mean, sd = each |> List.map (fst >> Option.get) |> numbers
            let share, _ = each |> List.map (fun (t, own) -> t.Value / own.Value) |> numbers
            $"{f 1 mean} ± {f 1 sd}", (if share = 1.0 then "1" else $"1/{f 0 (1.0 / share)}")
        else
            let reached = each |> List.filter (fst >> Option.isSome) |> List.length
            $"reached with {reached} of {seeds.Length} seeds", "–"

    let epochs = (history (run system 1)).Length
    let networks = if system = "gaia-binned" then 3 else 1

    row
        [ $"`{system}`"
          f 2 (epochSeconds system)
          f 0 (float (networks * epochs) * epochSeconds system)
          shown
          share ]

say ""
say "## By true redshift"
say ""

say
    "Mean and standard deviation of predicted − true, test parts of all seeds together (they overlap). The thesis's are of its"

say
    "own 52,039 real test galaxies (Table 3). Bins of true redshift show regression to the mean even for perfect posteriors."

say ""

let thesisBins =
    [ 0.0216, 0.0236
      0.0117, 0.0208
      0.0013, 0.0243
      -0.0081, 0.0296
      -0.0110, 0.0346
      -0.0122, 0.0333
      -0.0248, 0.0351
      -0.0458, 0.0416
      -0.0793, 0.0593
      -0.1327, 0.0806
      -0.1804, 0.1128
      -0.2100, 0.0978 ]

let binned = [ "gaia-cnn"; "gaia-cnn-levelled"; "gaia-binned"; "gaia-binned-slope" ]

let bins (caption: string) (of': PointEvaluation -> Bin[]) (thesis: bool) =
    header (
        [ caption ]
        @ (if thesis then [ "n"; "thesis, real data" ] else [])
        @ (binned |> List.map (fun s -> $"`{s}`"))
    )

    let table = binned |> List.map (evaluated >> of')

    let edges =
        table
        |> List.collect (Array.map (fun b -> b.Lo, b.Hi) >> List.ofArray)
        |> List.distinct
        |> List.sort

    for lo, hi in edges do
        let cell (bins: Bin[]) =
            match bins |> Array.tryFind (fun b -> b.Lo = lo) with
            | Some b when b.N >= 2 ->
                $"{signed 4 b.MeanError} ± {f 4 b.StdError}"
                + (if thesis then "" else $" ({b.N})")
            | Some b -> $"({b.N})"
            | None -> "–"

        let n =
            if thesis then
                (table.Head
                 |> Array.tryFind (fun b -> b.Lo = lo)
                 |> Option.map _.N
                 |> Option.defaultValue 0
                 |> string)
            else
                ""

        let place = int (Math.Round(lo / 0.05))

        row (
            [ $"{f 2 lo}–{f 2 hi}" ]
            @ (if thesis then
                   [ n
                     (if place < thesisBins.Length then
                          let mean, std = thesisBins[place]
                          $"{signed 4 mean} ± {f 4 std}"
                      else
                          "–") ]
               else
                   [])
            @ (table |> List.map cell)
        )

bins "z" _.Bins true
say ""
say "## By predicted redshift"
say ""
say "What a user of the predictions meets, and what tomography needs; the number of objects in brackets."
say ""
bins "z predicted" _.BinsByPredicted false
say ""
say "## Slope correction"
say ""

say
    "Fitted on the validation part in z: predicted = a + b true, undone. It moves errors from bins of true redshift to bins of"

say "predicted redshift and makes them larger on the whole, so that it is off unless asked for."
say ""

header
    [ "true z"
      "mean error, its size: gaia-cnn"
      "gaia-binned"
      "gaia-binned, corrected"
      "corrected against gaia-cnn" ]

for lo in [ 0.30; 0.35; 0.40 ] do
    let error system =
        (evaluated system).Bins
        |> Array.find (fun b -> abs (b.Lo - lo) < 1e-9)
        |> fun b -> abs b.MeanError

    let cnn, corrected = error "gaia-cnn", error "gaia-binned-slope"

    row
        [ $"{f 2 lo}–{f 2 (lo + 0.05)}"
          f 4 cnn
          f 4 (error "gaia-binned")
          f 4 corrected
          f 2 (corrected / cnn) ]

let cost key =
    fst (numbers (List.map (metric key "gaia-binned-slope") seeds))
    / fst (numbers (List.map (metric key "gaia-binned") seeds))

let byPredicted system =
    let found = (evaluated system).BinsByPredicted |> Array.filter (fun b -> b.N >= 100)
    let worst = found |> Array.maxBy (fun b -> abs b.MeanError)
    $"{signed 4 worst.MeanError} in {f 2 worst.Lo}–{f 2 worst.Hi}"

say ""
let dearer, wider = f 3 (cost "mae"), f 3 (cost "rmse")

say
    $"Its cost: MAE × {dearer}, RMSE × {wider}; the worst mean error in a bin of predicted redshift with at least 100 objects goes"

say $"""from {byPredicted "gaia-binned"} to {byPredicted "gaia-binned-slope"}."""
say ""
say "## Calibration of p(z)"
say ""
header [ "system"; "CRPS"; "CDE loss"; "log score"; "PIT KS"; "68 %"; "90 %"; "95 %" ]

for system, words, _ in
    systems
    |> List.filter (fun (s, _, _) -> s.StartsWith "gaia-binned" && s <> "gaia-binned-slope") do
    row
        [ words
          spread 5 "crps" system
          spread 2 "cde_loss" system
          spread 3 "log_score" system
          spread 4 "pit_ks" system
          spread 4 "coverage_0.68" system
          spread 4 "coverage_0.90" system
          spread 4 "coverage_0.95" system ]

say ""

say
    "Shares of true redshifts in the central intervals of `gaia-binned`, by bin of predicted redshift with at least 100 objects,"

say "one line a seed and bin; in brackets how far from the level, in binomial standard errors:"
say ""
header [ "seed"; "z predicted"; "n"; "68 %"; "90 %"; "95 %" ]
let mutable worst = 0.0
let mutable worstAllowed = 0.0

for seed in seeds do
    for bin in (metricsOf "gaia-binned" seed).["coverage_bins_by_predicted"].AsArray() do
        let n = bin["n"].GetValue<int>()
        let edge (key: string) = f 2 (bin[key].GetValue<float>())

        if n >= 100 then
            let cell (level: float) =
                let share = bin["coverage_" + f 2 level].GetValue<float>()
                let error = sqrt (level * (1.0 - level) / float n)
                worst <- max worst (abs (share - level))
                worstAllowed <- max worstAllowed (abs (share - level) / max 0.04 (3.0 * error))
                let away = signed 1 ((share - level) / error)
                $"{f 3 share} ({away})"

            row [ string seed; edge "lo" + "–" + edge "hi"; string n; cell 0.68; cell 0.90; cell 0.95 ]

say ""

say
    $"The largest deviation is {f 3 worst}; against what is asked for, the larger of 4 points and 3 standard errors, {f 2 worstAllowed} of it."

File.WriteAllText(Path.Combine(root, "docs", "results-gaia.md"), page.ToString())
printfn $"""Wrote {Path.Combine(root, "docs", "results-gaia.md")}"""
