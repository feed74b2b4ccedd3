/// Estimators of several targets: what they learn from, say, keep and score.
module Redshift.Api.Tests.TargetTests

open System
open System.IO
open System.Text.Json.Nodes
open Expecto
open Redshift
open Redshift.Core
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private bands = [ for band in 1..4 -> $"m{band}" ]

let private surveyJson =
    let quoted prefix = bands |> List.map (fun band -> $"\"{prefix}{band}\"") |> String.concat ", "

    $"""{{ "name": "field", "description": "", "redshift": {{ "columns": ["z"], "filters": [{{ "column": "star", "value": "0" }}] }},
          "targets": [{{ "name": "stellarity", "columns": ["star"], "is_class": true }}, {{ "name": "stellar_mass", "columns": ["mass"] }}],
          "samples": {{ "columns": [{quoted ""}], "errors": [{quoted "e_"}], "kind": "magnitude", "unit": "mag", "required": true }},
          "magnitudes": {{ "system": "ab" }}, "redshift_range": [0, 2] }}"""

let private row (values: seq<string>) = String.concat "," values

let private header =
    [ "z"; "star"; "mass" ] @ bands @ List.map (fun band -> "e_" + band) bands
    |> row

let private text (value: float) = (float32 value).ToString("R", Globalization.CultureInfo.InvariantCulture)

/// Galaxies whose bands tell redshift and mass, and among them stars of the opposite slope; some masses are not known.
let private lines (seed: uint64) count =
    let stream = RandomStream seed

    [ for i in 0 .. count - 1 do
          let isStar = i % 5 = 0
          let z, mass = 1.5 * stream.NextDouble(), 8.0 + 3.0 * stream.NextDouble()

          let magnitude band =
              let slope = if isStar then -0.8 else 0.6 + 0.5 * z

              22.0 + slope * float (band - 2) - (if isStar then 0.0 else mass - 9.5)
              + 0.05 * stream.NextNormal()

          row
              [ if isStar then "" else text z
                if isStar then "1" else "0"
                if isStar || i % 3 = 0 then "" else text mass
                for band in 1..4 do
                    text (magnitude band)
                for band in 1..4 do
                    text (0.01 * float band) ] ]

let private load folder (lines: string list) =
    let survey, data = Path.Combine(folder, "field.json"), Path.Combine(folder, "field.csv")
    File.WriteAllText(survey, surveyJson)
    File.WriteAllLines(data, header :: lines)
    Catalogue.Load(data, Surveys.FindOrLoad survey)

let private field = lazy (Repository.withFolderOf (fun folder -> load folder (lines 3UL 600)))

let private layout =
    lazy
        (Repository.withFolderOf (fun folder ->
            let file = Path.Combine(folder, "field.json")
            File.WriteAllText(file, surveyJson)
            Surveys.FindOrLoad file))

let private training =
    """"optimiser": { "type": "adam" }, "learning_rate": 0.01, "batch_size": 32, "epochs": 12"""

let private around learner calibration split =
    $"""{{ "name": "several", "survey": "field", "features": {{ "channels": ["flux"], "level": "as_given", "gaps": "refuse" }}, "scaling": "standard",
          "split": {split}, {learner}, "calibration": {calibration}, "seed": 2 }}"""

let private network name head outputs =
    $"""{{ "name": "{name}", "input": {{ "features": 4 }}, "head": {head},
          "body": [ {{ "type": "flatten" }}, {{ "type": "dense", "units": 16 }}, {{ "type": "relu" }}, {{ "type": "dense", "units": {outputs} }} ] }}"""

let private classes = """{ "type": "classes", "names": ["galaxy", "star"] }"""
let private point target = $"""{{ "type": "point", "targets": ["{target}"] }}"""

let private bins low high =
    $"""{{ "type": "binned", "lowest": {low}, "highest": {high}, "bins": 30, "label_width": 0.1 }}"""

let private jointNetworks =
    let part target head = $"""{{ "target": "{target}", "head": {head} }}"""

    let parts =
        [ part "redshift" (bins 0 2); part "stellarity" classes; part "stellar_mass" (bins 7 12) ]
        |> String.concat ", "

    let joint = network "joint" $"""{{ "type": "joint", "parts": [{parts}] }}""" 62
    $"""{training}, "loss": {{ "type": "cross_entropy" }}, "network": {joint}"""

let private apart =
    let target name head outputs loss =
        $"""{{ "target": "{name}", "network": {network name head outputs}, "loss": {{ "type": "{loss}" }}, {training.Replace("12", "80")} }}"""

    let targets =
        [ target "redshift" (point "redshift") 1 "mse"
          target "stellarity" classes 2 "cross_entropy"
          target "stellar_mass" (point "stellar_mass") 1 "mse" ]

    $"""{"\"targets\""}: [{String.concat ", " targets}]"""

let private parts = """{ "test": 0.2, "validation": 0.25 }"""

let private jointRecipe =
    around jointNetworks """{ "pit": true, "conformal": 0.8, "logistic": true }""" parts

let private apartRecipe = around apart """{ "slope": "redshift" }""" parts

