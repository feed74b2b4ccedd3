module Redshift.Core.Tests.Baselines.NeighbourRegressionTests

open System
open Expecto
open Redshift.Core
open Redshift.Core.Baselines
open Redshift.Core.Tests
open Redshift.Core.Tests.Baselines.NeighbourTesting
open Redshift.Tests.Law

let private near tolerance (a: float) (b: float) = abs (a - b) <= tolerance * max 1.0 (abs b)

let private every =
    [ for weights in [ NeighbourWeights.Uniform; NeighbourWeights.Distance; NeighbourWeights.Tricube ] do
          mean, weights
          plane, weights ]

/// A linear function of the features of each point.
let private linear (from: Points) : float[] =
    from.Values.ToArray()
    |> Array.chunkBySize from.Dimensions
    |> Array.map (fun x -> 0.3 + (x |> Array.mapi (fun j x -> x * (1.5 - float j)) |> Array.sum))

let private laws =
    [ lawFor "the mean of all points is the mean" sizes (fun (seed, count, dimensions) ->
          let known = targets seed count

          predict (mean count NeighbourWeights.Uniform) (lattice seed count dimensions) known (normal 3 9 dimensions)
          |> Array.forall (fun z -> near 1e-12 z (Array.average known)))
      lawFor "one neighbour of a training point returns its target" sizes (fun (seed, count, dimensions) ->
          let train, known = normal seed count dimensions, targets seed count

          every
          |> List.forall (fun (estimate, weights) -> predict (estimate 1 weights) train known train = known))
      lawFor "weighted by distance, a query among coinciding points takes their mean" sizes (fun size ->
          let seed, count, dimensions = size
          let train = lattice seed count dimensions
          let known = targets seed count
          let places = Array.chunkBySize dimensions (train.Values.ToArray())
          let meanAt = Array.zip places known |> Array.groupBy fst |> Map

          predict (mean count NeighbourWeights.Distance) train known train
          |> Array.indexed
          |> Array.forall (fun (i, z) -> near 1e-12 z (meanAt[places[i]] |> Array.averageBy snd)))
      lawFor "planes are exact on linear functions" sizes (fun (seed, count, dimensions) ->
          let train = normal seed count dimensions
          let known = linear train

          // Between all training points, so that no limit is met.
          let query =
              points
                  dimensions
                  (Array.init dimensions (fun j ->
                      Array.init count (fun i -> train.Values.Span[i * dimensions + j])
                      |> Array.average))

          [ NeighbourWeights.Uniform; NeighbourWeights.Tricube ]
          |> List.forall (fun weights ->
              count < 3 * dimensions
              || near 1e-5 (predict (plane count weights) train known query).[0] (linear query).[0]))
      lawFor "estimates stay within the neighbours' targets" sizes (fun (seed, count, dimensions) ->
          let train, known = lattice seed count dimensions, targets seed count
          let k = min count 12
          let queries = normal (seed + 1) 20 dimensions
          let search = NeighbourSearch.create train
          let found = NeighbourSearch.nearest 1 k search queries |> ok

          every
          |> List.forall (fun (estimate, weights) ->
              predict (estimate k weights) train known queries
              |> Array.indexed
              |> Array.forall (fun (i, z) ->
                  let around = row k found.Indices i |> Array.map (Array.get known)
                  z >= Array.min around - 1e-12 && z <= Array.max around + 1e-12)))
      lawFor "a sample's weights add up to 1, and its mean is the estimate before limits" sizes (fun size ->
          let seed, count, dimensions = size
          let train, known = lattice seed count dimensions, targets seed count
          let k = min count 9
          let queries = normal (seed + 1) 10 dimensions

          every
          |> List.forall (fun (estimate, weights) ->
              let regression = NeighbourRegression.fit (estimate k weights) train known |> ok
              let sample = NeighbourRegression.sample 1 regression queries |> ok
              let found = NeighbourRegression.neighbours 1 regression queries |> ok
              let predicted = NeighbourRegression.predict 1 regression queries |> ok

              sample.Count = 10
              && Array.forall (fun weight -> weight >= 0.0) sample.Weights
              && predicted
                 |> Array.indexed
                 |> Array.forall (fun (i, z) ->
                     let redshifts, weights = row k sample.Redshifts i, row k sample.Weights i
                     let around = row k found.Indices i |> Array.map (Array.get known)
                     let centre = Array.fold2 (fun sum x w -> sum + x * w) 0.0 redshifts weights
                     let limited = max (Array.min around) (min (Array.max around) centre)
                     near 1e-12 (Array.sum weights) 1.0 && near 1e-9 z limited))) ]

