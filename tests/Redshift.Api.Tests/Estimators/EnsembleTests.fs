/// Several networks pooled, what is fitted on the validation part, and what only training sees.
module Redshift.Api.Tests.EnsembleTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.Core.Flags
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private body =
    """[ { "type": "flatten" }, { "type": "dense", "units": 16 }, { "type": "relu" }, { "type": "dense", "units": 24 } ]"""

let private binned =
    [ "network",
      $"""{{ "name": "small", "input": {{ "channels": 1, "length": 186 }}, "body": {body},
             "head": {{ "type": "binned", "lowest": 0, "highest": 0.6, "bins": 24, "label_width": 0.02 }} }}"""
      "loss", """{ "type": "cross_entropy" }"""
      "learning_rate", "0.005"
      "schedule", """{ "type": "one_cycle" }"""
      "epochs", "4" ]

let private calibrated = """{ "pit": true, "conformal": 0.8, "slope": "log_one_plus_z" }"""

let private with' extra = binned @ extra

let private trained changes =
    let made = estimatorWith changes
    let run = fit made catalogue.Value (options ignore)
    run, made

let private bitsOf (predictions: RedshiftPrediction[]) =
    predictions
    |> Array.map (fun p ->
        let u = p.Uncertainty
        p.Redshift, u.Sigma, u.Q50, u.Best, p.Interval)

