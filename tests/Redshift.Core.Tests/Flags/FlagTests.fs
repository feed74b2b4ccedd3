/// Flags, peaks of p(z), signal to noise.
module Redshift.Core.Tests.FlagTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Flags
open Redshift.Core.Distributions
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

let private binned masses = ok (BinnedDensity.Create(grid, masses))

/// Normal peaks of (weight, mean, width) on the grid.
let private peaks parts =
    Array.init grid.Bins (fun i ->
        parts
        |> List.sumBy (fun (weight, mean, width) ->
            let x = (grid.Centre i - mean) / width
            weight / width * exp (-0.5 * x * x)))

let private names =
    [ testCase "each flag has one bit, a name and a meaning" (fun () ->
          let flags = RedshiftFlags.all |> List.map (fun (flag, _, _) -> int flag)
          Expect.equal flags [ 1; 2; 4; 8; 16; 32 ] "the values that files hold"

          let declared =
              Enum.GetValues<RedshiftFlags>()
              |> Array.map int
              |> Array.filter ((<>) 0)
              |> List.ofArray

          Expect.equal flags declared "every flag"
          let names = RedshiftFlags.all |> List.map (fun (_, name, _) -> name)
          Expect.equal (List.distinct names).Length names.Length "names"

          Expect.equal
              (RedshiftFlags.names (enum<RedshiftFlags> 34))
              [ "unlike_training"; "low_signal" ]
              "the names of a mask") ]

let private peakTests =
    [ testCase "two peaks far apart, the second of enough probability" (fun () ->
          for second, expected in [ 0.5, 2; 0.2, 2; 0.12, 2; 0.08, 1; 0.0, 1 ] do
              let p = binned (peaks [ 1.0 - second, 0.1, 0.02; second, 0.4, 0.03 ])
              Expect.equal (Peaks.count p) expected $"a second peak of {second}")
      testCase "peaks that touch are one" (fun () ->
          Expect.equal (Peaks.count (binned (peaks [ 0.5, 0.2, 0.03; 0.5, 0.28, 0.03 ]))) 1 "a shallow dip"
          Expect.equal (Peaks.count (binned (peaks [ 0.5, 0.2, 0.03; 0.5, 0.34, 0.03 ]))) 2 "a deep dip"
          Expect.equal (Peaks.count (binned (Array.create 120 1.0))) 1 "flat")
      testCase "three peaks, and small ones between that do not count" (fun () ->
          Expect.equal (Peaks.count (binned (peaks [ 0.4, 0.1, 0.02; 0.3, 0.3, 0.02; 0.3, 0.5, 0.02 ]))) 3 "three"
          Expect.equal (Peaks.count (binned (peaks [ 0.47, 0.1, 0.02; 0.06, 0.3, 0.02; 0.47, 0.5, 0.02 ]))) 2 "two")
      lawFor
          "noise of a softmax makes no peaks"
          (Gen.zip (Gen.choose (10, 50)) (Gen.choose (1, 1000000)))
          (fun (mean, seed) ->
              let random = RandomStream(uint64 seed)

              peaks [ 1.0, float mean / 100.0, 0.04 ]
              |> Array.map (fun m -> m * exp (0.15 * random.NextNormal()))
              |> binned
              |> Peaks.count
                  =
                  1)
      lawFor
          "peaks are the same at any scale, and ten at most"
          (Gen.arrayOfLength 120 (Gen.choose (0, 50)))
          (fun values ->
              let masses = values |> Array.map (fun v -> float v + (if v = 50 then 1000.0 else 0.001))
              let found = Peaks.count (binned masses)

              found <= 10 && found = Peaks.count (binned (masses |> Array.map ((*) 1024.0))))
      testCase "normal distributions have one peak, mixtures what they have" (fun () ->
          let mixture weights means widths =
              RedshiftDensity.Mixture
                  { Weights = weights
                    Means = means
                    Widths = widths }

          Expect.isFalse (Peaks.several (RedshiftDensity.Normal(0.2, 0.05))) "normal"
          Expect.isTrue (Peaks.several (mixture [| 0.6; 0.4 |] [| 0.1; 0.5 |] [| 0.02; 0.05 |])) "apart"
          Expect.isFalse (Peaks.several (mixture [| 0.6; 0.4 |] [| 0.1; 0.12 |] [| 0.02; 0.05 |])) "together"
          Expect.isFalse (Peaks.several (mixture [| 0.95; 0.05 |] [| 0.1; 0.5 |] [| 0.02; 0.05 |])) "small"
          Expect.isFalse (Peaks.atEdge (mixture [| 1.0 |] [| 0.0 |] [| 0.02 |])) "no grid")
      testCase "the grid's ends" (fun () ->
          let edge place = Peaks.atEdge (RedshiftDensity.Binned(binned (peaks [ 1.0, place, 0.02 ])))
          Expect.isTrue (edge 0.0) "first bin"
          Expect.isTrue (edge 0.6) "last bin"
          Expect.isFalse (edge 0.0076) "second bin"
          Expect.isFalse (edge 0.3) "middle") ]

