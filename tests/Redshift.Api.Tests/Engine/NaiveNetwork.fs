/// Networks computed in the plainest way and in double precision: what the engines are compared with.
module Redshift.Api.Tests.NaiveNetwork

open System
open Redshift.Core.Layers

/// Phi by Simpson's rule, accurate to about 1e-12 for |x| < 8.
let private cumulative (x: float) =
    let n = 2000
    let h = x / float n
    let density t = exp (-0.5 * t * t) / sqrt (2.0 * Math.PI)

    let sum =
        Seq.sum (
            seq {
                for i in 0..n do
                    let weight = if i = 0 || i = n then 1.0 elif i % 2 = 1 then 4.0 else 2.0
                    weight * density (float i * h)
            }
        )

    0.5 + sum * h / 3.0

let private softmax (x: float[]) =
    let e = x |> Array.map (fun v -> exp (v - Array.max x))
    e |> Array.map (fun v -> v / Array.sum e)

let private activate kind channels (x: float[]) =
    match kind with
    | ActivationKind.Linear -> x
    | ActivationKind.Relu -> x |> Array.map (max 0.0)
    | ActivationKind.Sigmoid -> x |> Array.map (fun v -> 1.0 / (1.0 + exp -v))
    | ActivationKind.Tanh -> x |> Array.map Math.Tanh
    | ActivationKind.Softmax -> x |> Array.chunkBySize channels |> Array.collect softmax
    | ActivationKind.Gelu -> x |> Array.map (fun v -> v * cumulative v)
    | ActivationKind.Softplus -> x |> Array.map (fun v -> log (1.0 + exp v))

let private signal shape =
    match shape with
    | Shape.Signal(channels, length) -> channels, length
    | Shape.Graph(nodes, features) -> features, nodes
    | Shape.Features n -> n, 1

/// The cross-correlation by its definition; `kernel` [kernel x channels x filters].
let convolve (layer: Conv1d) (channels: int) (length: int) (kernel: float[]) (bias: float[]) (x: float[]) =
    let windows = Shape.windows length layer.Kernel layer.Stride layer.Padding

    [| for t in 0 .. windows - 1 do
           for f in 0 .. layer.Filters - 1 do
               let mutable sum = if Array.isEmpty bias then 0.0 else bias[f]

               for k in 0 .. layer.Kernel - 1 do
                   let position = t * layer.Stride + k - layer.Padding

                   if position >= 0 && position < length then
                       for c in 0 .. channels - 1 do
                           sum <-
                               sum
                               + x[position * channels + c] * kernel[(k * channels + c) * layer.Filters + f]

               sum |]

let private pool (layer: Pool1d) (step: Step) (reduce: float[] -> float) (x: float[]) : float[] =
    let channels, _ = signal step.Input
    let _, windows = signal step.Output

    [| for t in 0 .. windows - 1 do
           for c in 0 .. channels - 1 do
               reduce [| for i in 0 .. layer.Size - 1 -> x[(t * layer.Stride + i) * channels + c] |] |]

/// One object through one layer; `weights` gives arrays by name. Dropout does nothing.
let rec private apply (weights: string -> float[]) (x: float[]) (step: Step) : float[] =
    let channels, length = signal step.Input
    let array present name = if present then weights (step.Path + "/" + name) else [||]
    let absent () : float[] = failwith $"{step.Path}: the reference has no such layer"

    match step.Layer with
    | Layer.Dense l ->
        let conv =
            { Filters = l.Units
              Kernel = 1
              Stride = 1
              Padding = 0
              Bias = l.Bias
              Initialiser = l.Initialiser }

        convolve conv x.Length 1 (array true "kernel") (array l.Bias "bias") x
    | Layer.Conv1d l -> convolve l channels length (array true "kernel") (array l.Bias "bias") x
    | Layer.MaxPool1d l -> pool l step Array.max x
    | Layer.AvgPool1d l -> pool l step Array.average x
    | Layer.Activation l -> activate l.Kind channels x
    | Layer.Dropout _
    | Layer.Flatten -> x
    | Layer.Residual _ -> Array.map2 (+) x (step.Inner |> Seq.fold (apply weights) x)
    | Layer.BatchNorm _
    | Layer.LayerNorm _
    | Layer.GraphAttention _
    | Layer.GraphMean
    | Layer.Sequence _ -> absent ()

/// The outputs for one object.
let forward (network: Network) (weights: string -> float[]) (x: float[]) : float[] =
    network.Steps |> Seq.fold (apply weights) x

/// The mean loss of outputs, one array an object.
let loss (loss: Loss) (outputs: float[][]) (targets: float[][]) : float =
    let each (f: float -> float -> float) = Array.map2 (Array.map2 f) outputs targets |> Array.collect id |> Array.average

    match loss with
    | Loss.Mse -> each (fun y t -> (y - t) ** 2.0)
    | Loss.Mae -> each (fun y t -> abs (y - t))
    | Loss.Huber delta ->
        each (fun y t ->
            let e = abs (y - t)
            if e <= delta then e * e / 2.0 else delta * (e - delta / 2.0))
    | Loss.CrossEntropy ->
        Array.map2 (fun y t -> Array.map2 (fun p q -> -q * log p) (softmax y) t |> Array.sum) outputs targets
        |> Array.average
