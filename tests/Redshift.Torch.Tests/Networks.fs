/// Networks drawn so that their shapes fit, with inputs and targets for them.
module Redshift.Torch.Tests.Networks

open FsCheck
open FsCheck.FSharp
open Redshift.Core.Distributions
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Api.Tests.EngineTesting

/// What is drawn: a network, a loss that fits it, and a seed.
[<StructuredFormatDisplay("{Text}")>]
type Drawn =
    { Network: Network
      Loss: Loss
      Seed: uint64 }

    /// For the message of a law that fails.
    member this.Text = $"{Network.summary this.Network}{this.Loss}, seed {this.Seed}"

/// A layer for any shape of so many channels. What normalises over a single channel makes it constant, and a batch norm above
/// would enlarge the rounding errors that are left of it.
let private anywhere channels =
    let overChannels = if channels > 1 then [ softmax; layerNorm ] else []

    Gen.elements (
        [ linear; relu; sigmoid; tanh; gelu; softplus; batchNorm; batchNorm ]
        @ overChannels
    )

let private start =
    Gen.elements [ Initialiser.GlorotUniform; Initialiser.HeUniform; Initialiser.HeNormal ]

let private denseLayer =
    Gen.map3
        (fun units bias start ->
            Layer.Dense
                { Units = units
                  Bias = bias
                  Initialiser = start })
        (Gen.choose (1, 9))
        (Gen.elements [ true; false ])
        start

let private conv length =
    gen {
        let! kernel = Gen.choose (1, min 5 length)

        let! filters, stride, bias =
            Gen.zip3 (Gen.choose (1, 7)) (Gen.choose (1, 3)) (Gen.elements [ true; false ])

        let! padding = Gen.choose (0, kernel - 1)
        let! start = start

        return
            Layer.Conv1d
                { Filters = filters
                  Kernel = kernel
                  Stride = stride
                  Padding = padding
                  Bias = bias
                  Initialiser = start }
    }

let private pool length =
    Gen.map3
        (fun size stride largest ->
            if largest then
                Layer.MaxPool1d { Size = size; Stride = stride }
            else
                Layer.AvgPool1d { Size = size; Stride = stride })
        (Gen.choose (1, min 4 length))
        (Gen.choose (1, 3))
        (Gen.elements [ true; false ])

let private attention =
    Gen.map3
        (fun heads units slope ->
            Layer.GraphAttention
                { Heads = heads
                  Units = units
                  Slope = slope })
        (Gen.choose (1, 3))
        (Gen.choose (1, 5))
        (Gen.elements [ 0.0; 0.2 ])

/// One layer that fits a shape.
let private layerFor (shape: Shape) =
    match shape with
    | Shape.Features n -> Gen.frequency [ 3, denseLayer; 4, anywhere n ]
    | Shape.Signal(channels, length) ->
        Gen.frequency
            [ 5, conv length
              2, pool length
              4, anywhere channels
              1, Gen.constant (residual (conv1dPadded channels 3 1 --> tanh)) ]
    | Shape.Graph(_, features) ->
        Gen.frequency
            [ 4, attention
              1, Gen.constant graphIdentity
              3, anywhere features
              1, Gen.constant (residual (graphAttention 1 features --> tanh)) ]

/// The shape that comes out of a layer; a head of any size stands in for the one it does not have.
let private after (shape: Shape) (layer: Layer) =
    match Network.create "shape" shape (layer --> flatten --> dense 1) (Head.Point [ "t" ]) with
    | Ok network -> network.Steps[network.Steps.Count - 3].Output
    | Error e -> failwith (string e)

let rec private body depth shape =
    if depth = 0 then
        Gen.constant []
    else
        gen {
            let! layer = layerFor shape
            let! rest = body (depth - 1) (after shape layer)
            return layer :: rest
        }

/// The way from a body's shape to so many outputs.
let private ending outputs meanOfNodes (shape: Shape) =
    match shape with
    | Shape.Features _ -> dense outputs
    | Shape.Graph _ when meanOfNodes -> graphMean --> dense outputs
    | Shape.Signal _
    | Shape.Graph _ -> flatten --> dense outputs

let private input =
    Gen.oneof
        [ Gen.map Shape.Features (Gen.choose (1, 12))
          Gen.map2 (fun c l -> Shape.Signal(c, l)) (Gen.choose (1, 3)) (Gen.choose (6, 24))
          Gen.map2 (fun n f -> Shape.Graph(n, f)) (Gen.choose (1, 7)) (Gen.choose (1, 5)) ]

let private headAndLoss =
    Gen.elements
        [ Head.Point [ "a" ], Loss.Mse
          Head.Point [ "a"; "b" ], Loss.Mae
          Head.Point [ "a"; "b" ], Loss.Huber 0.3
          Head.Gaussian, Loss.GaussianNll
          Head.Mixture 3, Loss.MixtureNll
          Head.Binned(
              { Lowest = 0.0
                Highest = 2.0
                Bins = 8 },
              0.1
          ),
          Loss.CrossEntropy
          Head.Classes [ "x"; "y"; "z" ], Loss.CrossEntropy
          Head.Joint
              [ { Target = "stellarity"
                  Weight = 0.5
                  Head = Head.Classes [ "galaxy"; "star" ] }
                { Target = "spectral_type"
                  Weight = 1.0
                  Head = Head.Classes [ "a"; "b"; "c" ] } ],
          Loss.CrossEntropy ]

/// Networks of up to five layers under the layers of their head.
let drawn: Gen<Drawn> =
    gen {
        let! shape = input
        let! depth = Gen.choose (0, 5)
        let! layers = body depth shape
        let! head, loss = headAndLoss
        let! mean = Gen.elements [ true; false ]
        let! seed = Gen.choose (1, 1_000_000)
        let last = layers |> List.fold after shape
        let whole = Layer.ofList layers --> ending (Head.outputs head) mean last

        match Network.create "drawn" shape whole head with
        | Ok network ->
            return
                { Network = network
                  Loss = loss
                  Seed = uint64 seed }
        | Error e -> return failwith (string e)
    }

/// Inputs and targets for so many objects, and weights for each.
let examples (network: Network) (loss: Loss) (seed: uint64) (count: int) =
    let targets =
        normals (seed + 200UL) (count * network.Targets)
        |> targetsFor loss network.Targets

    normals (seed + 100UL) (count * network.Input.Size), targets, normals (seed + 300UL) count |> Array.map abs
