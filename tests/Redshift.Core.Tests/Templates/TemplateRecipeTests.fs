/// Recipes of templates as JSON, what they keep, and the photometry that they take from catalogues.
module Redshift.Core.Tests.Templates.TemplateRecipeTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Catalogues
open Redshift.Core.Models
open Redshift.Core.Templates
open Redshift.Core.Tests.Templates.TemplateTesting
open Redshift.Tests.Law

let private shipped = BrownTemplate.recipe Surveys.zcosmos

let private learnerOf (recipe: Recipe) =
    match recipe.Learner with
    | Learner.Templates learner -> learner
    | Learner.Networks _
    | Learner.PerTarget _
    | Learner.Neighbours _ -> failtest "expected templates"

let private withLearner learner =
    { shipped with
        Learner = Learner.Templates learner }

let private learners =
    gen {
        let! seed = Gen.choose (0, Int32.MaxValue)
        let random = RandomStream(uint64 seed)
        let flag () = random.NextInt 2 = 0
        let pick (values: 'T list) = values[random.NextInt values.Length]
        let start = learnerOf shipped
        let units = [ WavelengthUnit.Angstrom; WavelengthUnit.Nanometre; WavelengthUnit.Micrometre ]
        let combination = flag ()
        let filters = start.Filters |> List.truncate (1 + random.NextInt 11)

        return
            { TemplateFolder = pick [ None; Some "seds"; Some "/a folder/é" ]
              Templates = start.Templates |> List.truncate (1 + random.NextInt 8)
              TemplateUnit = pick units
              FilterFolder = pick [ None; Some "../curves" ]
              Filters =
                [ for filter in filters ->
                      { filter with
                          Counting = pick [ Counting.Photons; Counting.Energy ] } ]
              FilterUnit = pick units
              Grid =
                { Redshifts =
                    { Lowest = float (random.NextInt 10) / 7.0
                      Highest = 1.5 + random.NextDouble()
                      Bins = 1 + random.NextInt 1000 }
                  Between = random.NextInt 21
                  Absorption = pick [ Absorption.Nothing; Absorption.Madau1995 ] }
              Fit =
                { TemplateFitSettings.Usual with
                    Method =
                        if combination then
                            TemplateMethod.Combination
                        else
                            TemplateMethod.Single
                    Limits =
                        if combination || flag () then
                            UpperLimit.ZeroFlux
                        else
                            UpperLimit.Below(3.0 * random.NextDouble())
                    LeastBands = 1 + random.NextInt 4 }
              LimitSigmas = 0.5 + random.NextDouble()
              SystematicError = random.NextDouble()
              FitZeroPoints = flag ()
              FitErrors = flag ()
              Prior = pick [ None; Some((pick filters).Band, 1 + random.NextInt 8) ] }
    }

let private json =
    [ lawFor "recipes of templates survive JSON" learners (fun learner ->
          match Recipe.read (Recipe.write (withLearner learner)) with
          | Ok recipe -> recipe = withLearner learner
          | Error fault -> failtest fault)
      testCase "what does not fit is refused at its path" (fun () ->
          let text = Recipe.write shipped

          let refused (was: string, becomes: string) expected =
              Expect.isTrue (text.Contains was) was

              match Recipe.read (text.Replace(was, becomes)) with
              | Ok _ -> failtest $"expected a fault of {becomes}"
              | Error fault -> Expect.equal fault expected becomes

          refused
              ("\"step\": 0.01", "\"step\": 0.03")
              "templates/redshifts: expected a whole number of steps from lowest to highest, found 86.66666666666667"

          refused
              ("\"step\": 0.01", "\"step\": 1e-9")
              "templates/redshifts: expected 1 to 100000 steps from lowest to highest, found 2600000000"

          refused
              ("\"band\": \"g_photzi25\"", "\"band\": \"b_photzi25\"")
              "templates/filters/bands: expected each band once, found b_photzi25 twice"

          refused ("\"between\": 4", "\"between\": 21") "templates/between: expected 0 to 20, found 21"

          refused
              ("\"limits\": \"zero_flux\"", "\"limits\": { \"below_sigmas\": 101 }")
              "templates/limits/below_sigmas: expected -100 to 100, found 101"

          refused
              ("\"combination\": false,\n    \"limits\": \"zero_flux\"",
               "\"combination\": true,\n    \"limits\": { \"below_sigmas\": 1 }")
              "templates/limits: expected \"zero_flux\", with combinations of templates, found an object"

          refused
              ("\"prior\": {\n      \"band\": \"i_photzi25\"", "\"prior\": {\n      \"band\": \"y\"")
              "templates/prior/band: expected one of the filters' bands, found \"y\""

          match Recipe.read (text.Replace("\"split\"", "\"scaling\": \"standard\", \"split\"")) with
          | Ok _ -> failtest "expected a fault of scaling"
          | Error fault -> Expect.stringEnds fault "found \"scaling\"" "templates take bands as they are") ]

let private kept =
    [ lawFor "a grid is kept in single precision, whatever the vectors" (Gen.choose (0, 6)) (fun between ->
          let grid = grid between

          let read =
              TemplateGrid.ofSingles grid.Settings grid.Templates grid.Bands (TemplateGrid.toSingles grid)
              |> ok

          let again = TemplateGrid.toSingles read

          again = TemplateGrid.toSingles grid
          && read.Models = grid.Models
          && read.Flux(7, grid.Models - 1, 4) = float (float32 (grid.Flux(7, grid.Models - 1, 4))))
      testCase "grids of another size or below 0 are refused" (fun () ->
          let grid = grid 1
          let singles = TemplateGrid.toSingles grid
          let refused fluxes = TemplateGrid.ofSingles grid.Settings grid.Templates grid.Bands fluxes |> error
          Expect.equal (refused singles[1..]) "grid: expected 1875 fluxes, found 1874" "one less"

          for wrong in [ -1f; Single.NaN; Single.PositiveInfinity ] do
              let fluxes = Array.copy singles
              fluxes[5] <- wrong
              Expect.equal (refused fluxes) $"grid: expected fluxes of at least 0, found {wrong}" "a number")
      testCase "a fit survives templates.json, and must belong to its grid" (fun () ->
          let photometry, redshifts = sample small.Value 3 200

          let settings =
              { TemplateCalibrationSettings.Usual with
                  PriorBand = 3 }

          let fit = TemplateCalibration.fit settings (plain small.Value) photometry redshifts |> ok
          let written = FittedTemplates.ofFit [ { Name = "red"; Sha256 = "00" } ] fit
          let read = FittedTemplates.write written |> FittedTemplates.read |> ok
          Expect.equal read written "as written"
          Expect.equal (FittedTemplates.toFit fit.Settings fit.Grid read |> ok) fit "the fit"

          let refused change = FittedTemplates.toFit fit.Settings fit.Grid (change read) |> error

          Expect.stringStarts
              (refused (fun f ->
                  { f with
                      ZeroPoints = f.ZeroPoints[1..] }))
              "zero points: expected 5 factors"
              "one less"

          Expect.stringStarts
              (refused (fun f ->
                  { f with
                      FluxFloors = Array.map (~-) f.FluxFloors }))
              "flux floors"
              "below 0"

          Expect.stringStarts
              (refused (fun f ->
                  { f with
                      Prior =
                          f.Prior
                          |> Option.map (fun p ->
                              { p with
                                  ClassOf = Array.map ((+) 3) p.ClassOf }) }))
              "prior: expected"
              "classes that are not there") ]

let private prior alone =
    let photometry, redshifts = sample small.Value 4 200

    let settings =
        { TemplateCalibrationSettings.Usual with
            Iterations = (if alone then 0 else 8)
            Rounds = 0
            PriorBand = 3 }

    TemplateCalibration.fit settings (plain small.Value) photometry redshifts |> ok

let private magnitudes =
    [ testCase "a prior can be fitted without zero points" (fun () ->
          Expect.allEqual (prior true).ZeroPoints 1.0 "as they were"
          Expect.isSome (prior true).Prior "a prior"
          Expect.exists (prior false).ZeroPoints (fun zero -> abs (zero - 1.0) > 1e-6) "fitted otherwise")
      testCase "what a catalogue says of bands" (fun () ->
          // A detection, a limit by a negative error, one that was not observed, one that was not detected without a limit.
          let survey =
              Survey.parse
                  """{ "name": "s", "description": "Four bands", "redshift": { "columns": ["z"] },
                       "samples": { "columns": ["a", "b", "c", "d"], "errors": ["ea", "eb", "ec", "ed"],
                                    "kind": "magnitude", "unit": "mag", "required": false },
                       "missing": [{ "value": -99, "means": "not_detected" }], "limits": "negative_error",
                       "magnitudes": { "system": "ab", "ab_offsets": [0, 0, 0, 0] }, "redshift_range": [0, 1] }"""
              |> ok

          let text = "a,ea,b,eb,c,ec,d,ed,z\n20,0.1,23.9,-1,,,-99,-99,0.5\n21,0,22,0.2,,,,,0.5\n"
          use stream = new IO.MemoryStream(Text.Encoding.UTF8.GetBytes text)
          let catalogue = Catalogue.read ReadOptions.Default "objects" stream survey |> ok
          let bands = ObjectPhotometry.bandsOf survey [ "b"; "a"; "d"; "c" ] |> ok
          Expect.equal bands [| 1; 0; 3; 2 |] "places"
          let read row = ObjectPhotometry.ofRows bands 2.0 catalogue (ReadOnlyMemory [| row |])
          let photometry = read 0 |> ok
          let flux = 10.0 ** (0.4 * 3.9)
          let error = flux * 0.1 * log 10.0 / 2.5
          let expected = [| nan, 0.5; flux, error; nan, nan; nan, nan |]

          for band in 0..3 do
              let f, e = expected[band]

              let same (a: float) (b: float) = Double.IsNaN a && Double.IsNaN b || abs (a - b) < 1e-6 * abs b

              Expect.isTrue (same photometry.Fluxes[band] f) $"flux of {band}"
              Expect.isTrue (same photometry.Errors[band] e) $"error of {band}"

          Expect.equal
              (read 1 |> TemplateTesting.error)
              "objects: row 1 (from 0): expected an error above 0 of a, found 0"
              "an error of 0"

          Expect.equal
              (ObjectPhotometry.bandsOf survey [ "a"; "x" ] |> TemplateTesting.error)
              "survey s: expected a band x, found none"
              "a band that is lacking"

          Expect.stringStarts
              (ObjectPhotometry.bandsOf Surveys.gaia [ "flux_0" ] |> TemplateTesting.error)
              "survey gaia: expected"
              "fluxes of no system") ]

let tests = testList "recipes of templates" (json @ kept @ magnitudes)
