/// From a network's outputs to what is said of an object.
module Redshift.Core.Tests.EstimateTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core.Calibration
open Redshift.Core.Distributions
open Redshift.Core.Layers
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private grid =
    { Lowest = 0.0
      Highest = 0.6
      Bins = 30 }

let private binned = Head.Binned(grid, 0.02)
let private heads = [ Head.Gaussian; Head.Mixture 2; binned ]

let private plain head members (raw: float32[]) =
    Estimate.ofOutputs head FittedCalibration.None members (ReadOnlySpan raw)

let private someOutputs (head: Head) members =
    Gen.choose (-3000, 3000)
    |> Gen.map (fun n -> float32 n / 1000f)
    |> Gen.arrayOfLength (members * Head.outputs head)

/// Identity but for one thing.
let private fitted change = change FittedCalibration.None

let private pooling =
    [ for head in heads do
          lawFor $"{head}: an ensemble's p(z) is the mean of its networks'" (someOutputs head 3) (fun raw ->
              let each = Head.outputs head
              let alone = Array.chunkBySize each raw |> Array.map (plain head 1)
              let together = (plain head 3 raw).Density.Value

              [ -0.5; 0.05; 0.3; 0.55; 1.0 ]
              |> List.forall (fun z ->
                  let mean = alone |> Array.averageBy (fun e -> e.Density.Value.Cdf z)
                  abs (together.Cdf z - mean) < 1e-12))

          lawFor $"{head}: networks that agree say what one says" (someOutputs head 1) (fun raw ->
              let one, three = plain head 1 raw, plain head 3 (Array.concat [ raw; raw; raw ])

              abs (one.Redshift - three.Redshift) < 1e-9
              && abs (one.Summary.Value.Sigma - three.Summary.Value.Sigma) < 1e-9
              && abs (one.Summary.Value.Q84 - three.Summary.Value.Q84) < 1e-6)

          testCase $"{head}: outputs that are no numbers give NaN" (fun () ->
              let raw = Array.create (2 * Head.outputs head) 0.5f
              raw[raw.Length - 1] <- infinityf
              let estimate = plain head 2 raw
              Expect.isTrue (Double.IsNaN estimate.Redshift && Double.IsNaN estimate.Best) "numbers"
              Expect.isTrue (Double.IsNaN estimate.Summary.Value.Q50) "summary"
              Expect.isTrue estimate.Density.IsNone "no p(z)")
      testCase "point heads: the mean, and nothing besides" (fun () ->
          let estimate = plain (Head.Point [ "redshift" ]) 3 [| 0.25f; 0.5f; 0.75f |]
          Expect.equal estimate.Redshift 0.5 "mean"
          Expect.isTrue (estimate.Summary.IsNone && estimate.Density.IsNone && estimate.Interval.IsNone) "no more")
      testCase "a normal distribution's own numbers" (fun () ->
          let estimate = plain Head.Gaussian 1 [| 0.25f; -2f |]
          Expect.equal estimate.Redshift 0.25 "mean"
          expectNear 1e-15 "sigma" estimate.Summary.Value.Sigma (exp -2.0)) ]