let private recipes =
    [ "one body", jointRecipe
      "networks apart", apartRecipe
      "folds", around jointNetworks """{ "pit": true, "logistic": true }""" """{ "folds": 3 }""" ]

let private created (recipe: string) =
    Repository.withFolderOf (fun folder ->
        let file, survey = Path.Combine(folder, "recipe.json"), Path.Combine(folder, "field.json")
        File.WriteAllText(file, recipe)
        File.WriteAllText(survey, surveyJson)
        Estimators.Create(file, Surveys.FindOrLoad survey))

let private trained =
    recipes
    |> List.map (fun (name, recipe) ->
        name, lazy (let made = created recipe in made, fit made field.Value (options ignore)))

let private numbers (p: RedshiftPrediction) =
    [ yield p.Redshift
      for target in p.Targets do
          yield target.Value
          yield (if target.Sigma.HasValue then target.Sigma.Value else -1.0) ]

let private learning =
    [ for name, run in trained do
          testCase $"{name}: each target is learnt and scored on the objects of which it is known" (fun () ->
              let _, run = run.Value
              let metric key = run.Metrics[key]
              let objects = run.TestCount
              Expect.isLessThan (metric "n") (float objects) "stars have no redshift"
              Expect.isLessThan (metric "mae") 0.3 "redshift, where the median's is 0.37"
              Expect.isGreaterThan (metric "stellarity_auc") 0.98 "stars"
              Expect.isLessThan (metric "stellar_mass_rmse") 0.6 "mass, where the mean's is 0.87"
              let json = JsonNode.Parse run.Evaluation.Json
              Expect.equal (json["stellarity_n"].GetValue<int>()) objects "all have a class"
              let masses = json["stellar_mass_n"].GetValue<int>()
              Expect.isTrue (masses > 0 && float masses < metric "n") "some masses are not known")

          testCase $"{name}: predictions have names, places and widths" (fun () ->
              let estimator, _ = run.Value
              let predictions = estimator.Predict field.Value
              let star, galaxy = predictions[0], predictions[1]
              Expect.sequenceEqual (star.Targets |> Seq.map _.Column) [ "star_probability"; "stellar_mass" ] "columns"
              Expect.isTrue (star.StarProbability.Value > 0.5 && galaxy.StarProbability.Value < 0.5) "star and galaxy"
              Expect.equal galaxy.StellarMass (Nullable galaxy.Targets[1].Value) "mass"
              Expect.isFalse galaxy.SpectralType.HasValue "no type"

              Expect.equal
                  galaxy.Targets[1].Sigma.HasValue
                  (name <> "networks apart")
                  "a width where there is a density"

              Expect.sequenceEqual estimator.Targets [ "stellarity"; "stellar_mass" ] "targets")

          testCase $"{name}: a run comes back from its folder as it was" (fun () ->
              let estimator, run = run.Value

              Repository.withFolder (fun folder ->
                  let at = Path.Combine(folder, "run")
                  estimator.Save at
                  use again = Estimators.Load at
                  let predictions (e: IEstimator) = e.Predict field.Value |> Array.map numbers
                  Expect.equal (predictions again) (predictions estimator) "predictions"
                  let evaluated = Runs.Evaluate at
                  Expect.equal evaluated.Json run.Evaluation.Json "metrics of the stored predictions"
                  let other = Runs.Evaluate(at, field.Value, Path.Combine(folder, "other"))
                  Expect.isTrue (other.Metrics.ContainsKey "stellarity_auc") "another catalogue's"))

          testCase $"{name}: a prediction depends on its own row alone" (fun () ->
              let estimator, _ = run.Value

              Repository.withFolder (fun folder ->
                  let all = lines 3UL 600
                  let some = [ 5; 17; 100; 599 ]
                  let catalogue = load folder (some |> List.map (fun i -> all[i]))
                  let few = estimator.Predict catalogue |> Array.map numbers
                  let whole = estimator.Predict field.Value |> Array.map numbers
                  Expect.equal (List.ofArray few) [ for i in some -> whole[i] ] "rows")) ]

