/// Recipes of templates: from a user's files to a run that needs them no more.
module Redshift.Api.Tests.TemplateTests

open System
open System.Globalization
open System.IO
open System.Text.Json.Nodes
open Expecto
open FsCheck.FSharp
open Redshift
open Redshift.Core
open Redshift.Core.Models
open Redshift.Core.Templates
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Tests.Law
open Redshift.Api.Tests.Testing

let private curve (points: (float * float) list) =
    match Curve.create (points |> List.map fst |> Array.ofList) (points |> List.map snd |> Array.ofList) with
    | Ok curve -> curve
    | Error fault -> failtest fault

/// Red, with a break at 4000 Å, to blue, with a Lyman break.
let private spectra =
    [ "red.sed", [ 900.0, 0.02; 2500.0, 0.1; 3900.0, 0.35; 4100.0, 1.0; 6000.0, 1.2; 9000.0, 0.8; 15000.0, 0.4 ]
      "green.sed", [ 900.0, 0.3; 2500.0, 0.8; 3900.0, 0.7; 4100.0, 1.3; 6000.0, 1.0; 9000.0, 0.6; 15000.0, 0.3 ]
      "blue.sed", [ 900.0, 0.0; 920.0, 5.0; 2500.0, 3.0; 3600.0, 1.5; 3700.0, 1.9; 6000.0, 0.8; 15000.0, 0.2 ] ]

let private bands = [ "u"; "b"; "g"; "r"; "i"; "z"; "y" ]

let private filter band =
    let low = 3200.0 + 1000.0 * float band
    [ low, 0.0; low + 60.0, 1.0; low + 900.0, 0.9; low + 980.0, 0.0 ]

let private survey =
    let list (prefix: string) = bands |> List.map (fun band -> $"\"{prefix}{band}\"") |> String.concat ", "

    $"""{{ "name": "boxes", "description": "Boxes", "id": ["id"], "redshift": {{ "columns": ["z_spec"] }},
           "samples": {{ "columns": [{list "m_"}], "errors": [{list "e_"}], "kind": "magnitude", "unit": "mag", "required": false }},
           "missing": [{{ "value": -99, "means": "not_observed" }}], "limits": "negative_error",
           "magnitudes": {{ "system": "ab" }}, "redshift_range": [0, 1.2] }}"""

let private recipe =
    let filters =
        bands
        |> List.map (fun band -> $"""{{ "band": "m_{band}", "file": "{band}.res" }}""")
        |> String.concat ", "

    $"""{{ "name": "boxes", "survey": "boxes", "split": {{ "test": 0.3, "validation": 0.3 }},
           "templates": {{ "files": ["red.sed", "green.sed", "blue.sed"], "filters": {{ "bands": [{filters}] }},
                           "redshifts": {{ "lowest": 0, "highest": 1.5, "step": 0.01 }}, "between": 1, "systematic_error": 0.01,
                           "fit_errors": false, "prior": {{ "band": "m_i", "classes": 2 }} }},
           "calibration": {{ "conformal": 0.8 }}, "seed": 3 }}"""

/// How far each band's magnitudes are off; of all bands together nothing can be known.
let private offsets = [ 0.12; -0.05; 0.0; 0.03; -0.02; -0.08; 0.0 ]

let private text (x: float) = x.ToString("R", CultureInfo.InvariantCulture)

/// Objects of the templates, as a catalogue's lines: magnitudes off by `offsets`, with noise of 2 %, each fifth without
/// its u band, each seventh with a limit there.
let private lines (seed: int) (count: int) =
    let random = RandomStream(uint64 seed)

    let passbands =
        [ for band in 0 .. bands.Length - 1 ->
              match Passband.Create(bands[band], Counting.Photons, curve (filter band)) with
              | Ok passband -> passband
              | Error fault -> failtest fault ]

    let spectra = [| for _, points in spectra -> curve points |]

    let line i =
        let z = 0.1 + 1.0 * random.NextDouble()
        let spectrum = spectra[random.NextInt 3]
        let magnitude = 19.0 + 4.0 * random.NextDouble()

        let fluxes = passbands |> List.map (SyntheticFlux.mean Absorption.Madau1995 z spectrum)

        let cells =
            List.map2
                (fun flux offset -> magnitude - 2.5 * log10 (flux / fluxes[4]) + offset + 0.02 * random.NextNormal())
                fluxes
                offsets
            |> List.mapi (fun band m ->
                if band = 0 && i % 5 = 1 then "-99,-99"
                elif band = 0 && i % 7 = 2 then $"{text (m - 0.5)},-1"
                else $"{text m},0.02")

        let cells = String.concat "," cells
        $"o{i},{cells},{text z}"

    List.init count line

