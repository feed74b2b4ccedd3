/// Points and regressions as tests make them.
module Redshift.Core.Tests.Baselines.NeighbourTesting

open System.Text.Json
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Baselines
open Redshift.Core.Tests

let ok (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

let error (result: Result<'T, string>) =
    match result with
    | Ok _ -> failtest "expected an error"
    | Error fault -> fault

let points (dimensions: int) (values: float[]) : Points = Points.create dimensions values |> ok

/// Points of normal deviates.
let normal (seed: int) (count: int) (dimensions: int) : Points =
    let random = RandomStream(uint64 seed)
    points dimensions (Array.init (count * dimensions) (fun _ -> random.NextNormal()))

/// Points on a small lattice: many distances are equal and many points coincide.
let lattice (seed: int) (count: int) (dimensions: int) : Points =
    let random = RandomStream(uint64 seed)
    points dimensions (Array.init (count * dimensions) (fun _ -> float (random.NextInt 4)))

/// Redshifts, one a point.
let targets (seed: int) (count: int) : float[] =
    let random = RandomStream(uint64 seed + 1000UL)
    Array.init count (fun _ -> random.NextDouble())

/// The rows in this order.
let rows (order: int[]) (from: Points) : Points =
    let width = from.Dimensions
    let values = from.Values.ToArray()
    points width (order |> Array.collect (fun row -> Array.sub values (row * width) width))

/// A row of an array of k columns.
let row (k: int) (values: 'T[]) (i: int) : 'T[] = Array.sub values (i * k) k

let mean k weights =
    { Neighbours = k
      Weights = weights
      Estimate = NeighbourEstimate.Mean }

let plane k weights =
    { Neighbours = k
      Weights = weights
      Estimate = NeighbourEstimate.LocalLinear }

let predict (settings: NeighbourSettings) (train: Points) (targets: float[]) (queries: Points) : float[] =
    let regression = NeighbourRegression.fit settings train targets |> ok
    NeighbourRegression.predict 1 regression queries |> ok

/// A seed, a number of points and one of dimensions.
let sizes =
    gen {
        let! seed = Gen.choose (0, 10000)
        let! count = Gen.oneof [ Gen.choose (2, 40); Gen.choose (41, 700) ]
        let! dimensions = Gen.choose (1, 6)
        return seed, count, dimensions
    }

// scikit-learn 1.2.1 and numpy 1.24: scripts/reference/neighbours.py.
let expected = lazy Files.reference "neighbours.json"

let weights (name: JsonElement) =
    match name.GetString() with
    | "uniform" -> NeighbourWeights.Uniform
    | "distance" -> NeighbourWeights.Distance
    | _ -> NeighbourWeights.Tricube
