module Redshift.Core.Tests.MetricTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Evaluation

let private few =
    { BootstrapOptions.Default with
        Resamples = 100 }

let private expectOk (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

let private evaluate truth predicted = PointEvaluation.evaluate few LeftOut.None truth predicted |> expectOk

let private refusal truth predicted = PointEvaluation.evaluate few LeftOut.None truth predicted |> Result.map ignore

let private check (property: 'P) =
    Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithReplay(Some { Rnd = Rnd 7UL; Size = None }),
        property
    )

let private expected = lazy Files.reference "metrics.json"

let private pairs =
    lazy (Files.numbers (expected.Value.GetProperty "truth"), Files.numbers (expected.Value.GetProperty "predicted"))

let private cellsOf (bin: Bin) =
    [| bin.Lo
       bin.Hi
       float bin.N
       bin.Percent
       bin.MeanError
       bin.StdError
       bin.Mae
       bin.Nmad
       bin.BiasMean
       bin.Outlier015 |]

let private expectTable (key: string) (bins: Bin[]) =
    let rows = expected.Value.GetProperty(key).EnumerateArray() |> Array.ofSeq
    Expect.equal bins.Length rows.Length $"{key}: number of bins"

    for row, bin in Array.zip rows bins do
        Array.iter2 (Files.expectNear 1e-12 $"{key} [{bin.Lo}, {bin.Hi})") (cellsOf bin) (Files.numbers row)

/// Predictions that are finite, with true redshifts from 0 to 2.
let private cases =
    Arb.fromGen (
        gen {
            let! seed = Gen.choose (0, 1000000)
            let! n = Gen.choose (2, 60)
            let random = RandomStream(uint64 seed)
            let truth = Array.init n (fun _ -> 2.0 * random.NextDouble())
            return truth, truth |> Array.map (fun z -> z + 0.1 * random.NextNormal())
        }
    )

let private laws =
    [ testCase "perfect predictions score perfectly" (fun () ->
          check (
              Prop.forAll cases (fun (truth, _) ->
                  let perfect = evaluate truth truth

                  perfect.Scores
                  |> List.forall (fun score ->
                      match score.Metric.Key with
                      | "r2"
                      | "slope_pred_on_true"
                      | "slope_true_on_pred" -> abs (score.Value - 1.0) < 1e-9
                      | _ -> score.Value = 0.0))
          ))
      testCase "bins share out every object" (fun () ->
          check (
              Prop.forAll cases (fun (truth, predicted) ->
                  let found = evaluate truth predicted
                  let total (bins: Bin[]) = bins |> Array.sumBy _.N
                  let edges (bins: Bin[]) = bins |> Array.pairwise |> Array.forall (fun (a, b) -> a.Hi = b.Lo)

                  total found.Bins = truth.Length
                  && total found.BinsByPredicted = truth.Length
                  && edges found.Bins)
          ))
      testCase "the order of the objects does not matter" (fun () ->
          check (
              Prop.forAll cases (fun (truth, predicted) ->
                  let values (e: PointEvaluation) = e.Scores |> List.map _.Value
                  let there = evaluate truth predicted |> values
                  let back = evaluate (Array.rev truth) (Array.rev predicted) |> values
                  List.forall2 (fun a b -> abs (a - b) < 1e-9) there back)
          )) ]

let private counted =
    [ testCase "a prediction that is not finite is counted and not scored" (fun () ->
          let found = evaluate [| 0.1; 0.2; 0.3; 0.4 |] [| 0.1; nan; 0.3; infinity |]
          Expect.equal (found.N, found.Missing) (2, 2) "n and n_missing"
          Expect.equal (PointEvaluation.value "mae" found) 0.0 "the others' mean absolute error")
      testCase "no objects and one object have a JSON without NaN" (fun () ->
          for truth in [ [||]; [| 0.1 |] ] do
              let json = MetricsFile.toJson (evaluate truth truth) None None []
              Expect.equal (json["n"].GetValue<int>()) truth.Length "n"
              Expect.isNull (json["r2"]) "r2"
              Expect.isNull (json["intervals"].["mae"]) "interval"
              Expect.equal (json["bins"].AsArray().Count) truth.Length "bins")
      testCase "equal redshifts have neither slope nor R2" (fun () ->
          let found = evaluate [| 0.1; 0.1; 0.1 |] [| 0.2; 0.3; 0.1 |]
          Expect.isTrue (Double.IsNaN(PointEvaluation.value "slope_pred_on_true" found)) "slope"
          Expect.isTrue (Double.IsNaN(PointEvaluation.value "r2" found)) "R2")
      testCase "a missing true redshift is refused" (fun () ->
          let found = refusal [| 0.1; nan |] [| 0.1; 0.1 |]
          Expect.equal found (Error "object 1: expected a true redshift above -1, found NaN") "which object")
      testCase "lengths that differ are refused" (fun () ->
          let found = refusal [| 0.1 |] [||]

          Expect.equal
              found
              (Error "predictions: expected one for each of the 1 true redshifts, found 0")
              "how many of each")
      testCase "a bin holds its lower edge, the last its upper" (fun () ->
          let z = [| 0.15; 0.35; 0.6; 0.55; 0.0 |]
          let bins = (evaluate z z).Bins
          Expect.equal (bins.Length, bins[3].N, bins[7].N, bins[11].N) (12, 1, 1, 2) "0.15, 0.35 and both of the last")
      testCase "wild predictions do not make a table of gaps" (fun () ->
          let bins = (evaluate [| 0.1; 0.2 |] [| 0.1; 1e9 |]).BinsByPredicted
          Expect.equal bins.Length 2 "bins") ]

let private bootstrap =
    let intervals options =
        let truth, predicted = pairs.Value

        PointEvaluation.evaluate options LeftOut.None truth predicted
        |> expectOk
        |> fun e -> e.Scores |> List.map _.Interval, e.Bins |> Array.map _.MeanErrorInterval

    [ testCase "intervals depend on the seed, not on the threads" (fun () ->
          let metrics, bins = intervals { few with Threads = 1 }
          Expect.equal (intervals { few with Threads = 4 }) (metrics, bins) "four threads"
          let otherMetrics, otherBins = intervals { few with Seed = 1UL }
          Expect.notEqual otherMetrics metrics "metrics, another seed"
          Expect.notEqual otherBins bins "bins, another seed")
      testCase "the interval of a mean is the one of theory" (fun () ->
          // n = 400 standard normals: mean +- 1.96 / sqrt 400, to the resamples' own noise of some 5 per cent.
          let random = RandomStream 5UL
          let values = Array.init 400 (fun _ -> random.NextNormal())
          let low, high = (Bootstrap.ofMean BootstrapOptions.Default 0UL values).Value
          Files.expectNear 0.015 "width" (high - low) (2.0 * 1.96 / 20.0))
      testCase "the interval of a metric is that of resamples taken one by one" (fun () ->
          let truth, predicted = pairs.Value
          let sample = Sample.create truth predicted |> expectOk |> fst
          let found = (Bootstrap.intervals BootstrapOptions.Default [ Metrics.normalisedMad ] sample).Head.Value

          // Drawn another way than there, so another 1000 resamples: the ends agree to their noise.
          let resample r =
              let random = RandomStream.ForIndex(99UL, uint64 r)
              let drawn = Array.init truth.Length (fun _ -> random.NextInt truth.Length)
              let pick (values: float[]) = drawn |> Array.map (Array.get values)
              Sample.create (pick sample.Truth) (pick sample.Predicted) |> expectOk |> fst

          let values = Array.init 1000 (resample >> Metrics.normalisedMad.Score) |> Array.sort
          let near = 0.15 * (snd found - fst found)
          Expect.isTrue (abs (fst found - values[25]) < near) "low"
          Expect.isTrue (abs (snd found - values[975]) < near) "high")
      testCase "very many objects are resampled less often" (fun () ->
          let count n = Bootstrap.resamplesFor BootstrapOptions.Default n
          Expect.equal (count 50000, count 500000, count 100000000) (1000, 200, 100) "resamples") ]

let tests =
    testList
        "metrics"
        [ // numpy 1.24.2, scipy 1.10.1, scikit-learn 1.2.1, pandas 1.5.3: scripts/reference/metrics.py.
          testCase "values are those of numpy, scipy and scikit-learn" (fun () ->
              let found = evaluate <|| pairs.Value

              for score in found.Scores do
                  let value = expected.Value.GetProperty("metrics").GetProperty(score.Metric.Key).GetDouble()
                  Files.expectNear 1e-12 score.Metric.Key score.Value value)
          testCase "bins are those of pandas" (fun () ->
              let found = evaluate <|| pairs.Value
              expectTable "bins" found.Bins
              expectTable "bins_by_predicted" found.BinsByPredicted)
          testCase "every key of metrics.json is written" (fun () ->
              let json = MetricsFile.toJson (evaluate <|| pairs.Value) None None [] |> _.AsObject()

              let keys =
                  "n n_filtered n_skipped mae mse rmse r2 bias_mean bias_median nmad sigma68 sigma_iqr outlier_0.05 "
                  + "outlier_0.10 outlier_0.15 outlier_0.20 outlier_desc slope_pred_on_true slope_true_on_pred bins "
                  + "bins_by_predicted intervals"

              for key in keys.Split ' ' do
                  Expect.isTrue (json.ContainsKey key) key)
          testList "laws" laws
          testList "counts" counted
          testList "bootstrap" bootstrap ]
