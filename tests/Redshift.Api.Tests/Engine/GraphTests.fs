/// Layers of graphs: against PyTorch's automatic differentiation (scripts/reference/gat.py), inputs' gradients too, and what
/// holds when nodes change places.
module Redshift.Api.Tests.GraphTests

#nowarn "9" // a workspace's buffers are pointers

open System
open System.Text.Json
open Expecto
open FsCheck
open FsCheck.FSharp
open Microsoft.FSharp.NativeInterop
open Redshift.Core
open Redshift.Core.Catalogues
open Redshift.Core.Layers
open Redshift.Core.Models
open Redshift.Engine.Simd
open EngineTesting
open Redshift.Tests.Law

let private asFloats = Array.map float

/// A body run forward and back without a loss: outputs, the inputs' gradient and the weights'.
let private backwards (network: Network) (weights: string -> float32[]) count (inputs: float32[]) (towards: float32[]) =
    let parameters = readOnlyDict [ for spec in network.Parameters -> spec.Name, new Parameter(spec) ]

    for KeyValue(name, parameter) in parameters do
        weights(name).CopyTo parameter.Weights.Span
        parameter.PrepareGradient()

    let plans = LayerPlanner.Plan(network, parameters, false)

    for packed in plans |> Seq.collect _.Weights do
        for task in 0 .. packed.PackingTasks true - 1 do
            packed.Pack(task, true)

    use input = new AlignedBuffer(int64 inputs.Length)
    use inputGradient = new AlignedBuffer(int64 inputs.Length)
    use team = new Team(2)
    inputs.CopyTo input.Span

    let place =
        NodePlace(Input = input.Start, InputGradient = inputGradient.Start, Capacity = count, Training = true)

    use chain = new Chain(plans, place)
    chain.Forward(team, count, 0UL)
    let outputs = Array.init towards.Length (NativePtr.get chain.Output)
    towards |> Array.iteri (NativePtr.set chain.OutputGradient)
    chain.Backward team

    let gradients =
        [ for KeyValue(name, parameter) in parameters -> name, parameter.Gradient.Span.ToArray() ]

    for packed in plans |> Seq.collect _.Weights do
        packed.Dispose()

    for parameter in parameters.Values do
        parameter.Dispose()

    outputs, inputGradient.Span.ToArray(), gradients

/// The body alone, as features that a head could follow.
let private bodyOf (case: JsonElement) : Network =
    let number (json: JsonElement) (name: string) = json.GetProperty(name).GetInt32()

    let layers =
        [ for layer in case.GetProperty("layers").EnumerateArray() ->
              Layer.GraphAttention
                  { Heads = number layer "heads"
                    Units = number layer "units"
                    Slope = layer.GetProperty("slope").GetDouble() } ]

    let nodes = number case "nodes"
    let isMean = case.GetProperty("mean").GetBoolean()

    let body =
        Layer.ofList
            [ if case.GetProperty("identity").GetBoolean() then
                  graphIdentity
              layers[0]
              relu
              layers[1]
              if isMean then graphMean else flatten ]

    let outputs = (numbersAt case [ "outputs" ]).Length / number case "objects"
    network (Shape.Graph(nodes, number case "features")) outputs body

let private asPyTorch (case: JsonElement) =
    let network = bodyOf case
    let singles path = numbersAt case path |> Array.map float32
    let weights name = singles [ "initial"; name ]

    let outputs, inputGradient, gradients =
        backwards
            network
            weights
            (case.GetProperty("objects").GetInt32())
            (singles [ "inputs" ])
            (singles [ "output_gradients" ])

    let near actual path message =
        Expect.isLessThan (relativeError 0.1 (asFloats actual) (numbersAt case path)) 5e-6 message

    near outputs [ "outputs" ] "outputs"
    near inputGradient [ "input_gradients" ] "gradient of the inputs"
    Expect.equal gradients.Length 8 "arrays of two layers"

    for name, gradient in gradients do
        near gradient [ "gradients"; name ] $"gradient of {name}"

let private reference = reference "gat.json"

/// A graph whose nodes change places.
type private Permuted =
    { Nodes: int
      Features: int
      Heads: int
      Units: int
      Seed: uint64 }

