module Redshift.Core.Tests.Templates.FitTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Templates
open Redshift.Core.Tests
open Redshift.Core.Tests.Templates.TemplateTesting
open Redshift.Tests.Law

/// A bin and a model of the small grid.
let private places = Gen.zip (Gen.choose (0, 74)) (Gen.choose (0, 6))

let private scale k (photometry: Photometry) =
    let fluxes, errors = photometry.Fluxes.ToArray(), photometry.Errors.ToArray()

    Photometry.create photometry.Bands (Array.map ((*) k) fluxes) (Array.map ((*) k) errors)
    |> ok

/// The small grid without one of its bands.
let private without =
    [| for band in 0..4 -> lazy (TemplateGrid.create 1 (settings 2) galaxies (List.removeAt band boxes) |> ok) |]

let private laws =
    [ lawFor "a model's own fluxes are found again" places (fun (bin, model) ->
          let grid = small.Value
          let found = modelled grid bin model |> measured 0.001 |> estimate (plain grid) |> only

          near 1e-12 found.Redshift (grid.Redshifts.Centre bin)
          && found.Type = grid.Position model
          && found.Chi2 < 1e-9
          && near 1e-6 found.Amplitude 1.0
          && found.Bands = 5)
      lawFor "fluxes between two redshifts are found between them" places (fun (bin, model) ->
          let grid = small.Value
          let bin = min bin 73
          let mix = Array.map2 (fun a b -> 0.7 * a + 0.3 * b)
          let between = mix (modelled grid bin model) (modelled grid (bin + 1) model)
          let found = between |> measured 0.0001 |> estimate (plain grid) |> only

          near 1e-12 found.Redshift (grid.Redshifts.Centre bin + 0.3 * grid.Redshifts.Width)
          && found.Chi2 < 1e-6)
      lawFor "a combination's fluxes are found again" places (fun (bin, model) ->
          let grid = small.Value

          let sum =
              { plain grid with
                  Settings =
                      { TemplateFitSettings.Usual with
                          Method = TemplateMethod.Combination } }

          // Models between templates are sums of two.
          let found = modelled grid bin model |> measured 0.001 |> estimate sum |> only
          near 1e-12 found.Redshift (grid.Redshifts.Centre bin) && found.Chi2 < 1e-6)
      lawFor
          "all fluxes times a factor: the amplitude alone"
          (Gen.zip places (Gen.choose (-6, 6)))
          (fun (place, power) ->
              let grid = small.Value
              let photometry, _ = sample grid (fst place * 7 + snd place) 3
              let k = 10.0 ** float power
              let fit = plain grid

              Array.forall2
                  (fun (a: TemplateEstimate option) (b: TemplateEstimate option) ->
                      sameButAmplitude 1e-9 a.Value b.Value
                      && near 1e-9 (b.Value.Amplitude / a.Value.Amplitude / k) 1.0)
                  (estimate fit photometry)
                  (estimate fit (scale k photometry)))
      lawFor
          "a band that is not observed is a band that is not there"
          (Gen.zip places (Gen.choose (0, 4)))
          (fun (place, band) ->
              let grid = small.Value
              let photometry, _ = sample grid (fst place) 2
              let fluxes, errors = photometry.Fluxes.ToArray(), photometry.Errors.ToArray()

              for i in 0..1 do
                  fluxes[5 * i + band] <- nan
                  errors[5 * i + band] <- nan

              let cut (values: float[]) =
                  values
                  |> Array.indexed
                  |> Array.filter (fun (i, _) -> i % 5 <> band)
                  |> Array.map snd

              Array.forall2
                  (fun (a: TemplateEstimate option) (b: TemplateEstimate option) ->
                      sameButAmplitude 1e-9 a.Value b.Value)
                  (Photometry.create 5 fluxes errors |> ok |> estimate (plain grid))
                  (Photometry.create 4 (cut fluxes) (cut errors)
                   |> ok
                   |> estimate (plain without[band].Value)))
      lawFor "p(z) adds to 1, odds are a part of it" (Gen.choose (1, 10000)) (fun seed ->
          let photometry, _ = sample small.Value seed 5

          estimate (plain small.Value) photometry
          |> Array.forall (fun estimate ->
              let estimate = estimate.Value

              near 1e-12 (Array.sum (estimate.Density.Shares.ToArray())) 1.0
              && estimate.Odds >= 0.0
              && estimate.Odds <= 1.0 + 1e-12)) ]

