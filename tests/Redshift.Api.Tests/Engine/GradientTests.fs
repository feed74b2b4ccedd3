/// Outputs and gradients against the naive network in double precision and its central differences.
module Redshift.Api.Tests.GradientTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Engine.Simd
open EngineTesting

let private asFloats = Array.map float

/// The engine's gradient by one plain step of rate 1: w - (w - g). Exact to the rounding of w.
let private engineGradient (model: IModel) loss inputs targets count =
    let before = weights model
    let beforeOf = dict before
    model.BeginTraining(plan loss (Optimiser.sgd 0.0), 1UL)
    let value = step model inputs targets count 1.0

    let gradients =
        [ for name, after in trainable model -> name, Array.map2 (fun a b -> float a - float b) beforeOf[name] after ]

    for name, values in before do
        model.SetWeights(name, ReadOnlySpan values)

    value, gradients

/// Central differences of the naive network's loss by each weight.
let private naiveGradient (network: Network) loss (weights: (string * float[]) list) (xs: float[][]) ts =
    let arrays = dict weights
    let value () = NaiveNetwork.loss loss (NaiveNetwork.forwardTraining network (fun n -> arrays[n]) xs) ts
    let trainable = network.Parameters |> Seq.filter _.Trainable |> Seq.map _.Name |> Seq.toList

    let derivative (array: float[]) i =
        let held, h = array[i], 1e-6
        array[i] <- held + h
        let up = value ()
        array[i] <- held - h
        let down = value ()
        array[i] <- held
        (up - down) / (2.0 * h)

    value (), [ for name in trainable -> name, Array.init arrays[name].Length (derivative arrays[name]) ]

let private checkOn (draw: uint64 -> int -> float32[]) (network: Network) (loss: Loss) (seed: uint64) =
    use model = backend.Compile(network, seed, 2)
    scramble seed model
    let count = 3
    let inputs = draw (seed + 100UL) (count * network.Input.Size)

    let targets =
        normals (seed + 200UL) (count * network.Targets)
        |> targetsFor loss network.Outputs

    let xs = inputs |> asFloats |> Array.chunkBySize network.Input.Size
    let ts = targets |> asFloats |> Array.chunkBySize network.Targets
    let held = [ for name, w in weights model -> name, asFloats w ]
    let expectedOutputs = NaiveNetwork.forward network (fun n -> (dict held)[n]) xs |> Array.concat
    let outputs = predict model inputs count |> asFloats
    Expect.isLessThan (relativeError 1.0 outputs expectedOutputs) 2e-6 "outputs"
    let expectedLoss, expected = naiveGradient network loss held xs ts
    let value, actual = engineGradient model loss inputs targets count
    Expect.isLessThan (abs (value - expectedLoss)) (3e-6 * max 1.0 expectedLoss) "loss"

    for (name, a), (_, e) in List.zip actual expected do
        Expect.isLessThan (relativeError 0.1 a e) 1e-5 $"gradient of {name}"

let private check = checkOn normals

let private huber = Loss.Huber 1.0
let private signal channels length = Shape.Signal(channels, length)

let private strided filters kernel stride padding bias =
    Layer.Conv1d
        { Filters = filters
          Kernel = kernel
          Stride = stride
          Padding = padding
          Bias = bias
          Initialiser = Initialiser.HeNormal }

let private overlapping = Layer.MaxPool1d { Size = 3; Stride = 2 }

