module Redshift.Api.Tests.KerasTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.Core.Frames
open Redshift.Core.Layers
open Redshift.Core.Models
open Redshift.ModelFiles.Hdf5
open Redshift.ModelFiles.Keras
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private near (estimator: IEstimator) (name: string) =
    let found = estimator.Predict KerasSamples.inputs.Value
    let expected = KerasSamples.outputs name
    Expect.equal found.Length expected.Length "objects"

    for prediction, number in Seq.zip found expected do
        Expect.isLessThan (abs (prediction.Redshift - number)) 1e-6 $"{name}: {prediction.Redshift} for {number}"

let private outputs =
    [ for name in KerasSamples.small do
          testCase $"{name}: the outputs are NumPy's" (fun () ->
              use imported = Estimators.ImportKeras(KerasSamples.file name, null, Nullable 1)
              near imported "small")
      testCase "the Gaia CNN's author's own file: network, training and outputs" (fun () ->
          let path = Repository.sharedData "thesis/model-keras2.h5"
          use imported = Estimators.ImportKeras(path, null, Nullable 2)
          near imported "author"
          let run = KerasSamples.read path
          let ours = GaiaCnn.recipe

          Expect.equal
              run.Recipe.Networks.Value.Network.Body
              ours.Networks.Value.Network.Body
              "the layers of recipe gaia-cnn"

          Expect.equal run.Recipe.Networks.Value.Network.ParameterCount 699073 "parameters"
          Expect.equal run.Recipe.Networks.Value.Training.Loss ours.Networks.Value.Training.Loss "loss"
          Expect.equal run.Recipe.Networks.Value.Training.Optimiser ours.Networks.Value.Training.Optimiser "optimiser"
          Expect.equal run.Recipe.Networks.Value.Training.LearningRate 0.001 "rate")
      testCase "norms.keras: the outputs are NumPy's" (fun () ->
          let imported =
              try
                  Estimators.ImportKeras(KerasSamples.file "norms.keras", null, Nullable 1)
              with :? RedshiftException as e when e.Message.Contains "backend simd expects layers" ->
                  skiptest e.Message

          use imported = imported
          near imported "norms") ]

let private contents =
    [ testCase "optimiser and loss of a Keras 2 file" (fun () ->
          let training = (KerasSamples.read (KerasSamples.file "small.h5")).Recipe.Networks.Value.Training

          Expect.equal
              training.Optimiser
              (Optimiser.Adamax
                  { Beta1 = 0.9
                    Beta2 = 0.99
                    Epsilon = 1e-7 })
              "optimiser"

          Expect.equal training.Loss (Loss.Huber 0.25) "loss"
          Expect.equal training.LearningRate 0.002 "a 32-bit 0.002")
      testCase "optimiser, loss and initialisers of a Keras 3 archive" (fun () ->
          let recipe = (KerasSamples.read (KerasSamples.file "small.keras")).Recipe

          Expect.equal
              recipe.Networks.Value.Training.Optimiser
              (Optimiser.Sgd { Momentum = 0.9; Nesterov = true })
              "optimiser"

          Expect.equal recipe.Networks.Value.Training.Loss Loss.Mae "loss"
          Expect.equal recipe.Networks.Value.Training.LearningRate 0.01 "rate"

          match Layer.toList recipe.Networks.Value.Network.Body with
          | Layer.Conv1d first :: _ -> Expect.equal first.Initialiser Initialiser.HeNormal "initialiser"
          | other -> failtest $"expected a convolution first, found {other}")
      testCase "what a file does not say, or says of things lacking here, is noted" (fun () ->
          Repository.withFolder (fun folder ->
              let notes (file: string) =
                  let struct (run, summary) = KerasImport.Read(file, KerasImportOptions())
                  run.Recipe.Networks.Value.Training, String.Join('\n', summary.Notes)

              let training, said = notes (KerasSamples.file "small-chunks.h5")
              Expect.equal (training.Loss, training.Optimiser) (Loss.Mse, Optimiser.adam) "in their place"
              expectContains said [ "no optimiser and loss"; "batch size" ]

              let change (text: string) =
                  let schedule = """{"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.5}}"""

                  text
                      .Replace("\"SGD\"", "\"Nadam\"")
                      .Replace("0.009999999776482582", schedule)
                      .Replace("\"clipnorm\": null", "\"clipnorm\": 2.0, \"global_clipnorm\": 3.0")
                      .Replace("mean_absolute_error", "log_cosh")
                      .Replace("HeNormal", "RandomNormal")
                      .Replace("\"groups\": 1", "\"groups\": 1, \"kernel_regularizer\": {\"class_name\": \"L2\"}")

              let training, said = notes (KerasSamples.edited folder "config.json" change)
              Expect.equal (training.LearningRate, training.ClipNorm) (0.5, Some 3.0) "rate and norm"

              expectContains
                  said
                  [ "Nadam"; "log_cosh"; "schedule"; "clipnorm"; "RandomNormal"; "kernel_regularizer" ]))
      testCase "normalisation, with and without gain and offset" (fun () ->
          let run = KerasSamples.read (KerasSamples.file "norms.keras")
          let weights (name: string) = run.Members[0].Weights[name]
          let same layer array name = Expect.equal (weights name) (KerasSamples.norms layer array) name
          same "batch" "gamma" "body/1/gain"
          same "batch" "beta" "body/1/offset"
          same "batch" "moving_mean" "body/1/mean"
          same "batch" "moving_variance" "body/1/variance"
          same "layer" "gamma" "body/5/gain"
          same "layer" "beta" "body/5/offset"
          Expect.equal (weights "body/7/gain") [| 1.0f; 1.0f; 1.0f |] "no gain"
          Expect.equal (weights "body/7/offset") [| 0.0f; 0.0f; 0.0f |] "no offset"
          same "plain" "moving_mean" "body/7/mean"
          same "plain" "moving_variance" "body/7/variance"
          same "redshift" "bias" "body/13/bias") ]

