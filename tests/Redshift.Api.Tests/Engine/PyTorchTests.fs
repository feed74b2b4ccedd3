/// Numbers from PyTorch 1.13.1 in double precision (scripts/reference/pytorch-engine.py).
module Redshift.Api.Tests.PyTorchTests

open System
open Expecto
open Redshift.Core.Layers
open Redshift.Engine
open EngineTesting

let private reference = reference "pytorch-engine.json"
let private doubles path = numbersAt reference.Value path
let private singles path = doubles path |> Array.map float32

/// The script's network.
let private body =
    Layer.Conv1d
        { Filters = 5
          Kernel = 3
          Stride = 2
          Padding = 1
          Bias = true
          Initialiser = Initialiser.GlorotUniform }
    --> relu
    --> maxPool1d 2
    --> conv1d 4 2
    --> gelu
    --> flatten
    --> dense 6
    --> tanh
    --> dense 3

let private count = 4

let private compile loss =
    let model = backend.Compile(networkFor loss (Shape.Signal(2, 12)) 3 body, 1UL, 2)

    for p in model.Network.Parameters do
        model.SetWeights(p.Name, ReadOnlySpan(singles [ "initial"; p.Name ]))

    model

let private compare (model: IModel) tolerance path =
    for name, values in weights model do
        let expected = doubles (path @ [ name ])
        Expect.isLessThan (relativeError 0.1 (Array.map float values) expected) tolerance name

let private losses =
    [ "mse", Loss.Mse; "mae", Loss.Mae; "huber", Loss.Huber 0.7; "cross_entropy", Loss.CrossEntropy ]

let private gradient (name: string, loss: Loss) =
    use model = compile loss
    let inputs, targets = singles [ "inputs" ], singles [ "targets"; name ]
    let before = dict (weights model)
    model.BeginTraining(plan loss (Optimiser.sgd 0.0), 1UL)
    let value = step model inputs targets count 1.0
    let expected = reference.Value.GetProperty("losses").GetProperty(name).GetProperty("loss").GetDouble()
    Expect.floatClose { absolute = 1e-6; relative = 1e-6 } value expected "loss"

    for array, after in weights model do
        let actual = Array.map2 (fun a b -> float a - float b) before[array] after
        let error = relativeError 0.1 actual (doubles [ "losses"; name; "gradients"; array ])
        Expect.isLessThan error 3e-6 $"gradient of {array}"

let private adam = Optimiser.keras

let private rms momentum =
    Optimiser.RmsProp
        { Rho = 0.9
          Epsilon = 1e-7
          Momentum = momentum }

let private optimisers =
    [ "sgd", Optimiser.sgd 0.0
      "sgd_momentum", Optimiser.sgd 0.9
      "sgd_nesterov", Optimiser.Sgd { Momentum = 0.9; Nesterov = true }
      "adam", Optimiser.Adam adam
      "adamw", Optimiser.AdamW(adam, 0.1)
      "adamax", Optimiser.Adamax adam
      "rmsprop", rms 0.0
      "rmsprop_momentum", rms 0.5 ]

let private train (training: TrainingPlan) target path =
    use model = compile training.Loss
    let inputs, targets = singles [ "inputs" ], singles [ "targets"; target ]
    model.BeginTraining(training, 1UL)
    let values = [| for _ in 1..5 -> step model inputs targets count 0.01 |]
    Expect.isLessThan (relativeError 1.0 values (doubles (path @ [ "losses" ]))) 2e-5 "losses"
    compare model 2e-5 (path @ [ "weights" ])

let private forward () =
    use model = compile Loss.Mse
    let outputs = predict model (singles [ "inputs" ]) count |> Array.map float
    Expect.isLessThan (relativeError 1.0 outputs (doubles [ "outputs" ])) 1e-6 "outputs"

let tests =
    testList
        "As PyTorch"
        [ testCase "outputs" forward
          for loss in losses do
              testCase $"gradients of {fst loss}" (fun () -> gradient loss)
          for name, optimiser in optimisers do
              testCase $"five steps of {name}" (fun () ->
                  train (plan (Loss.Huber 0.7) optimiser) "huber" [ "optimisers"; name ])
          testCase "clipping by the norm" (fun () ->
              train (TrainingPlan(Loss.Mse, Optimiser.Adam adam, Penalty.None, Nullable 0.25)) "mse" [ "clipped" ])
          testCase "penalties" (fun () ->
              let penalty = { L1 = 0.01; L2 = 0.02 }
              train (TrainingPlan(Loss.Mse, Optimiser.sgd 0.9, penalty, Nullable())) "mse" [ "penalised" ]) ]