let private header =
    let columns = bands |> List.map (fun band -> $"m_{band},e_{band}") |> String.concat ","
    $"id,{columns},z_spec"

/// Not one band was observed.
let private empty = "none," + String.replicate bands.Length "-99,-99," + "0.5"

/// Objects from such lines.
let private load (folder: string) (objects: string list) =
    let file = Path.Combine(folder, "objects.csv")
    File.WriteAllText(file, String.concat "\n" (header :: objects))
    Catalogue.Load(file, Surveys.Load(Path.Combine(folder, "survey.json")))

/// Everything that a user gives, and 301 objects.
let private prepare (folder: string) =
    let write name (content: string) = File.WriteAllText(Path.Combine(folder, name), content)

    let curve name (points: (float * float) list) =
        points
        |> List.map (fun (x, y) -> $"{text x} {text y}")
        |> String.concat "\n"
        |> write name

    for name, points in spectra do
        curve name points

    bands |> List.iteri (fun i band -> curve $"{band}.res" (filter i))
    write "survey.json" survey
    load folder (lines 1 300 @ [ empty ])

let private within (run: string -> Catalogue -> unit) =
    Repository.withFolder (fun folder -> run folder (prepare folder))

let private madeWith (folder: string) (change: JsonObject -> unit) =
    let recipe = (JsonNode.Parse recipe).AsObject()
    change recipe
    let file = Path.Combine(folder, "recipe.json")
    File.WriteAllText(file, recipe.ToJsonString())
    Estimators.Create(file, Surveys.Load(Path.Combine(folder, "survey.json")))

let private made folder = madeWith folder ignore

let private optionsIn (folder: string) =
    options (fun o ->
        o.TemplateFolder <- folder
        o.FilterFolder <- folder)

let private record (estimator: IEstimator) = (estimator :?> RecipeEstimator).Record
let private fitOf (part: TrainedPart) = (part :?> TrainedTemplates).Fit

let private nothing (recipe: JsonObject) =
    let templates = recipe["templates"].AsObject()
    templates["fit_zero_points"] <- JsonValue.Create false
    templates["prior"] <- null
    templates["systematic_error"] <- JsonValue.Create 0.08

let private trained =
    lazy
        Repository.withFolderOf (fun folder ->
            let catalogue = prepare folder
            let estimator = made folder
            fit estimator catalogue (optionsIn folder) |> ignore
            estimator)

/// |dz| / (1 + z) of galaxies drawn by a seed, of which none has been seen: the second largest of twelve.
let private errorOf seed =
    Repository.withFolderOf (fun folder ->
        File.WriteAllText(Path.Combine(folder, "survey.json"), survey)
        let catalogue = load folder (lines seed 12)

        let errors =
            Seq.map2
                (fun (p: RedshiftPrediction) z -> abs (p.Redshift - z) / (1.0 + z))
                (trained.Value.Predict catalogue)
                catalogue.Redshifts
            |> Seq.sort
            |> Array.ofSeq

        errors[10])