let private reference =
    testCase "estimates are scikit-learn's, and numpy's of planes" (fun () ->
        let number (name: string) = expected.Value.GetProperty name |> Files.numbers
        let all, known = number "points", number "targets"
        let queries = points 4 (number "queries")
        let cases = expected.Value.GetProperty("cases").EnumerateArray() |> List.ofSeq
        Expect.hasLength cases 17 "cases"

        for case in cases do
            let count, k = case.GetProperty("points").GetInt32(), case.GetProperty("k").GetInt32()
            let weights = weights (case.GetProperty "weights")
            let linear = case.GetProperty("linear").GetBoolean()
            let settings = if linear then plane k weights else mean k weights
            let found = predict settings (points 4 (Array.take (4 * count) all)) (Array.take count known) queries
            let tolerance = if linear then 1e-6 else 1e-12

            Array.iter2
                (Files.expectNear tolerance $"{settings}")
                found
                (case.GetProperty "predicted" |> Files.numbers))

let private cases =
    [ testCase "beyond its neighbours a plane is limited to their targets" (fun () ->
          let train = points 1 [| 0.0 .. 9.0 |]
          let settings = plane 4 NeighbourWeights.Uniform
          Expect.equal (predict settings train [| 0.0 .. 9.0 |] (points 1 [| -5.0; 40.0 |])) [| 0.0; 9.0 |] "ends")
      testCase "neighbours in one place, and fewer than features, have a plane" (fun () ->
          let place = points 3 (Array.init 30 (fun i -> float (i % 3)))
          let known = targets 1 10

          for weights in [ NeighbourWeights.Uniform; NeighbourWeights.Distance; NeighbourWeights.Tricube ] do
              for z in predict (plane 10 weights) place known (normal 2 5 3) do
                  Files.expectNear 1e-12 "one place" z (Array.average known)

              for z in predict (plane 2 weights) (normal 3 10 3) known (normal 2 5 3) do
                  Expect.isTrue (Double.IsFinite z) "two neighbours in three features")
      testCase "any number of threads estimates the same bits" (fun () ->
          let train, known, queries = normal 1 1500 6, targets 1 1500, normal 2 200 6

          for estimate, weights in every do
              let regression = NeighbourRegression.fit (estimate 20 weights) train known |> ok
              let run threads = NeighbourRegression.predict threads regression queries |> ok
              let sample threads = NeighbourRegression.sample threads regression queries |> ok

              for threads in [ 0; 2; 5 ] do
                  Expect.equal (run threads) (run 1) $"{regression.Settings} with {threads} threads"
                  Expect.equal (sample threads) (sample 1) $"sample of {regression.Settings}")
      testCase "what is stored makes the same regression again" (fun () ->
          let queries = normal 2 50 4

          let first =
              NeighbourRegression.fit NeighbourSettings.Usual (normal 1 300 4) (targets 1 300)
              |> ok

          let stored = points first.Search.Points.Dimensions (first.Search.Points.Values.ToArray())
          let again = NeighbourRegression.fit first.Settings stored (first.Targets.ToArray()) |> ok
          let run regression = NeighbourRegression.predict 1 regression queries |> ok
          Expect.equal (run again) (run first) "estimates")
      testCase "what cannot be fitted is refused, and says where" (fun () ->
          let train = normal 1 10 2
          let fault k known = NeighbourRegression.fit (mean k NeighbourWeights.Uniform) train known |> error
          let missing = targets 1 10
          missing[4] <- nan
          Expect.stringStarts (fault 3 missing) "target 4: expected a finite number" "missing"
          Expect.equal (fault 3 (targets 1 9)) "targets: expected one for each of the 10 points, found 9" "too few"
          Expect.stringEnds (fault 11 (targets 1 10)) "found 11" "more neighbours than points"

          let regression =
              NeighbourRegression.fit (mean 3 NeighbourWeights.Uniform) train (targets 1 10)
              |> ok

          let queries = normal 1 4 3
          let message = "queries: expected 2 features, found 3"
          Expect.equal (NeighbourRegression.predict 1 regression queries |> error) message "predict"
          Expect.equal (NeighbourRegression.sample 1 regression queries |> error) message "sample"
          Expect.equal (NeighbourRegression.neighbours 1 regression queries |> error) message "neighbours") ]

let tests = testList "regression" (laws @ reference :: cases)