let private runs =
    [ testCase "an imported run saves, loads, predicts and is scored on a catalogue, but has no test part" (fun () ->
          Repository.withFolder (fun folder ->
              let run = Path.Combine(folder, "run")
              let summary = Runs.ImportKeras(KerasSamples.file "small.keras", run)

              Expect.equal
                  (summary.Name, summary.KerasVersion, summary.ParameterCount, summary.Survey)
                  ("small", "3.6.0", 532, "gaia")
                  "summary"

              use loaded = Estimators.Load(run, Nullable 1)
              near loaded "small"

              for name in [ "metrics.json"; "report.html" ] do
                  Expect.isFalse (File.Exists(Path.Combine(run, name))) name

              let fault = faultOf "evaluate" (fun () -> Runs.Evaluate run |> ignore)
              expectContains fault [ run; "test part"; "--data" ]
              let output = Path.Combine(folder, "evaluation")
              let evaluation = Runs.Evaluate(run, KerasSamples.inputs.Value, output, Nullable 1)
              Expect.equal evaluation.Count 8 "scored"
              Expect.isTrue (File.Exists(Path.Combine(output, "report.html"))) "a report"))
      testCase "what a trained run left in the folder is removed" (fun () ->
          Repository.withFolder (fun folder ->
              trainInto folder [] (simulated 5UL 60) (options (fun o -> o.Epochs <- Nullable 1))
              |> ignore

              Runs.ImportKeras(KerasSamples.file "small.h5", folder) |> ignore

              for name in [ "metrics.json"; "report.html"; "statistics.json"; "checkpoint" ] do
                  Expect.isFalse (Path.Exists(Path.Combine(folder, name))) name)) ]

let private firstOf (estimator: IEstimator) (catalogue: Catalogue) : float =
    let predictions = estimator.Predict catalogue
    predictions[0].Redshift

/// The redshift of the first spectrum, scaled by hand and by a file.
let private scaledBy (text: string) : float =
    Repository.withFolderOf (fun folder ->
        let path = Path.Combine(folder, "scaling")
        File.WriteAllText(path, text)
        let options = KerasImportOptions(ScalingFile = path)
        use imported = Estimators.ImportKeras(KerasSamples.file "small.h5", options, Nullable 1)
        firstOf imported KerasSamples.inputs.Value)

let private low = Array.init 186 (fun i -> -0.25 - float i / 512.0)
let private high = Array.init 186 (fun i -> if i = 3 then low[3] else 1.5 + float i / 256.0)
let private row (values: float[]) = String.Join(',', values)

