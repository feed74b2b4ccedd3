/// What only training sees: weights by redshift, noise.
module Redshift.Core.Tests.TrainingAidTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Frames
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private redshifts =
    Gen.choose (0, 600)
    |> Gen.map (fun n -> float n / 1000.0)
    |> Gen.nonEmptyListOf
    |> Gen.map Array.ofList

let private weighting power =
    { Width = 0.02
      Power = power
      Largest = 5.0 }

/// Many low, few high redshifts.
let private skewed =
    let random = RandomStream 3UL

    Array.init 4000 (fun i ->
        if i % 20 = 0 then
            0.4 + 0.1 * random.NextDouble()
        else
            0.1 + 0.1 * random.NextDouble())

let private weights =
    [ lawFor "the mean weight of the training part is 1" redshifts (fun truth ->
          let weight = LabelWeights.fit (weighting 1.0) truth
          abs (Array.averageBy weight truth - 1.0) < 1e-9)
      lawFor "a power of 0 weighs all alike" redshifts (fun truth ->
          let weight = LabelWeights.fit (weighting 0.0) truth
          truth |> Array.forall (fun z -> abs (weight z - 1.0) < 1e-12))
      testCase "rare redshifts count as the power of how rare they are" (fun () ->
          // 3800 objects in [0.1, 0.2) and 200 in [0.4, 0.5): 19 times as dense away from the edges.
          let ratio power =
              let weight = LabelWeights.fit { weighting power with Largest = 1e6 } skewed

              weight 0.45 / weight 0.15

          expectNear 0.25 "half" (ratio 0.5) (sqrt 19.0)
          expectNear 1.5 "whole" (ratio 1.0) 19.0)
      testCase "no weight is beyond the largest, and those outside weigh as the ends" (fun () ->
          let weight = LabelWeights.fit (weighting 1.0) skewed
          let largest = Array.map weight skewed |> Array.max
          // Capped, then brought to mean 1 again.
          Expect.isLessThan largest 8.0 "largest"
          Expect.equal (weight 5.0) (weight 0.4999999) "beyond the end"
          Expect.equal (weight -1.0) (weight (Array.min skewed)) "before the beginning") ]

/// Smooth spectra with white noise whose variance is floor + slope flux.
let private noisy floor slope rows samples =
    let random = RandomStream 5UL

    Array.init (rows * samples) (fun at ->
        let row, i = at / samples, at % samples
        let level = 1.0 + 0.05 * float (row % 200)
        let flux = level * (1.5 + sin (float i / 25.0))
        float32 (flux + sqrt (floor + slope * flux) * random.NextNormal()))

let private noise =
    [ for floor, slope in [ 0.01, 0.0; 0.002, 0.01; 0.05, 0.005 ] do
          testCase $"noise of variance {floor} + {slope} flux is found" (fun () ->
              let fluxes = noisy floor slope 2000 60
              let level = (NoiseLevel.fit 60 fluxes [| 0..1999 |]).Value

              for flux in [ 2.0; 6.0; 12.0 ] do
                  let expected = sqrt (floor + slope * flux)
                  expectNear (0.08 * expected) $"at {flux}" (level.Sigma flux) expected)
      testCase "missing samples are passed over, and too few say nothing" (fun () ->
          let fluxes = noisy 0.01 0.0 500 60
          let with' = Array.mapi (fun i f -> if i % 7 = 0 then nanf else f) fluxes
          let whole, gaps = NoiseLevel.fit 60 fluxes [| 0..499 |], NoiseLevel.fit 60 with' [| 0..499 |]
          expectNear 0.01 "the same level" (gaps.Value.Sigma 3.0) (whole.Value.Sigma 3.0)
          Expect.isNone (NoiseLevel.fit 60 fluxes [| 0; 1 |]) "two rows"
          Expect.isNone (NoiseLevel.fit 2 fluxes [| 0..499 |]) "two samples")
      testCase "added noise has the errors' size, and the same stream adds the same" (fun () ->
          let flux = Array.create 20000 4f
          let errors = Array.init 20000 (fun i -> if i % 2 = 0 then 0.1f else nanf)

          let add scale =
              let into = Array.zeroCreate<float32> 20000

              Augmentation.addNoise
                  { Noise = NoiseSource.Errors
                    Scale = scale }
                  ValueNone
                  (RandomStream 9UL)
                  (ReadOnlySpan flux)
                  (ReadOnlySpan errors)
                  (Span into)

              into

          let added =
              add 2.0
              |> Array.indexed
              |> Array.filter (fun (i, _) -> i % 2 = 0)
              |> Array.map (fun (_, f) -> float f - 4.0)

          let rms = sqrt (Array.averageBy (fun e -> e * e) added)
          expectNear 0.01 "twice the error" rms 0.2
          Expect.equal (add 2.0) (add 2.0) "again"

          Expect.isTrue
              (add 1.0 |> Array.indexed |> Array.forall (fun (i, f) -> i % 2 = 0 || f = 4f))
              "none without an error") ]

let tests = testList "training aids" (weights @ noise)
