module Redshift.Core.Tests.Templates.PhotometryTests

open System
open Expecto
open Redshift.Core.Templates
open Redshift.Core.Tests
open Redshift.Core.Tests.Templates.TemplateTesting

let private limitCases =
    [ testCase "one-sided limits are scipy's" (fun () ->
          let limits = expected.Value.GetProperty "limits"

          for tail in limits.GetProperty("tails").EnumerateArray() do
              let values = Files.numbers tail
              let struct (log, _) = UpperLimit.logBelow values[0]
              Files.expectNear 1e-9 $"tail {values[0]}" log values[1]

          // A grid of one redshift and one model with the reference's fluxes: boxes under a spectrum of steps.
          let names = [ "flux"; "error"; "model"; "sigma" ]

          let given =
              names
              |> List.map (fun name -> name, limits.GetProperty name |> Files.numbers)
              |> Map

          let model = given["model"]
          let steps = [ for i in 0..3 -> 5000.0 + 250.0 * float i ]
          let flux low = model[int ((low - 5000.0) / 250.0)]

          let points =
              [ for low in steps do
                    low, flux low
                    low + 200.0, flux low ]

          let spectrum =
              { Name = "steps"
                Spectrum = curve (List.map fst points) (List.map snd points) }

          let filter low =
              Passband.Create("f", Counting.Photons, curve [ low; low + 200.0 ] [ 1.0; 1.0 ])
              |> ok

          let one =
              { Redshifts =
                  { Lowest = 0.0
                    Highest = 1e-9
                    Bins = 1 }
                Between = 0
                Absorption = Absorption.Nothing }

          let grid = TemplateGrid.create 1 one [ spectrum ] (List.map filter steps) |> ok
          // Fluxes as the grid's model has them, times the reference's data over the reference's model.
          let times (values: float[]) from =
              values
              |> Array.mapi (fun i x -> x / model[from + i] * grid.Flux(0, 0, from + i))

          let photometry =
              Photometry.create
                  4
                  (Array.append (times given["flux"] 0) [| nan; nan |])
                  (Array.append (times given["error"] 0) (times given["sigma"] 2))
              |> ok

          for case in limits.GetProperty("cases").EnumerateArray() do
              let fit =
                  { plain grid with
                      Settings =
                          { TemplateFitSettings.Usual with
                              Limits = UpperLimit.Below(case.GetProperty("sigmas").GetDouble()) } }

              let found = estimate fit photometry |> only
              Files.expectNear 1e-6 $"amplitude, {case}" found.Amplitude (case.GetProperty("amplitude").GetDouble())
              Files.expectNear 1e-8 $"chi2, {case}" found.Chi2 (case.GetProperty("chi2").GetDouble()))
      testCase "a limit as a flux of 0 is a flux of 0" (fun () ->
          let fluxes = modelled small.Value 20 2
          let errors = fluxes |> Array.map ((*) 0.05)
          let at value = Array.mapi (fun i x -> if i = 0 then value else x) fluxes
          let run fluxes = Photometry.create 5 fluxes errors |> ok |> estimate (plain small.Value) |> only
          let limited, zero = run (at nan), run (at 0.0)
          Expect.isTrue (sameButAmplitude 0.0 limited zero) "estimates"
          Expect.equal limited.Bands 5 "bands"
          Expect.isGreaterThan limited.Chi2 1.0 "and it counts")
      testCase "magnitudes become fluxes; sentinels, limits and saturation are seen" (fun () ->
          let settings =
              { NotObserved = [ -99.0 ]
                NotDetected = [ 99.0 ]
                Brightest = [| 18.0; 18.0; 18.0; 18.0 |] }

          let photometry =
              Photometry.ofMagnitudes settings 4 [| 23.9; -99.0; 99.0; 17.0 |] [| 0.1; -99.0; 26.4; 0.1 |]
              |> ok

          let fluxes, errors = photometry.Fluxes.ToArray(), photometry.Errors.ToArray()
          Expect.equal (Array.map Double.IsNaN fluxes) [| false; true; true; true |] "fluxes"
          Expect.equal (Array.map Double.IsNaN errors) [| false; true; false; true |] "errors"
          Files.expectNear 1e-12 "flux" fluxes[0] 1.0
          Files.expectNear 1e-12 "error" errors[0] (0.1 * log 10.0 / 2.5)
          Files.expectNear 1e-12 "limit" errors[2] 0.1

          let fault =
              Photometry.ofMagnitudes settings 4 [| 20.0; 20.0; nan; 20.0 |] [| 0.1; -99.0; nan; 0.1 |]
              |> error

          Expect.stringStarts fault "object 0, band 1: expected a flux with an error above 0" "error"
          Expect.stringStarts (Photometry.create 2 [| 1.0; 2.0; 3.0 |] [||] |> error) "photometry: expected" "ragged") ]

let tests = testList "photometry and limits" limitCases
