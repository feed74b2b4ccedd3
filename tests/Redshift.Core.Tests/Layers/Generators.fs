/// Drawn layers, shapes and heads.
module Redshift.Core.Tests.Layers.Generators

open FsCheck.FSharp
open Redshift.Core.Layers

let private rate = Gen.choose (0, 95) |> Gen.map (fun n -> float n / 100.0)

let private initialiser =
    Gen.elements [ Initialiser.GlorotUniform; Initialiser.HeUniform; Initialiser.HeNormal ]

/// A layer that is not a sequence; sizes from -1, so that impossible ones are drawn too.
let private single =
    let small = Gen.choose (-1, 6)

    Gen.oneof
        [ Gen.map3
              (fun units bias start ->
                  Layer.Dense
                      { Units = units
                        Bias = bias
                        Initialiser = start })
              small
              (Gen.elements [ true; false ])
              initialiser
          Gen.map3
              (fun (filters, kernel) (stride, padding) start ->
                  Layer.Conv1d
                      { Filters = filters
                        Kernel = kernel
                        Stride = stride
                        Padding = padding
                        Bias = true
                        Initialiser = start })
              (Gen.zip small small)
              (Gen.zip small small)
              initialiser
          Gen.map2 (fun size stride -> Layer.MaxPool1d { Size = size; Stride = stride }) small small
          Gen.map2 (fun size stride -> Layer.AvgPool1d { Size = size; Stride = stride }) small small
          Gen.elements
              [ linear
                relu
                sigmoid
                tanh
                softmax
                gelu
                softplus
                flatten
                graphIdentity
                graphMean
                batchNorm
                layerNorm ]
          Gen.map dropout rate
          Gen.map2 graphAttention small small ]

/// Any layer, residuals and sequences among them.
let layer =
    let rec sized depth =
        if depth = 0 then
            single
        else
            Gen.frequency
                [ 4, single
                  1, Gen.map residual (sized (depth - 1))
                  2, Gen.map Layer.ofList (Gen.listOfLength 3 (sized (depth - 1))) ]

    sized 3

/// Any input shape, impossible ones among them.
let shape =
    let n = Gen.choose (0, 24)

    Gen.oneof
        [ Gen.map Shape.Features n
          Gen.map2 (fun a b -> Shape.Signal(a, b)) n n
          Gen.map2 (fun a b -> Shape.Graph(a, b)) n n ]
