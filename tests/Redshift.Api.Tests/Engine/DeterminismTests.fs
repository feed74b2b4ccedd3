/// The same bits for any number of threads, any batch around a row, any interruption.
module Redshift.Api.Tests.DeterminismTests

open System
open System.Security.Cryptography
open System.Threading.Tasks
open Expecto
open Redshift.Core
open Redshift.Core.Layers
open Redshift.Engine
open EngineTesting

/// Trains on changing batches of changing size, and returns the losses.
let private train (model: IModel) (first: int) (last: int) =
    [ for i in first .. last - 1 do
          let count = if i % 4 = 3 then 5 else 16
          let inputs = normals (uint64 (1000 + i)) (count * model.Network.Input.Size)
          let targets = normals (uint64 (2000 + i)) count
          step model inputs targets count 1e-3 ]

let private clipped optimiser = TrainingPlan(Loss.Huber 1.0, optimiser, { L1 = 1e-4; L2 = 1e-3 }, Nullable 0.5)

let private optimisers =
    [ "sgd", Optimiser.sgd 0.0
      "sgd with momentum", Optimiser.sgd 0.9
      "nesterov", Optimiser.Sgd { Momentum = 0.9; Nesterov = true }
      "adam", Optimiser.adam
      "adamw", Optimiser.adamW 0.01
      "adamax", Optimiser.adamax
      "rmsprop", Optimiser.rmsProp
      "rmsprop with momentum",
      Optimiser.RmsProp
          { Rho = 0.9
            Epsilon = 1e-7
            Momentum = 0.5 } ]

let private threads (network: Network) =
    let run threads =
        let model = backend.Compile(network, 7UL, threads)
        model.BeginTraining(clipped Optimiser.adamax, 8UL)
        let losses = train model 0 12
        let inputs = normals 9UL (61 * network.Input.Size)
        losses, model, predict model inputs 61

    let expectedLosses, expected, expectedOutputs = run 1

    for n in [ 2; 3; 4 ] do
        let losses, model, outputs = run n
        Expect.equal losses expectedLosses $"losses of {n} threads"
        sameWeights model expected $"weights of {n} threads"
        sameBits outputs expectedOutputs $"predictions of {n} threads"
        model.Dispose()

    expected.Dispose()

let private neighbours (network: Network) =
    let inputSize = network.Input.Size
    use model = backend.Compile(network, 3UL, 2)
    scramble 4UL model
    let count = 101
    let inputs = normals 5UL (count * inputSize)
    let together = predict model inputs count

    for row in 0 .. count - 1 do
        let alone = predict model (Array.sub inputs (row * inputSize) inputSize) 1
        sameBits alone [| together[row] |] $"row {row} alone"

    for size in [ 2; 3; 7; 12; 13; 50 ] do
        let chunks =
            inputs
            |> Array.chunkBySize (size * inputSize)
            |> Array.collect (fun chunk -> predict model chunk (chunk.Length / inputSize))

        sameBits chunks together $"in chunks of {size}"

    inputs[0] <- Single.NaN
    let poisoned = predict model inputs count
    Expect.isTrue (Single.IsNaN poisoned[0]) "NaN in, NaN out"
    sameBits poisoned[1..] together[1..] "neighbours of a NaN"

let private concurrent (network: Network) =
    let inputSize = network.Input.Size
    use model = backend.Compile(network, 3UL, 2)
    let inputs = Array.init 64 (fun i -> normals (uint64 i) ((1 + i * 7) * inputSize))
    use single = backend.Compile(network, 3UL, 1)
    let expected = inputs |> Array.map (fun x -> predict single x (x.Length / inputSize))

    let tasks =
        inputs
        |> Array.map (fun x -> Task.Run(fun () -> predict model x (x.Length / inputSize)))

    Task.WaitAll(tasks |> Array.map (fun t -> t :> Task))
    Array.iteri (fun i (t: Task<float32[]>) -> sameBits t.Result expected[i] $"call {i}") tasks

let private resume (network: Network) optimiser =
    use whole = backend.Compile(network, 1UL, 2)
    whole.BeginTraining(clipped optimiser, 2UL)
    let expected = train whole 0 10

    use firstHalf = backend.Compile(network, 1UL, 1)
    firstHalf.BeginTraining(clipped optimiser, 2UL)
    let losses = train firstHalf 0 5
    use secondHalf = backend.Compile(network, 99UL, 2)

    for name, values in weights firstHalf do
        secondHalf.SetWeights(name, ReadOnlySpan values)

    secondHalf.BeginTraining(clipped optimiser, 2UL)
    secondHalf.SetOptimiserState(firstHalf.GetOptimiserState(), firstHalf.StepCount)
    let rest = train secondHalf 5 10
    Expect.equal (losses @ rest) expected "losses"
    sameWeights secondHalf whole "weights"
    Expect.equal secondHalf.StepCount 10L "steps"

    for KeyValue(name, values) in secondHalf.GetOptimiserState() do
        sameBits values (whole.GetOptimiserState()[name]) name

/// A hash of the weights after some training, on inputs that need no transcendental function.
let private fingerprint (network: Network) =
    let inputSize = network.Input.Size
    let stream = RandomStream 77UL
    let uniform count = Array.init count (fun _ -> float32 (stream.NextDouble() - 0.5))
    use model = backend.Compile(network, 7UL, 2)
    model.BeginTraining(clipped Optimiser.adamax, 8UL)

    for _ in 1..6 do
        step model (uniform (16 * inputSize)) (uniform 16) 16 1e-3 |> ignore

    let bytes =
        weights model
        |> Seq.collect (snd >> Seq.collect BitConverter.GetBytes)
        |> Seq.toArray

    Convert.ToHexString(SHA256.HashData bytes).Substring(0, 16)

let tests =
    testList
        "Determinism"
        [ for name, network, hash in [ "small", miniature, "0C10B03F928353CE"; "wide", wide, "883A483F0D97BF9C" ] do
              testCase $"threads change nothing: {name}" (fun () -> threads network)
              // Found equal with AVX-512, AVX2 and 128-bit vectors (DOTNET_EnableAVX512=0, DOTNET_EnableAVX2=0).
              testCase $"vector widths change nothing: {name}" (fun () ->
                  Expect.equal (fingerprint network) hash "hash of the weights")

              testCase $"a row's outputs are its own: {name}" (fun () -> neighbours network)
              testCase $"64 callers at once get what each gets alone: {name}" (fun () -> concurrent network)
          for name, network in [ "normalised", normalised; "attentive", attentive ] do
              testCase $"threads change nothing: {name}" (fun () -> threads network)
              testCase $"a row's outputs are its own: {name}" (fun () -> neighbours network)
              testCase $"64 callers at once get what each gets alone: {name}" (fun () -> concurrent network)
              testCase $"an interruption changes nothing: {name}" (fun () -> resume network Optimiser.adamax)
          // No layer of it takes an exponential; found equal with AVX-512, AVX2 and 128-bit vectors.
          testCase "vector widths change nothing: normalised" (fun () ->
              Expect.equal (fingerprint normalised) "C28D01D8CF792409" "hash of the weights")
          for name, optimiser in optimisers do
              testCase $"an interruption changes nothing: {name}" (fun () -> resume miniature optimiser) ]
