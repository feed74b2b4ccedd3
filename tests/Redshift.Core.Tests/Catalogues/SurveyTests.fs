module Redshift.Core.Tests.Catalogues.SurveyTests

open System.IO
open Expecto
open Redshift.Core.Catalogues
open Redshift.Tests
open Redshift.Core.Tests.Catalogues.Tables

let private refused name (from: string) (into: string) message =
    testCase name (fun () ->
        Expect.isTrue (smallJson.Contains from) "the text to replace"
        Expect.equal (Survey.parse (smallJson.Replace(from, into))) (Error message) "the error")

let private knownFields =
    "blanks, description, extinction, headerless, id, limits, magnitudes, missing, name, numbers, redshift, redshift_range, samples, targets, texts"

let tests =
    testList
        "Surveys"
        [ testCase "that ship have the samples they say" (fun () ->
              Expect.equal
                  (Survey.all |> List.map _.Name)
                  [ "gaia"; "pears"; "pears-photometry"; "sdss-mgs"; "sdss-edr"; "sdss50k"; "zcosmos"; "alhambra" ]
                  "names"

              Expect.equal (Survey.find "pears") (Some Surveys.pears) "by name"
              Expect.equal (Survey.find "nowhere") None "an unknown name"
              Expect.equal (Surveys.gaia.SampleCount, Surveys.pears.SampleCount) (186, 21) "samples"
              Expect.equal (List.last Surveys.gaia.Samples).Error (Some "flux_error_185") "errors"
              Expect.equal (List.last Surveys.pears.Samples).Column "F9000" "a range with a step"
              Expect.equal (Surveys.gaia.Headerless |> List.map _.Length) [ 187; 186 ] "orders without a header"
              Expect.equal Surveys.pears.Wavelengths[0..1] [| 600.0; 615.0 |] "nm")
          testCase "gaia's wavelengths are those of the simulator's grid" (fun () ->
              let grid =
                  File.ReadAllLines(Repository.sharedData "simulator/samples186.csv")
                  |> Array.skip 1
                  |> Array.map (fun line -> line.Split(',') |> Array.item 4 |> float)

              Expect.equal Surveys.gaia.Wavelengths grid "nm")
          testCase "read what they wrote" (fun () ->
              for survey in small :: Survey.all do
                  Expect.equal (Survey.parse (Survey.write survey)) (Ok survey) survey.Name)
          refused
              "a misspelt field"
              "\"redshift_range\""
              "\"redshift_rnage\""
              "the document: expected a field \"redshift_range\", found none"
          refused
              "an unknown field"
              "\"blanks\": [\"null\"],"
              "\"blanks\": [], \"colour\": 1,"
              $"the document: expected only the fields {knownFields}, found \"colour\""
          refused
              "an unknown unit of meaning"
              "\"means\": \"not_observed\""
              "\"means\": \"absent\""
              "missing/0/means: expected one of not_observed, not_detected, saturated, found \"absent\""
          refused
              "fewer errors than samples"
              "e_{1..4}"
              "e_{1..3}"
              "samples/errors: expected 4, one for each sample, found 3"
          refused
              "a range that falls"
              "m_{1..4}"
              "m_{4..1}"
              "samples/columns/0: expected a rising range of at most 100000 columns, found \"m_{4..1}\""
          refused
              "a column twice"
              "\"m_{1..4}\""
              "\"m_1\", \"m_{1..3}\""
              "samples/columns: expected each column once, found \"m_1\" twice"
          refused
              "a filter without a value"
              "\"column\": \"secure\", \"value\": \"true\""
              "\"column\": \"secure\", \"is\": \"true\""
              "redshift/filters/0: expected a field \"value\", found none" ]