let private learning =
    [ testCase "zero points are found, redshifts with them" (fun () ->
          within (fun folder catalogue ->
              use estimator = made folder
              let run = fit estimator catalogue (optionsIn folder)
              Expect.isLessThan run.Metrics["nmad"] 0.01 "redshifts"

              let zero =
                  (fitOf (record estimator).Parts[0]).ZeroPoints
                  |> Array.map (fun f -> 2.5 * log10 f)

              let mean = List.average offsets

              offsets
              |> List.iteri (fun band offset ->
                  Expect.isLessThan (abs (zero[band] - Array.average zero - (offset - mean))) 0.02 bands[band])

              use plain = madeWith folder nothing
              let before = fit plain catalogue (optionsIn folder)
              Expect.isLessThan before.Metrics["outlier_0.15"] 0.2 "nothing fitted"
              Expect.isGreaterThan before.Metrics["nmad"] run.Metrics["nmad"] "worse without"))
      lawFor "redshifts of the templates' own galaxies are recovered" (Gen.choose (2, 1000)) (fun seed ->
          errorOf seed < 0.03)
      testCase "each fold fits its own, an object with no band has no redshift" (fun () ->
          within (fun folder catalogue ->
              use estimator = madeWith folder (fun recipe -> recipe["split"] <- JsonNode.Parse """{ "folds": 3 }""")

              let run = fit estimator catalogue (optionsIn folder)
              Expect.equal run.TestCount 301 "all are scored"
              Expect.isLessThan run.Metrics["nmad"] 0.01 "redshifts"

              let zero =
                  (record estimator).Parts
                  |> Seq.map (fun part -> (fitOf part).ZeroPoints)
                  |> Array.ofSeq

              Expect.equal (Array.distinct zero).Length 3 "of their own"
              Expect.isTrue (Double.IsNaN (estimator.Predict catalogue |> Array.last).Redshift) "nothing to go by"
              estimator.Save(Path.Combine(folder, "run"))
              use loaded = Estimators.Load(Path.Combine(folder, "run"), Nullable 1)

              Expect.equal
                  (redshiftBits (loaded.Predict catalogue))
                  (redshiftBits (estimator.Predict catalogue))
                  "loaded")) ]

let private folders =
    [ testCase "a run needs the user's files no more, the same bytes for any number of threads" (fun () ->
          within (fun folder catalogue ->
              let bytes threads =
                  let at = Path.Combine(folder, string threads)
                  use estimator = made folder
                  let options = optionsIn folder
                  options.Threads <- threads
                  fit estimator catalogue options |> ignore
                  estimator.Save at

                  [ for name in "templates.json" :: deterministicFiles ->
                        name, File.ReadAllBytes(Path.Combine(at, name)) ],
                  redshiftBits (estimator.Predict catalogue)

              let one, predicted = bytes 1
              Expect.equal (bytes 2) (one, predicted) "bytes"

              for name, _ in spectra do
                  File.WriteAllText(Path.Combine(folder, name), "changed")

              File.Delete(Path.Combine(folder, "u.res"))
              use loaded = Estimators.Load(Path.Combine(folder, "1"), Nullable 2)
              Expect.equal (redshiftBits (loaded.Predict catalogue)) predicted "loaded"
              let again = Path.Combine(folder, "again")
              loaded.Save again

              for name, expected in one do
                  Expect.equal (File.ReadAllBytes(Path.Combine(again, name))) expected $"saved again: {name}"))
      testCase "damaged files are refused with their names" (fun () ->
          Repository.withFolder (fun folder ->
              trained.Value.Save folder
              let load () = Estimators.Load(folder, Nullable 1).Dispose()
              load ()

              let damaged name (change: string -> string) (parts: string list) =
                  let file = Path.Combine(folder, name)
                  let text = File.ReadAllText file
                  Expect.notEqual (change text) text name
                  File.WriteAllText(file, change text)
                  expectContains (faultOf name load) (name :: parts)
                  File.WriteAllText(file, text)

              let replaced (was: string) (becomes: string) (text: string) = text.Replace(was, becomes)

              let without (field: string) (text: string) =
                  let json = (JsonNode.Parse text).AsObject()
                  json[field].AsArray().RemoveAt 0
                  json.ToJsonString()

              damaged "templates.json" (without "zero_points") [ "zero points: expected 7 factors" ]
              damaged "templates.json" (without "errors") [ "flux floors: expected 7 parts" ]
              damaged "templates.json" (replaced "\"band\": 4" "\"band\": 7") [ "prior: expected one for 7 bands" ]
              damaged "templates.json" (replaced "\"alpha\": " "\"alpha\": -") [ "alpha"; "a number above 0" ]
              damaged "templates.json" (fun text -> text[..40]) []
              // Another grid than the one that was trained.
              let weights = Path.Combine(folder, "weights.safetensors")
              let recipe = Path.Combine(folder, "recipe.json")
              let text = File.ReadAllText recipe
              File.WriteAllText(recipe, text.Replace("\"step\": 0.01", "\"step\": 0.02"))

              expectContains
                  (faultOf "grid" load)
                  [ "weights.safetensors"; "expected fluxes of [75, 7, 5], found [150, 7, 5]" ]

              File.WriteAllText(recipe, text)
              let tensors = Safetensors.Read weights
              let _, _, values = tensors.Tensors[0].ToTuple()
              values[3] <- nanf
              Safetensors.Write(weights, tensors)

              expectContains
                  (faultOf "fluxes" load)
                  [ "weights.safetensors"; "expected fluxes of at least 0, found NaN" ]

              Safetensors.Write(weights, TensorFile())

              expectContains
                  (faultOf "no fluxes" load)
                  [ "weights.safetensors"; "expected fluxes of [150, 7, 5], found none" ]

              File.Delete(Path.Combine(folder, "templates.json"))
              expectContains (faultOf "no file" load) [ "templates.json"; "a file of a finished run" ]))
      testCase "a row's prediction is its own" (fun () ->
          within (fun folder _ ->
              let all = lines 9 60
              let whole = trained.Value.Predict(load folder all) |> redshiftBits

              for row in [ 0; 1; 2; 31; 59 ] do
                  let alone = trained.Value.Predict(load folder [ all[row] ]) |> redshiftBits
                  Expect.equal alone [| whole[row] |] $"row {row}"

              // A neighbour that cannot be compared does not matter either; one without an error is named.
              let beside = trained.Value.Predict(load folder [ empty; all[1] ]) |> redshiftBits
              Expect.equal beside[1] whole[1] "beside nothing"
              let wrong = load folder [ all[0]; all[1].Replace(",0.02,", ",0,") ]

              expectContains
                  (faultOf "no error" (fun () -> trained.Value.Predict wrong |> ignore))
                  [ "row 1 (from 0): expected an error above 0 of m_" ])) ]

