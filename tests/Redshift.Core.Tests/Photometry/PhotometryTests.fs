module Redshift.Core.Tests.Photometry.PhotometryTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core.Catalogues
open Redshift.Core.Photometry
open Redshift.Core.Tests.Catalogues.Tables
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private sdss = Surveys.sdssMgs.Magnitudes.Value

let private pogson =
    { sdss with
        Scale = MagnitudeScale.Pogson }

let private measured value error = { Value = value; Error = error }

/// numpy 1.24.2, scripts/reference/photometry.py: Lupton et al. 1999 in 80-bit numbers, errors by differences.
let private numpy =
    testCase "magnitudes and errors of numpy, both ways" (fun () ->
        for case in (reference "photometry.json").GetProperty("cases").EnumerateArray() do
            let system = if case[0].GetString() = "asinh" then sdss else pogson
            let number (i: int) = case[i].GetDouble()
            let band = case[1].GetInt32()
            let name = $"{case}"
            let magnitude = Magnitudes.ofFlux system band (measured (number 2) (number 3))
            expectNear 1e-10 $"{name}: magnitude" magnitude.Value (number 4)
            expectNear 1e-7 $"{name}: error" magnitude.Error (number 5)
            let flux = Magnitudes.toFlux system band (measured (number 4) (number 5))
            expectNear 1e-9 $"{name}: flux" flux.Value (number 2)
            expectNear 1e-7 $"{name}: its error" flux.Error (number 3))

