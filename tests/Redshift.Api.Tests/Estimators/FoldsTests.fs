/// Recipes that learn in folds, and recipes of neighbours.
module Redshift.Api.Tests.FoldsTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private body =
    """[ { "type": "flatten" }, { "type": "dense", "units": 12 }, { "type": "relu" }, { "type": "dense", "units": 24 } ]"""

let private binned =
    [ "network",
      $"""{{ "name": "small", "input": {{ "channels": 1, "length": 186 }}, "body": {body},
             "head": {{ "type": "binned", "lowest": 0, "highest": 0.6, "bins": 24, "label_width": 0.02 }} }}"""
      "loss", """{ "type": "cross_entropy" }"""
      "calibration", """{ "pit": true, "conformal": 0.8, "slope": "redshift" }"""
      "split", """{ "folds": 3 }"""
      "ensemble", "2"
      "epochs", "2" ]

let private folded = [ "split", """{ "folds": 3 }""" ]

let private neighbours =
    """{ "name": "near", "survey": "gaia", "features": { "channels": ["flux"], "level": "mean_flux" }, "scaling": "standard",
         "neighbours": { "numbers": [1, 5, 15], "weights": ["uniform", "distance"], "folds": 3 }, "seed": 3 }"""

let private made (recipe: string) =
    Repository.withFolderOf (fun folder ->
        let file = Path.Combine(folder, "recipe.json")
        File.WriteAllText(file, recipe)
        Estimators.Create file)

/// The catalogue with another redshift for one object.
let private relabelled (row: int) (redshift: float) =
    let core = catalogue.Value.Core
    let redshifts = Array.copy core.Redshift
    redshifts[row] <- redshift
    Catalogue.FromArrays(Surveys.Gaia, core.Samples, redshifts)

let private plain () = Catalogue.FromArrays(Surveys.Gaia, catalogue.Value.Core.Samples, catalogue.Value.Core.Redshift)

let private scored (estimator: IEstimator) = (estimator :?> RecipeEstimator).Record.Test

let private folds =
    [ testCase "every usable object is scored once, in order" (fun () ->
          use estimator = estimatorWith binned
          let run = fit estimator (plain ()) (options ignore)
          Expect.equal (Option.ofNullable run.Folds) (Some 3) "folds"
          let rows = scored estimator |> Seq.map _.Prediction.Row |> List.ofSeq
          Expect.equal rows [ 0 .. catalogue.Value.Count - 1 ] "rows"
          Expect.equal run.TestCount catalogue.Value.Count "counted")
      testCase "an object's score does not know its own redshift" (fun () ->
          let answer (catalogue: Catalogue) row =
              // Calibrations have not seen it either, but the networks of the other folds, on whose answers they are fitted, have.
              use estimator = estimatorWith (binned @ [ "calibration", "{}" ])
              fit estimator catalogue (options ignore) |> ignore
              let o = (scored estimator)[row]
              o.Prediction.Redshift, o.Prediction.Uncertainty, o.Prediction.Interval

          for row in [ 7; 311 ] do
              let before = answer (plain ()) row
              Expect.equal (answer (relabelled row 0.59) row) before $"object {row}"
              Expect.notEqual (answer (relabelled ((row + 1) % 600) 0.59) row) before "another's redshift matters")
      testCase "new objects get the mean of the folds" (fun () ->
          use estimator = estimatorWith folded
          fit estimator (plain ()) (options ignore) |> ignore
          let record = (estimator :?> RecipeEstimator).Record
          Expect.equal record.Parts.Count 3 "parts"

          let alone =
              [ for part in record.Parts ->
                    let one =
                        RunRecord(
                            Recipe =
                                { record.Recipe with
                                    Split = Redshift.Core.Frames.Division.Thesis },
                            Survey = record.Survey,
                            Parts = [| part |],
                            Test = record.Test,
                            Split = record.Split,
                            Provenance = record.Provenance
                        )

                    use made = RecipeEstimator.Of(one, 1)
                    made.Predict catalogue.Value |> Array.map _.Redshift ]

          Expect.notEqual alone[0] alone[1] "folds differ"

          estimator.Predict catalogue.Value
          |> Array.iteri (fun i p ->
              let expected = alone |> Seq.averageBy (Array.item i)
              Expect.isLessThan (abs (p.Redshift - expected)) 1e-7 $"object {i}"))
      testCase "a folder holds it all, the same for any number of threads" (fun () ->
          Repository.withFolder (fun folder ->
              let bytes threads =
                  let at = Path.Combine(folder, string threads)
                  use estimator = estimatorWith binned
                  fit estimator (plain ()) (options (fun o -> o.Threads <- threads)) |> ignore
                  estimator.Save at
                  use loaded = Estimators.Load(at, Nullable threads)

                  Expect.equal
                      (loaded.Predict catalogue.Value |> Array.map _.Redshift)
                      (estimator.Predict catalogue.Value |> Array.map _.Redshift)
                      "loaded"

                  [ for name in
                        [ "weights.safetensors"
                          "preprocessing.json"
                          "preprocessing-3.json"
                          "calibration.json"
                          "split.json"
                          "predictions.csv" ] -> File.ReadAllBytes(Path.Combine(at, name)) ]

              Expect.equal (bytes 2) (bytes 1) "bytes"
              Expect.isTrue (File.Exists(Path.Combine(folder, "1", "history-6.csv"))) "a history each"))
      testCase "early stopping needs rows of its own" (fun () ->
          let fault =
              faultOf "early" (fun () ->
                  (estimatorWith ([ "early_stopping", """{ "patience": 2 }""" ] @ folded)).Dispose())

          expectContains fault [ "split: expected a validation share above 0" ]) ]

