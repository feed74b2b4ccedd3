module Redshift.Api.Tests.TrainerTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.Core.Frames
open Redshift.Engine
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Api.Tests.Testing

/// Means of the Huber loss with delta 0.1, written out anew.
let private huber (truth: float[]) (predicted: float[]) =
    Array.map2
        (fun t p ->
            let d = abs (p - t)
            if d <= 0.1 then 0.5 * d * d else 0.1 * (d - 0.05))
        truth
        predicted
    |> Array.average

let private splitOf (seed: uint64) (count: int) : Split =
    match Split.create SplitFractions.Thesis seed count with
    | Ok split -> split
    | Error e -> failtest e

let private rates changes =
    use made = estimatorWith (("epochs", "4") :: ("learning_rate", "0.008") :: changes)
    [ for row in (fit made catalogue.Value (options ignore)).History -> row.LearningRate ]

let private expectRates actual expected =
    for a, e in List.zip actual expected do
        Expect.floatClose Accuracy.veryHigh a e "learning rate of an epoch's last step"

let private linear =
    """{ "name": "linear", "input": { "channels": 1, "length": 186 },
         "body": [ { "type": "flatten" }, { "type": "dense", "units": 1 } ],
         "head": { "type": "point", "targets": ["redshift"] } }"""

/// Descent on a linear network with a rate far too high: the weights grow by a steady factor a step.
let private diverging rate =
    [ "network", linear
      "optimiser", """{ "type": "sgd" }"""
      "loss", """{ "type": "mse" }"""
      "learning_rate", rate
      "epochs", "20" ]

let private weightsOf (folder: string) = Safetensors.Read(Path.Combine(folder, "weights.safetensors"))