let private argumentFault (run: unit -> unit) =
    try
        run ()
        failtest "expected an ArgumentException"
    with :? ArgumentException as e ->
        e.Message

let private refusals =
    [ testCase "folders have to be given, and to recipes of templates alone" (fun () ->
          within (fun folder catalogue ->
              use estimator = made folder
              let refused change = argumentFault (fun () -> fit estimator catalogue (options change) |> ignore)
              expectContains (refused ignore) [ "--templates FOLDER"; "TemplateFolder"; "templates/folder" ]

              expectContains
                  (refused (fun o -> o.TemplateFolder <- folder))
                  [ "--filters FOLDER"; "templates/filters/folder" ]

              expectContains
                  (refused (fun o ->
                      o.TemplateFolder <- folder
                      o.FilterFolder <- folder
                      o.Epochs <- 3))
                  [ "a recipe of networks" ]

              use network = estimatorWith []

              expectContains
                  (argumentFault (fun () ->
                      fit network (simulated 1UL 20) (options (fun o -> o.FilterFolder <- folder))
                      |> ignore))
                  [ "a recipe of templates"; "found small" ]

              // What the recipe says does as well.
              use inRecipe =
                  madeWith folder (fun recipe ->
                      let templates = recipe["templates"].AsObject()
                      let filters = templates["filters"].AsObject()
                      templates["folder"] <- JsonValue.Create folder
                      filters["folder"] <- JsonValue.Create folder)

              Expect.isLessThan (fit inRecipe catalogue (options ignore)).Metrics["nmad"] 0.01 "redshifts"))
      testCase "files at fault are named, and an older run is left alone" (fun () ->
          within (fun folder catalogue ->
              let run = Path.Combine(folder, "run")

              let train () =
                  use estimator = made folder

                  Runs.TrainAsync(estimator, catalogue, run, optionsIn folder).GetAwaiter().GetResult()
                  |> ignore

              train ()
              let before = snapshot run
              File.Delete(Path.Combine(folder, "g.res"))
              expectContains (faultOf "missing" train) [ "g.res: expected a filter curve, found no file" ]
              File.WriteAllText(Path.Combine(folder, "g.res"), "# filter\n5000 1\n5001 one\n")
              expectContains (faultOf "text" train) [ "g.res:3:2: expected a number" ]
              File.WriteAllText(Path.Combine(folder, "g.res"), "5000 0\n5001 0\n")
              expectContains (faultOf "dark" train) [ "g.res: filter m_g: expected a response above 0" ]
              Expect.equal (snapshot run) before "the run"))
      testCase "surveys without known filters are told so" (fun () ->
          let fault = faultOf "gaia" (fun () -> Estimators.Create("brown-template", Surveys.Gaia).Dispose())

          expectContains
              fault
              [ "brown-template: templates: filters: expected a filter curve for each band of survey gaia" ])
      testCase "search and ONNX refuse" (fun () ->
          within (fun folder _ ->
              let run = Path.Combine(folder, "run")
              trained.Value.Save run

              expectContains
                  (faultOf "onnx" (fun () -> Runs.ExportOnnx(run, Path.Combine(folder, "model.onnx"))))
                  [ "network" ]

              let search () =
                  HyperParameters.RecipeSpace(
                      (record trained.Value).Recipe,
                      Unchecked.defaultof<_>,
                      trained.Value.Survey,
                      TrainingOptions()
                  )
                  |> ignore

              expectContains (faultOf "search" search) [ "a recipe of networks"; "found no networks" ])) ]