let private cases =
    [ "dense alone", Shape.Features 5, 2, dense 2, Loss.Mse
      "no layers but flatten", Shape.Features 3, 3, flatten, Loss.Mse
      "dense, relu", Shape.Features 7, 2, dense 9 --> relu --> dense 2, Loss.Mae
      "sigmoid", Shape.Features 4, 2, dense 6 --> sigmoid --> dense 2, Loss.Mse
      "tanh", Shape.Features 4, 2, dense 6 --> tanh --> dense 2, huber
      "gelu", Shape.Features 4, 2, dense 6 --> gelu --> dense 2, huber
      "softplus", Shape.Features 4, 2, dense 6 --> softplus --> dense 2, Loss.Huber 0.3
      "softmax", Shape.Features 4, 3, dense 6 --> softmax --> dense 3, Loss.Mse
      "linear", Shape.Features 4, 3, dense 6 --> linear --> dense 3, Loss.Mse
      "relu first", Shape.Features 4, 2, relu --> dense 2, Loss.Mse
      "cross-entropy", Shape.Features 4, 5, dense 6 --> relu --> dense 5, Loss.CrossEntropy
      "gaussian likelihood", Shape.Features 4, 2, dense 6 --> tanh --> dense 2, Loss.GaussianNll
      "mixture likelihood", Shape.Features 4, 9, dense 6 --> tanh --> dense 9, Loss.MixtureNll
      "softmax by position", signal 2 6, 2, conv1d 3 2 --> softmax --> flatten --> dense 2, Loss.Mse
      "conv", signal 2 9, 1, conv1d 4 3 --> flatten --> dense 1, Loss.Mse
      "conv, relu", signal 2 9, 1, conv1d 4 3 --> relu --> conv1d 3 2 --> relu --> flatten --> dense 1, Loss.Mse
      "conv, relu, pool", signal 1 12, 1, conv1d 5 3 --> relu --> maxPool1d 2 --> flatten --> dense 1, huber
      "conv, pool, relu", signal 1 13, 1, conv1d 5 3 --> maxPool1d 2 --> relu --> flatten --> dense 1, huber
      "two convs and pools",
      signal 3 16,
      1,
      conv1d 5 3
      --> relu
      --> maxPool1d 2
      --> conv1d 4 2
      --> relu
      --> maxPool1d 2
      --> flatten
      --> dense 1,
      huber
      "stride and padding",
      signal 2 11,
      1,
      strided 4 4 3 2 true --> relu --> strided 3 2 1 1 false --> flatten --> dense 1,
      Loss.Mse
      "stride 2 under a conv", signal 3 12, 1, conv1d 4 1 --> strided 3 3 2 1 true --> flatten --> dense 1, Loss.Mse
      "overlapping windows", signal 2 14, 1, conv1d 3 2 --> relu --> overlapping --> flatten --> dense 1, Loss.Mse
      "pool first", signal 2 9, 1, maxPool1d 2 --> conv1d 3 2 --> tanh --> maxPool1d 2 --> flatten --> dense 1, Loss.Mse
      "mean pool", signal 2 9, 1, conv1d 3 2 --> avgPool1d 3 --> conv1d 3 2 --> flatten --> dense 1, Loss.Mse
      "residual",
      signal 2 8,
      1,
      conv1d 3 1
      --> residual (conv1dPadded 3 3 1 --> relu)
      --> residual Layer.identity
      --> flatten
      --> dense 1,
      Loss.Mse
      "batch norm", Shape.Features 4, 2, dense 6 --> batchNorm --> tanh --> batchNorm --> dense 2, Loss.Mse
      "batch norm first", Shape.Features 4, 2, batchNorm --> dense 2, Loss.Mse
      "batch norm by channel", signal 2 9, 1, conv1d 18 3 --> batchNorm --> relu --> flatten --> dense 1, Loss.Mse
      "layer norm", Shape.Features 4, 2, dense 19 --> layerNorm --> tanh --> layerNorm --> dense 2, Loss.Mse
      "layer norm first", Shape.Features 4, 2, layerNorm --> dense 2, Loss.Mse
      "layer norm by position", signal 2 9, 1, conv1d 3 3 --> layerNorm --> relu --> flatten --> dense 1, Loss.Mse
      "graph mean", Shape.Graph(5, 3), 2, graphMean --> dense 2, Loss.Mse
      "graph mean on top", Shape.Graph(5, 3), 2, graphAttention 1 2 --> graphMean, Loss.Mse
      "identity", Shape.Graph(4, 2), 1, graphIdentity --> flatten --> dense 1, Loss.Mse
      "identity above attention",
      Shape.Graph(4, 2),
      1,
      graphAttention 2 2
      --> graphIdentity
      --> layerNorm
      --> graphAttention 1 3
      --> graphMean
      --> dense 1,
      Loss.Mse
      "attention", Shape.Graph(5, 3), 2, graphAttention 2 4 --> flatten --> dense 2, Loss.Mse
      "attention of one node", Shape.Graph(1, 3), 2, graphAttention 2 2 --> flatten --> dense 2, Loss.Mse
      "attention above attention",
      Shape.Graph(6, 2),
      1,
      graphAttention 3 7 --> relu --> graphAttention 2 3 --> graphMean --> dense 1,
      huber
      "attention after normalisation in a residual",
      Shape.Graph(4, 6),
      1,
      residual (layerNorm --> graphAttention 2 3 --> batchNorm)
      --> flatten
      --> dense 1,
      Loss.Mse
      "wide", Shape.Features 3, 2, dense 70 --> relu --> dense 66 --> relu --> dense 2, Loss.Mse ]

type private ConvCase =
    { Channels: int
      Length: int
      Layer: Conv1d
      Count: int }

let private convCase =
    gen {
        let! channels = Gen.choose (1, 19)
        let! filters = Gen.choose (1, 140)
        let! kernel = Gen.choose (1, 7)
        let! stride = Gen.choose (1, 4)
        let! padding = Gen.choose (0, kernel - 1)
        let! length = Gen.choose (kernel, 40)
        let! count = Gen.choose (1, 5)
        let! bias = Gen.elements [ true; false ]

        return
            { Channels = channels
              Length = length
              Count = count
              Layer =
                { Filters = filters
                  Kernel = kernel
                  Stride = stride
                  Padding = padding
                  Bias = bias
                  Initialiser = Initialiser.GlorotUniform } }
    }

