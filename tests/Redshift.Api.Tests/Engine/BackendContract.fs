/// What every backend refuses, in the same words.
module Redshift.Api.Tests.BackendContract

open System
open System.Collections.Generic
open Expecto
open Redshift.Core.Layers
open Redshift.Engine
open EngineTesting

let private notFinite (backend: IBackend) () =
    use model =
        backend.Compile(network (Shape.Features 3) 1 (dense 4 --> batchNorm --> relu --> dense 1), 1UL, 1)

    model.BeginTraining(plan Loss.Mse Optimiser.adam, 1UL)
    step model (normals 1UL 6) (normals 2UL 2) 2 1e-3 |> ignore
    let before = weights model
    let state = model.GetOptimiserState()

    // The last one's outputs are finite, but its variance is beyond 32 bits.
    for bad in [ Single.NaN; Single.PositiveInfinity; Single.MaxValue; 1e25f ] do
        let inputs = [| 1f; bad; 2f; 1f; 1f; 1f |]
        let loss = step model (inputs |> Array.map (fun v -> v * 4f)) [| 1f; 2f |] 2 1e-3
        Expect.isTrue (Double.IsNaN loss) $"loss of {bad}"

    Expect.isTrue (Double.IsNaN(step model (normals 1UL 6) [| Single.NaN; 1f |] 2 1e-3)) "loss of a target that is NaN"

    for (name, a), (_, b) in List.zip (weights model) before do
        sameBits a b name

    for KeyValue(name, values) in model.GetOptimiserState() do
        sameBits values state[name] name

    Expect.equal model.StepCount 1L "steps"

/// The message of an ArgumentException.
let private message (f: unit -> unit) =
    try
        f ()
        failtest "expected an exception"
    with :? ArgumentException as e ->
        e.Message

let private arguments (backend: IBackend) () =
    use model = backend.Compile(network (Shape.Features 3) 1 (dense 1), 1UL, 1)
    let outputs = Array.zeroCreate<float32> 2
    let short = message (fun () -> model.Predict(ReadOnlySpan(normals 1UL 5), Span outputs, 2))
    Expect.stringContains short "inputs: expects 2 x 3 values, found 5" "inputs"
    let name = message (fun () -> model.SetWeights("body/9/kernel", ReadOnlySpan outputs))
    Expect.stringContains name "body/9/kernel" "name"
    let size = message (fun () -> model.SetWeights("body/0/kernel", ReadOnlySpan outputs))
    Expect.stringContains size "expects 3 values, found 2" "size"

    let wrong = message (fun () -> model.BeginTraining(plan Loss.CrossEntropy Optimiser.adam, 1UL))

    Expect.stringContains wrong "mse, mae or huber" "loss"
    model.BeginTraining(plan Loss.Mse Optimiser.adam, 1UL)
    let missing = message (fun () -> model.SetOptimiserState(Dictionary(), 1L))
    Expect.stringContains missing "m/body/0/kernel" "missing array"
    let state = Dictionary(model.GetOptimiserState())
    state["x/body/0/kernel"] <- [| 1f |]
    Expect.stringContains (message (fun () -> model.SetOptimiserState(state, 1L))) "x/body/0/kernel" "unknown array"

/// The tests of a backend.
let tests (backend: IBackend) : Test list =
    [ testCase "outputs that are not finite leave everything as it was" (notFinite backend)
      testCase "arguments of the wrong size or name are refused" (arguments backend) ]
