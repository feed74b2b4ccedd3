/// Metrics of p(z) against numerical integration and scipy (scripts/reference/densities.py, scipy 1.10.1).
module Redshift.Core.Tests.DensityScoreTests

open System
open System.Text.Json
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Evaluation
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private expected = lazy reference "densities.json"

let private grid =
    lazy
        { Lowest = expected.Value.GetProperty("lowest").GetDouble()
          Highest = expected.Value.GetProperty("highest").GetDouble()
          Bins = expected.Value.GetProperty("bins").GetInt32() }

let private binned grid masses =
    match BinnedDensity.Create(grid, masses) with
    | Ok density -> density
    | Error fault -> failtest fault

let private expectScore tolerance (case: JsonElement) density =
    let number (name: string) = case.GetProperty(name).GetDouble()
    let truth = number "truth"
    let score = DensityScore.ofDensity density truth
    expectNear tolerance $"PIT at {truth}" score.Pit (number "pit")
    expectNear tolerance $"density at {truth}" score.Density (number "density")
    expectNear tolerance $"integral of p^2 at {truth}" score.SquaredIntegral (number "squared")
    expectNear tolerance $"CRPS at {truth}" score.Crps (number "crps")

let private cases (name: string) = expected.Value.GetProperty(name).EnumerateArray()

let private references =
    [ testCase "densities on bins" (fun () ->
          for case in cases "binned" do
              numbers (case.GetProperty "masses")
              |> binned grid.Value
              |> RedshiftDensity.Binned
              |> expectScore 1e-9 case)
      testCase "mixtures, of one component too" (fun () ->
          for case in cases "mixtures" do
              let field (name: string) = numbers (case.GetProperty name)

              let mixture =
                  { Weights = field "weights"
                    Means = field "means"
                    Widths = field "widths" }

              expectScore 1e-7 case (RedshiftDensity.Mixture mixture)

              if mixture.Weights.Length = 1 then
                  expectScore 1e-7 case (RedshiftDensity.Normal(mixture.Means[0], mixture.Widths[0])))
      testCase "the redshift of least risk" (fun () ->
          for case in cases "binned" do
              let density = RedshiftDensity.Binned(binned grid.Value (numbers (case.GetProperty "masses")))
              let best = case.GetProperty("best").GetDouble()
              Expect.isLessThan (abs (Risk.best density - best)) 2e-5 $"z_best {best}")
      testCase "uniformity of PIT" (fun () ->
          let pit = numbers (expected.Value.GetProperty "pit") |> Array.sort
          let number (name: string) = expected.Value.GetProperty(name).GetDouble()
          expectNear 1e-12 "KS" (Uniformity.kolmogorovSmirnov pit) (number "pit_ks")
          expectNear 1e-12 "CvM" (Uniformity.cramerVonMises pit) (number "pit_cvm")
          expectNear 1e-9 "AD" (Uniformity.andersonDarling pit) (number "pit_ad"))
      testCase "coverage" (fun () ->
          let scores =
              numbers (expected.Value.GetProperty "pit")
              |> Array.map (fun pit ->
                  { Pit = pit
                    Density = 1.0
                    SquaredIntegral = 1.0
                    Crps = 0.0 })

          for metric, level in List.zip DensityMetrics.coverages [ "0.5"; "0.68"; "0.9"; "0.95" ] do
              expectNear
                  1e-12
                  metric.Key
                  (metric.Score scores)
                  (expected.Value.GetProperty("coverage").GetProperty(level).GetDouble())) ]

/// Masses of 12 bins, some of them 0, and a redshift in or around the grid.
let private drawn =
    let mass = Gen.oneof [ Gen.constant 0.0; Gen.choose (1, 1000) |> Gen.map float ]

    Gen.zip (Gen.arrayOfLength 12 mass) (Gen.choose (-20, 140))
    |> Gen.filter (fst >> Array.exists (fun m -> m > 0.0))
    |> Gen.map (fun (masses, z) -> masses, float z / 100.0)

let private unit12 =
    { Lowest = 0.0
      Highest = 1.2
      Bins = 12 }

let private laws =
    [ lawFor "the mixture of a normal with itself scores as the normal" drawn (fun (masses, z) ->
          let mean, width = masses[0] / 1000.0, 0.01 + masses[1] / 1e4
          let one = DensityScore.ofDensity (RedshiftDensity.Normal(mean, width)) z

          let two =
              DensityScore.ofDensity
                  (RedshiftDensity.Mixture
                      { Weights = [| 0.25; 0.75 |]
                        Means = [| mean; mean |]
                        Widths = [| width; width |] })
                  z

          abs (one.Crps - two.Crps) < 1e-9
          && abs (one.SquaredIntegral - two.SquaredIntegral) < 1e-9 * one.SquaredIntegral
          && abs (one.Pit - two.Pit) < 1e-9)
      // Where the density is a point, CRPS is the absolute error; it is never more than that of the density's spread added.
      lawFor "CRPS is the mean distance less half the spread" drawn (fun (masses, z) ->
          let density = binned unit12 masses
          let score = DensityScore.ofDensity (RedshiftDensity.Binned density) z
          // E|X - z| - E|X - X'| / 2 by the midpoints of 50 parts of each bin.
          let fine = 50

          let points =
              [| for i in 0..11 do
                     for k in 0 .. fine - 1 do
                         struct (unit12.Edge i + unit12.Width * (float k + 0.5) / float fine,
                                 density.Shares[i] / float fine) |]

          let distance (z: float) =
              let mutable sum = 0.0

              for struct (x, share) in points do
                  sum <- sum + share * abs (x - z)

              sum

          let mutable spread = 0.0

          for struct (x, share) in points do
              if share > 0.0 then
                  spread <- spread + share * distance x

          abs (score.Crps - (distance z - spread / 2.0)) < 2e-4)
      lawFor "no redshift has less risk than the best, of a scan" drawn (fun (masses, _) ->
          let density = binned unit12 masses
          let best = Risk.ofBins density (Risk.best (RedshiftDensity.Binned density))

          Seq.init 601 (fun i -> 0.002 * float i)
          |> Seq.forall (fun said -> Risk.ofBins density said >= best - 1e-9)) ]

let private undefined (score: DensityScore) =
    Expect.all [ score.Pit; score.Density; score.SquaredIntegral; score.Crps ] Double.IsNaN $"{score}"

let private possible =
    [ testCase "of no p(z), or of one that has no finite score, every number is NaN" (fun () ->
          let one = RedshiftDensity.Normal(0.2, 0.05)
          Expect.equal (DensityScore.ofPossible (ValueSome one) 0.25) (DensityScore.ofDensity one 0.25) "of p(z)"
          undefined (DensityScore.ofPossible ValueNone 0.25)
          let wild = RedshiftDensity.Normal(infinity, 1.0)
          Expect.isFalse (DensityScore.isFinite (DensityScore.ofDensity wild 0.25)) "a wild one"
          undefined (DensityScore.ofPossible (ValueSome wild) 0.25))
      testCase "rounding does not lead a PIT above 1" (fun () ->
          let mixture =
              { Weights = [| 0.1; 0.7; 0.2000000000000002 |]
                Means = [| 0.1; 0.1; 0.1 |]
                Widths = [| 0.01; 0.01; 0.01 |] }

          Expect.isGreaterThan (mixture.Cdf 9.0) 1.0 "the sum"
          let score = DensityScore.ofDensity (RedshiftDensity.Mixture mixture) 9.0
          Expect.equal score.Pit 1.0 "PIT") ]

let tests =
    testList "Density scores" [ testList "reference" references; testList "laws" laws; testList "possible" possible ]
