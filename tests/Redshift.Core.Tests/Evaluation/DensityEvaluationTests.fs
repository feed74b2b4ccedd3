/// Evaluations of p(z): what is counted, by what bins, and what metrics.json has of it. Numbers are numpy's and scipy's
/// (scripts/reference/densities.py, scipy 1.10.1).
module Redshift.Core.Tests.DensityEvaluationTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Evaluation
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private expected = lazy reference "densities.json"

let private quick =
    { BootstrapOptions.Default with
        Resamples = 200
        Threads = 1 }

let private scoreOf (pit: float) : DensityScore =
    { Pit = pit
      Density = 1.0
      SquaredIntegral = 1.0
      Crps = 0.01 }

let private ofPits (pits: float[]) =
    let same = pits |> Array.map (fun _ -> 0.1)
    DensityEvaluation.evaluate quick same same same (Array.map scoreOf pits)

/// Objects with normal p(z) of various widths that say `said` times the width that their errors have.
let normals (said: float) (n: int) =
    let random = RandomStream 11UL
    let widths = Array.init n (fun i -> 0.01 + 0.04 * float (i % 10) / 9.0)
    let predicted = Array.init n (fun i -> 0.05 + 0.4 * float i / float n)

    let truth =
        Array.map2
            (fun z w ->
                z
                + w * MathNet.Numerics.Distributions.Normal.InvCDF(0.0, 1.0, random.NextDouble()))
            predicted
            widths

    let sigma = widths |> Array.map ((*) said)

    let scores =
        Array.map3 (fun z s t -> DensityScore.ofDensity (RedshiftDensity.Normal(z, s)) t) predicted sigma truth

    DensityEvaluation.evaluate quick truth predicted sigma scores

let private counted =
    [ testCase "objects that are not finite are counted, impossible ones too" (fun () ->
          let grid =
              { Lowest = 0.0
                Highest = 1.2
                Bins = 12 }

          let flat =
              match BinnedDensity.Create(grid, Array.create 12 1.0) with
              | Ok density -> RedshiftDensity.Binned density
              | Error fault -> failtest fault

          let truth = [| 0.1; 0.5; 0.7; 2.0; 1.15; 0.3; nan |]
          let predicted = [| 0.11; 0.2; 0.12; 0.13; nan; 0.3; 0.3 |]
          let sigma = [| 0.1; 0.1; 0.1; 0.1; 0.1; nan; 0.1 |]
          let scores = truth |> Array.map (DensityScore.ofDensity flat)
          scores[1] <- { scores[1] with Pit = nan }
          scores[6] <- scores[0]
          let found = DensityEvaluation.evaluate quick truth predicted sigma scores
          Expect.equal found.N 3 "scored"
          Expect.equal found.Missing 4 "score, prediction, sigma, truth not finite"
          Expect.equal found.Impossible 1 "beyond the grid"
          Expect.equal found.PitOutliers 1 "PIT 1"
          Expect.equal (Array.sum found.PitHistogram) 3 "the histogram holds all"
          Expect.equal (found.CoverageBins |> Array.map _.N) [| 3 |] "one bin of predicted redshift"
          Expect.equal (found.SigmaBins |> Array.map _.N) [| 3 |] "one bin of sigma"
          Expect.equal (DensityEvaluation.value "log_score" found) infinity "an impossible object"
          let text = Json.text (Json.object (DensityEvaluation.toFields found))
          Expect.stringContains text "\"log_score\": null" "not a number in JSON"
          Expect.stringContains text "\"n_density_missing\": 4" "counted in JSON")
      testCase "no objects have no numbers" (fun () ->
          let none = DensityEvaluation.evaluate quick [||] [||] [||] [||]
          Expect.equal (none.N, none.SigmaBins.Length, none.CoverageBins.Length) (0, 0, 0) "nothing"
          Expect.all none.CoverageCurve Double.IsNaN "no curve") ]