let private cases =
    [ testCase "any number of threads estimates the same bits, as does each object alone" (fun () ->
          let photometry, redshifts = sample small.Value 3 200

          for limits in [ UpperLimit.ZeroFlux; UpperLimit.Below 3.0 ] do
              let start =
                  { plain small.Value with
                      Settings =
                          { TemplateFitSettings.Usual with
                              Limits = limits } }

              let fit =
                  TemplateCalibration.fit TemplateCalibrationSettings.Usual start photometry redshifts
                  |> ok

              let numbers =
                  Array.map (fun (e: TemplateEstimate option) ->
                      e.Value.Redshift, e.Value.Chi2, e.Value.Odds, e.Value.Density.Shares.ToArray())

              let bits threads = TemplateFitting.estimate threads fit photometry |> ok |> numbers
              // Whatever a thread did before.
              let alone = Array.init 200 (fun i -> Photometry.pick [| i |] photometry |> estimate fit |> numbers)
              Expect.equal (bits 1) (Array.concat alone) "objects alone"

              for threads in [ 0; 2; 5 ] do
                  Expect.equal (bits threads) (bits 1) $"{threads} threads"

          let fluxes threads =
              let grid = TemplateGrid.create threads (settings 2) galaxies boxes |> ok
              Array.init grid.Redshifts.Bins (fun bin -> Array.init grid.Models (modelled grid bin))

          Expect.equal (fluxes 3) (fluxes 1) "grid")
      testCase "models between templates are mixtures, templates are as they are" (fun () ->
          let none, two = grid 0, small.Value
          Expect.equal (none.Models, two.Models) (3, 7) "models"
          Expect.equal (two.Position 4) (4.0 / 3.0) "position"
          // Grids have units of their own.
          let unit = two.Flux(0, 0, 2) / none.Flux(0, 0, 2)

          for bin in 0..10..70 do
              for band in 0..4 do
                  let a, b = none.Flux(bin, 1, band), none.Flux(bin, 2, band)
                  Files.expectNear 1e-12 "template" (two.Flux(bin, 3, band) / unit) a
                  Files.expectNear 1e-12 "mixture" (two.Flux(bin, 4, band) / unit) (2.0 / 3.0 * a + b / 3.0))
      testCase "sums of templates are scipy's" (fun () ->
          for case in expected.Value.GetProperty("sums").EnumerateArray() do
              let n = case.GetProperty("columns").GetInt32()
              let a, b = case.GetProperty "a" |> Files.numbers, case.GetProperty "b" |> Files.numbers
              let product i j = Seq.sum (seq { for r in 0 .. b.Length - 1 -> a[r * n + i] * a[r * n + j] })
              let right i = Seq.sum (seq { for r in 0 .. b.Length - 1 -> a[r * n + i] * b[r] })
              let x = Array.zeroCreate n
              NonNegative(n).Solve(n, Array.init (n * n) (fun at -> product (at / n) (at % n)), Array.init n right, x)

              let residual =
                  Seq.sum (
                      seq {
                          for r in 0 .. b.Length - 1 ->
                              (b[r] - Seq.sum (seq { for i in 0 .. n - 1 -> a[r * n + i] * x[i] })) ** 2.0
                      }
                  )

              Expect.isTrue (Array.forall (fun x -> x >= 0.0) x) "not negative"
              Files.expectNear 1e-8 $"residual of {b.Length} x {n}" residual (case.GetProperty("residual").GetDouble())

              for found, wanted in Seq.zip x (case.GetProperty "x" |> Files.numbers) do
                  Files.expectNear 1e-6 $"coefficient of {b.Length} x {n}" found wanted)
      testCase "an object with fewer bands than asked for has no estimate" (fun () ->
          let fluxes = Array.append [| 1.0; nan; nan; nan; nan |] (modelled small.Value 5 1)
          let errors = fluxes |> Array.map ((*) 0.1)
          let found = Photometry.create 5 fluxes errors |> ok |> estimate (plain small.Value)
          Expect.isNone found[0] "one band"
          Expect.isSome found[1] "five bands")
      testCase "what cannot be fitted is refused" (fun () ->
          let make settings templates filters = TemplateGrid.create 1 settings templates filters |> error
          Expect.stringStarts (make (settings 0) [] boxes) "templates: expected one" "templates"
          Expect.stringStarts (make (settings 0) galaxies []) "filters: expected one" "filters"
          Expect.stringStarts (make (settings 21) galaxies boxes) "models between" "between"

          let huge =
              { settings 0 with
                  Redshifts =
                      { Lowest = 0.0
                        Highest = 1.0
                        Bins = Int32.MaxValue } }

          Expect.stringStarts (make huge galaxies boxes) "grid: expected at most" "size"

          let empty =
              { settings 0 with
                  Redshifts =
                      { Lowest = 1.0
                        Highest = 1.0
                        Bins = 5 } }

          Expect.stringStarts (make empty galaxies boxes) "redshifts: expected" "range"

          let dark =
              { Name = "dark"
                Spectrum = curve [ 1000.0; 2000.0 ] [ 1.0; 1.0 ] }

          Expect.stringStarts (make (settings 0) [ dark ] boxes) "template dark: expected" "dark"

          let two = Photometry.create 2 [| 1.0; 2.0 |] [| 1.0; 1.0 |] |> ok

          Expect.equal
              (TemplateFitting.estimate 1 (plain small.Value) two |> error)
              "photometry: expected 5 bands, found 2"
              "bands") ]

let tests = testList "fit" (laws @ cases)