let private scaling =
    [ testCase "rows min and max, in any form, and preprocessing.json do the same" (fun () ->
          let scaled =
              let samples = KerasSamples.inputs.Value.Samples(0).ToArray()

              samples
              |> Array.mapi (fun i x -> float32 ((float x - low[i]) / (if i = 3 then 1.0 else high[i] - low[i])))

          use plain = Estimators.ImportKeras(KerasSamples.file "small.h5", null, Nullable 1)
          let expected = firstOf plain (Catalogue.FromArrays(Surveys.Gaia, scaled, null))
          Expect.notEqual expected (firstOf plain KerasSamples.inputs.Value) "scaling matters"
          let counts = "count" + String.replicate 186 ",8"
          let header = "," + String.Join(',', Seq.init 186 (fun i -> $"flux_{i}"))

          let preprocessing =
              Preprocessing.write
                  { Features =
                      { Channels = [ Channel.Flux ]
                        Level = Level.AsGiven
                        Gaps = Gaps.Refuse }
                    Samples = 186
                    Imputation = None
                    Scaling =
                      { Kind = Scaling.MinMax
                        Offset = low
                        Scale = Array.map2 (fun l h -> if h > l then h - l else 1.0) low high
                        Landmarks = [||] }
                    Clip = None }

          for text in
              [ $"min,{row low}\nmax,{row high}\n"
                $"{header}\n{counts}\nMin,{row low}\r\nmax,{row high}"
                $"{header[1..]}\n{row low}\n{row high}\n"
                preprocessing ] do
              Expect.equal (scaledBy text) expected (text.Substring(0, 20)))
      testCase "a scaling file at fault is one line" (fun () ->
          let fault (text: string) = faultOf text (fun () -> scaledBy text |> ignore)
          expectContains (fault $"min,{row low}\n") [ "rows min and max" ]
          expectContains (fault $"min,{row low}\nmax,1,2\n") [ ":2"; "186"; "2 cells" ]
          expectContains (fault $"min,{row high}\nmax,{row low}\n") [ "sample 0"; "maximum" ]
          expectContains (fault $"min,{row low}\nmin,{row low}\n") [ ":2"; "second" ]
          expectContains (fault "flux\n") [ "rows min and max" ]
          expectContains (fault "") [ "rows min and max" ]
          expectContains (fault "{}") [ "features" ]
          let missing = KerasImportOptions(ScalingFile = "missing.csv")
          let import () = (Estimators.ImportKeras(KerasSamples.file "small.h5", missing)).Dispose()
          expectContains (faultOf "missing" import) [ "missing.csv"; "no file" ]) ]

/// Changes of the archive's config.json, and words of the message.
let private refusals: (string * (string -> string) * string list) list =
    [ "a layer that is lacking",
      (fun t -> t.Replace("\"Dropout\"", "\"LSTM\"")),
      [ "dropout"; "LSTM"; "Conv1D"; "Dense" ]
      "an activation that is lacking", (fun t -> t.Replace("\"gelu\"", "\"swish\"")), [ "hidden"; "swish"; "gelu" ]
      "causal padding", (fun t -> t.Replace("\"same\"", "\"causal\"")), [ "second"; "causal" ]
      "uneven padding",
      (fun t -> t.Replace("\"kernel_size\": [3]", "\"kernel_size\": [4]")),
      [ "second"; "both ends"; "3" ]
      "channels first", (fun t -> t.Replace("channels_last", "channels_first")), [ "first"; "channels_first" ]
      "dilation", (fun t -> t.Replace("\"dilation_rate\": [1]", "\"dilation_rate\": [2]")), [ "dilation_rate 1"; "2" ]
      "weights of another shape", (fun t -> t.Replace("\"units\": 5", "\"units\": 6")), [ "[92, 6]"; "[92, 5]" ]
      "two outputs",
      (fun t -> t.Replace("\"units\": 1,", "\"units\": 2,")),
      [ "one redshift"; "features [1]"; "features [2]" ]
      "another input", (fun t -> t.Replace("[null, 186, 1]", "[null, 93, 2]")), [ "1 x 93"; "[2 x 93]" ]
      "an input of no size", (fun t -> t.Replace("[null, 186, 1]", "[null, null, 1]")), [ "whole number" ]
      "a model of one's own", (fun t -> t.Replace("\"Functional\"", "\"MyModel\"")), [ "Sequential"; "MyModel" ]
      "layers in a circle",
      (fun t -> t.Replace("[\"input_layer\", 0, 0]", "[\"redshift\", 0, 0]")),
      [ "follow one another" ]
      "a name of several lines", (fun t -> t.Replace("\"LSTM\"", "").Replace("\"Dropout\"", "\"A\\nB\"")), [ "A B" ]
      "half a surrogate pair", (fun t -> t.Replace("\"Dropout\"", "\"\\ud800\"")), [ "Unicode" ]
      "no JSON", (fun t -> t.Substring 1), [ "config.json"; "JSON" ] ]

