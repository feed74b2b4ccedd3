module Redshift.Core.Tests.Templates.SyntheticFluxTests

open System.Text.Json
open Expecto
open FsCheck.FSharp
open Redshift.Core.Templates
open Redshift.Core.Tests
open Redshift.Core.Tests.Templates.TemplateTesting
open Redshift.Tests.Law

let private number (name: string) (case: JsonElement) = case.GetProperty(name).GetDouble()
let private text (name: string) (case: JsonElement) = case.GetProperty(name).GetString()
let private flag (name: string) (case: JsonElement) = case.GetProperty(name).GetBoolean()
let private cases (name: string) = expected.Value.GetProperty(name).EnumerateArray() |> List.ofSeq

let private curveOf (kind: string) (name: string) =
    let points = expected.Value.GetProperty(kind).GetProperty name
    Curve.create (Files.numbers points[0]) (Files.numbers points[1]) |> ok

let private absorption isAbsorbed =
    if isAbsorbed then
        Absorption.Madau1995
    else
        Absorption.Nothing

/// Relative: fluxes are some 1e-11.
let private close tolerance name (actual: float) (wanted: float) =
    if wanted = 0.0 then
        Expect.equal actual 0.0 name
    else
        Files.expectNear tolerance name (actual / wanted) 1.0

let private laws =
    [ lawFor
          "a constant f_nu is that flux through any filter: AB"
          (Gen.zip (Gen.choose (1, 400)) (Gen.elements [ Counting.Photons; Counting.Energy ]))
          (fun (seed, counting) ->
              // f_lambda = c / lambda^2 on points so close that lines between them are as good.
              let xs = [| for i in 0..4000 -> 3000.0 + float i |]
              let flat = Curve.create xs (xs |> Array.map (fun x -> 2.99792458e18 / (x * x))) |> ok
              let low = 3000.0 + 5.0 * float seed
              let response = curve [ low; low + 300.0; low + float (400 + seed) ] [ 0.1; float seed; 0.3 ]
              let passband = Passband.Create("f", counting, response) |> ok
              let flux = SyntheticFlux.mean Absorption.Nothing 0.0 flat passband
              abs (flux - 1.0) < 1e-6 && abs (SyntheticFlux.magnitude flux + 48.6) < 1e-5)
      lawFor "the response's unit does not matter, the spectrum's does" (Gen.choose (1, 1000)) (fun factor ->
          let spectrum = galaxies.Head.Spectrum

          let times k (c: Curve) =
              Curve.create (c.Wavelengths.ToArray()) (c.Values.ToArray() |> Array.map ((*) k))
              |> ok

          let filter k = Passband.Create("f", Counting.Photons, times k boxes[1].Response) |> ok
          let flux = SyntheticFlux.mean Absorption.Madau1995 0.4
          let k = float factor / 50.0
          let plain = flux spectrum (filter 1.0)

          abs (flux spectrum (filter k) / plain - 1.0) < 1e-12
          && abs (flux (times k spectrum) (filter 1.0) / plain / k - 1.0) < 1e-12) ]

let private numbers =
    [ testCase "fluxes of made-up curves are scipy's" (fun () ->
          Expect.hasLength (cases "fluxes") 48 "cases"

          for case in cases "fluxes" do
              let counting =
                  if flag "photons" case then
                      Counting.Photons
                  else
                      Counting.Energy

              let passband = Passband.Create("f", counting, curveOf "filters" (text "filter" case)) |> ok
              let absorbed = flag "absorbed" case

              let flux =
                  SyntheticFlux.mean
                      (absorption absorbed)
                      (number "z" case)
                      (curveOf "spectra" (text "spectrum" case))
                      passband

              // Without absorption the integral is exact; quadrature leaves out a hair at each point.
              close (if absorbed then 1e-6 else 1e-9) $"{case}" flux (number "flux" case))
      testCase "absorption is Madau's" (fun () ->
          for case in cases "madau" do
              let values = Files.numbers case
              close 1e-9 $"{case}" (Absorption.transmission Absorption.Madau1995 values[1] values[0]) values[2]

          Expect.equal (Absorption.transmission Absorption.Nothing 3.0 3000.0) 1.0 "none")
      testCase "the pivot of a box of photons is the mean of its logarithm's" (fun () ->
          let box =
              Passband.Create("b", Counting.Photons, curve [ 4000.0; 6000.0 ] [ 1.0; 1.0 ])
              |> ok

          close 1e-12 "pivot" box.Pivot (sqrt (2000.0 * 5000.0 / log 1.5)))
      testCase "magnitudes of published curves are numpy's" (fun () ->
          Expect.isGreaterThan (cases "published").Length 30 "cases"

          for case in cases "published" do
              let spectrum = published ("templates/" + text "template" case + ".sed")
              let response = published ("filters/" + text "filter" case + ".res")
              let passband = Passband.Create("f", Counting.Photons, response) |> ok

              let magnitude =
                  SyntheticFlux.mean Absorption.Madau1995 (number "z" case) spectrum passband
                  |> SyntheticFlux.magnitude

              Files.expectNear 1e-6 $"{case}" magnitude (number "magnitude" case)) ]

let tests = testList "synthetic fluxes" (laws @ numbers)
