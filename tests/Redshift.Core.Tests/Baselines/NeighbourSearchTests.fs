module Redshift.Core.Tests.Baselines.NeighbourSearchTests

open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Baselines
open Redshift.Core.Tests
open Redshift.Core.Tests.Baselines.NeighbourTesting
open Redshift.Tests.Law

let private methods = [ SearchMethod.Tree; SearchMethod.BruteForce ]

let private nearest method threads k train queries =
    NeighbourSearch.nearest threads k (NeighbourSearch.createAs method train) queries
    |> ok

/// Every distance, sorted.
let private sorted (k: int) (train: Points) (queries: Points) =
    let width = train.Dimensions
    let known, asked = train.Values.ToArray(), queries.Values.ToArray()

    let squared query point =
        let mutable sum = 0.0

        for j in 0 .. width - 1 do
            let difference = known[point * width + j] - asked[query * width + j]
            sum <- sum + difference * difference

        sum

    [| for query in 0 .. queries.Count - 1 ->
           [| 0 .. train.Count - 1 |]
           |> Array.map (fun point -> squared query point, point)
           |> Array.sort
           |> Array.take k |]
    |> Array.concat
    |> fun pairs ->
        { K = k
          Indices = Array.map snd pairs
          Distances = Array.map (fst >> sqrt) pairs }

let private laws =
    [ lawFor "both ways find what sorting all distances finds, among equal ones the lower index" sizes (fun size ->
          let seed, count, dimensions = size
          let k = 1 + seed % min count 60

          [ lattice seed count dimensions, lattice (seed + 1) 40 dimensions
            normal seed count dimensions, normal (seed + 1) 40 dimensions ]
          |> List.forall (fun (train, queries) ->
              let expected = sorted k train queries
              methods |> List.forall (fun m -> nearest m 1 k train queries = expected)))
      lawFor "neighbours of permuted queries are permuted neighbours" sizes (fun (seed, count, dimensions) ->
          let train, queries = lattice seed count dimensions, normal (seed + 1) 90 dimensions
          let k = min count 5
          let order = Array.init 90 id
          RandomStream(uint64 seed).Shuffle order

          methods
          |> List.forall (fun m ->
              let found = nearest m 2 k train queries
              let permuted = nearest m 2 k train (rows order queries)

              order
              |> Array.indexed
              |> Array.forall (fun (i, from) ->
                  row k permuted.Indices i = row k found.Indices from
                  && row k permuted.Distances i = row k found.Distances from)))
      lawFor "the nearest training point of a training point is itself" sizes (fun (seed, count, dimensions) ->
          let train = normal seed count dimensions

          methods
          |> List.forall (fun m ->
              nearest m 1 1 train train =
                  { K = 1
                    Indices = [| 0 .. count - 1 |]
                    Distances = Array.zeroCreate count })) ]

let private cases =
    [ testCase "both ways agree to the last bit far from the origin, where differences are small" (fun () ->
          let random = RandomStream 5UL

          let clustered count =
              points 11 (Array.init (count * 11) (fun i -> 1e6 + float (i / 11 % 7) + 1e-3 * random.NextNormal()))

          let train, queries = clustered 6000, clustered 100

          let tree, brute =
              nearest SearchMethod.Tree 1 20 train queries, nearest SearchMethod.BruteForce 1 20 train queries

          Expect.equal tree brute "tree and brute force"
          Expect.equal tree (sorted 20 train queries) "and sorting")
      testCase "any number of threads finds the same bits" (fun () ->
          let train, queries = normal 1 3000 5, normal 2 333 5

          for m in methods do
              let one = nearest m 1 15 train queries

              for threads in [ 0; 2; 3; 7 ] do
                  Expect.equal (nearest m threads 15 train queries) one $"{m} with {threads} threads")
      testCase "neighbours are scikit-learn's" (fun () ->
          let number (name: string) = expected.Value.GetProperty name |> Files.numbers
          let train = points 4 (Array.take (70 * 4) (number "points"))

          for m in methods do
              let found = nearest m 1 7 train (points 4 (number "queries"))
              Expect.equal (Array.map float found.Indices) (number "indices") "indices"
              Array.iter2 (Files.expectNear 1e-12 "distance") found.Distances (number "distances"))
      testCase "few points are searched by brute force, many by the tree" (fun () ->
          let kind count dimensions = (NeighbourSearch.create (normal 1 count dimensions)).Method
          Expect.equal (kind 20 11) SearchMethod.BruteForce "20 points"
          Expect.equal (kind 10000 11) SearchMethod.Tree "10,000 points"
          Expect.equal (kind 1000 500) SearchMethod.BruteForce "500 features")
      testCase "what cannot be searched is refused, and says where" (fun () ->
          let fault dimensions values = Points.create dimensions values |> error
          let what = "expected a finite number of at most 1e150, found"
          Expect.equal (fault 2 [| 0.0; 1.0; 2.0; nan |]) $"point 1, feature 1: {what} NaN" "NaN"
          Expect.stringStarts (fault 2 [| -infinity; 1.0 |]) "point 0, feature 0:" "infinite"
          Expect.stringStarts (fault 1 [| 0.0; -1e200 |]) "point 1, feature 0:" "too large"
          Expect.stringStarts (Points.ofSingles 1 [| 0.0f; nanf |] |> error) "point 1, feature 0:" "single"
          Expect.stringContains (fault 2 [||]) "found 0 numbers" "none"
          Expect.stringContains (fault 2 [| 1.0; 2.0; 3.0 |]) "found 3 numbers" "half a point"
          Expect.stringContains (fault 0 [| 1.0 |]) "found 0" "no features"
          let search = NeighbourSearch.create (normal 1 10 3)
          let refused k queries = NeighbourSearch.nearest 1 k search queries |> error
          Expect.equal (refused 3 (normal 1 4 2)) "queries: expected 3 features, found 2" "features"
          let range = "neighbours: expected 1 to 10, the training points, found"
          Expect.equal (refused 0 (normal 1 4 3)) $"{range} 0" "no neighbours"
          Expect.equal (refused 11 (normal 1 4 3)) $"{range} 11" "too many")
      testCase "points are their own copy" (fun () ->
          let values = [| 1.0; 2.0 |]
          let kept = points 1 values
          values[0] <- nan
          Expect.equal (kept.Values.ToArray()) [| 1.0; 2.0 |] "values") ]

let tests = testList "search" (laws @ cases)
