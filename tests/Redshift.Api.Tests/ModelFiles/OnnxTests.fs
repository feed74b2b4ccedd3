module Redshift.Api.Tests.OnnxTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.ModelFiles
open Redshift.ModelFiles.Onnx
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private rows (catalogue: Catalogue) = [| for i in 0 .. catalogue.Count - 1 -> catalogue.Samples(i).ToArray() |]

/// Twelve bands with errors; every tenth row of all zeros, so that its level is 1.
let private survey =
    """{ "name": "bands", "description": "Twelve bands.", "redshift": { "columns": ["z"] },
         "samples": { "columns": ["f{1..12}"], "errors": ["e{1..12}"], "kind": "flux", "unit": "Jy", "required": false },
         "redshift_range": [0, 1] }"""

let private table (path: string) =
    use writer = new StreamWriter(path)
    let columns letter = Seq.init 12 (fun i -> $"{letter}{i + 1}")
    writer.WriteLine("z," + String.Join(',', Seq.append (columns "f") (columns "e")))

    for i in 0..119 do
        let z = float (i * 37 % 120) / 120.0

        let flux =
            Seq.init 12 (fun b ->
                if i % 10 = 9 then
                    0.0
                else
                    40.0 * z * exp (-((float b - 10.0 * z) ** 2.0) / 8.0) - 0.3)

        let error = Seq.init 12 (fun b -> 0.01 + 0.002 * float ((i + b) % 7))
        writer.WriteLine($"{z}," + String.Join(',', Seq.append flux error |> Seq.map (float32 >> string)))

/// Every kind of layer that every version's CPU backend runs, and of feature.
let private body =
    """[ { "type": "conv1d", "filters": 6, "kernel": 5, "padding": 2 }, { "type": "gelu" },
         { "type": "residual", "inner": [ { "type": "conv1d", "filters": 6, "kernel": 3, "padding": 1, "bias": false }, { "type": "softplus" } ] },
         { "type": "softmax" }, { "type": "avg_pool1d", "size": 3, "stride": 2 }, { "type": "conv1d", "filters": 4, "kernel": 2, "stride": 2 },
         { "type": "tanh" }, { "type": "max_pool1d", "size": 2, "stride": 1 }, { "type": "flatten" }, { "type": "dense", "units": 6 }, { "type": "sigmoid" },
         { "type": "residual", "inner": [ { "type": "dense", "units": 6, "bias": false }, { "type": "relu" }, { "type": "softmax" } ] },
         { "type": "dropout", "rate": 0.1 }, { "type": "linear" }, { "type": "dense", "units": 1 } ]"""

/// A model to be run outside, and a check of what comes out.
type private Case =
    { Name: string
      Job: OnnxRuntime.Job
      Check: float32[] -> unit }

/// A network from Keras, exported without a backend's help; expected are NumPy's numbers.
let private imported (name: string) (path: string) (folder: string) : Case list =
    let model = Path.Combine(folder, name + ".onnx")
    File.WriteAllBytes(model, (OnnxExport.ToBytes(KerasSamples.read path)).ToArray())

    [ { Name = $"{name}: NumPy's numbers"
        Job =
          { Model = model
            Inputs = [ "flux", rows KerasSamples.inputs.Value ] }
        Check = fun found -> OnnxRuntime.expectNear found (KerasSamples.outputs name) name } ]

/// Graphs: attention, normalisation, identities, a softmax over features, and both ways to end.
let private graphBody (ending: string) =
    $"""[ {{ "type": "graph_attention", "heads": 3, "units": 2 }}, {{ "type": "batch_norm" }}, {{ "type": "graph_identity" }}, {{ "type": "layer_norm" }},
          {{ "type": "graph_attention", "heads": 2, "units": 5, "slope": 0.1 }},
          {{ "type": "residual", "inner": [ {{ "type": "graph_attention", "heads": 5, "units": 2 }}, {{ "type": "softmax" }} ] }},
          {{ "type": "{ending}" }}, {{ "type": "dense", "units": 1 }} ]"""

let private signal channels = body, $"{{ \"channels\": {channels}, \"length\": 12 }}"
let private graph features ending = graphBody ending, $"{{ \"nodes\": 12, \"features\": {features} }}"

let private recipeOf (channels: string, level: string, scaling: string, clip: string, (body: string, input: string)) =
    let head = """{ "type": "point", "targets": ["redshift"] }"""

    recipeWith
        [ "features", $"{{ \"channels\": {channels}, \"level\": \"{level}\", \"gaps\": \"interpolate\" }}"
          "scaling", $"\"{scaling}\""
          "clip", clip
          "epochs", "1"
          "network", $"{{ \"name\": \"small\", \"input\": {input}, \"body\": {body}, \"head\": {head} }}" ]