let private comparisons =
    testCase "templates are compared with others, once their folders are known" (fun () ->
        within (fun folder _ ->
            let catalogue = load folder (lines 1 120)
            let recipes = [| Path.Combine(folder, "boxes.json"); "brown-knn-standard" |]
            File.WriteAllText(recipes[0], recipe)
            let out = Path.Combine(folder, "out")

            let compare change =
                let options = ComparisonOptions(Folds = 2, Threads = 1)
                change options
                Comparison.RunAsync(recipes, catalogue, out, options).GetAwaiter().GetResult()

            expectContains (argumentFault (fun () -> compare ignore |> ignore)) [ "boxes"; "--templates FOLDER" ]
            Expect.isFalse (Directory.Exists out) "nothing was trained"

            let given (options: ComparisonOptions) =
                options.TemplateFolder <- folder
                options.FilterFolder <- folder

            let result = compare given
            Expect.isLessThan result.Recipes[0].Evaluation.Metrics["nmad"] 0.01 "templates"
            Expect.isGreaterThan result.Recipes[1].Evaluation.Metrics["nmad"] 0.01 "neighbours"
            recipes[0] <- "brown-knn-minmax"

            expectContains
                (argumentFault (fun () -> compare given |> ignore))
                [ "a recipe of templates"; "brown-knn-minmax" ]))

/// The published template fits of zCOSMOS: the bars of BPZ, on the first rows of the catalogue.
let private bars =
    testCase "zCOSMOS by CWW and Kinney templates" (fun () ->
        let data = Repository.sharedData "photometry/zcosmos_dev.csv"
        let templates = Path.GetDirectoryName(Repository.sharedData "templates/CWW_KINNEY/CWW_E_ext.sed")
        let filters = Path.GetDirectoryName(Repository.sharedData "filters/FUV_galex.res")
        let all = Catalogue.Load(data, Surveys.Zcosmos, CatalogueOptions(RequireRedshift = true))
        let catalogue = Catalogue(all.Core.Select [| 0..1499 |])

        let score (change: JsonObject -> unit) =
            Repository.withFolderOf (fun folder ->
                let recipe = (JsonNode.Parse (RecipeInfo.Find "brown-template").Json).AsObject()
                recipe["split"] <- JsonNode.Parse """{ "folds": 2 }"""
                recipe["templates"]["redshifts"] <- JsonNode.Parse """{ "lowest": 0, "highest": 2.6, "step": 0.02 }"""
                change (recipe["templates"].AsObject())
                let file = Path.Combine(folder, "recipe.json")
                File.WriteAllText(file, recipe.ToJsonString())
                use estimator = Estimators.Create file

                let run =
                    fit
                        estimator
                        catalogue
                        (options (fun o ->
                            o.Threads <- 2
                            o.TemplateFolder <- templates
                            o.FilterFolder <- filters))

                run.Metrics["nmad"], run.Metrics["outlier_0.15"])

        let nmad, outliers = score ignore
        Expect.isLessThan nmad 0.045 "fitted"
        Expect.isLessThan outliers 0.07 "outliers, fitted"

        let nmad, outliers =
            score (fun templates ->
                for field in [ "fit_zero_points"; "fit_errors" ] do
                    templates[field] <- JsonValue.Create false

                templates["prior"] <- null)

        Expect.isLessThan nmad 0.057 "nothing fitted"
        Expect.isLessThan outliers 0.083 "outliers, nothing fitted")

let tests = testList "template fitting" (learning @ folders @ refusals @ [ comparisons; bars ])
