module Redshift.Core.Tests.Baselines.NeighbourValidationTests

open System.Globalization
open System.IO
open Expecto
open FsCheck.FSharp
open Redshift.Core.Baselines
open Redshift.Core.Evaluation
open Redshift.Core.Frames
open Redshift.Core.Tests
open Redshift.Core.Tests.Baselines.NeighbourTesting
open Redshift.Tests
open Redshift.Tests.Law

let private held division scaling settings train known =
    NeighbourValidation.heldOut 1 division scaling settings train known |> ok

/// Regressions of all kinds, of up to so many neighbours.
let private settings most =
    [ for k in List.distinct [ 1; (most + 1) / 2; most ] do
          for weights in [ NeighbourWeights.Uniform; NeighbourWeights.Distance; NeighbourWeights.Tricube ] do
              mean k weights
              plane k weights ]

/// One of them, another with each seed.
let private oneOf most seed =
    let all = settings most
    all[seed % all.Length]

let private few = Gen.zip3 (Gen.choose (0, 10000)) (Gen.choose (12, 40)) (Gen.choose (1, 4))

let private laws =
    [ lawFor "leaving one out is fitting without it" few (fun (seed, count, dimensions) ->
          let train, known = lattice seed count dimensions, targets seed count
          let s = oneOf (count - 1) seed

          let without i =
              let others = Array.append [| 0 .. i - 1 |] [| i + 1 .. count - 1 |]

              let predicted =
                  predict s (rows others train) (others |> Array.map (Array.get known)) (rows [| i |] train)

              predicted[0]

          held NeighbourDivision.LeaveOneOut Scaling.Identity s train known = Array.init count without)
      lawFor "a fold is predicted by what is fitted to the others" few (fun (seed, count, dimensions) ->
          let train, known = lattice seed count dimensions, targets seed count
          let folds = Split.folds 3 0.0 (uint64 seed) count |> ok

          let s = oneOf 6 seed
          let found = held (NeighbourDivision.Folds(3, uint64 seed)) Scaling.Identity s train known

          folds
          |> Array.forall (fun fold ->
              let others = fold.Train |> Array.map (Array.get known)
              let predicted = predict s (rows fold.Train train) others (rows fold.Test train)
              fold.Test |> Array.map (Array.get found) = predicted))
      lawFor "a curve scores what each of its settings predicts" few (fun (seed, count, dimensions) ->
          let train, known = lattice seed count dimensions, targets seed count

          [ NeighbourDivision.LeaveOneOut; NeighbourDivision.Folds(4, uint64 seed) ]
          |> List.forall (fun division ->
              let some = [ oneOf 8 seed; oneOf 5 (seed + 7); oneOf 8 (seed + 11) ]
              let curve = NeighbourValidation.curve 2 division Scaling.MinMax some train known |> ok

              let error s =
                  held division Scaling.MinMax s train known
                  |> Array.map2 (fun (y: float) p -> (p - y) ** 2.0) known
                  |> Array.average

              List.map _.Settings curve = some
              && curve
                 |> List.forall (fun point -> abs (point.MeanSquaredError - error point.Settings) < 1e-12))) ]

