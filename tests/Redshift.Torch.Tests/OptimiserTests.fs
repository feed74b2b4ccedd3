/// A hundred steps of each optimiser, as the built-in backend takes them.
module Redshift.Torch.Tests.OptimiserTests

open System
open Expecto
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Api.Tests.EngineTesting
open Networks
open ParityTests

let private adams =
    { Beta1 = 0.9
      Beta2 = 0.99
      Epsilon = 1e-7 }

let private rms momentum =
    Optimiser.RmsProp
        { Rho = 0.9
          Epsilon = 1e-7
          Momentum = momentum }

let private optimisers =
    [ "sgd", Optimiser.sgd 0.0, 0.02
      "sgd with momentum", Optimiser.sgd 0.9, 0.005
      "sgd of Nesterov", Optimiser.Sgd { Momentum = 0.9; Nesterov = true }, 0.005
      "adam", Optimiser.Adam adams, 0.002
      "adamw", Optimiser.AdamW(adams, 0.1), 0.002
      "adamax", Optimiser.Adamax adams, 0.002
      "rmsprop", rms 0.0, 0.001
      "rmsprop with momentum", rms 0.5, 0.001 ]

/// Convolution without bias: normalisation takes its gradient away, and what is left are rounding errors, which an optimiser
/// that divides by their size makes as large as gradients.
let private bare =
    Layer.Conv1d
        { Filters = 6
          Kernel = 3
          Stride = 1
          Padding = 0
          Bias = false
          Initialiser = Initialiser.GlorotUniform }

/// Convolution, pooling, normalisation, dropout: all that has a state.
let private network =
    networkFor
        Loss.Mse
        (Shape.Signal(1, 24))
        1
        (bare
         --> batchNorm
         --> tanh
         --> maxPool1d 2
         --> flatten
         --> dense 12
         --> dropout 0.2
         --> gelu
         --> dense 1)

let private run (model: IModel) (rate: float) from steps =
    for i in from .. from + steps - 1 do
        let inputs, targets, _ = examples network Loss.Mse (uint64 (i % 10)) 8
        step model inputs targets 8 rate |> ignore

let private expectClose limit (actual: IModel) (expected: IModel) =
    for (name, a), (_, e) in List.zip (weights actual) (weights expected) do
        Expect.isLessThan (relativeError 0.1 (Array.map float a) (Array.map float e)) limit name

let private hundred plan rate =
    use mine = backend.Compile(network, 5UL, 1)
    use theirs = torch.Compile(network, 5UL, 1)
    let start = weights mine

    for model in [ mine; theirs ] do
        model.BeginTraining(plan, 3UL)
        run model rate 0 100

    Expect.isGreaterThan
        (relativeError
            0.1
            (mine.GetWeights "body/8/kernel" |> Array.map float)
            ((dict start)["body/8/kernel"] |> Array.map float))
        0.01
        "weights have moved"

    expectClose 1e-3 theirs mine

/// Half of the steps on one backend, half on the other, with weights and state handed over.
let private handedOver (optimiser: Optimiser) rate =
    use whole = backend.Compile(network, 5UL, 1)
    let plan = plan Loss.Mse optimiser
    whole.BeginTraining(plan, 3UL)
    run whole rate 0 40

    for first, second in [ backend, torch; torch, backend ] do
        use a = first.Compile(network, 5UL, 1)
        a.BeginTraining(plan, 3UL)
        run a rate 0 20
        use b = second.Compile(network, 6UL, 1)

        for name, values in weights a do
            b.SetWeights(name, ReadOnlySpan values)

        b.BeginTraining(plan, 3UL)
        b.SetOptimiserState(a.GetOptimiserState(), a.StepCount)
        run b rate 20 20
        expectClose 1e-3 b whole

let tests =
    testList
        "Optimisers"
        [ for name, optimiser, rate in optimisers do
              testCase $"100 steps of {name} to 1e-3" (fun () -> hundred (plan Loss.Mse optimiser) rate)
              testCase $"{name} handed over from backend to backend" (fun () -> handedOver optimiser rate)

          testCase "100 steps with penalties and a clipped gradient to 1e-3" (fun () ->
              let plan = TrainingPlan(Loss.Huber 0.3, Optimiser.Adam adams, { L1 = 1e-3; L2 = 1e-2 }, Nullable 0.2)

              hundred plan 0.002) ]