let private signalTests =
    [ testCase "of white noise on a constant, by the samples or by the errors" (fun () ->
          let random = RandomStream 3UL

          for signal in [ 1.0; 4.0; 20.0 ] do
              let flux = Array.init 4000 (fun _ -> float32 (signal + random.NextNormal()))

              expectNear
                  0.05
                  $"by samples"
                  (Flagging.signalToNoise (ReadOnlySpan flux) ReadOnlySpan.Empty / signal)
                  1.0

              let errors = Array.create 4000 2.0f
              let byErrors = Flagging.signalToNoise (ReadOnlySpan flux) (ReadOnlySpan errors)
              expectNear 0.05 $"by errors" (byErrors / signal) 0.5)
      testCase "gaps, errors that are none, and too few samples" (fun () ->
          let flux = [| 8.0f; nanf; 12.0f; 10.0f; nanf |]
          let by (errors: float32[]) = Flagging.signalToNoise (ReadOnlySpan flux) (ReadOnlySpan errors)
          Expect.equal (by [| 2.0f; 1.0f; 2.0f; 2.0f; 1.0f |]) 5.0 "observed samples"
          Expect.equal (by [| 2.0f; 1.0f; 0.0f; nanf; 1.0f |]) 4.0 "errors above 0"
          Expect.isTrue (Double.IsNaN(by [||])) "three samples"
          Expect.equal (Flagging.signalToNoise (ReadOnlySpan(Array.zeroCreate 9)) ReadOnlySpan.Empty) 0.0 "zeros") ]

/// Flags of a row where nothing but the range was fitted: levels from 1 to 100.
let private ranged =
    { Samples = 6
      Magnitudes = false
      Levels = 1.0, 100.0
      Novelty = None }

let private inspect (flux: float32 list) errors density =
    Flagging.inspect ranged (ReadOnlySpan(Array.ofList flux)) (ReadOnlySpan(Array.ofList errors)) density