/// A convolution alone against the definition, for shapes that fill tiles and panels in all ways.
let private sameAsDefinition (case: ConvCase) =
    let windows = Shape.windows case.Length case.Layer.Kernel case.Layer.Stride case.Layer.Padding
    let outputs = windows * case.Layer.Filters
    let body = Layer.Conv1d case.Layer --> flatten
    use model = backend.Compile(network (signal case.Channels case.Length) outputs body, 1UL, 2)
    scramble 5UL model
    let inputs = normals 6UL (case.Count * case.Channels * case.Length)
    let kernel = model.GetWeights "body/0/kernel" |> asFloats

    let bias =
        if case.Layer.Bias then
            model.GetWeights "body/0/bias" |> asFloats
        else
            [||]

    let expected =
        inputs
        |> asFloats
        |> Array.chunkBySize (case.Channels * case.Length)
        |> Array.collect (NaiveNetwork.convolve case.Layer case.Channels case.Length kernel bias)

    let actual = predict model inputs case.Count |> asFloats
    relativeError 1.0 actual expected < 2e-6

let private plain: IBackend = SimdBackend(MinimalFiltering = false)

/// The largest errors of a wide convolution against the definition in double precision: plainly and by minimal filtering.
let private errors kernel padding channels filters length =
    let layer =
        { Filters = filters
          Kernel = kernel
          Stride = 1
          Padding = padding
          Bias = true
          Initialiser = Initialiser.GlorotUniform }

    let windows = Shape.windows length kernel 1 padding
    let net = network (signal channels length) (windows * filters) (Layer.Conv1d layer --> flatten)
    let inputs = normals 6UL (2 * channels * length)

    let outputs (backend: IBackend) =
        use model = backend.Compile(net, 1UL, 2)
        scramble 5UL model
        let kernel, bias = model.GetWeights "body/0/kernel", model.GetWeights "body/0/bias"

        let expected =
            inputs
            |> asFloats
            |> Array.chunkBySize (channels * length)
            |> Array.collect (NaiveNetwork.convolve layer channels length (asFloats kernel) (asFloats bias))

        relativeError 1.0 (predict model inputs 2 |> asFloats) expected

    outputs plain, outputs backend

/// Gradients by minimal filtering against those by plain products, which are tested against differences.
let private gradientsAgree (network: Network) =
    let inputs, targets = normals 31UL (5 * network.Input.Size), normals 32UL 5

    let gradients (backend: IBackend) =
        use model = backend.Compile(network, 33UL, 2)
        scramble 34UL model

        for name, values in weights model do
            model.SetWeights(name, ReadOnlySpan(values |> Array.map (fun v -> 0.2f * v)))

        engineGradient model Loss.Mse inputs targets 5 |> snd

    let expected = gradients plain

    for (name, a), (_, e) in List.zip (gradients backend) expected do
        Expect.isLessThan (relativeError 1e-3 a e) 2e-4 $"gradient of {name}"

    Expect.isTrue (gradients backend <> expected) "another way to compute them"

let tests =
    testList
        "Gradients"
        [ for name, input, outputs, body, loss in cases do
              testCase name (fun () ->
                  for seed in [ 1UL; 2UL; 3UL ] do
                      check (networkFor loss input outputs body) loss (seed * 1000UL))
          testCase "where positions tie, one of them takes the gradient" (fun () ->
              let constant (_: uint64) count = Array.create count 0.7f

              let body =
                  conv1d 19 1
                  --> relu
                  --> maxPool1d 2
                  --> avgPool1d 2
                  --> maxPool1d 2
                  --> flatten
                  --> dense 1

              checkOn constant (network (signal 2 8) 1 body) Loss.Mse 3UL

              checkOn
                  constant
                  (network (signal 2 9) 1 (conv1d 19 1 --> overlapping --> flatten --> dense 1))
                  Loss.Mse
                  4UL)
          for kernel, padding in [ 2, 0; 3, 1; 3, 0; 4, 3; 5, 0; 5, 2 ] do
              testCase $"minimal filtering with {kernel} taps, padding {padding}, is the convolution" (fun () ->
                  for channels, filters, length in [ 64, 64, 40; 128, 64, 33 ] do
                      let byProducts, byFiltering = errors kernel padding channels filters length
                      // Found: at most 2.4e-6; by plain products 1.1e-6.
                      Expect.isLessThan byFiltering 4e-6 "error against double precision"
                      Expect.notEqual byFiltering byProducts "another way to compute it")
          testCase "minimal filtering gives the same gradients" (fun () -> gradientsAgree wide)
          testCase "minimal filtering under overlapping windows gives the same gradients" (fun () ->
              let body =
                  conv1d 64 3
                  --> conv1d 64 5
                  --> relu
                  --> overlapping
                  --> conv1dPadded 64 4 3
                  --> flatten
                  --> dense 1

              gradientsAgree (network (signal 2 40) 1 body))
          testCase "convolutions of random shapes are what they are by definition" (fun () ->
              let config = Config.QuickThrowOnFailure.WithMaxTest 60
              Check.One(config, Prop.forAll (Arb.fromGen convCase) sameAsDefinition)) ]
