module Redshift.Core.Tests.PairedBootstrapTests

open System
open Expecto
open Redshift.Core
open Redshift.Core.Evaluation

let private metrics = RecipeComparison.paired @ [ Metrics.r2 ]

let private differences options truth reference predicted =
    match PairedBootstrap.differences options metrics truth reference predicted with
    | Ok found -> found
    | Error fault -> failtest fault

/// As scripts/reference/paired-bootstrap.py makes them.
let private truth = Array.init 500 (fun i -> 0.01 + 0.5 * float (i * 37 % 500) / 500.0)

let private withErrors (amplitude: float) (frequency: float) (phase: float) =
    truth
    |> Array.mapi (fun i z ->
        let i = float i
        z + 0.02 * sin (1.3 * i) ** 5.0 + amplitude * sin (frequency * i + phase))

let private first = withErrors 0.012 0.7 1.0
let private second = withErrors 0.010 2.9 0.3

let private few =
    { BootstrapOptions.Default with
        Resamples = 100 }

let tests =
    testList
        "paired bootstrap"
        [ testCase "differences and their intervals are scipy's" (fun () ->
              // scipy 1.10.1, bootstrap(paired=True, method="percentile", n_resamples=20000).
              let expected =
                  [ -0.0012871788889751608, -0.002128119849361487, -0.0001318957790284954
                    -2.2355966669825565e-05, -4.214165748913339e-05, -2.5143320675430406e-06 ]

              let found =
                  differences
                      { BootstrapOptions.Default with
                          Resamples = 20000 }
                      truth
                      first
                      second

              for (value, low, high), difference in Seq.zip expected found do
                  let key = difference.Metric.Key
                  Expect.isLessThan (abs (difference.Value - value)) (1e-12 * abs value + 1e-15) key
                  let (foundLow, foundHigh) = difference.Interval.Value
                  // Ends of 20,000 resamples of another generator: 4 % of the width is some four of their standard errors.
                  let tolerance = 0.04 * (high - low)
                  Expect.isLessThan (abs (foundLow - low)) tolerance $"{key}: lower end {foundLow}"
                  Expect.isLessThan (abs (foundHigh - high)) tolerance $"{key}: upper end {foundHigh}")
          testCase "of the mean squared error it is the bootstrap of the mean of differences" (fun () ->
              let error (predicted: float[]) i = (predicted[i] - truth[i]) ** 2.0

              let expected =
                  Array.init 500 (fun i -> error second i - error first i)
                  |> Bootstrap.ofMean few 0UL

              let found = (differences few truth first second).[1].Interval
              Files.expectNear 1e-12 "low" (fst found.Value) (fst expected.Value)
              Files.expectNear 1e-12 "high" (snd found.Value) (snd expected.Value))
          testCase "a set of predictions does not differ from itself" (fun () ->
              for difference in differences few truth first first do
                  Expect.equal (difference.Value, difference.Interval) (0.0, Some(0.0, 0.0)) difference.Metric.Key)
          testCase "the other way round they are the same with the other sign" (fun () ->
              for one, other in Seq.zip (differences few truth first second) (differences few truth second first) do
                  Expect.equal one.Value -other.Value one.Metric.Key
                  let low, high = other.Interval.Value
                  Files.expectNear 1e-12 "low" (fst one.Interval.Value) -high
                  Files.expectNear 1e-12 "high" (snd one.Interval.Value) -low)
          testCase "pairing narrows what both find hard" (fun () ->
              let width (low: float, high: float) = high - low
              let paired = (differences few truth first second).[1].Interval.Value

              let alone predicted =
                  match Sample.create truth predicted with
                  | Ok(sample, _) -> (Bootstrap.intervals few [ Metrics.mse ] sample).Head.Value
                  | Error fault -> failtest fault

              let unpaired = sqrt (width (alone first) ** 2.0 + width (alone second) ** 2.0)
              Expect.isLessThan (width paired) unpaired "the width")
          testCase "they depend on the seed, not on the threads" (fun () ->
              let found threads seed =
                  differences
                      { few with
                          Threads = threads
                          Seed = seed }
                      truth
                      first
                      second
                  |> List.map (fun d -> d.Value, d.Interval)

              Expect.equal (found 1 0UL) (found 4 0UL) "threads"
              Expect.notEqual (found 1 0UL) (found 1 1UL) "seed")
          testCase "an object that one of the two lacks is left out of both" (fun () ->
              let lacking places (values: float[]) =
                  values |> Array.mapi (fun i v -> if List.contains i places then nan else v)

              let kept = [| 0..499 |] |> Array.except [ 3; 7; 20 ]
              let pick (values: float[]) = kept |> Array.map (Array.get values)

              let found =
                  differences few truth (lacking [ 3; 20 ] first) (lacking [ 7; 20 ] second)
                  |> List.map (fun d -> d.Value, d.Interval)

              let expected =
                  differences few (pick truth) (pick first) (pick second)
                  |> List.map (fun d -> d.Value, d.Interval)

              Expect.equal found expected "differences")
          testCase "of no objects nothing is defined; of other lengths nothing is made" (fun () ->
              for difference in differences few [| 0.1 |] [| nan |] [| 0.1 |] do
                  Expect.isTrue (Double.IsNaN difference.Value && difference.Interval.IsNone) difference.Metric.Key

              for one, other in [ first, second[1..]; first[1..], second ] do
                  match PairedBootstrap.differences few metrics truth one other with
                  | Ok _ -> failtest "expected an error"
                  | Error fault -> Expect.stringContains fault "expected one for each of the 500" "the fault") ]