let private published =
    testCase "zero flux has the magnitudes that SDSS published" (fun () ->
        // Stoughton et al. 2002, table 21: magnitudes of zero flux, and of ten times the softening, on SDSS's own scale.
        let own =
            { sdss with
                AbOffsets = List.replicate 5 0.0 }

        let softening = [ 1.4e-10; 0.9e-10; 1.2e-10; 1.8e-10; 7.4e-10 ]

        for band, zero, ten in [ 0, 24.63, 22.12; 1, 25.11, 22.60; 2, 24.80, 22.29; 3, 24.36, 21.85; 4, 22.83, 20.32 ] do
            let of' flux = (Magnitudes.ofFlux own band (measured flux nan)).Value
            Expect.isLessThan (abs (of' 0.0 - zero)) 0.006 $"zero flux in band {band}"
            Expect.isLessThan (abs (of' (10.0 * softening[band] * Magnitudes.zeroPoint) - ten)) 0.006 $"band {band}")

let private ab =
    testCase "AB 23.9 is a microjansky, Pogson has no magnitude of no flux" (fun () ->
        let system =
            { AbOffsets = [ 0.0; 1.0 ]
              Scale = MagnitudeScale.Pogson }

        expectNear 1e-12 "AB" (Magnitudes.toFlux system 0 (measured 23.9 0.0)).Value 1.0
        expectNear 1e-12 "an offset of 1" (Magnitudes.toFlux system 1 (measured 22.9 0.0)).Value 1.0
        expectNear 1e-12 "1 %" (Magnitudes.toFlux system 0 (measured 23.9 0.010857362047581296)).Error 0.01
        Expect.isTrue (Double.IsNaN (Magnitudes.ofFlux system 0 (measured 0.0 1.0)).Value) "none")

let private case =
    gen {
        let! system = Gen.elements [ sdss; pogson ]
        let! band = Gen.choose (0, 4)
        let! magnitude = Gen.choose (1200, 2600) |> Gen.map (fun n -> float n / 100.0)
        let! error = Gen.choose (1, 100) |> Gen.map (fun n -> float n / 100.0)
        return system, band, measured magnitude error
    }

let private near a b = abs (a - b) < 1e-9 * max 1.0 (abs b)
let private nearly (a: Measured) (b: Measured) = near a.Value b.Value && near a.Error b.Error

let private laws =
    testList
        "laws"
        [ lawFor "ofFlux undoes toFlux" case (fun (system, band, magnitude) ->
              nearly (Magnitudes.ofFlux system band (Magnitudes.toFlux system band magnitude)) magnitude)
          lawFor "brighter adds up and multiplies flux" case (fun (system, band, magnitude) ->
              let twice = Magnitudes.brighter system band 0.3 (Magnitudes.brighter system band 0.2 magnitude)
              let once = Magnitudes.brighter system band 0.5 magnitude
              let flux = (Magnitudes.toFlux system band magnitude).Value
              let brighter = (Magnitudes.toFlux system band once).Value
              nearly twice once && near brighter (flux * 10.0 ** 0.2))
          lawFor "both scales agree for bright objects" (Gen.choose (1200, 1700)) (fun n ->
              let magnitude = measured (float n / 100.0) 0.1
              let a, b = Magnitudes.toFlux sdss 1 magnitude, Magnitudes.toFlux pogson 1 magnitude
              abs (a.Value / b.Value - 1.0) < 1e-6 && abs (a.Error / b.Error - 1.0) < 1e-6) ]

/// The small survey with E(B-V) in `ra`'s place, limits, and Pogson's scale.
let private dusty =
    ok (
        Survey.parse (
            smallJson
                .Replace("\"numbers\": [\"ra\"]", "\"numbers\": [\"ebv\"]")
                .Replace(
                    "\"blanks\"",
                    "\"limits\": \"in_error\", \"magnitudes\": { \"system\": \"ab\" }, \"extinction\": { \"column\": \"ebv\", \"coefficients\": [4, 3, 2, 0] }, \"blanks\""
                )
        )
    )

let private dustyText =
    "name,redshift,ebv,m_1,e_1,m_2,e_2,m_3,e_3,m_4,e_4\na,0.5,0.25,20,0.1,99.99,24,-99,0,21.5,0.2\n"

let private catalogues =
    testList
        "catalogues"
        [ testCase "as flux densities keep states and limits" (fun () ->
              let read = ok (readText strict dusty dustyText)
              let fluxes = ok (CataloguePhotometry.toFluxes read)
              let near name (a: float32) (b: float) = expectNear 1e-6 name (float a / b) 1.0
              near "flux" fluxes.Samples[0] (10.0 ** 1.56)
              near "its error" fluxes.SampleErrors[0] (10.0 ** 1.56 * 0.1 * log 10.0 / 2.5)
              near "limit" fluxes.SampleLimits[1] (10.0 ** -0.04)
              Expect.isTrue (Single.IsNaN fluxes.Samples[1] && Single.IsNaN fluxes.Samples[2]) "what has no value"
              Expect.equal fluxes.SampleStates read.SampleStates "states"
              Expect.equal (fluxes.Survey.Kind, fluxes.Survey.Unit) (SampleKind.Flux, "µJy") "the survey says so"
              Expect.isError (CataloguePhotometry.toFluxes fluxes) "not twice")
          testCase "are corrected for dust once" (fun () ->
              let read = ok (readText strict dusty dustyText)
              let corrected = ok (CataloguePhotometry.correctExtinction read)
              Expect.equal (corrected.Samples[0], corrected.Samples[3]) (19f, 21.5f) "4 and 0 times 0.25"
              Expect.equal (corrected.SampleLimits[1], corrected.SampleErrors[0]) (23.25f, 0.1f) "limit and error"
              Expect.equal (ok (CataloguePhotometry.correctExtinction corrected)).Samples[0] 19f "again"
              // In fluxes the same comes out.
              let first = ok (CataloguePhotometry.toFluxes corrected)

              let last =
                  ok (
                      CataloguePhotometry.toFluxes read
                      |> Result.bind CataloguePhotometry.correctExtinction
                  )

              expectNear 1e-6 "fluxes" (float last.Samples[0] / float first.Samples[0]) 1.0)
          testCase "without an E(B-V) are refused" (fun () ->
              let text = dustyText.Replace("0.25,20", ",20")

              Expect.equal
                  (CataloguePhotometry.correctExtinction (ok (readText strict dusty text))
                   |> Result.map _.Count)
                  (Error "c.csv: row 0 (from 0): expected E(B-V) in ebv, found nothing")
                  "a blank"

              let without = dustyText.Replace("ebv", "other")

              Expect.equal
                  (CataloguePhotometry.correctExtinction (ok (readText strict dusty without))
                   |> Result.map _.Count)
                  (Error "c.csv: expected a column \"ebv\" with E(B-V), found none")
                  "no column") ]

let tests = testList "Photometry" [ numpy; published; ab; laws; catalogues ]