let private near =
    [ testCase "the number of neighbours is chosen, kept and used" (fun () ->
          Repository.withFolder (fun folder ->
              use estimator = made neighbours
              let run = fit estimator (plain ()) (options ignore)
              Expect.isEmpty run.History "no epochs"
              Expect.isLessThan run.Metrics["mae"] 0.06 "it has learnt"
              estimator.Save folder

              let choice =
                  match
                      File.ReadAllText(Path.Combine(folder, "neighbours.json"))
                      |> Redshift.Core.Baselines.NeighbourChoice.read
                  with
                  | Ok choice -> choice
                  | Error fault -> failtest fault

              Expect.equal choice.Curve.Length 6 "three numbers, two weights"
              let best = choice.Curve |> List.minBy _.MeanSquaredError
              Expect.equal choice.Settings best.Settings "the least error"
              use loaded = Estimators.Load(folder, Nullable 2)

              Expect.equal
                  (loaded.Predict catalogue.Value |> Array.map _.Redshift)
                  (estimator.Predict catalogue.Value |> Array.map _.Redshift)
                  "loaded, on two threads"))
      testCase "data that does not do leaves an older run as it is" (fun () ->
          Repository.withFolder (fun folder ->
              let train recipe =
                  use estimator = made recipe

                  Runs.TrainAsync(estimator, plain (), folder, options ignore).GetAwaiter().GetResult()
                  |> ignore

              train neighbours
              let before = snapshot folder
              let fault = faultOf "too many" (fun () -> train (neighbours.Replace("[1, 5, 15]", "[1000]")))
              expectContains fault [ "expected at least 1000 objects to train a fold on" ]
              Expect.equal (snapshot folder) before "the older run"))
      testCase "damaged files are refused with their names" (fun () ->
          Repository.withFolder (fun folder ->
              use estimator = made neighbours
              fit estimator (plain ()) (options ignore) |> ignore
              estimator.Save folder
              let file = Path.Combine(folder, "neighbours.json")
              let text = File.ReadAllText file
              File.WriteAllText(file, text.Replace("\"neighbours\": ", "\"neighbours\": -"))
              let load () = Estimators.Load(folder, Nullable 1).Dispose()
              expectContains (faultOf "negative" load) [ "neighbours.json"; "neighbours" ]
              File.WriteAllText(file, text.Replace("\"estimate\": \"mean\"", "\"estimate\": \"median\""))
              expectContains (faultOf "unknown" load) [ "neighbours.json"; "local_linear" ]
              File.WriteAllText(file, text.Replace("\"neighbours\": ", "\"neighbours\": 9"))

              expectContains
                  (faultOf "more than there are" load)
                  [ "neighbours.json: neighbours: expected at most 378" ]

              File.WriteAllText(file, text)
              let weights = Path.Combine(folder, "weights.safetensors")
              Safetensors.Write(weights, TensorFile())
              expectContains (faultOf "points" load) [ "weights.safetensors"; "expected points of [any, 186]" ]))
      testCase "what concerns networks alone is refused" (fun () ->
          use estimator = made neighbours

          let fault =
              Expect.throwsT<ArgumentException>(fun () ->
                  fit estimator (plain ()) (options (fun o -> o.Epochs <- 3)) |> ignore)

          fault "epochs"
          let wrong = neighbours.Replace("\"seed\"", "\"calibration\": { \"pit\": true }, \"seed\"")
          expectContains (faultOf "pit" (fun () -> (made wrong).Dispose())) [ "calibration"; "pit: false" ]) ]