let private flagTests =
    [ testCase "each flag alone" (fun () ->
          let row = [ 10.0f; 11.0f; 10.0f; 11.0f; 10.0f; 11.0f ]
          let good = List.replicate 6 1.0f
          let binned parts = ValueSome(RedshiftDensity.Binned(binned (peaks parts)))
          Expect.equal (inspect row good (binned [ 1.0, 0.3, 0.02 ])) RedshiftFlags.None "none"
          Expect.equal (inspect (row |> List.map ((*) 11.0f)) good ValueNone) RedshiftFlags.OutOfTrainingRange "bright"
          Expect.equal (inspect (row |> List.map ((*) 0.05f)) [] ValueNone) RedshiftFlags.OutOfTrainingRange "faint"
          Expect.equal (inspect (nanf :: row.Tail) good ValueNone) RedshiftFlags.ImputedInput "a gap"
          Expect.equal (inspect row (List.replicate 6 5.0f) ValueNone) RedshiftFlags.LowSignal "large errors"
          let several = binned [ 0.6, 0.1, 0.02; 0.4, 0.4, 0.02 ]
          Expect.equal (inspect row good several) RedshiftFlags.SeveralPeaks "two peaks"
          Expect.equal (inspect row good (binned [ 1.0, 0.0, 0.02 ])) RedshiftFlags.GridEdge "the edge"

          Expect.equal
              (inspect (List.replicate 6 nanf) [] several)
              (RedshiftFlags.ImputedInput
               ||| RedshiftFlags.LowSignal
               ||| RedshiftFlags.SeveralPeaks)
              "nothing observed")
      testCase "magnitudes are looked at as fluxes" (fun () ->
          let magnitudes = List.map (fun flux -> 22.5f - 2.5f * MathF.Log10 flux)
          let row = [ 10.0f; 11.0f; 10.0f; 11.0f; 10.0f; 11.0f ]

          let inspect (values: float32 list) errors =
              Flagging.inspect
                  { ranged with Magnitudes = true }
                  (ReadOnlySpan(Array.ofList (magnitudes values)))
                  (ReadOnlySpan(Array.ofList errors))
                  ValueNone

          let good = List.replicate 6 0.1f
          Expect.equal (inspect row good) RedshiftFlags.None "none"
          Expect.equal (inspect (row |> List.map ((*) 11.0f)) good) RedshiftFlags.OutOfTrainingRange "bright"
          Expect.equal (inspect (nanf :: row.Tail) good) RedshiftFlags.ImputedInput "a gap"
          // A third of the flux is 0.36 magnitudes.
          Expect.equal (inspect row (List.replicate 6 0.37f)) RedshiftFlags.LowSignal "large errors"
          Expect.equal (inspect row (List.replicate 6 0.35f)) RedshiftFlags.None "errors not so large"
          Expect.equal (inspect row []) RedshiftFlags.None "no errors"

          Expect.equal
              (inspect (List.replicate 6 nanf) [])
              (RedshiftFlags.ImputedInput ||| RedshiftFlags.LowSignal)
              "nothing observed"

          let fluxes = Array.init 600 (fun i -> 1f + float32 (i % 7) + 0.1f * float32 (i % 11))
          let rows = [| 0..99 |]
          let of' = Flagging.fit 6 fluxes [||] rows rows

          match of', Flagging.fitMagnitudes 6 (Array.ofList (magnitudes (List.ofArray fluxes))) [||] rows rows with
          | Ok a, Ok b ->
              Expect.floatClose Accuracy.medium (fst b.Levels) (fst a.Levels) "the faintest"
              Expect.floatClose Accuracy.medium (snd b.Levels) (snd a.Levels) "the brightest"
              Expect.equal (Flagging.read (Flagging.write b)) (Ok b) "JSON"
          | a, b -> failtest $"{a} {b}")
      testCase "what does not fit is refused" (fun () ->
          Expect.throwsT<ArgumentException> (fun () -> inspect [ 1.0f ] [] ValueNone |> ignore) "one sample"

          Expect.throwsT<ArgumentException>
              (fun () -> inspect (List.replicate 6 1.0f) [ 1.0f ] ValueNone |> ignore)
              "one error"

          let fit samples fluxes errors train =
              Flagging.fit samples (Array.create fluxes 1.0f) (Array.create errors 1.0f) train [||]

          Expect.isError (fit 6 13 0 [| 0 |]) "half a row"
          Expect.isError (fit 6 12 6 [| 0 |]) "too few errors"
          Expect.isError (fit 6 12 0 [| 2 |]) "a row that is not there"
          Expect.isError (fit 6 12 0 [||]) "no training row"
          Expect.isOk (fit 6 12 12 [| 1 |]) "one row") ]

let tests =
    testList
        "Flags"
        [ testList "names" names
          testList "peaks" peakTests
          testList "signal" signalTests
          testList "rows" flagTests ]