let private references =
    [ testCase "the binomial band is scipy's" (fun () ->
          for case in expected.Value.GetProperty("binomial").EnumerateArray() do
              let whole (name: string) = case.GetProperty(name).GetInt32()
              let number (name: string) = case.GetProperty(name).GetDouble()
              let found = BinomialBand.counts (number "confidence") (whole "n") (number "p")
              Expect.equal found (whole "low", whole "high") $"{case}"

          Expect.equal (BinomialBand.counts 0.95 50 0.0) (0, 0) "p = 0"
          Expect.equal (BinomialBand.counts 0.95 50 1.0) (50, 50) "p = 1"
          Expect.equal (BinomialBand.shares 0.95 0 0.5) (0.0, 1.0) "no objects"
          Expect.equal (BinomialBand.shares 0.95 20 0.05) (0.0, 0.15) "shares")
      testCase "errors by sigma are numpy's" (fun () ->
          let field (name: string) = numbers (expected.Value.GetProperty name)
          let truth = field "truth"

          let found =
              DensityEvaluation.evaluate
                  quick
                  truth
                  (field "predicted")
                  (field "sigma")
                  (Array.map (fun _ -> scoreOf 0.5) truth)

          let wanted = Seq.toArray (expected.Value.GetProperty("by_sigma").EnumerateArray())
          Expect.equal found.SigmaBins.Length wanted.Length "bins"

          for bin, case in Array.zip found.SigmaBins wanted do
              let number (name: string) = case.GetProperty(name).GetDouble()
              Expect.equal (float bin.N) (number "n") "n"
              expectNear 1e-12 "lo" bin.Lo (number "lo")
              expectNear 1e-12 "hi" bin.Hi (number "hi")
              expectNear 1e-12 "sigma" bin.Sigma (number "sigma")
              expectNear 1e-12 "error" bin.RmsError (number "rms_error")
              let low, high = bin.RmsErrorInterval.Value
              Expect.isTrue (low < bin.RmsError && bin.RmsError < high) "inside its interval") ]

let private pits = Gen.nonEmptyListOf (Gen.choose (0, 1000) |> Gen.map (fun i -> float i / 1000.0))

let private laws =
    [ lawFor "the curve rises and passes through the coverages" pits (fun pits ->
          let found = ofPits (Array.ofList pits)

          Array.pairwise found.CoverageCurve |> Array.forall (fun (a, b) -> a <= b)
          && List.zip DensityMetrics.levels DensityMetrics.coverages
             |> List.forall (fun (level, metric) ->
                 let at = Array.findIndex ((=) level) DensityEvaluation.curveLevels
                 found.CoverageCurve[at] = DensityEvaluation.value metric.Key found))
      testCase "honest densities are within chance, narrow ones too low, wide ones too high" (fun () ->
          let share (evaluation: DensityEvaluation) = DensityEvaluation.value "coverage_0.68" evaluation
          let low, high = BinomialBand.shares 0.99 2000 0.68
          let honest = share (normals 1.0 2000)
          Expect.isTrue (low <= honest && honest <= high) $"honest: {honest}"
          Expect.isLessThan (share (normals 0.5 2000)) 0.42 "narrow"
          Expect.isGreaterThan (share (normals 2.0 2000)) 0.93 "wide"

          for bin in (normals 1.0 2000).SigmaBins do
              Expect.isTrue (abs (bin.RmsError / bin.Sigma - 1.0) < 0.2) $"error {bin.RmsError} of sigma {bin.Sigma}") ]

/// The keys of design.md and metrics.md.
let private keys =
    [ "crps"
      "cde_loss"
      "log_score"
      "pit_ks"
      "pit_cvm"
      "pit_ad"
      "coverage_0.50"
      "coverage_0.68"
      "coverage_0.90"
      "coverage_0.95" ]

let private file =
    [ testCase "metrics.json has the densities' keys after the point metrics, and their intervals" (fun () ->
          let z = [| 0.1; 0.2; 0.3 |]

          let point =
              match PointEvaluation.evaluate quick LeftOut.None z z with
              | Ok point -> point
              | Error fault -> failtest fault

          let names density = [ for field in (MetricsFile.toJson point density None []).AsObject() -> field.Key ]
          let density = normals 1.0 300
          let without, found = names None, names (Some density)
          let at = List.findIndex ((=) "intervals") without
          Expect.equal (List.take at found) (List.take at without) "the point metrics come first"
          Expect.equal (List.filter (fun key -> List.contains key keys) found) keys "every key, in order"

          Expect.equal
              (List.except without found |> List.except keys)
              [ "n_density_missing"
                "n_density_impossible"
                "n_pit_outliers"
                "pit_histogram"
                "coverage_bins_by_predicted"
                "error_bins_by_sigma" ]
              "and besides"

          let json = MetricsFile.toJson point (Some density) None []
          Expect.equal (json["crps"].GetValue<float>()) (DensityEvaluation.value "crps" density) "crps"
          let ends = json["intervals"].["crps"]
          let crps = json["crps"].GetValue<float>()
          Expect.isLessThan (ends[0].GetValue<float>()) crps "low"
          Expect.isGreaterThan (ends[1].GetValue<float>()) crps "high"
          Expect.isNotNull (json["intervals"].["mae"]) "the point metrics' too") ]

let tests =
    testList
        "Density evaluation"
        [ testList "counts" counted
          testList "reference" references
          testList "laws" laws
          testList "metrics.json" file ]