let private unknown =
    [ testCase "targets that no object has are left out, and said to be" (fun () ->
          Repository.withFolder (fun folder ->
              let blank (line: string) =
                  let cells = line.Split ','
                  cells[2] <- ""
                  String.Join(',', cells)

              for recipe in [ jointRecipe; apartRecipe ] do
                  use estimator = created recipe
                  let run = fit estimator (load folder (lines 3UL 300 |> List.map blank)) (options ignore)
                  Expect.sequenceEqual estimator.Targets [ "stellarity" ] "targets"
                  Expect.isFalse (run.Metrics.ContainsKey "stellar_mass_rmse") "metrics"
                  let predictions = estimator.Predict field.Value
                  let column = predictions[0].Targets |> Seq.map _.Column
                  Expect.sequenceEqual column [ "star_probability" ] "columns"))
      testCase "what an object lacks of one target does not touch what is learnt of it from others" (fun () ->
          // Networks apart: masses of some objects changed, the redshift's network is the same.
          let answer (change: int -> string[] -> unit) =
              Repository.withFolderOf (fun folder ->
                  let changed =
                      lines 3UL 300
                      |> List.mapi (fun i line ->
                          let cells = line.Split ','
                          change i cells
                          String.Join(',', cells))

                  use estimator = created apartRecipe
                  fit estimator (load folder changed) (options ignore) |> ignore
                  let predictions = estimator.Predict field.Value
                  predictions[7])

          let heavier i (cells: string[]) =
              if i % 2 = 1 && cells[2] <> "" then
                  cells[2] <- "9"

          let plain, changed = answer (fun _ _ -> ()), answer heavier
          Expect.equal changed.Redshift plain.Redshift "redshift"
          Expect.equal changed.StarProbability plain.StarProbability "star"
          Expect.notEqual changed.StellarMass plain.StellarMass "mass")
      testCase "a split without any object of a target is refused by name" (fun () ->
          Repository.withFolder (fun folder ->
              let one =
                  lines 3UL 60
                  |> List.mapi (fun i line ->
                      let cells = line.Split ','
                      cells[2] <- if i = 1 then "9" else ""
                      String.Join(',', cells))

              use estimator = created apartRecipe
              let fault = faultOf "one mass" (fun () -> fit estimator (load folder one) (options ignore) |> ignore)
              expectContains fault [ "stellar_mass"; "training" ])) ]

/// A recipe of one linear layer: its redshift is a sum of magnitudes.
let private linear =
    $"""{{ "name": "linear", "survey": "field", "features": {{ "channels": ["flux"], "level": "as_given", "gaps": "refuse" }}, "scaling": "identity", "seed": 2,
          "network": {{ "name": "linear", "input": {{ "features": 4 }}, "head": {point "redshift"}, "body": [ {{ "type": "flatten" }}, {{ "type": "dense", "units": 1 }} ] }},
          "loss": {{ "type": "mse" }}, "optimiser": {{ "type": "adam" }}, "learning_rate": 0.01, "batch_size": 32, "epochs": 5 }}"""

let private drawing =
    [ testCase "the scatter of a sum of magnitudes is that of its errors" (fun () ->
          use estimator = created linear
          fit estimator field.Value (options ignore) |> ignore
          let weights = (estimator :?> RecipeEstimator).Record.Members[0].Weights["body/1/kernel"]

          let expected =
              weights
              |> Seq.mapi (fun band w -> (float w * 0.01 * float (band + 1)) ** 2.0)
              |> Seq.sum
              |> sqrt

          let predictions = estimator.Predict(field.Value, PredictionOptions(MonteCarlo = 400))
          let squares = predictions |> Array.averageBy (fun p -> p.MonteCarloSigma.Value ** 2.0)
          Expect.floatClose { absolute = 0.0; relative = 0.02 } (sqrt squares) expected "mean square"
          let plain = estimator.Predict field.Value
          Expect.equal (redshiftBits predictions) (redshiftBits plain) "the redshift itself is not drawn"
          Expect.isFalse plain[0].MonteCarloSigma.HasValue "none unless asked for")
      testCase "of every target, the same whatever rows are asked for together" (fun () ->
          let estimator, _ = (snd trained[1]).Value

          let scatter (predictions: RedshiftPrediction[]) =
              [ for p in predictions ->
                    p.MonteCarloSigma.Value
                    :: [ for target in p.Targets -> target.MonteCarloSigma.Value ] ]

          Repository.withFolder (fun folder ->
              let input, survey = Path.Combine(folder, "all.csv"), layout.Value
              File.WriteAllLines(input, header :: lines 3UL 5000)
              let output = Path.Combine(folder, "out.csv")

              PredictionFile.Write(estimator, input, output, survey, null, null, null, 3)
              |> ignore

              let read = File.ReadAllLines output
              let names = read[0].Split ','
              let column name = Array.IndexOf(names, name)

              let all =
                  estimator.Predict(Catalogue.Load(input, survey), PredictionOptions(MonteCarlo = 3))
                  |> scatter

              for row in [ 0; 4095; 4096; 4999 ] do
                  let cells = read[row + 1].Split ','

                  let found =
                      [ for name in [ "redshift_mc_sigma"; "star_probability_mc_sigma"; "stellar_mass_mc_sigma" ] ->
                            float (float32 cells[column name]) ]

                  Expect.equal found all[row] $"row {row}"
                  Expect.isTrue (found |> List.forall (fun sigma -> sigma > 0.0)) "they scatter"))
      testCase "what cannot be drawn is refused" (fun () ->
          let estimator, _ = (snd trained[1]).Value
          let ask draws catalogue = estimator.Predict(catalogue, PredictionOptions(MonteCarlo = draws)) |> ignore
          Expect.throwsT<ArgumentException> (fun () -> ask 1 field.Value) "one draw"
          let core = field.Value.Core
          let bare = Catalogue.FromArrays(layout.Value, core.Samples)
          expectContains (faultOf "no errors" (fun () -> ask 2 bare)) [ "expected an error of each sample" ]) ]

let tests =
    testList "Targets" [ testList "learning" learning; testList "unknown" unknown; testList "Monte Carlo" drawing ]