let private permuted =
    gen {
        let! nodes = Gen.choose (2, 30)
        let! features = Gen.choose (1, 5)
        let! heads = Gen.choose (1, 8)
        let! units = Gen.choose (1, 9)
        let! seed = Gen.choose (1, 1000000)

        return
            { Nodes = nodes
              Features = features
              Heads = heads
              Units = units
              Seed = uint64 seed }
    }

/// The nodes' places drawn anew: never all as they were.
let private places (case: Permuted) : int[] =
    let stream = RandomStream case.Seed
    let drawn = [| 0 .. case.Nodes - 1 |] |> Array.sortBy (fun _ -> stream.NextDouble())

    if drawn = [| 0 .. case.Nodes - 1 |] then
        Array.rev drawn
    else
        drawn

let private rearrange (places: int[]) (graph: float32[]) : float32[] =
    let rows = Array.chunkBySize (graph.Length / places.Length) graph
    places |> Array.collect (Array.get rows)

/// A body's outputs for a graph, and for the same graph with its nodes in other places.
let private both (case: Permuted) outputs body =
    use model = backend.Compile(network (Shape.Graph(case.Nodes, case.Features)) outputs body, case.Seed, 1)

    scramble case.Seed model
    let graph = normals (case.Seed + 100UL) (case.Nodes * case.Features)
    predict model graph 1, predict model (rearrange (places case) graph) 1

let private near (actual: float32[]) (expected: float32[]) =
    relativeError 1.0 (asFloats actual) (asFloats expected) < 2e-6

/// With a function between that no unit dies of.
let private stack case =
    graphAttention case.Heads case.Units
    --> tanh
    --> graphAttention case.Heads case.Units

/// A recipe's network for the bands of zCOSMOS.
let private networkOf (recipe: Survey -> Recipe) : Network = (recipe Surveys.zcosmos).Networks.Value.Network

let private set = networkOf BrownGat.recipe
let private bands = networkOf BrownGat.bands

/// The redshift that a recipe's network gives a scaled row, its weights drawn from a seed, biases too.
let private predictor (network: Network) (seed: uint64) =
    let model = backend.Compile(network, seed, 1)
    scramble seed model
    model, (fun (row: float32[]) -> (predict model row 1)[0])

let private swapped =
    Gen.map2 (fun a b -> a, b) (Gen.choose (1, 1000)) (Gen.two (Gen.choose (0, 10)))
    |> Gen.filter (fun (_, (i, j)) -> i <> j)

/// A row of a recipe's inputs before and after all that two bands have changes places.
let private swapRow (network: Network) seed (i, j) =
    let row = normals (uint64 seed + 50UL) network.Input.Size

    let places =
        [| 0..10 |]
        |> Array.map (fun b ->
            if b = i then j
            elif b = j then i
            else b)

    row, rearrange places row

let tests =
    testList
        "Graphs"
        [ testList
              "as PyTorch"
              [ for i in 0..7 do
                    testCase $"random shapes, {i + 1} of 8" (fun () ->
                        asPyTorch (reference.Value.GetProperty("cases")[i])) ]
          lawFor "attention's outputs change places with its nodes" permuted (fun case ->
              let straight, other = both case (case.Nodes * case.Heads * case.Units) (stack case --> flatten)
              near other (rearrange (places case) straight))
          lawFor "the mean over the nodes is the same in any order" permuted (fun case ->
              let straight, other = both case (case.Heads * case.Units) (stack case --> graphMean)
              near other straight)
          lawFor "with their identities the order counts" permuted (fun case ->
              let body = graphIdentity --> stack case --> graphMean
              let straight, other = both case (case.Heads * case.Units) body
              not (near other straight))
          lawFor "brown-gat cannot tell one band from another" swapped (fun (seed, pair) ->
              let model, redshift = predictor set (uint64 seed)
              use _ = model
              let row, other = swapRow set seed pair
              near [| redshift other |] [| redshift row |])
          testCase "brown-gat-bands can, any two" (fun () ->
              let model, redshift = predictor bands 2UL
              use _ = model

              for i in 0..9 do
                  for j in i + 1 .. 10 do
                      let row, other = swapRow bands 2 (i, j)
                      Expect.isFalse (near [| redshift other |] [| redshift row |]) $"bands {i} and {j}") ]
