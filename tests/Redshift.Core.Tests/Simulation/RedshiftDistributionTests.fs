module Redshift.Core.Tests.Simulation.RedshiftDistributionTests

open Expecto
open FsCheck
open FsCheck.FSharp
open Redshift.Core.Simulation

let private sample = lazy (Array.init 520393 (fun row -> Simulator.redshift 1UL (int64 row)))

let private sorted = lazy (Array.sort sample.Value)

let private near name (expected: float) (tolerance: float) (actual: float) =
    Expect.isLessThanOrEqual (abs (actual - expected)) tolerance $"{name}: expected {expected}, found {actual}"

let private percentile share = sorted.Value[int (share * float (sorted.Value.Length - 1) / 100.0)]

let private moment (power: float) (mean: float) = sample.Value |> Array.averageBy (fun z -> (z - mean) ** power)

// Reference: the published statistics of the 520,393 galaxies of the thesis.
let tests =
    testList
        "Redshifts"
        [ testCase "mean, median, standard deviation and skewness" (fun () ->
              let mean = Array.average sample.Value
              let deviation = sqrt (moment 2.0 mean)
              near "mean" 0.142 (0.02 * 0.142) mean
              near "median" 0.126 (0.02 * 0.126) (percentile 50.0)
              near "standard deviation" 0.079 (0.02 * 0.079) deviation
              near "skewness" 1.0936 (0.04 * 1.0936) (moment 3.0 mean / deviation ** 3.0))

          testCase "percentiles" (fun () ->
              for share, expected, tolerance in
                  [ 1.0, 0.0256442, 0.003
                    5.0, 0.0446271, 0.003
                    10.0, 0.0595731, 0.003
                    25.0, 0.0843112, 0.003
                    50.0, 0.1257327, 0.003
                    75.0, 0.1810663, 0.003
                    90.0, 0.2585970, 0.003
                    95.0, 0.3022804, 0.003
                    99.0, 0.3693763, 0.006 ] do
                  near $"percentile {share}" expected tolerance (percentile share))

          testCase "shares of the bins of 0.05" (fun () ->
              let expected = [ 6.62; 27.77; 28.99; 16.61; 8.80; 6.00; 3.55; 1.15; 0.30; 0.11; 0.06; 0.04 ]
              let counts = sample.Value |> Array.countBy (fun z -> min 11 (int (z / 0.05))) |> Map

              expected
              |> List.iteri (fun bin share ->
                  let found = 100.0 * float counts[bin] / float sample.Value.Length
                  near $"bin {bin}" share 0.25 found))

          testCase "the quantile function is scipy's PCHIP" (fun () ->
              // scipy 1.10.1, PchipInterpolator through the same 22 points.
              for share, expected in
                  [ 0.003, 0.009338211848531123
                    0.03, 0.03787429338226888
                    0.2, 0.07665968894781618
                    0.45, 0.11731679229519425
                    0.7, 0.16621076754737105
                    0.893, 0.25345191411606544
                    0.9487, 0.3008225475801583
                    0.97, 0.32693286533230814
                    0.9985, 0.47264598942325353
                    0.99987, 0.5820883826013538 ] do
                  near $"quantile {share}" expected 1e-12 (Redshifts.quantile share))

          testCase "the quantile function rises" (fun () ->
              let share = Gen.choose (0, 1000000) |> Gen.map (fun n -> float n / 1e6)

              let property =
                  Prop.forAll (Arb.fromGen (Gen.zip share share)) (fun (a, b) ->
                      a <= b = (Redshifts.quantile a <= Redshifts.quantile b))

              Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest 2000, property)) ]