let private refuses =
    [ for name, change, parts in refusals do
          testCase name (fun () ->
              Repository.withFolder (fun folder ->
                  let path = KerasSamples.edited folder "config.json" change
                  let fault = faultOf name (fun () -> KerasSamples.read path |> ignore)
                  expectContains fault (path :: parts)))
      testCase "a survey of other samples, or none for others than Gaia's" (fun () ->
          let pears = KerasImportOptions(Survey = Surveys.Pears)
          let import () = (Estimators.ImportKeras(KerasSamples.file "small.h5", pears)).Dispose()
          expectContains (faultOf "pears" import) [ "21"; "pears"; "186" ]

          Repository.withFolder (fun folder ->
              // 188 samples give the same windows, so that the weights fit.
              let path =
                  KerasSamples.edited folder "config.json" (fun t -> t.Replace("[null, 186, 1]", "[null, 188, 1]"))

              expectContains (faultOf "188" (fun () -> KerasSamples.read path |> ignore)) [ "188"; "--survey" ]))
      testCase "a header whose checksum is wrong" (fun () ->
          Repository.withFolder (fun folder ->
              let bytes = File.ReadAllBytes(KerasSamples.file "small-latest.h5")
              let header = bytes.AsSpan().IndexOf(ReadOnlySpan "OHDR"B)
              bytes[header + 8] <- bytes[header + 8] ^^^ 1uy
              let path = Path.Combine(folder, "x.h5")
              File.WriteAllBytes(path, bytes)
              let fault = faultOf "checksum" (fun () -> KerasSamples.read path |> ignore)
              expectContains fault [ path; "checksum"; "damaged" ]))
      testCase "a header that goes on in itself for ever" (fun () ->
          Repository.withFolder (fun folder ->
              let summed (bytes: byte[]) =
                  Array.append bytes (BitConverter.GetBytes(Hdf5Checksum.Of(ReadOnlySpan bytes)))

              let numbers = Array.collect (fun (n: uint64) -> BitConverter.GetBytes n)
              // Without and with a message, all zeros, before that which goes on in its own block.
              for before, words in [ [||], "structures"; [| 0uy; 0uy; 0uy; 0uy |], "messages" ] do
                  let size = 28 + before.Length
                  // Kind 0x10, 16 bytes, no flags: the messages go on in `size` bytes at 79.
                  let goesOn = Array.append [| 0x10uy; 16uy; 0uy; 0uy |] (numbers [| 79UL; uint64 size |])

                  let start =
                      Array.concat
                          [ [| 0x89uy |]
                            "HDF\r\n"B
                            [| 0x1Auy; 10uy; 2uy; 8uy; 8uy; 0uy |]
                            numbers [| 0UL; UInt64.MaxValue; uint64 (79 + size); 48UL |] ]

                  let head = Array.concat [ "OHDR"B; [| 2uy; 0uy; 20uy |]; goesOn ]
                  let path = Path.Combine(folder, "circle.h5")

                  File.WriteAllBytes(
                      path,
                      Array.concat [ summed start; summed head; summed (Array.concat [ "OCHK"B; before; goesOn ]) ]
                  )

                  let fault = faultOf "circle" (fun () -> KerasSamples.read path |> ignore)
                  expectContains fault [ path; "at most"; words ]))
      testCase "a file that is none" (fun () ->
          Repository.withFolder (fun folder ->
              let path = Path.Combine(folder, "x.h5")
              let fault () = faultOf "none" (fun () -> KerasSamples.read path |> ignore)
              expectContains (fault ()) [ path; "no file" ]
              File.WriteAllText(path, "a,b\n1,2\n")
              expectContains (fault ()) [ path; ".keras" ]
              expectContains (faultOf "a folder" (fun () -> KerasSamples.read folder |> ignore)) [ "directory" ])) ]

let tests =
    testList
        "import of Keras"
        [ testList "gives" outputs
          testList "reads" contents
          testList "makes a run:" runs
          testList "scaling" scaling
          testList "refuses" refuses ]