let tests =
    testList
        "training"
        [ testCase "early stopping restores the best weights" (fun () ->
              let changes = [ "early_stopping", """{ "patience": 3 }"""; "epochs", "60"; "learning_rate", "0.03" ]

              use made = estimatorWith changes
              let run = fit made catalogue.Value (options ignore)
              Expect.isTrue run.StoppedEarly "stopped"
              Expect.equal run.History.Count (run.BestEpoch + 3) "three epochs of patience"
              let best = run.History |> Seq.minBy _.ValLoss
              Expect.equal best.Epoch run.BestEpoch "the best epoch"
              Expect.isGreaterThan (Seq.last run.History).ValLoss best.ValLoss "the last epoch is worse"
              let validation = rowsOf catalogue.Value (splitOf 1UL 600).Validation
              let predicted = made.Predict validation |> Array.map _.Redshift
              let found = huber (Array.ofSeq validation.Redshifts) predicted
              Expect.floatClose Accuracy.medium found best.ValLoss "loss of the weights in use")
          testCase "without early stopping the last epoch's weights are kept" (fun () ->
              use made = estimatorWith [ "learning_rate", "0.03"; "epochs", "12" ]
              let run = fit made catalogue.Value (options ignore)
              let validation = rowsOf catalogue.Value (splitOf 1UL 600).Validation
              let predicted = made.Predict validation |> Array.map _.Redshift
              let found = huber (Array.ofSeq validation.Redshifts) predicted
              Expect.floatClose Accuracy.medium found (Seq.last run.History).ValLoss "loss of the weights in use"
              Expect.equal run.BestEpoch (run.History |> Seq.minBy _.ValLoss).Epoch "the best epoch is told")
          testCase "training learns" (fun () ->
              use made = estimatorWith [ "epochs", "15" ]
              let run = fit made catalogue.Value (options ignore)
              Expect.isLessThan (Seq.last run.History).Loss (0.5 * (Seq.head run.History).Loss) "training loss"
              Expect.equal (run.TrainCount, run.ValidationCount, run.TestCount) (378, 162, 60) "63 / 27 / 10")
          testCase "a rate of a million stops with epoch, step and advice" (fun () ->
              use made = estimatorWith (diverging "1e6")
              let fault = faultOf "divergence" (fun () -> fit made catalogue.Value (options ignore) |> ignore)
              expectContains fault [ "epoch 1"; "step"; "finite"; "lower the learning rate"; "clip_norm" ]
              Expect.isFalse made.IsFitted "not trained")
          testCase "a run that diverges leaves the last whole epoch's checkpoint" (fun () ->
              Repository.withFolder (fun folder ->
                  let changes = diverging "4"

                  let train resume =
                      faultOf "divergence" (fun () ->
                          trainInto folder changes catalogue.Value (options (fun o -> o.Resume <- resume))
                          |> ignore)

                  let first = train false
                  let epochs = (historyOf folder).Length - 1
                  Expect.isGreaterThan epochs 0 "some epochs went well"
                  expectContains first [ $"epoch {epochs + 1} at step" ]
                  Expect.equal (train true) first "resumed, it ends likewise"))
          testCase "weights that overflow in an epoch's last step are not kept" (fun () ->
              Repository.withFolder (fun folder ->
                  let changes = [ "batch_size", "1000" ] @ diverging "1e38"

                  let fault =
                      faultOf "overflow" (fun () ->
                          trainInto folder changes catalogue.Value (options ignore) |> ignore)

                  expectContains fault [ "epoch 1"; "finite validation loss" ]
                  Expect.isFalse (Directory.Exists(Path.Combine(folder, "checkpoint"))) "no checkpoint"))
          testCase "the history tells each schedule's rates" (fun () ->
              // 378 objects in batches of 32: 12 steps an epoch, 48 in all.
              expectRates (rates []) [ 0.008; 0.008; 0.008; 0.008 ]

              expectRates
                  (rates [ "schedule", """{ "type": "step", "epochs": 1, "factor": 0.5 }""" ])
                  [ 0.008; 0.004; 0.002; 0.001 ]

              let cosine epoch =
                  0.008
                  * (0.1 + 0.9 * 0.5 * (1.0 + cos (Math.PI * float (12 * epoch - 1) / 47.0)))

              expectRates (rates [ "schedule", """{ "type": "cosine", "final": 0.1 }""" ]) (List.map cosine [ 1..4 ]))
          testCase "a clipped gradient moves the weights by its norm times the rate" (fun () ->
              Repository.withFolder (fun folder ->
                  let changes =
                      [ "network", linear
                        "optimiser", """{ "type": "sgd" }"""
                        "batch_size", "1000"
                        "epochs", "1"
                        "learning_rate", "0.5"
                        "clip_norm", "0.01" ]

                  trainInto folder changes catalogue.Value (options ignore) |> ignore
                  let trained = (weightsOf folder).ToDictionary()
                  let network = (RunFolder.Read folder).Recipe.Networks.Value.Network

                  let moved =
                      network.Parameters
                      |> Seq.mapi (fun i p ->
                          Array.map2
                              (fun a b -> float (a - b) ** 2.0)
                              trained[p.Name]
                              (Initialisation.Draw(p, 1UL, i))
                          |> Array.sum)
                      |> Seq.sum
                      |> sqrt

                  Expect.floatClose Accuracy.low moved 0.005 "way"))
          testCase "any number of threads gives the same files" (fun () ->
              Repository.withFolder (fun folder ->
                  let at n = Path.Combine(folder, string n)

                  for threads in 1..3 do
                      trainInto (at threads) [] catalogue.Value (options (fun o -> o.Threads <- threads))
                      |> ignore

                  expectSameRun (at 2) (at 1)
                  expectSameRun (at 3) (at 1)))
          testCase "the same seed gives the same files, another seed others" (fun () ->
              Repository.withFolder (fun folder ->
                  let at (name: string) = Path.Combine(folder, name)

                  let seeded name seed =
                      trainInto (at name) [] catalogue.Value (options (fun o -> o.Seed <- Nullable seed))
                      |> ignore

                  seeded "a" 4UL
                  seeded "b" 4UL
                  seeded "c" 5UL
                  expectSameRun (at "b") (at "a")
                  let a, c = snapshot (at "a"), snapshot (at "c")

                  for name in
                      [ "weights.safetensors"; "predictions.csv"; "metrics.json"; "preprocessing.json"; "split.json" ] do
                      Expect.notEqual a[name] c[name] name))
          testCase "scaling and weights do not see the test part" (fun () ->
              Repository.withFolder (fun folder ->
                  let samples, redshifts = arraysOf catalogue.Value
                  let split = splitOf 1UL 600

                  let train (name: string) row =
                      let changed = Array.copy samples

                      for i in 0..185 do
                          changed[row * 186 + i] <- 1e6f

                      let path = Path.Combine(folder, name)

                      trainInto path [] (Catalogue.FromArrays(Surveys.Gaia, changed, redshifts)) (options ignore)
                      |> ignore

                      snapshot path

                  let one, other = train "one" split.Test[0], train "other" split.Test[1]
                  let learnt = train "train" split.Train[0]

                  for name in [ "preprocessing.json"; "weights.safetensors" ] do
                      Expect.equal other[name] one[name] $"{name}: a test row changed"
                      Expect.notEqual learnt[name] one[name] $"{name}: a training row changed"

                  Expect.notEqual other["predictions.csv"] one["predictions.csv"] "its prediction does change"))
          testCase "options are read when training begins" (fun () ->
              use made = estimator ()
              let changing = options (fun o -> o.Epochs <- Nullable 2)
              let task = made.FitAsync(catalogue.Value, changing)
              changing.Backend <- "abacus"
              Expect.equal (task.GetAwaiter().GetResult().History.Count) 2 "epochs")
          testCase "options out of range are refused" (fun () ->
              use made = estimator ()

              for name, change in
                  [ "epochs", (fun (o: TrainingOptions) -> o.Epochs <- Nullable 0)
                    "batch size", (fun o -> o.BatchSize <- Nullable -1)
                    "threads", (fun o -> o.Threads <- 0)
                    "highest redshift", (fun o -> o.MaxRedshift <- Nullable nan)
                    "backend", (fun o -> o.Backend <- "abacus") ] do
                  Expect.throwsT<ArgumentException>
                      (fun () -> fit made catalogue.Value (options change) |> ignore)
                      name) ]
