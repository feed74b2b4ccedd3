/// Normalisation, attention and residual layers against PyTorch 1.13.1 (scripts/reference/pytorch-layers.py), and what batch
/// normalisation remembers.
module Redshift.Api.Tests.LayerTests

open System
open Expecto
open Redshift.Core.Layers
open Redshift.Engine
open EngineTesting

let private reference = reference "pytorch-layers.json"
let private doubles path = numbersAt reference.Value path
let private singles path = doubles path |> Array.map float32

let private count = 5

/// As Keras's, with another momentum.
let private batchNorm9 = Layer.BatchNorm { Momentum = 0.9; Epsilon = 1e-3 }

/// The script's networks.
let private cases =
    [ "batch_norm",
      Shape.Signal(3, 8),
      conv1d 4 3
      --> batchNorm9
      --> relu
      --> flatten
      --> dense 6
      --> batchNorm9
      --> dense 2
      "layer_norm",
      Shape.Signal(3, 8),
      conv1d 4 3
      --> layerNorm
      --> gelu
      --> avgPool1d 2
      --> flatten
      --> layerNorm
      --> dense 2
      "residual",
      Shape.Signal(4, 9),
      residual (conv1dPadded 4 3 1 --> tanh)
      --> Layer.AvgPool1d { Size = 3; Stride = 2 }
      --> flatten
      --> dense 2
      "attention", Shape.Graph(6, 3), graphAttention 2 4 --> relu --> graphAttention 3 2 --> graphMean --> dense 2 ]

/// The network with the script's weights; running averages start at 0 and 1, as there.
let private compile name input body =
    let model = backend.Compile(network input 2 body, 1UL, 2)

    for p in model.Network.Parameters |> Seq.filter _.Trainable do
        model.SetWeights(p.Name, ReadOnlySpan(singles [ name; "initial"; p.Name ]))

    model

let private asPyTorch (name, input, body) =
    use model = compile name input body
    let inputs, targets = singles [ name; "inputs" ], singles [ name; "targets" ]
    let before = dict (weights model)
    model.BeginTraining(plan Loss.Mse (Optimiser.sgd 0.0), 1UL)
    let outputs = Array.zeroCreate (count * 2)
    let value = model.Step(ReadOnlySpan inputs, ReadOnlySpan targets, count, 1.0, Span outputs)
    let expected = reference.Value.GetProperty(name).GetProperty("loss").GetDouble()
    Expect.floatClose { absolute = 1e-6; relative = 3e-6 } value expected "loss"

    Expect.isLessThan
        (relativeError 1.0 (outputs |> Array.map float) (doubles [ name; "outputs" ]))
        2e-6
        "outputs in training"

    for array, after in trainable model do
        let actual = Array.map2 (fun a b -> float a - float b) before[array] after
        Expect.isLessThan (relativeError 0.1 actual (doubles [ name; "gradients"; array ])) 5e-6 $"gradient of {array}"

/// Running averages after one step, and what is predicted by them.
let private averages () =
    let name, input, body = cases.Head
    use model = compile name input body
    model.BeginTraining(plan Loss.Mse (Optimiser.sgd 0.0), 1UL)

    step model (singles [ name; "inputs" ]) (singles [ name; "targets" ]) count 0.0
    |> ignore

    for place in [ "body/1"; "body/5" ] do
        for array in [ "mean"; "variance" ] do
            let actual = model.GetWeights $"{place}/{array}" |> Array.map float
            let expected = doubles [ name; "averages"; $"{place}/{array}" ]
            Expect.isLessThan (relativeError 0.1 actual expected) 2e-6 $"{place}/{array}"

    let predicted = predict model (singles [ name; "inputs" ]) count |> Array.map float
    Expect.isLessThan (relativeError 1.0 predicted (doubles [ name; "predicted" ])) 2e-6 "predicted"

let private small = network (Shape.Features 3) 1 (dense 4 --> batchNorm --> relu --> dense 1)

let private remembered (model: IModel) =
    [ for name, values in weights model do
          if name.StartsWith "body/1/" then
              name, values ]

/// One value a channel has no spread: as when predicting, and nothing is learnt of it.
let private lone () =
    use model = backend.Compile(small, 1UL, 2)
    scramble 2UL model
    let inputs = normals 3UL 3
    let predicted = predict model inputs 1
    let before = dict (weights model)
    model.BeginTraining(plan Loss.Mse (Optimiser.sgd 0.0), 1UL)
    let outputs = [| 0f |]
    let loss = model.Step(ReadOnlySpan inputs, ReadOnlySpan [| 0.5f |], 1, 0.1, Span outputs)
    sameBits outputs predicted "outputs in training"
    Expect.isTrue (Double.IsFinite loss) "loss"

    for name in [ "body/1/mean"; "body/1/variance" ] do
        sameBits (model.GetWeights name) before[name] name

    Expect.notEqual (model.GetWeights "body/0/kernel") before["body/0/kernel"] "the layer before it learns"

/// A step whose outputs are no numbers leaves the averages, too.
let private refused () =
    use model = backend.Compile(small, 1UL, 1)
    model.BeginTraining(plan Loss.Mse Optimiser.adam, 1UL)
    step model (normals 1UL 6) (normals 2UL 2) 2 1e-3 |> ignore
    let before = remembered model

    for bad in [ Single.NaN; Single.PositiveInfinity; 1e30f ] do
        let loss = step model [| 1f; bad; 2f; 1f; 1f; 1f |] [| 1f; 2f |] 2 1e-3
        Expect.isTrue (Double.IsNaN loss) $"loss of {bad}"
        Expect.equal (remembered model) before $"gain, offset and averages after {bad}"

let tests =
    testList
        "Layers"
        [ for name, input, body in cases do
              testCase $"as PyTorch: {name}" (fun () -> asPyTorch (name, input, body))
          testCase "running averages move as Keras's and predict as PyTorch's" averages
          testCase "a lone object is normalised by the running averages" lone
          testCase "a refused step leaves the running averages" refused ]