/// Two bands and E(B-V), reddened by 2 and 1 times it.
let private dusty (reddened: bool) (file: string) =
    let random = Random 4
    let lines = ResizeArray [ "z,b,v,ebv" ]

    for _ in 1..200 do
        let z, ebv = random.NextDouble(), random.NextDouble()
        let dust = if reddened then ebv else 0.0
        let given = if reddened then ebv else 0.0
        lines.Add $"{z},{20.0 + 2.0 * z + 2.0 * dust},{19.0 + z + dust},{given}"

    File.WriteAllLines(file, lines)

let private dustySurvey =
    """{ "name": "dusty", "description": "d", "redshift": { "columns": ["z"] }, "redshift_range": [0, 1], "numbers": ["ebv"],
         "samples": { "columns": ["b", "v"], "kind": "magnitude", "unit": "mag", "required": true },
         "magnitudes": { "system": "ab" }, "extinction": { "column": "ebv", "coefficients": [2, 1] } }"""

let private dust =
    [ testCase "where a survey gives E(B-V) magnitudes are corrected, in training and in prediction" (fun () ->
          Repository.withFolder (fun folder ->
              let at name = Path.Combine(folder, name)
              File.WriteAllText(at "survey.json", dustySurvey)
              let survey = Surveys.FindOrLoad(at "survey.json")

              let answers reddened =
                  let file = at $"{reddened}.csv"
                  dusty reddened file
                  use estimator = Estimators.Create("brown-knn-standard", survey)
                  let catalogue = Catalogue.Load(file, survey)
                  fit estimator catalogue (options ignore) |> ignore
                  estimator.Save(at "run")
                  use loaded = Estimators.Load(at "run", Nullable 1)

                  Array.append (estimator.Predict catalogue) (loaded.Predict catalogue)
                  |> Array.map _.Redshift

              Array.zip (answers true) (answers false)
              |> Array.iteri (fun i (with', without) -> Expect.isLessThan (abs (with' - without)) 1e-3 $"object {i}"))) ]

let private sized =
    [ for survey in Surveys.All do
          testCase $"every recipe that is made for a survey fits {survey.Name}" (fun () ->
              for name in Estimators.Names do
                  // Of templates, which need filters, `TemplateTests` tell.
                  if (name.StartsWith "brown" && name <> "brown-template") || name = "photoz" then
                      use estimator = Estimators.Create(name, survey)
                      Expect.equal estimator.Survey.Name survey.Name name
                      let info = RecipeInfo.Find(name, survey)

                      match Redshift.Core.Models.Recipe.read info.Json with
                      | Ok recipe -> Expect.equal (Redshift.Core.Models.Recipe.write recipe) info.Json name
                      | Error fault -> failtest fault) ]

let tests = testList "folds and neighbours" (folds @ near @ dust @ sized)
