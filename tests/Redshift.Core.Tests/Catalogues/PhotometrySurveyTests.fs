module Redshift.Core.Tests.Catalogues.PhotometrySurveyTests

open System
open System.IO
open Expecto
open Redshift.Core.Catalogues
open Redshift.Tests
open Redshift.Core.Tests.Catalogues.Tables

let private read options (survey: Survey) file =
    use stream = File.OpenRead(Repository.sharedData $"photometry/{file}")
    ok (Catalogue.read options file stream survey)

let private states (catalogue: Catalogue) band state =
    let k = catalogue.SampleCount

    Seq.init catalogue.Count (fun row -> catalogue.SampleStates[row * k + band])
    |> Seq.filter ((=) state)
    |> Seq.length

/// Counts and sums from pandas 1.5.3: `read_csv(FILE, sep=r'\s+'|',')`, `(m == -99.9).sum()`, `[band].sum()`.
let private files =
    testList
        "files"
        [ testCase "sdss-mgs has a commented header that lacks a name" (fun () ->
              let mgs = read labelled Surveys.sdssMgs "SDSS_MGS.train"
              Expect.equal mgs.Count 5000 "rows"
              let u = Seq.init 5000 (fun i -> float (mgs.Spectrum(i)[0])) |> Seq.sum
              Expect.floatClose Accuracy.medium u 95739.693 "sum of u"
              Expect.floatClose Accuracy.high mgs.Redshift[0] 0.083125 "redshift"
              Expect.equal (mgs.Errors(0)[0], mgs.Errors(0)[1]) (0.063680f, 0.008182f) "errors of u and g"
              let colours = mgs.Objects.GetColumn<float> "eu-g"

              for row in 0 .. mgs.Count - 1 do
                  let errors = mgs.Errors row
                  let quadratic = sqrt (float errors[0] ** 2.0 + float errors[1] ** 2.0)
                  Expect.isLessThan (abs (quadratic - colours[row])) 2e-6 $"u's error is in its column, row {row}")
          testCase "sdss-edr has no header" (fun () ->
              for file, rows in [ "sdss.ugriz.train", 5000; "sdss.ugriz.valid", 1000 ] do
                  let edr = read labelled Surveys.sdssEdr file
                  Expect.equal edr.Count rows file
                  let faint = Seq.init rows (fun i -> edr.Spectrum(i)[0]) |> Seq.filter (fun u -> u > 26f)

                  if rows = 5000 then
                      Expect.equal (Seq.length faint) 19 "u beyond 26, negative fluxes, are kept as they are"
                      Expect.equal (edr.Errors(0)[4], edr.Redshift[0]) (0.01656932f, 0.09321550) "the last columns")
          testCase "sdss50k learns redshifts of galaxies" (fun () ->
              let sdss = read labelled Surveys.sdss50k "sdss50k_dev.csv"
              Expect.equal (sdss.RowsFor "redshift").Length 33209 "galaxies"
              Expect.equal (sdss.RowsFor "spectral_type").Length 40000 "all"
              Expect.isFalse sdss.HasErrors "no errors")
          testCase "zcosmos keeps apart what was not observed and what was not detected" (fun () ->
              let zcosmos = read labelled Surveys.zcosmos "zcosmos_dev.csv"
              Expect.equal zcosmos.Count 13688 "rows"
              let count state = [ for band in 0..10 -> states zcosmos band state ]
              Expect.equal (count SampleState.NotDetected) [ 6116; 2841; 1; 0; 0; 0; 0; 0; 0; 0; 0 ] "not detected"

              Expect.equal
                  (count SampleState.NotObserved)
                  [ 0; 0; 23; 25; 31; 31; 57; 544; 103; 4; 18 ]
                  "not observed, u B g V r i z J K"

              Expect.equal
                  (zcosmos.SampleLimits |> Array.filter (Single.IsNaN >> not))
                  [| 25f; 26f |]
                  "magnitudes with a negative error are limits"

              Expect.isTrue
                  (Seq.forall2
                      (fun state (m: float32) -> (state = SampleState.Observed) <> Single.IsNaN m)
                      zcosmos.SampleStates
                      zcosmos.Samples)
                  "only observed samples have a value"

              Expect.equal (zcosmos.RowsFor "redshift").Length 8973 "secure galaxies"
              Expect.equal (zcosmos.RowsFor "stellarity").Length 9397 "secure redshifts"
              Expect.equal (Array.distinct zcosmos.Ids).Length 13688 "ids are unique"
              let ic = zcosmos.Objects.GetColumn<float> "ic_photzi25"
              Expect.equal (zcosmos.Count - ic.ValueCount) 29 "codes hold for further numbers too") ]

