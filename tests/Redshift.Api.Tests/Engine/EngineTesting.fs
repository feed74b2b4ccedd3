/// What the engine's tests share: networks, inputs, comparisons.
module Redshift.Api.Tests.EngineTesting

open System
open System.IO
open System.Text.Json
open Expecto
open Redshift.Core
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Engine.Simd

let backend: IBackend = SimdBackend()

/// A head of so many outputs that goes with a loss.
let private headFor (loss: Loss) (outputs: int) : Head =
    match loss with
    | Loss.Mse
    | Loss.Mae
    | Loss.Huber _ -> Head.Point [ for i in 1..outputs -> $"t{i}" ]
    | Loss.CrossEntropy -> Head.Classes [ for i in 1..outputs -> $"c{i}" ]
    | Loss.GaussianNll -> Head.Gaussian
    | Loss.MixtureNll -> Head.Mixture(outputs / 3)

/// A checked network to be trained by a loss.
let networkFor (loss: Loss) (input: Shape) (outputs: int) (body: Layer) : Network =
    match Network.create "test" input body (headFor loss outputs) with
    | Ok n -> n
    | Error e -> failwith (string e)

/// A checked network with one target an output.
let network = networkFor Loss.Mse

/// Normal deviates of a seed.
let normals (seed: uint64) (count: int) : float32[] =
    let stream = RandomStream seed
    Array.init count (fun _ -> float32 (stream.NextNormal()))

/// Deviates [objects x targets] as targets of a loss: shares that add up to 1 for cross-entropy.
let targetsFor (loss: Loss) (each: int) (raw: float32[]) : float32[] =
    match loss with
    | Loss.CrossEntropy ->
        raw
        |> Array.chunkBySize each
        |> Array.collect (fun row -> row |> Array.map (fun v -> abs v / Array.sumBy abs row))
    | Loss.Mse
    | Loss.Mae
    | Loss.Huber _
    | Loss.GaussianNll
    | Loss.MixtureNll -> raw

let plan loss optimiser = TrainingPlan(loss, optimiser, Penalty.None, Nullable())

let predict (model: IModel) (inputs: float32[]) (count: int) : float32[] =
    let outputs = Array.zeroCreate (count * model.Network.Outputs)
    model.Predict(ReadOnlySpan inputs, Span outputs, count)
    outputs

/// One step; the outputs are dropped.
let step (model: IModel) (inputs: float32[]) (targets: float32[]) (count: int) (rate: float) : float =
    let outputs = Array.zeroCreate (count * model.Network.Outputs)
    model.Step(ReadOnlySpan inputs, ReadOnlySpan targets, count, rate, Span outputs)

/// All weights, in order.
let weights (model: IModel) : (string * float32[]) list =
    [ for p in model.Network.Parameters -> p.Name, model.GetWeights p.Name ]

/// Those that gradients move: all but running averages.
let trainable (model: IModel) =
    let names =
        set
            [ for p in model.Network.Parameters do
                  if p.Trainable then
                      p.Name ]

    weights model |> List.filter (fun (name, _) -> names.Contains name)

/// Gives every weight a random value, so that biases count too; variances one above zero.
let scramble (seed: uint64) (model: IModel) =
    model.Network.Parameters
    |> Seq.iteri (fun i p ->
        let positive = p.Name.EndsWith "/variance"

        let values =
            normals (seed + uint64 i) p.Count
            |> Array.map (fun v -> if positive then 0.5f + abs v else 0.4f * v)

        model.SetWeights(p.Name, ReadOnlySpan values))

/// A file of expected numbers; scripts/reference has what made it.
let reference (name: string) : Lazy<JsonElement> =
    lazy
        (let path = Path.Combine(AppContext.BaseDirectory, "Reference", name)
         JsonDocument.Parse(File.ReadAllText path).RootElement)

/// The numbers at a place in it.
let numbersAt (reference: JsonElement) (path: string list) : float[] =
    let found = List.fold (fun (json: JsonElement) (name: string) -> json.GetProperty name) reference path
    [| for v in found.EnumerateArray() -> v.GetDouble() |]

let bits (values: float32[]) = values |> Array.map BitConverter.SingleToInt32Bits

/// Equal bit for bit.
let sameBits (actual: float32[]) (expected: float32[]) (message: string) =
    Expect.equal actual.Length expected.Length $"{message}: length"

    match Seq.zip (bits actual) (bits expected) |> Seq.tryFindIndex (fun (a, b) -> a <> b) with
    | Some i -> failtest $"{message}: differ at {i}: {actual[i]:R} and {expected[i]:R}"
    | None -> ()

let sameWeights (a: IModel) (b: IModel) (message: string) =
    for (name, x), (_, y) in List.zip (weights a) (weights b) do
        sameBits x y $"{message}: {name}"

/// Largest difference, relative to the largest expected value (at least `floor`).
let relativeError (floor: float) (actual: float[]) (expected: float[]) =
    let scale = expected |> Array.fold (fun m v -> max m (abs v)) floor

    Array.map2 (fun a b -> abs (a - b) / scale) actual expected
    |> Array.fold max 0.0

/// The thesis's network for 186 samples of a Gaia BP/RP spectrum, in miniature: every fused path, quick to run.
let miniature =
    network
        (Shape.Signal(1, 46))
        1
        (conv1d 20 5
         --> relu
         --> maxPool1d 2
         --> conv1d 70 3
         --> relu
         --> maxPool1d 2
         --> conv1d 9 2
         --> relu
         --> flatten
         --> dense 67
         --> relu
         --> dropout 0.2
         --> dense 1)

/// Wide enough for minimal filtering and for the fused first convolution.
let wide =
    network
        (Shape.Signal(1, 60))
        1
        (conv1d 64 5
         --> relu
         --> maxPool1d 2
         --> conv1d 128 5
         --> relu
         --> maxPool1d 2
         --> conv1dPadded 64 3 1
         --> relu
         --> flatten
         --> dense 16
         --> relu
         --> dense 1)

/// Both normalisations, in and out of a residual, on positions and on features; a mean pool.
let normalised =
    network
        (Shape.Signal(2, 30))
        1
        (batchNorm
         --> conv1d 19 5
         --> batchNorm
         --> relu
         --> avgPool1d 2
         --> residual (layerNorm --> conv1dPadded 19 3 1 --> batchNorm --> relu)
         --> flatten
         --> dense 35
         --> batchNorm
         --> relu
         --> layerNorm
         --> dense 1)

/// Two layers of attention over 11 nodes.
let attentive =
    network
        (Shape.Graph(11, 3))
        1
        (graphAttention 3 9
         --> relu
         --> batchNorm
         --> graphAttention 2 8
         --> layerNorm
         --> graphMean
         --> dense 1)
