module Redshift.Core.Tests.Templates.CalibrationTests

open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Templates
open Redshift.Core.Tests
open Redshift.Core.Tests.Templates.TemplateTesting
open Redshift.Tests.Law

let private prior =
    let one alpha z0 slope share =
        { Alpha = alpha
          Redshift = z0
          Slope = slope
          ShareOffset = share
          ShareSlope = -share }

    { Band = 3
      Magnitude = 20.0
      Brightest = 18.0
      Faintest = 24.0
      Classes = [| one 2.46 0.431 0.091 0.3; one 0.91 0.063 0.123 0.0 |]
      ClassOf = [| 0; 0; 0; 1; 1; 1; 1 |] }

/// Redshifts drawn from a class of the prior by inverting its density's sum on a fine grid.
let private draw (random: RandomStream) index fainter =
    let c = prior.Classes[index]
    let density = TypePrior.logRedshift c.Alpha c.Redshift c.Slope fainter
    let step = 0.002
    let mutable left = random.NextDouble()
    let mutable z = 0.0

    while left > 0.0 && z < 6.0 do
        z <- z + step
        left <- left - step * exp (density (z - step / 2.0))

    z

let private tests' =
    [ lawFor "the prior adds to 1 over redshifts and classes" (Gen.choose (150, 260)) (fun tenths ->
          let density = TypePrior.logDensity prior (float tenths / 10.0)
          let step = 0.001

          let sum =
              Seq.sum (
                  seq {
                      for c in 0..1 do
                          let inClass = density c

                          for i in 0..7999 -> step * exp (inClass ((float i + 0.5) * step))
                  }
              )

          abs (sum - 1.0) < 1e-3)
      testCase "densities are scipy's" (fun () ->
          for case in expected.Value.GetProperty("priors").EnumerateArray() do
              let p = case.GetProperty "p" |> Files.numbers

              Files.expectNear
                  1e-8
                  $"{case}"
                  (TypePrior.logRedshift p[0] p[1] p[2] p[3] p[4])
                  (case.GetProperty("log").GetDouble()))
      testCase "a prior that objects were drawn from is found again" (fun () ->
          let random = RandomStream 11UL
          let count = 4000

          let objects =
              Array.init count (fun _ ->
                  let m = 18.0 + 6.0 * random.NextDouble()
                  let shares = TypePrior.logShares prior.Classes (m - prior.Magnitude)
                  let index = if random.NextDouble() < exp shares[0] then 0 else 1
                  // Some model of the class.
                  m, draw random index (m - prior.Magnitude), 3 * index + random.NextInt 3)

          let magnitudes, redshifts, best = Array.unzip3 objects
          // Equal classes do not fall just where the drawn ones do, so that both are given by models of their own.
          let fit = TypePrior.fit 1 3 7 magnitudes redshifts best |> ok
          let inFirst = objects |> Array.filter (fun (_, _, model) -> model < 3)
          let m, z, model = Array.unzip3 inFirst
          let first = TypePrior.fit 1 3 7 m z model |> ok
          let found, drawn = first.Classes[0], prior.Classes[0]
          // At another m0.
          let moved = drawn.Redshift + drawn.Slope * (first.Magnitude - prior.Magnitude)
          Files.expectNear 0.1 "alpha" found.Alpha drawn.Alpha
          Files.expectNear 0.02 "redshift" found.Redshift moved
          Files.expectNear 0.01 "slope" found.Slope drawn.Slope
          Expect.equal fit.ClassOf (Array.create 7 0) "one class"

          let both = TypePrior.fit 2 3 7 magnitudes redshifts best |> ok
          let share m = exp (TypePrior.logShares both.Classes (m - both.Magnitude)).[0]
          let counted low = objects |> Array.filter (fun (m, _, _) -> m >= low && m < low + 1.0)

          for low in [ 18.0; 20.5; 23.0 ] do
              let inside = counted low
              let first = inside |> Array.filter (fun (_, _, model) -> both.ClassOf[model] = 0)

              Files.expectNear
                  0.05
                  $"share at {low + 0.5}"
                  (share (low + 0.5))
                  (float first.Length / float inside.Length))
      testCase "zero points and floors that were put in are found" (fun () ->
          let grid = small.Value
          let random = RandomStream 5UL
          let zero = [| 1.25; 0.9; 1.0; 1.1; 0.95 |]
          let common = exp (zero |> Array.averageBy log)

          let objects =
              Array.init 600 (fun _ ->
                  let bin = 5 + random.NextInt 65
                  let fluxes = modelled grid bin (random.NextInt 7)

                  grid.Redshifts.Centre bin,
                  fluxes
                  |> Array.mapi (fun b f -> f / zero[b] * (1.0 + (if b = 0 then 0.3 else 0.03) * random.NextNormal())))

          let fluxes = objects |> Array.collect snd

          let photometry =
              Photometry.create 5 fluxes (fluxes |> Array.map (fun f -> 0.01 * abs f + 1e-9))
              |> ok

          let redshifts = objects |> Array.map fst
          let start = TemplateFit.plain TemplateFitSettings.Usual grid

          let fit =
              TemplateCalibration.fit
                  { TemplateCalibrationSettings.Usual with
                      Classes = 0 }
                  start
                  photometry
                  redshifts
              |> ok

          for band in 1..4 do
              Files.expectNear 0.03 $"zero point {band}" fit.ZeroPoints[band] (zero[band] / common)

          Files.expectNear 0.08 "zero point 0" fit.ZeroPoints[0] (zero[0] / common)
          Files.expectNear 0.06 "floor 0" fit.FluxFloors[0] 0.3
          Expect.isTrue (fit.FluxFloors[1..] |> Array.forall (fun f -> f < 0.06)) "other floors"
          Expect.isNone fit.Prior "prior"

          let off (fit: TemplateFit) =
              estimate fit photometry
              |> Array.map2 (fun z e -> abs (e.Value.Redshift - z)) redshifts
              |> Array.average

          Expect.isLessThan (off fit) (0.7 * off start) "errors in redshift")
      testCase "a prior moves what the fluxes leave open" (fun () ->
          let fit =
              { plain small.Value with
                  Prior = Some prior }
          // Two bands say little.
          let two k =
              Photometry.create 5 [| nan; nan; k; k; nan |] [| nan; nan; 0.2 * k; 0.2 * k; nan |]
              |> ok

          let mean fit k = (two k |> estimate fit |> only).Density.Mean
          let bright, faint = 10.0 ** (-0.4 * (19.0 - 23.9)), 10.0 ** (-0.4 * (24.0 - 23.9))
          Expect.isLessThan (mean fit bright) (mean fit faint) "by magnitude"
          Files.expectNear 1e-9 "without" (mean (plain small.Value) bright) (mean (plain small.Value) faint))
      testCase "training objects that cannot be used are refused" (fun () ->
          let photometry, redshifts = sample small.Value 1 40
          let fit settings z = TemplateCalibration.fit settings (plain small.Value) photometry z |> error
          let usual = TemplateCalibrationSettings.Usual
          Expect.equal (fit usual redshifts[1..]) "redshifts: expected one for each of the 40 objects, found 39" "few"
          let beyond = Array.copy redshifts
          beyond[7] <- 1.6
          Expect.stringStarts (fit usual beyond) "redshift 7: expected one of the grid, 0 to 1.5" "beyond"
          beyond[7] <- nan
          Expect.stringStarts (fit usual beyond) "redshift 7: expected" "missing"
          Expect.stringStarts (fit { usual with Classes = 9 } redshifts) "prior: expected 1 to 8" "classes"
          Expect.stringStarts (fit { usual with PriorBand = 5 } redshifts) "band of the prior" "band") ]

let tests = testList "calibration" tests'