/// Two objects in the layout of ALHAMBRA's catalogue: blanks between columns, a header behind `#`.
let private alhambraText =
    let survey = Surveys.alhambra
    let names = survey.Samples |> List.collect (fun s -> [ s.Column; s.Error.Value ])

    let row (id: string) (edit: int -> string * string) =
        let cells = [ for i in 0..22 -> edit i ] |> List.collect (fun (m, e) -> [ m; e ])
        String.Join("  ", [ id; "150.1"; "2.2" ] @ cells @ [ "0.71" ])

    let good i = $"{20 + i / 10}.5", "0.125"

    let odd i =
        match i with
        | 0 -> "99.000", "24.750"
        | 5 -> "-99.000", "0.000"
        | 22 -> "99.000", "99.000"
        | i -> good i

    let header = String.Join("  ", [ "ID"; "RA"; "Dec" ] @ names @ [ "zspec" ])

    $"# 1 ID\n#\n#  {header}\n"
    + row "81422301234567" good
    + "\n"
    + row "b" odd
    + "\n"

let private limits =
    testList
        "limits"
        [ testCase "alhambra's stand in the error column of what was not detected" (fun () ->
              let read = ok (readText labelled Surveys.alhambra alhambraText)
              Expect.equal (read.Count, read.SampleCount, read.Ids[0]) (2, 23, "81422301234567") "objects"
              let states = read.States(1).ToArray()

              Expect.equal
                  (states[0], states[5], states[22], states[1])
                  (SampleState.NotDetected, SampleState.Saturated, SampleState.NotDetected, SampleState.Observed)
                  "states"

              let limits = read.Limits(1).ToArray()
              Expect.equal limits[0] 24.75f "the limit"
              Expect.isTrue (limits[1..] |> Array.forall Single.IsNaN) "no other, none where the error is a code"
              Expect.isTrue (read.Limits(0).ToArray() |> Array.forall Single.IsNaN) "none for what was detected"
              let errors = read.Errors(1).ToArray()
              Expect.equal errors[1] 0.125f "an error"
              Expect.isTrue (Single.IsNaN errors[0] && Single.IsNaN errors[5]) "limits and codes are no errors")
          testCase "go with the rows selected" (fun () ->
              let read = ok (readText labelled Surveys.alhambra alhambraText)
              let some = read.Select [| 1; 0; 1 |]
              Expect.equal (some.Limits(0)[0], some.Limits(2)[0]) (24.75f, 24.75f) "limits"
              Expect.isTrue (Single.IsNaN(some.Limits(1)[0])) "of the other"
              Expect.equal (some.States(2)[5]) SampleState.Saturated "states") ]

