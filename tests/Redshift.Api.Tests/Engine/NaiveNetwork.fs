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
                    let weight =
                        if i = 0 || i = n then 1.0
                        elif i % 2 = 1 then 4.0
                        else 2.0

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

/// Mean and variance (divisor n).
let private moments (values: float[]) =
    let mean = Array.average values
    mean, values |> Array.averageBy (fun v -> (v - mean) ** 2.0)

/// One position's values by given means and variances.
let private normalise epsilon (gain: float[]) (offset: float[]) (means: float[]) (variances: float[]) (x: float[]) =
    Array.init x.Length (fun c -> gain[c] * (x[c] - means[c]) / sqrt (variances[c] + epsilon) + offset[c])

/// A graph's nodes by eqs. 1 to 5 of Velickovic et al. 2018, a head after the other.
let private attend (l: GraphAttention) (array: string -> float[]) (nodes: float[][]) : float[][] =
    let width = l.Heads * l.Units
    let kernel, bias = array "kernel", array "bias"

    let head k =
        let self = Array.sub (array "attention_self") (k * l.Units) l.Units
        let neighbour = Array.sub (array "attention_neighbour") (k * l.Units) l.Units

        let values =
            nodes
            |> Array.map (fun h ->
                Array.init l.Units (fun u ->
                    h
                    |> Array.mapi (fun f v -> v * kernel[f * width + k * l.Units + u])
                    |> Array.sum))

        let dot (a: float[]) v = Array.map2 (*) a v |> Array.sum
        let leaky x = if x > 0.0 then x else l.Slope * x

        values
        |> Array.map (fun v ->
            let alpha = values |> Array.map (fun w -> leaky (dot self v + dot neighbour w)) |> softmax

            Array.init l.Units (fun u ->
                Array.map2 (fun (a: float) (w: float[]) -> a * w[u]) alpha values |> Array.sum))

    let heads = Array.init l.Heads head

    nodes
    |> Array.mapi (fun i _ -> heads |> Array.collect (Array.item i) |> Array.map2 (+) bias)

/// All objects through one layer; `weights` gives arrays by name. Dropout does nothing; batch normalisation takes the
/// batch's mean and variance where `training`, unless it has one position alone.
let rec private apply (training: bool) (weights: string -> float[]) (xs: float[][]) (step: Step) : float[][] =
    let channels, length = signal step.Input
    let array name = weights (step.Path + "/" + name)
    let each = fun f -> Array.map f xs
    let positions (f: float[] -> float[]) = each (Array.chunkBySize channels >> Array.collect f)

    match step.Layer with
    | Layer.Dense l ->
        let conv =
            { Filters = l.Units
              Kernel = 1
              Stride = 1
              Padding = 0
              Bias = l.Bias
              Initialiser = l.Initialiser }

        each (convolve conv channels 1 (array "kernel") (if l.Bias then array "bias" else [||]))
    | Layer.Conv1d l -> each (convolve l channels length (array "kernel") (if l.Bias then array "bias" else [||]))
    | Layer.MaxPool1d l -> each (pool l step Array.max)
    | Layer.AvgPool1d l -> each (pool l step Array.average)
    | Layer.Activation l -> each (activate l.Kind channels)
    | Layer.Dropout _
    | Layer.Flatten -> xs
    | Layer.Residual _ -> Array.map2 (Array.map2 (+)) xs (step.Inner |> Seq.fold (apply training weights) xs)
    | Layer.BatchNorm l ->
        let rows = xs |> Array.collect (Array.chunkBySize channels)

        let means, variances =
            if training && rows.Length > 1 then
                rows |> Array.transpose |> Array.map moments |> Array.unzip
            else
                array "mean", array "variance"

        positions (normalise l.Epsilon (array "gain") (array "offset") means variances)
    | Layer.LayerNorm l ->
        positions (fun x ->
            let mean, variance = moments x
            let all value = Array.create channels value
            normalise l.Epsilon (array "gain") (array "offset") (all mean) (all variance) x)
    | Layer.GraphAttention l -> each (Array.chunkBySize channels >> attend l array >> Array.concat)
    | Layer.GraphIdentity ->
        let index i = Array.init length (fun j -> if i = j then 1.0 else 0.0)

        each (
            Array.chunkBySize channels
            >> Array.mapi (fun i x -> Array.append x (index i))
            >> Array.concat
        )
    | Layer.GraphMean -> each (Array.chunkBySize channels >> Array.transpose >> Array.map Array.average)
    | Layer.Sequence _ -> failwith $"{step.Path}: the walk flattens sequences"

/// The outputs for some objects, when predicting.
let forward (network: Network) (weights: string -> float[]) (xs: float[][]) : float[][] =
    network.Steps |> Seq.fold (apply false weights) xs

/// The outputs for a batch in training, without dropout.
let forwardTraining (network: Network) (weights: string -> float[]) (xs: float[][]) : float[][] =
    network.Steps |> Seq.fold (apply true weights) xs

let private normal mean width z = exp (-0.5 * ((z - mean) / width) ** 2.0) / (width * sqrt (2.0 * Math.PI))

/// The mean loss of outputs, one array an object.
let loss (loss: Loss) (outputs: float[][]) (targets: float[][]) : float =
    let each (f: float -> float -> float) =
        Array.map2 (Array.map2 f) outputs targets |> Array.collect id |> Array.average

    match loss with
    | Loss.Mse -> each (fun y t -> (y - t) ** 2.0)
    | Loss.Mae -> each (fun y t -> abs (y - t))
    | Loss.Huber delta ->
        each (fun y t ->
            let e = abs (y - t)

            if e <= delta then
                e * e / 2.0
            else
                delta * (e - delta / 2.0))
    | Loss.CrossEntropy ->
        Array.map2 (fun y t -> Array.map2 (fun p q -> -q * log p) (softmax y) t |> Array.sum) outputs targets
        |> Array.average
    | Loss.GaussianNll ->
        Array.map2 (fun (y: float[]) (t: float[]) -> -log(normal y[0] (exp y[1]) t[0])) outputs targets
        |> Array.average
    | Loss.MixtureNll ->
        Array.map2
            (fun (y: float[]) (t: float[]) ->
                let n = y.Length / 3

                let parts =
                    softmax y[.. n - 1]
                    |> Array.mapi (fun k w -> w * normal y[n + k] (exp y[2 * n + k]) t[0])

                -log(Array.sum parts))
            outputs
            targets
        |> Array.average