let private whole = lazy (trained (with' [ "ensemble", "3"; "calibration", calibrated ]))

let private mean (values: seq<float>) = Seq.average values

let private ensembles =
    [ testCase "an ensemble's p(z) is the mean of its networks'" (fun () ->
          let _, three = trained (with' [ "ensemble", "3" ])

          Repository.withFolder (fun folder ->
              three.Save folder
              let weights = ModelFiles.Safetensors.Read(Path.Combine(folder, "weights.safetensors"))
              let names = weights.Tensors |> Seq.map (fun struct (name, _, _) -> name) |> List.ofSeq
              Expect.equal names.Length 12 "four arrays a network"
              Expect.isTrue (names |> Seq.exists (fun n -> n.StartsWith "network-3/")) "their names"
              Expect.isTrue (File.Exists(Path.Combine(folder, "history-3.csv"))) "a history each"
              use loaded = Estimators.Load(folder, Nullable 2)
              Expect.equal (bitsOf (loaded.Predict catalogue.Value)) (bitsOf (three.Predict catalogue.Value)) "loaded"

              // Each network alone, by a run folder that holds it alone.
              let alone =
                  [ for member' in 1..3 ->
                        Repository.withFolderOf (fun single ->
                            let record = ModelFiles.RunFolder.Read folder

                            let recipe =
                                record.Recipe
                                |> Redshift.Core.Models.Recipe.withTraining (fun training ->
                                    { training with Ensemble = 1 })

                            let one =
                                ModelFiles.RunRecord(
                                    Recipe = recipe,
                                    Survey = record.Survey,
                                    Parts =
                                        [| ModelFiles.TrainedNetworks(
                                               record.Parts[0].Preprocessing,
                                               [| record.Members[member' - 1] |]
                                           ) |],
                                    Test = record.Test,
                                    Split = record.Split,
                                    Provenance = record.Provenance
                                )

                            ModelFiles.RunFolder.Write(single, one, [||])
                            use made = Estimators.Load(single, Nullable 1)
                            made.Predict catalogue.Value |> Array.map _.Redshift) ]

              Expect.isTrue (alone[0] <> alone[1] && alone[1] <> alone[2]) "networks differ"

              three.Predict catalogue.Value
              |> Array.iteri (fun i p ->
                  let expected = alone |> Seq.map (Array.item i) |> mean
                  Expect.isLessThan (abs (p.Redshift - expected)) 1e-6 $"object {i}")))
      testCase "the first network is the one that would be trained alone" (fun () ->
          let one, _ = trained binned
          let three, _ = trained (with' [ "ensemble", "3" ])

          let numbers (run: TrainingRun) = run.History |> Seq.map (fun h -> h.Epoch, h.Loss, h.ValLoss) |> List.ofSeq

          Expect.equal (numbers three) (numbers one) "history")
      testCase "training that was cancelled in the second network goes on there and ends with the same bytes" (fun () ->
          Repository.withFolder (fun folder ->
              let changes = with' [ "ensemble", "3"; "calibration", calibrated ]
              let at name = Path.Combine(folder, name)
              trainInto (at "whole") changes catalogue.Value (options ignore) |> ignore
              use source = new Threading.CancellationTokenSource()

              let cancel =
                  onProgress (fun p ->
                      if p.Network = 2 && p.Epoch = 3 then
                          source.Cancel())

              use made = estimatorWith changes

              Expect.throws
                  (fun () ->
                      Runs
                          .TrainAsync(made, catalogue.Value, at "parts", options ignore, cancel, null, source.Token)
                          .GetAwaiter()
                          .GetResult()
                      |> ignore)
                  "cancelled"

              Expect.isFalse (File.Exists(Path.Combine(at "parts", "history-3.csv"))) "the third had not begun"

              trainInto (at "parts") changes catalogue.Value (options (fun o -> o.Resume <- true))
              |> ignore

              expectSameRun (at "parts") (at "whole")

              for name in [ "calibration.json" ] do
                  Expect.equal
                      (File.ReadAllText(Path.Combine(at "parts", name)))
                      (File.ReadAllText(Path.Combine(at "whole", name)))
                      name))
      testCase "options ask for an ensemble and a slope" (fun () ->
          use made = estimatorWith binned

          let options =
              options (fun o ->
                  o.Ensemble <- Nullable 2
                  o.Epochs <- Nullable 1
                  o.SlopeCorrection <- Nullable SlopeCorrectionSpace.Redshift)

          fit made catalogue.Value options |> ignore

          Repository.withFolder (fun folder ->
              made.Save folder
              let recipe = File.ReadAllText(Path.Combine(folder, "recipe.json"))
              expectContains recipe [ "\"ensemble\": 2"; "\"slope\": \"redshift\"" ])

          Expect.throwsT<ArgumentException>
              (fun () ->
                  fit made catalogue.Value (Testing.options (fun o -> o.Ensemble <- Nullable 101))
                  |> ignore)
              "too many") ]

let private calibrations =
    [ testCase "what is fitted on the validation part is stored and applied" (fun () ->
          let _, made = whole.Value
          let expected = made.Predict catalogue.Value

          Repository.withFolder (fun folder ->
              made.Save folder
              let file = Path.Combine(folder, "calibration.json")
              expectContains (File.ReadAllText file) [ "\"pit\""; "\"level\": 0.8"; "\"log_one_plus_z\"" ]
              use loaded = Estimators.Load(folder, Nullable 2)
              Expect.equal (bitsOf (loaded.Predict catalogue.Value)) (bitsOf expected) "loaded"
              let again = Path.Combine(folder, "again")
              loaded.Save again
              expectSameRun again folder
              let header = (File.ReadLines(Path.Combine(folder, "predictions.csv")) |> Seq.head)
              expectContains header [ "redshift_best,interval_low,interval_high,pit," ]
              File.Delete file
              let fault = faultOf "without it" (fun () -> Estimators.Load(folder).Dispose())
              expectContains fault [ "calibration.json" ]
              File.WriteAllText(file, """{ "slope": { "space": "redshift", "intercept": 0, "slope": -1 } }""")
              let fault = faultOf "a slope below 0" (fun () -> Estimators.Load(folder).Dispose())
              expectContains fault [ "calibration.json: slope/slope: expected" ]))
      testCase "without calibration there is none of it" (fun () ->
          let _, made = trained binned
          Expect.isTrue (made.Predict catalogue.Value |> Array.forall (fun p -> not p.Interval.HasValue)) "no interval"

          Repository.withFolder (fun folder ->
              made.Save folder
              Expect.isFalse (File.Exists(Path.Combine(folder, "calibration.json"))) "no file"))
      testCase "the slope of validation objects is 1 after correction" (fun () ->
          let slopeOf slope =
              let _, made = trained (with' [ "calibration", $"""{{ "slope": {slope} }}""" ])
              let found = made.Predict catalogue.Value |> Array.map _.Redshift
              // All objects: those of the validation part are nearly a third of them.
              let struct (_, slope) = MathNet.Numerics.Fit.Line(Array.ofSeq catalogue.Value.Redshifts, found)
              slope

          let before, after = slopeOf "null", slopeOf "\"redshift\""
          Expect.isLessThan before 0.85 "attenuated"
          Expect.isLessThan (abs (after - 1.0)) (0.3 * (1.0 - before)) $"{before} before, {after} after")
      testCase "a conformal interval holds as many validation objects as it says" (fun () ->
          let _, made = trained (with' [ "calibration", """{ "conformal": 0.8 }""" ])

          let inside =
              Seq.zip (made.Predict catalogue.Value) catalogue.Value.Redshifts
              |> Seq.averageBy (fun (p, z) ->
                  let struct (low, high) = p.Interval.Value
                  if z >= low && z <= high then 1.0 else 0.0)

          Expect.isLessThan (abs (inside - 0.8)) 0.06 $"share: {inside}")
      testCase "it is the validation part that intervals are fitted on" (fun () ->
          let _, made = trained [ "calibration", """{ "conformal": 0.9 }""" ]
          let count = catalogue.Value.Count

          let validation =
              match Redshift.Core.Frames.Split.create Redshift.Core.Frames.SplitFractions.Thesis 1UL count with
              | Ok split -> split.Validation
              | Error fault -> failtest fault

          let found = made.Predict catalogue.Value
          let score row = abs (catalogue.Value.Redshifts[row] - found[row].Redshift)
          let k = int (ceil (0.9 * float (validation.Length + 1)))
          let expected = (validation |> Array.map score |> Array.sort)[k - 1]
          let struct (low, high) = found[0].Interval.Value
          Expect.isLessThan (abs ((high - low) / 2.0 - expected)) 1e-6 $"half of {low} to {high}")
      testCase "point heads have intervals too, and no recalibration" (fun () ->
          let _, made = trained [ "calibration", """{ "conformal": 0.9 }""" ]
          let found = made.Predict catalogue.Value

          let widths =
              found
              |> Array.map (fun p -> let struct (low, high) = p.Interval.Value in high - low)

          Expect.isTrue (Array.forall (fun w -> w > 0.0) widths) "widths"
          Expect.isTrue (found |> Array.forall (fun p -> isNull p.Uncertainty)) "no p(z)"

          let fault =
              faultOf "PIT of a point" (fun () -> (estimatorWith [ "calibration", """{ "pit": true }""" ]).Dispose())

          expectContains fault [ "calibration: expected pit: false, for a head without bins" ]) ]

/// The inputs of some training rows as they are gathered with this noise.
let private gathered (noise: uint64 voption) (rows: int[]) =
    let recipe =
        match
            Redshift.Core.Models.Recipe.read (recipeWith (with' [ "augmentation", """{ "noise": "estimated" }""" ]))
        with
        | Ok recipe -> recipe
        | Error fault -> failtest fault

    let part = TrainingData.Prepare(recipe, catalogue.Value).Parts[0]
    let examples = NetworkExamples.Of(recipe.Networks.Value, null, part)
    let inputs = Array.zeroCreate<float32>(rows.Length * examples.InputSize)
    let targets = Array.zeroCreate<float32>(rows.Length * examples.Targets)

    let seed =
        match noise with
        | ValueSome seed -> Nullable seed
        | ValueNone -> Nullable()

    examples.Fill(ReadOnlySpan rows, Span inputs, Span targets, Span.Empty, seed)
    inputs |> Array.chunkBySize examples.InputSize

let private aids =
    [ testCase "a row's noise depends on the epoch's seed and on the row, not on its place in a batch" (fun () ->
          let one, other = gathered (ValueSome 1UL) [| 5; 9 |], gathered (ValueSome 2UL) [| 5; 9 |]
          let turned, without = gathered (ValueSome 1UL) [| 9; 5 |], gathered ValueNone [| 5; 9 |]
          Expect.equal turned (Array.rev one) "places"
          Expect.isTrue (one[0] <> other[0] && one[0] <> without[0]) "another seed, no seed"
          let added inputs = Array.map2 (-) inputs without[0]
          Expect.notEqual (added one[0]) (Array.map2 (-) one[1] without[1]) "another row")
      testCase "noise is added in training and not in prediction, another in each epoch, the same again" (fun () ->
          let aid = [ "augmentation", """{ "noise": "estimated", "scale": 2 }""" ]
          let losses (run: TrainingRun) = run.History |> Seq.map _.Loss |> List.ofSeq
          let plain, _ = trained binned
          let noisy, made = trained (with' aid)
          let again, other = trained (with' aid)
          Expect.notEqual (losses noisy) (losses plain) "training sees it"
          Expect.equal (losses again) (losses noisy) "the same again"

          Expect.equal
              (bitsOf (other.Predict catalogue.Value))
              (bitsOf (made.Predict catalogue.Value))
              "the same answers"

          let fault =
              faultOf "errors that are not there" (fun () ->
                  trained (with' [ "augmentation", """{ "noise": "errors" }""" ]) |> ignore)

          expectContains fault [ "expected"; "an error" ])
      testCase "weights by redshift lift the rare ones" (fun () ->
          let meanOfHigh weights =
              let _, made = trained (with' [ "label_weights", weights ])

              Seq.zip (made.Predict catalogue.Value) catalogue.Value.Redshifts
              |> Seq.filter (fun (_, z) -> z > 0.25)
              |> Seq.averageBy (fun (p, _) -> p.Redshift)

          let plain = meanOfHigh "null"
          let lifted = meanOfHigh """{ "width": 0.03, "power": 1, "largest": 10 }"""
          Expect.isGreaterThan lifted (plain + 0.01) $"{plain} to {lifted}") ]

let private densities =
    [ testCase "p(z) in 120 bytes: quantiles as NumPy reads them" (fun () ->
          let _, made = whole.Value

          Repository.withFolder (fun folder ->
              let at name = Path.Combine(folder, name)
              let few = rowsOf catalogue.Value [| 0..99 |]

              File.WriteAllLines(
                  at "in.csv",
                  Seq.append
                      [ String.Join(',', Seq.init 186 (fun i -> $"flux_{i}")) ]
                      (Seq.init 100 (fun i -> String.Join(',', few.Samples(i).ToArray() |> Seq.map string)))
              )

              PredictionFile.Write(made, at "in.csv", at "out.csv", densities = at "p.npy")
              |> ignore

              let bytes = File.ReadAllBytes(at "p.npy")
              Expect.equal bytes.Length (128 + 100 * 120) "120 bytes an object"

              Expect.equal
                  bytes[..9]
                  [| 0x93uy; byte 'N'; byte 'U'; byte 'M'; byte 'P'; byte 'Y'; 1uy; 0uy; 118uy; 0uy |]
                  "magic"

              let header = Text.Encoding.ASCII.GetString(bytes, 10, 118)

              Expect.equal
                  (header.TrimEnd())
                  "{'descr': '<f2', 'fortran_order': False, 'shape': (100, 60), }"
                  "header"

              Expect.equal header[117] '\n' "its end"
              let found = made.Predict(few, PredictionOptions(Densities = true))

              for i in 0..99 do
                  let stored = Array.init 60 (fun k -> BitConverter.ToHalf(bytes, 128 + 120 * i + 2 * k))
                  Expect.equal stored (Array.ofSeq found[i].Density.Quantiles) $"object {i}"
                  let q = stored |> Array.map float
                  Expect.equal q (Array.sort q) "they rise"
                  // The levels are (i + 1/2) / 60: the 9th and 10th enclose 0.16.
                  Expect.isTrue
                      (q[9] <= found[i].Uncertainty.Q16 + 5e-4
                       && q[10] >= found[i].Uncertainty.Q16 - 5e-4)
                      "q16"))
      testCase "a recipe without p(z) has none to write" (fun () ->
          use made = estimator ()
          fit made catalogue.Value (options (fun o -> o.Epochs <- Nullable 1)) |> ignore

          let fault =
              faultOf "point" (fun () ->
                  PredictionFile.Write(made, "in.csv", "out.csv", densities = "p.npy") |> ignore)

          expectContains fault [ "expected a recipe whose head gives p(z)" ]) ]

let private flagged = lazy (trained (with' [ "flags", "true"; "epochs", "1" ]))

let private flags =
    [ testCase "flags are fitted with the run, stored with it and given with predictions" (fun () ->
          let _, made = flagged.Value
          let found = made.Predict catalogue.Value
          Expect.isTrue (found |> Array.forall _.Flags.HasValue) "each object has them"

          Repository.withFolder (fun folder ->
              made.Save folder
              let lines = File.ReadAllLines(Path.Combine(folder, "predictions.csv"))
              expectContains lines[0] [ "redshift_best,flags,pit," ]

              expectContains
                  (File.ReadAllText(Path.Combine(folder, "metrics.json")))
                  [ "\"flags\""; "\"unlike_training\"" ]

              expectContains (File.ReadAllText(Path.Combine(folder, "report.html"))) [ "id=\"flags\"" ]
              use loaded = Estimators.Load(folder, Nullable 2)
              Expect.equal (loaded.Predict catalogue.Value |> Array.map _.Flags) (found |> Array.map _.Flags) "loaded"
              let again = Path.Combine(folder, "again")
              loaded.Save again
              expectSameRun again folder
              let file = Path.Combine(folder, "flagging.json")
              let text = File.ReadAllText file
              File.WriteAllText(file, text.Replace("\"samples\": 186", "\"samples\": 185"))
              let fault = faultOf "other samples" (fun () -> Estimators.Load(folder).Dispose())
              expectContains fault [ "flagging.json: " ]
              File.Delete file
              let fault = faultOf "without it" (fun () -> Estimators.Load(folder).Dispose())
              expectContains fault [ "flagging.json" ]))
      testCase "spectra unlike those trained on are flagged, those trained on are not" (fun () ->
          let _, made = flagged.Value
          let unlike = RedshiftFlags.UnlikeTraining ||| RedshiftFlags.OutOfTrainingRange

          // Every second object is changed, the others are as they were.
          let shares (change: float32[] -> float32[]) =
              let samples =
                  [| 0..199 |]
                  |> Array.collect (fun i ->
                      let samples = catalogue.Value.Samples(i).ToArray()
                      if i % 2 = 0 then samples else change samples)

              let found =
                  made.Predict(Catalogue.FromArrays(Surveys.Gaia, samples))
                  |> Array.map (fun p ->
                      if p.Flags.Value &&& unlike <> RedshiftFlags.None then
                          1.0
                      else
                          0.0)

              let every start = Seq.init 100 (fun i -> found[2 * i + start]) |> Seq.average
              every 0, every 1

          for name, change in
              [ "from red to blue", Array.rev
                "negative", Array.map (fun f -> -f)
                "much brighter", Array.map (fun f -> 1e5f * f) ] do
              let same, changed = shares change
              Expect.isLessThan same 0.1 $"{name}: as they were"
              Expect.isGreaterThan changed 0.9 name)
      testCase "without the recipe's wish there are none" (fun () ->
          let _, made = whole.Value
          Expect.isTrue (made.Predict catalogue.Value |> Array.forall (fun p -> not p.Flags.HasValue)) "none") ]

let private exported =
    [ testCase "ONNX holds one network without calibration" (fun () ->
          for changes, found in
              [ [ "ensemble", "2" ], "an ensemble of 2"
                [ "calibration", """{ "slope": "redshift" }""" ], "a calibrated one" ] do
              Repository.withFolder (fun folder ->
                  trainInto folder changes catalogue.Value (options (fun o -> o.Epochs <- Nullable 1))
                  |> ignore

                  let fault = faultOf found (fun () -> Runs.ExportOnnx(folder, Path.Combine(folder, "m.onnx")))
                  expectContains fault [ "expected one network without calibration, found " + found ])) ]

let tests =
    testList "ensembles and calibration" (ensembles @ calibrations @ aids @ densities @ flags @ exported)
