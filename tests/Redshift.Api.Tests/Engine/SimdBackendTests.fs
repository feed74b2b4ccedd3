/// The contract's other promises: weights, memory, refusals, dropout, numbers that are none.
module Redshift.Api.Tests.SimdBackendTests

open System
open Expecto
open Redshift.Core.Layers
open Redshift.Engine
open EngineTesting

let private allocation (network: Network) =
    use model = backend.Compile(network, 1UL, 2)
    let size = network.Input.Size
    let inputs, targets, outputs = normals 1UL (16 * size), normals 2UL 16, Array.zeroCreate<float32> 16
    model.BeginTraining(TrainingPlan(Loss.Huber 1.0, Optimiser.adamax, { L1 = 1e-4; L2 = 0.0 }, Nullable 1.0), 1UL)

    let steps n =
        for i in 1..n do
            let count = if i % 3 = 0 then 5 else 16

            model.Step(
                ReadOnlySpan(inputs, 0, count * size),
                ReadOnlySpan(targets, 0, count),
                count,
                1e-3,
                Span(outputs, 0, count)
            )
            |> ignore

    steps 40
    let before = GC.GetAllocatedBytesForCurrentThread()
    steps 40
    let allocated = GC.GetAllocatedBytesForCurrentThread() - before
    Expect.equal allocated 0L "bytes in 40 steps"

/// One object a call, by the team and by one thread.
let private predictionAllocation (network: Network) =
    for threads in [ 1; 2 ] do
        use model = backend.Compile(network, 1UL, threads)
        let inputs, outputs = normals 1UL network.Input.Size, Array.zeroCreate<float32> 1
        let call () = model.Predict(ReadOnlySpan inputs, Span outputs, 1)

        for _ in 1..40 do
            call ()

        let before = GC.GetAllocatedBytesForCurrentThread()

        for _ in 1..40 do
            call ()

        let allocated = GC.GetAllocatedBytesForCurrentThread() - before
        Expect.equal allocated 0L $"bytes in 40 predictions by {threads} threads"

let private dropoutRate () =
    let n = 4000
    let net = network (Shape.Features n) n (dropout 0.3)
    use model = backend.Compile(net, 1UL, 2)
    let ones = Array.create n 1f
    sameBits (predict model ones 1) ones "predicting drops nothing"
    model.BeginTraining(plan Loss.Mse (Optimiser.sgd 0.0), 5UL)

    let masks =
        [ for _ in 1..10 do
              let outputs = Array.zeroCreate n
              model.Step(ReadOnlySpan ones, ReadOnlySpan ones, 1, 0.1, Span outputs) |> ignore
              outputs ]

    let kept = 1f / 0.7f
    Expect.isTrue (masks |> Seq.concat |> Seq.forall (fun v -> v = 0f || abs (v - kept) < 1e-6f)) "0 or 1 / (1 - rate)"
    let dropped = masks |> Seq.concat |> Seq.filter (fun v -> v = 0f) |> Seq.length
    // Binomial of 40,000 draws: four standard deviations are 0.0092.
    Expect.isLessThan (abs (float dropped / 40000.0 - 0.3)) 0.0092 "share of zeros"
    Expect.equal (masks |> List.distinct |> List.length) 10 "another mask each step"

let private initial () =
    let body = conv1d 40 5 --> flatten --> dense 30 --> dense 1
    let net = network (Shape.Signal(8, 12)) 1 body
    use model = backend.Compile(net, 11UL, 1)
    use again = backend.Compile(net, 11UL, 2)
    sameWeights model again "the same seed"
    let kernel = model.GetWeights "body/0/kernel"
    let limit = sqrt (6.0 / float (5 * 8 + 5 * 40))
    let largest = kernel |> Array.map abs |> Array.max |> float
    Expect.isTrue (largest <= limit && largest > 0.98 * limit) "Glorot's limits"
    Expect.isTrue (model.GetWeights "body/0/bias" |> Array.forall (fun v -> v = 0f)) "biases"

    let spec =
        { net.Parameters[2] with
            Start = InitialValue.Drawn Initialiser.HeNormal }

    let normal = Initialisation.Draw(spec, 3UL, 2) |> Array.map float
    let width = sqrt (Array.averageBy (fun v -> v * v) normal)
    Expect.isLessThan (abs (width / sqrt (2.0 / float spec.FanIn) - 1.0)) 0.03 "He's width"

let tests =
    testList
        "Simd backend"
        [ for name, network in [ "small", miniature; "normalised", normalised; "attentive", attentive ] do
              testSequenced (testCase $"a step allocates nothing: {name}" (fun () -> allocation network))

              testSequenced (
                  testCase $"predicting one object allocates nothing: {name}" (fun () -> predictionAllocation network)
              )
          yield! BackendContract.tests backend
          testCase "dropout drops its share, in training alone" dropoutRate
          testCase "weights start as the initialiser says" initial ]