let private calibrating =
    [ lawFor "the risk of `Best` is the least on a fine scan" (someOutputs binned 1) (fun raw ->
          let estimate = plain binned 1 raw

          match estimate.Density.Value with
          | RedshiftDensity.Binned p ->
              let least = Seq.init 3001 (fun i -> Risk.ofBins p (0.0002 * float i)) |> Seq.min
              Risk.ofBins p estimate.Best <= least + 1e-7
          | RedshiftDensity.Normal _
          | RedshiftDensity.Mixture _ -> false)
      lawFor "a slope moves the redshift and leaves p(z)" (someOutputs binned 1) (fun raw ->
          let slope =
              { Space = CorrectionSpace.Redshift
                Intercept = 0.05
                Slope = 0.5 }

          let before = plain binned 1 raw

          let after =
              Estimate.ofOutputs binned (fitted (fun f -> { f with Slope = Some slope })) 1 (ReadOnlySpan raw)

          abs (after.Redshift - (before.Redshift - 0.05) / 0.5) < 1e-12
          && after.Summary = before.Summary
          && after.Best = before.Best)
      lawFor "recalibration makes every number follow the map" (someOutputs binned 1) (fun raw ->
          // Puts what was in the lower half below a quarter; straight on both sides, which the knots hit.
          let follow at = if at < 0.5 then 0.5 * at else 0.25 + 1.5 * (at - 0.5)

          let map = Array.init PitCalibration.knots (fun k -> follow (float k / float (PitCalibration.knots - 1)))

          let pit = { Edges = [||]; Maps = [| map |] }
          let before = plain binned 1 raw
          let after = Estimate.ofOutputs binned (fitted (fun f -> { f with Pit = Some pit })) 1 (ReadOnlySpan raw)
          let cdf (estimate: Estimate) z = estimate.Density.Value.Cdf z

          Seq.init (grid.Bins + 1) grid.Edge
          |> Seq.forall (fun z -> abs (cdf after z - follow (cdf before z)) < 1e-9)
          && after.Redshift >= before.Redshift
          && after.Summary.Value.Q025 > before.Summary.Value.Q025)
      testCase "the interval is sigma times the group's scale, or a width of its own for point heads" (fun () ->
          let conformal =
              { Level = 0.9
                Edges = [| 0.3 |]
                Scales = [| 2.0; infinity |] }

          let fitted = fitted (fun f -> { f with Conformal = Some conformal })
          let of' head (raw: float32[]) = (Estimate.ofOutputs head fitted 1 (ReadOnlySpan raw)).Interval.Value
          let struct (low, high) = of' Head.Gaussian [| 0.25f; log 0.125f |]
          expectNear 1e-7 "low" low 0.0
          expectNear 1e-7 "high" high 0.5
          Expect.equal (of' (Head.Point [ "redshift" ]) [| 0.25f |]) (struct (-1.75, 2.25)) "point"
          Expect.equal (of' Head.Gaussian [| 0.5f; 0f |]) (struct (-infinity, infinity)) "too few objects") ]

let private joint =
    Head.Joint
        [ { Target = "redshift"
            Weight = 1.0
            Head = binned }
          { Target = "stellarity"
            Weight = 1.0
            Head = Head.Classes [ "galaxy"; "star" ] }
          { Target = "stellar_mass"
            Weight = 1.0
            Head =
              Head.Binned(
                  { Lowest = 6.0
                    Highest = 12.0
                    Bins = 12 },
                  0.1
              ) } ]

let private ofTargets =
    let raw = Array.init 44 (fun i -> float32 (i * 5 % 11) / 2f)

    [ testCase "the redshift of several targets is what its own head alone says" (fun () ->
          let together, alone = plain joint 1 raw, plain binned 1 raw[..29]
          Expect.equal together.Redshift alone.Redshift "redshift"
          Expect.equal together.Summary alone.Summary "p(z)"
          Expect.isEmpty alone.Targets "one target")
      testCase "other targets: the probability of the second class, the mean and width of a density" (fun () ->
          match (plain joint 1 raw).Targets with
          | [ star; mass ] ->
              let odds = exp (float raw[31] - float raw[30])
              expectNear 1e-12 "star" star.Value (odds / (1.0 + odds))
              Expect.isNaN star.Sigma "no width"
              Expect.equal (star.Target, mass.Target) ("stellarity", "stellar_mass") "names"

              match Head.decode joint (ReadOnlySpan raw) |> Answer.tryTarget "stellar_mass" with
              | ValueSome(Answer.Density density) ->
                  Expect.equal mass.Value density.Mean "mean"
                  Expect.equal mass.Sigma density.Sigma "width"
              | other -> failtest $"expected a density, found {other}"
          | other -> failtest $"expected two targets, found {other}")
      testCase "each target's own calibration is applied, and none but its own" (fun () ->
          let calibrated =
              { FittedCalibration.None with
                  Targets =
                      [ { TargetCalibration.None "stellarity" with
                            Logistic = Some { Slope = 2.0; Intercept = 0.5 } } ] }

          let before = plain joint 1 raw
          let after = Estimate.ofOutputs joint calibrated 1 (ReadOnlySpan raw)
          let logit = float raw[31] - float raw[30]
          expectNear 1e-12 "star" after.Targets[0].Value (1.0 / (1.0 + exp -(2.0 * logit + 0.5)))
          Expect.equal after.Targets[1] before.Targets[1] "mass"
          Expect.equal after.Redshift before.Redshift "redshift")
      testCase "values are stretched by a slope in their own unit" (fun () ->
          let answer =
              Answer.Targets [ "redshift", Answer.Values [| 0.3 |]; "stellar_mass", Answer.Values [| 10.0 |] ]

          let calibrated =
              { FittedCalibration.None with
                  Targets =
                      [ { TargetCalibration.None "stellar_mass" with
                            Slope =
                                Some
                                    { Space = CorrectionSpace.Redshift
                                      Intercept = 4.0
                                      Slope = 0.5 } } ] }

          let estimate = Estimate.ofAnswer calibrated (ValueSome answer)
          Expect.equal estimate.Targets[0].Value 12.0 "(10 - 4) / 0.5"
          Expect.equal estimate.Redshift 0.3 "the redshift has its own")
      testCase "outputs that are not finite say nothing of any target" (fun () ->
          let broken = Array.copy raw
          broken[40] <- nanf
          let estimate = plain joint 1 broken
          Expect.isNaN estimate.Redshift "redshift"
          Expect.isEmpty estimate.Targets "others") ]

let private stored =
    [ testCase "calibration.json comes back as it was" (fun () ->
          let whole =
              { Pit =
                  Some
                      { Edges = [| 0.25 |]
                        Maps = [| [| 0.0; 0.25; 1.0 |]; [| 0.0; 0.5; 1.0 |] |] }
                Conformal =
                  Some
                      { Level = 0.9
                        Edges = [||]
                        Scales = [| infinity |] }
                Slope =
                  Some
                      { Space = CorrectionSpace.LogOnePlusZ
                        Intercept = 0.01
                        Slope = 0.8 }
                Targets =
                  [ { TargetCalibration.None "stellarity" with
                        Logistic = Some { Slope = 0.5; Intercept = -0.125 } }
                    { TargetCalibration.None "stellar_mass" with
                        Pit =
                            Some
                                { Edges = [||]
                                  Maps = [| [| 0.0; 0.25; 1.0 |] |] } } ] }

          for value in [ whole; FittedCalibration.None ] do
              Expect.equal (FittedCalibration.read (FittedCalibration.write value)) (Ok value) "round trip")
      testCase "what a head cannot have is said" (fun () ->
          let pit = { Calibration.None with Pit = true }

          Expect.isNone (Calibration.misfit binned pit) "bins"
          Expect.isSome (Calibration.misfit Head.Gaussian pit) "a normal distribution"
          Expect.isSome (Calibration.misfit (Head.Point [ "redshift" ]) pit) "a point") ]

let tests = testList "estimates" (pooling @ calibrating @ ofTargets @ stored)