let private faults =
    let changed (from: string) (into: string) =
        Expect.isTrue (smallJson.Contains from) "the text to replace"
        Survey.parse (smallJson.Replace(from, into)) |> Result.map _.Name

    let fields (more: string) = changed "\"blanks\"" $"{more}, \"blanks\""

    testList
        "faults"
        [ testCase "of magnitude systems" (fun () ->
              Expect.equal
                  (fields "\"magnitudes\": { \"system\": \"vega\" }")
                  (Error "magnitudes: expected a field \"ab_offsets\", found none")
                  "Vega's offsets are needed"

              Expect.equal
                  (fields "\"magnitudes\": { \"system\": \"ab\", \"softening\": [1e-10] }")
                  (Error "magnitudes/softening: expected 4, one for each sample, found 1")
                  "one softening a band"

              Expect.equal
                  (changed "\"kind\": \"magnitude\"" "\"kind\": \"flux\""
                   |> Result.bind (fun _ ->
                       Survey.parse (
                           smallJson
                               .Replace("\"kind\": \"magnitude\"", "\"kind\": \"flux\"")
                               .Replace("\"blanks\"", "\"magnitudes\": { \"system\": \"ab\" }, \"blanks\"")
                       )
                       |> Result.map _.Name))
                  (Error "the document: expected no field \"magnitudes\" for samples that are fluxes, found one")
                  "fluxes have none")
          testCase "of extinctions and limits" (fun () ->
              Expect.equal
                  (fields "\"extinction\": { \"column\": \"ebv\", \"coefficients\": [4, 3, 2, 1] }")
                  (Error "extinction/column: expected one of the survey's numbers, found \"ebv\"")
                  "the column is read"

              Expect.equal
                  (changed "\"e_{1..4}\"" "\"e_{1..3}\", null"
                   |> Result.map (fun _ ->
                       Survey.parse (
                           smallJson
                               .Replace("\"e_{1..4}\"", "\"e_{1..3}\", null")
                               .Replace("\"blanks\"", "\"limits\": \"in_error\", \"blanks\"")
                       )
                       |> Result.map _.Name))
                  (Ok(
                      Error
                          "the document: expected an error column for each sample, where limits stand in or by errors, found none for some"
                  ))
                  "limits need errors") ]

/// Two columns of fluxes that are read as magnitudes, and one of magnitudes.
let private zeroPointJson =
    """{ "name": "mixed", "description": "d", "redshift": { "columns": ["z"] }, "redshift_range": [0, 1],
         "samples": { "columns": ["f1", "f2", "m3"], "errors": ["e1", "e2", "e3"], "zero_points": [23.9, -21.27, null],
                      "kind": "magnitude", "unit": "mag", "required": false } }"""

let private zeroPoints =
    testList
        "flux densities read as magnitudes"
        [ testCase "by their zero points, with their errors; without flux they are not detected" (fun () ->
              let text =
                  "z,f1,e1,f2,e2,m3,e3\n0.1,100,10,1e-18,5e-20,20.5,0.1\n0.2,-3,2,,,99,0.2\n0.3,0,,2e-21,1e-21,,\n"

              match Survey.parse zeroPointJson with
              | Error fault -> failtest fault
              | Ok survey ->
                  Expect.equal (Survey.parse (Survey.write survey)) (Ok survey) "JSON"
                  use stream = new MemoryStream(Text.Encoding.UTF8.GetBytes text)

                  match Catalogue.read labelled "text" stream survey with
                  | Error fault -> failtest (string fault)
                  | Ok catalogue ->
                      let close (found: float32) expected what =
                          Expect.floatClose Accuracy.medium (float found) expected what
                      // 100 µJy; -2.5 log10 1e-18 = 45.
                      close catalogue.Samples[0] 18.9 "µJy"
                      close catalogue.SampleErrors[0] (0.1 * 2.5 / log 10.0) "its error"
                      close catalogue.Samples[1] 23.73 "f_lambda"
                      close catalogue.SampleErrors[1] (0.05 * 2.5 / log 10.0) "its error"
                      close catalogue.Samples[2] 20.5 "a magnitude"
                      close catalogue.SampleErrors[2] 0.1 "its error"
                      let o, n, d = SampleState.Observed, SampleState.NotObserved, SampleState.NotDetected
                      Expect.equal catalogue.SampleStates [| o; o; o; d; n; o; d; o; n |] "states"
                      Expect.isTrue (Single.IsNaN catalogue.Samples[3]) "a negative flux"
                      Expect.isTrue (Single.IsNaN catalogue.SampleErrors[3]) "nor an error"
                      close catalogue.SampleLimits[3] (23.9 - 2.5 * log10 6.0) "three times its error"
                      Expect.isTrue (Single.IsNaN catalogue.SampleLimits[6]) "without an error no limit")
          testCase "fluxes that stay fluxes have none" (fun () ->
              Expect.equal
                  (Survey.parse (zeroPointJson.Replace("\"magnitude\"", "\"flux\""))
                   |> Result.map _.Name)
                  (Error "samples: expected no field \"zero_points\" for samples that are fluxes, found one")
                  "message") ]

let tests = testList "Surveys of photometry" [ files; limits; faults; zeroPoints ]
