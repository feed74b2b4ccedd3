/// What is fitted on validation objects and applied to others.
module Redshift.Core.Tests.CalibrationTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Calibration
open Redshift.Core.Distributions
open Redshift.Core.Evaluation
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private ok (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

let private grid =
    { Lowest = 0.0
      Highest = 0.6
      Bins = 120 }

/// A p(z) of that mean and width.
let private density mean width = (RedshiftDensity.Normal(mean, width).OnGrid grid).Value

/// Objects whose true redshifts scatter by 0.03 at low and 0.015 at high redshift, with densities that say 0.02.
let private objects seed count =
    let random = RandomStream seed

    Array.init count (fun _ ->
        let predicted = 0.1 + 0.4 * random.NextDouble()
        let width = if predicted < 0.3 then 0.03 else 0.015
        let truth = max 0.0 (min 0.6 (predicted + width * random.NextNormal()))
        truth, density predicted 0.02)

let private pits (objects: (float * BinnedDensity)[]) = objects |> Array.map (fun (truth, p) -> p.Cdf truth)
let private means (objects: (float * BinnedDensity)[]) = objects |> Array.map (fun (_, p) -> p.Mean)

let private coverage level (objects: (float * BinnedDensity)[]) =
    let inside = pits objects |> Array.filter (fun u -> abs (u - 0.5) <= level / 2.0)
    float inside.Length / float objects.Length

let private pitTests =
    [ testCase "intervals that are too wide or too narrow in places cover as they say" (fun () ->
          let validation, test = objects 1UL 8000, objects 2UL 8000
          let fitted = PitCalibration.fit (means validation) (pits validation)
          let calibrated = test |> Array.map (fun (truth, p) -> truth, PitCalibration.apply fitted p)
          let low, high = calibrated |> Array.partition (fun (_, p) -> p.Mean < 0.3)
          let rawLow, _ = test |> Array.partition (fun (_, p) -> p.Mean < 0.3)
          Expect.isLessThan (coverage 0.68 rawLow) 0.55 "before: too narrow at low redshift"

          for level in [ 0.5; 0.68; 0.9 ] do
              // Four binomial standard errors of 4000 objects, and the maps' own scatter.
              Expect.isLessThan (abs (coverage level low - level)) 0.045 $"{level} at low redshift"
              Expect.isLessThan (abs (coverage level high - level)) 0.045 $"{level} at high redshift"

          let ks objects = Uniformity.kolmogorovSmirnov (Array.sort (pits objects))
          Expect.isLessThan (ks low) (0.5 * ks rawLow) "PIT is nearer to uniform")
      testCase "honest densities stay as they are" (fun () ->
          let random = RandomStream 3UL

          let honest =
              Array.init 6000 (fun _ ->
                  let predicted = 0.2 + 0.2 * random.NextDouble()
                  predicted + 0.02 * random.NextNormal(), density predicted 0.02)

          let fitted = PitCalibration.fit (means honest) (pits honest)
          let p = density 0.3 0.02
          let calibrated = PitCalibration.apply fitted p
          Expect.isLessThan (abs (calibrated.Mean - p.Mean)) 0.002 "mean"
          Expect.isLessThan (abs (calibrated.Sigma / p.Sigma - 1.0)) 0.06 "width")
      testCase "no bin's probability vanishes" (fun () ->
          // All validation objects at PIT 0.5.
          let fitted = PitCalibration.fit (Array.create 1000 0.3) (Array.create 1000 0.5)
          let calibrated = PitCalibration.apply fitted (density 0.3 0.05)
          let shares = calibrated.Shares.ToArray()
          Expect.isTrue (shares |> Array.forall (fun s -> s > 0.0)) "every bin"
          expectNear 1e-12 "sum" (Array.sum shares) 1.0)
      testCase "are written and read" (fun () ->
          let validation = objects 4UL 3000
          let fitted = PitCalibration.fit (means validation) (pits validation)
          Expect.isGreaterThan fitted.Edges.Length 1 "several groups"
          let read = JsonReader.Parse(Json.text (PitCalibration.write fitted), PitCalibration.read)
          Expect.equal read (Ok fitted) "the same"
          let bent = """{ "edges": [], "maps": [[0, 0.5, 0.4, 1]] }"""

          Expect.equal
              (JsonReader.Parse(bent, PitCalibration.read))
              (Error "the document: expected maps that rise from 0 to 1, found an object")
              "a map that falls") ]

let private conformalTests =
    [ testCase "the k-th smallest score, k = ceil((n + 1) level)" (fun () ->
          let truth = Array.init 9 (fun i -> 0.1 + 0.01 * float (i + 1))
          let fitted = ok (Conformal.fit 0.8 truth (Array.create 9 0.1) (Array.create 9 0.01))
          expectNear 1e-9 "the 8th of 9" fitted.Scales[0] 8.0
          let all = ok (Conformal.fit 0.95 truth (Array.create 9 0.1) (Array.create 9 0.01))
          Expect.equal all.Scales[0] infinity "9 objects do not tell of 95 %"
          Expect.equal (JsonReader.Parse(Json.text (Conformal.write all), Conformal.read)) (Ok all) "infinity in JSON"
          Expect.isError (Conformal.fit 1.0 truth truth truth) "a level of 1")
      testCase "covers at the level in each group, whatever the widths say" (fun () ->
          let validation, test = objects 5UL 8000, objects 6UL 8000
          let truth = Array.map fst
          let sigma = Array.map (fun (_, p: BinnedDensity) -> p.Sigma)

          for level in [ 0.68; 0.9; 0.95 ] do
              let fitted = ok (Conformal.fit level (truth validation) (means validation) (sigma validation))

              for low, high in [ 0.1, 0.3; 0.3, 0.5 ] do
                  let inside = test |> Array.filter (fun (_, p) -> p.Mean >= low && p.Mean < high)

                  let covered =
                      inside
                      |> Array.filter (fun (z, p) ->
                          let struct (a, b) = Conformal.interval fitted p.Mean p.Sigma
                          a <= z && z <= b)

                  let share = float covered.Length / float inside.Length
                  Expect.isLessThan (abs (share - level)) 0.03 $"{level} from {low} to {high}") ]

let private slopeTests =
    [ lawFor
          "undoes an exact stretch"
          (Gen.zip (Gen.choose (20, 150)) (Gen.choose (-10, 10)))
          (fun (slope, intercept) ->
              let slope, intercept = float slope / 100.0, float intercept / 100.0
              let truth = [| 0.05; 0.1; 0.3; 0.55 |]

              [ CorrectionSpace.Redshift, id, id
                CorrectionSpace.LogOnePlusZ, (fun z -> log (1.0 + z)), (fun v -> exp v - 1.0) ]
              |> List.forall (fun (space, into, outOf) ->
                  let predicted = truth |> Array.map (fun z -> outOf (intercept + slope * into z))
                  let fitted = ok (SlopeCorrection.fit space truth predicted)

                  Array.forall2 (fun z p -> abs (SlopeCorrection.apply fitted p - z) < 1e-9) truth predicted
                  && JsonReader.Parse(Json.text (SlopeCorrection.write fitted), SlopeCorrection.read) = Ok fitted))
      testCase "is refused where predictions do not rise" (fun () ->
          Expect.isError (SlopeCorrection.fit CorrectionSpace.Redshift [| 0.1; 0.2 |] [| 0.2; 0.1 |]) "falling"
          Expect.isError (SlopeCorrection.fit CorrectionSpace.Redshift [| 0.1; 0.1 |] [| 0.2; 0.1 |]) "one redshift") ]

let private logisticTests =
    // As scripts/reference/logistic-calibration.py (scikit-learn 1.2.1) has them.
    let probability = Array.init 40 (fun i -> (float i + 0.5) / 40.0)

    let truth = probability |> Array.mapi (fun i p -> float (i * 7 % 40) / 40.0 < p * p)

    [ testCase "slope and intercept are those of a logistic regression on smoothed labels" (fun () ->
          let fitted = LogisticCalibration.fit truth probability |> ok
          expectNear 1e-6 "slope" fitted.Slope 0.6839432998602516
          expectNear 1e-6 "intercept" fitted.Intercept -0.7798213151848483)
      testCase "classes that are told apart without fault keep a finite slope" (fun () ->
          let probability = [| 1e-9; 0.1; 0.9; 1.0 |]
          let fitted = LogisticCalibration.fit [| false; false; true; true |] probability |> ok
          Expect.isTrue (Double.IsFinite fitted.Slope && fitted.Slope > 0.0) "slope"
          let applied = probability |> Array.map (LogisticCalibration.apply fitted)
          Expect.isTrue (applied |> Array.forall (fun p -> p > 0.0 && p < 1.0)) "inside")
      lawFor "the order of objects stays" (Gen.two (Gen.choose (0, 1000))) (fun (a, b) ->
          let fitted = LogisticCalibration.fit truth probability |> ok
          let applied n = LogisticCalibration.apply fitted (float n / 1000.0)
          compare a b = compare (applied a) (applied b) || abs (a - b) = 0)
      testCase "a lacking class and falling probabilities are said" (fun () ->
          Expect.isError (LogisticCalibration.fit [| true; true |] [| 0.1; 0.9 |]) "one class"
          let upside = truth |> Array.map not
          Expect.isError (LogisticCalibration.fit upside probability) "upside down") ]

let private groupTests =
    [ lawFor "groups hold enough and lose nobody" (Gen.arrayOf (Gen.choose (0, 120))) (fun values ->
          let predicted = values |> Array.map (fun v -> float v / 100.0)
          let edges = PredictedBins.edges 10 predicted
          let groups = predicted |> Array.countBy (PredictedBins.groupOf edges)

          Array.sumBy snd groups = predicted.Length
          && (edges.Length = 0
              || groups.Length = edges.Length + 1
                 && groups |> Array.forall (fun (_, n) -> n >= 10))) ]

let tests =
    testList
        "Calibration"
        [ testList "PIT" pitTests
          testList "conformal" conformalTests
          testList "slope" slopeTests
          testList "logistic" logisticTests
          testList "groups" groupTests ]