let private cases =
    [ testCase "the curve is scikit-learn's, scaled as each fold's training rows say" (fun () ->
          let number (name: string) = expected.Value.GetProperty name |> Files.numbers
          let train = points 4 (Array.take (4 * 70) (number "points"))
          let known = Array.take 70 (number "targets")
          let wanted = expected.Value.GetProperty("curve").EnumerateArray() |> List.ofSeq

          let settings =
              wanted
              |> List.map (fun p -> mean (p.GetProperty("k").GetInt32()) (weights (p.GetProperty "weights")))

          let curve =
              NeighbourValidation.curve 1 (NeighbourDivision.Folds(6, 3UL)) Scaling.Standard settings train known
              |> ok

          for point, expected in List.zip curve wanted do
              Files.expectNear
                  1e-7
                  $"{point.Settings}"
                  point.MeanSquaredError
                  (expected.GetProperty("mse").GetDouble())

          let best = wanted |> List.minBy (fun p -> p.GetProperty("mse").GetDouble())
          let k = best.GetProperty("k").GetInt32()
          Expect.equal (NeighbourValidation.best curve) (Some(mean k (weights (best.GetProperty "weights")))) "best"
          Expect.isNone (NeighbourValidation.best []) "of none")
      testCase "any number of threads gives the same bits" (fun () ->
          let train, known = normal 1 1500 5, targets 1 1500

          for division in [ NeighbourDivision.LeaveOneOut; NeighbourDivision.Folds(3, 1UL) ] do
              let run threads =
                  NeighbourValidation.curve threads division Scaling.Robust (settings 10) train known
                  |> ok

              Expect.equal (run 3) (run 1) $"{division}")
      testCase "what cannot be validated is refused" (fun () ->
          let train, known = normal 1 10 2, targets 1 10

          let fault division k known =
              NeighbourValidation.heldOut 1 division Scaling.Identity (mean k NeighbourWeights.Uniform) train known
              |> error

          let range largest found =
              $"neighbours: expected 1 to {largest}, the training points of a fold, found {found}"

          Expect.equal (fault NeighbourDivision.LeaveOneOut 10 known) (range 9 10) "as many as points"
          Expect.equal (fault (NeighbourDivision.Folds(2, 1UL)) 6 known) (range 5 6) "more than a fold's"
          Expect.stringContains (fault NeighbourDivision.LeaveOneOut 0 known) "found 0" "none"
          Expect.stringContains (fault (NeighbourDivision.Folds(1, 1UL)) 1 known) "2 folds or more" "one fold"
          Expect.stringStarts (fault NeighbourDivision.LeaveOneOut 1 [| nan |]) "targets:" "targets"

          Expect.stringContains
              (NeighbourValidation.curve 1 NeighbourDivision.LeaveOneOut Scaling.Identity [] train known
               |> error)
              "found none"
              "no settings") ]

let private columns =
    Map
        [ "magnitudes and colours", [| 1..9 |]
          "colours and r", [| 6; 7; 8; 9; 3 |]
          "colours", [| 6..9 |]
          "magnitudes", [| 1..5 |] ]

let private catalogue =
    testCase "SDSS's main galaxies are estimated as by scikit-learn and numpy on the same folds" (fun () ->
        let table =
            File.ReadAllLines(Repository.sharedData "photometry/SDSS_MGS.train")
            |> Array.skip 1
            |> Array.map (fun line ->
                line.Split ' '
                |> Array.map (fun cell -> System.Double.Parse(cell, CultureInfo.InvariantCulture)))

        let truth = table |> Array.map Array.head
        let metric key = Metrics.all |> List.find (fun m -> m.Key = key)

        for case in expected.Value.GetProperty("catalogue").EnumerateArray() do
            let name, estimate = case.GetProperty("columns").GetString(), case.GetProperty("estimate")
            let k = case.GetProperty("k").GetInt32()
            let linear = estimate.GetString() = "linear"

            let settings =
                if linear then
                    plane k NeighbourWeights.Uniform
                else
                    mean k (weights estimate)

            let features =
                table
                |> Array.collect (fun cells -> columns[name] |> Array.map (Array.get cells))
                |> points columns[name].Length

            let predicted =
                NeighbourValidation.heldOut
                    2
                    (NeighbourDivision.Folds(10, 1UL))
                    Scaling.Standard
                    settings
                    features
                    truth
                |> ok

            let sample, lost = Sample.create truth predicted |> ok
            Expect.equal lost 0 "every row has an estimate"

            for key in [ "r2"; "nmad" ] do
                // numpy's planes have no ridge.
                Files.expectNear
                    (if linear then 1e-5 else 1e-6)
                    $"{key} by {name}, {estimate}"
                    ((metric key).Score sample)
                    (case.GetProperty(key).GetDouble()))

let tests = testList "validation" (laws @ catalogue :: cases)