/// A network trained on the table: all objects, then one alone, then one with a gap, which predict would fill in and the
/// graph does not.
let private trained (name: string) (channels: string, level, scaling, clip, network) (parent: string) : Case list =
    let folder = (Directory.CreateDirectory(Path.Combine(parent, name))).FullName
    let at (file: string) = Path.Combine(folder, file)
    File.WriteAllText(at "survey.json", survey)
    File.WriteAllText(at "recipe.json", recipeOf (channels, level, scaling, clip, network))
    table (at "table.csv")
    let mine = Surveys.Load(at "survey.json")
    let catalogue = Catalogue.Load(at "table.csv", mine)
    use made = Estimators.Create(at "recipe.json", mine)
    fit made catalogue (options ignore) |> ignore
    made.Save(at "run")
    Runs.ExportOnnx(at "run", at "model.onnx")
    let expected = made.Predict catalogue |> Array.map _.Redshift
    let errors = catalogue.Core.SampleErrors |> Array.chunkBySize 12

    let job pick : OnnxRuntime.Job =
        { Model = at "model.onnx"
          Inputs =
            [ "flux", pick (rows catalogue)
              if channels.Contains "error" then
                  "flux_error", pick errors ] }

    let gap (rows: float32[][]) =
        let copy = Array.copy rows[6]
        copy[4] <- nanf
        [| copy |]

    [ { Name = $"{name}: as predicted"
        Job = job id
        Check =
          fun found ->
              Expect.isGreaterThan (Array.max expected - Array.min expected) 1e-3 "objects differ"
              OnnxRuntime.expectNear found expected name }
      { Name = $"{name}: one object alone"
        Job = job (fun rows -> [| rows[5] |])
        Check = fun found -> OnnxRuntime.expectNear found [| expected[5] |] name }
      { Name = $"{name}: a gap gives NaN"
        Job = job gap
        Check = fun found -> Expect.isTrue (Single.IsNaN found[0]) $"found {found[0]}" } ]

let private variants =
    [ "flux, min_max, as given", ("""["flux"]""", "as_given", "min_max", "null", signal 1)
      "all channels by mean flux, robust, clipped",
      ("""["flux", "flux_error", "observed", "log_level"]""", "mean_flux", "robust", "[-0.5, 0.75]", signal 4)
      "errors and flux, standard", ("""["flux_error", "flux"]""", "as_given", "standard", "null", signal 2)
      "level, identity, clipped", ("""["log_level", "flux"]""", "mean_flux", "identity", "[-1, 1]", signal 2)
      "level as given", ("""["log_level", "flux"]""", "as_given", "identity", "null", signal 2)
      "graphs of levels, pooled", ("""["flux", "log_level"]""", "mean_flux", "standard", "null", graph 2 "graph_mean")
      "graphs of errors, flattened", ("""["flux", "flux_error"]""", "as_given", "standard", "null", graph 2 "flatten") ]

/// All models run by one process.
let private results =
    lazy
        (Repository.withFolderOf (fun folder ->
            let cases =
                [ yield! imported "small" (KerasSamples.file "small.keras") folder
                  yield! imported "norms" (KerasSamples.file "norms.keras") folder
                  for name, recipe in variants do
                      yield! trained name recipe folder ]

            let found = OnnxRuntime.redshifts (cases |> List.map _.Job)
            List.zip (cases |> List.map (fun case -> case.Name, case.Check)) found))

let private names =
    [ "small: NumPy's numbers"
      "norms: NumPy's numbers"
      for name, _ in variants do
          $"{name}: as predicted"
          $"{name}: one object alone"
          $"{name}: a gap gives NaN" ]

let tests =
    testList
        "export of ONNX"
        [ for name in names do
              testCase name (fun () ->
                  for (case, check), found in results.Value do
                      if case = name then
                          check found)
          testCase "every model was run" (fun () -> Expect.equal (results.Value |> List.map (fst >> fst)) names "names")
          testCase "the Gaia CNN's author's own network: NumPy's numbers" (fun () ->
              let path = Repository.sharedData "thesis/model-keras2.h5"

              Repository.withFolder (fun folder ->
                  let case = (imported "author" path folder).Head
                  case.Check((OnnxRuntime.redshifts [ case.Job ]).Head)))
          testCase "the same run gives the same bytes" (fun () ->
              let bytes () = (OnnxExport.ToBytes(KerasSamples.read (KerasSamples.file "small.h5"))).ToArray()
              Expect.equal (bytes ()) (bytes ()) "bytes")
          testCase "a scaling without offset and scale is refused" (fun () ->
              let read = KerasSamples.read (KerasSamples.file "small.h5")
              let preprocessing = read.Parts[0].Preprocessing
              let scaling = preprocessing.Scaling

              let quantile =
                  { preprocessing with
                      Scaling =
                          { scaling with
                              Kind = Redshift.Core.Frames.Scaling.Quantile 2
                              Landmarks = scaling.Offset |> Array.map (fun x -> [| x; x + 1.0 |]) } }

              let run =
                  RunRecord(
                      Recipe = read.Recipe,
                      Survey = read.Survey,
                      Parts = [| TrainedNetworks(quantile, read.Members) |],
                      Test = read.Test,
                      Split = read.Split,
                      Provenance = read.Provenance
                  )

              let fault = Testing.faultOf "quantile" (fun () -> OnnxExport.ToBytes run |> ignore)

              Expect.stringContains
                  fault
                  "scaling: expected identity, min_max, standard or robust, found quantile"
                  "message") ]
