module Redshift.Core.Tests.Catalogues.GaiaXpFaultTests

open System
open System.IO
open Expecto
open Redshift.Core.Catalogues
open Redshift.Core.Tests.Catalogues.GaiaXpTesting
open Redshift.Core.Tests.Catalogues.Tables
open Redshift.Tests

let private sources = GaiaSamples.sources 4 3

let private refused name (bytes: byte[]) (message: string) =
    testCase name (fun () -> Expect.equal (firstFault tools.Value "g.csv" bytes) message "the error")

/// The third line's source with other cells in place of some.
let private csvWith (change: GaiaSamples.Source -> GaiaSamples.Source) =
    bytesOf (GaiaSamples.csv [ sources[0]; change sources[1]; sources[2] ])

let private withBlue change (source: GaiaSamples.Source) =
    { source with
        Bands = [| change source.Bands[0]; source.Bands[1] |] }

let private csvReplacing (from: string) (into: string) = bytesOf ((GaiaSamples.csv sources).Replace(from, into))

let private continuous =
    let set i value (array: 'T[]) = Array.mapi (fun j x -> if j = i then value else x) array

    testList
        "continuous spectra at fault"
        [ refused
              "a coefficient too few"
              (csvWith (
                  withBlue (fun b ->
                      { b with
                          Coefficients = b.Coefficients[..3] })
              ))
              "g.csv:3:bp_coefficients: expected 5 finite coefficients, found 4"
          refused
              "a coefficient too many"
              (csvWith (
                  withBlue (fun b ->
                      { b with
                          Coefficients = Array.append b.Coefficients [| 1.0 |] })
              ))
              "g.csv:3:bp_coefficients: expected 5 finite coefficients, found more"
          refused
              "NaN"
              (csvWith (
                  withBlue (fun b ->
                      { b with
                          Coefficients = set 2 nan b.Coefficients })
              ))
              "g.csv:3:bp_coefficients: expected 5 finite coefficients, found no finite number in place 3"
          refused
              "a negative error"
              (csvWith (withBlue (fun b -> { b with Errors = set 1 -0.5f b.Errors })))
              "g.csv:3:bp_coefficient_errors: expected errors of at least 0, found -0.5 in place 2"
          refused
              "a correlation too few"
              (csvWith (
                  withBlue (fun b ->
                      { b with
                          Correlations = b.Correlations[..8] })
              ))
              "g.csv:3:bp_coefficient_correlations: expected 10 finite correlations, found 9"
          refused
              "a correlation beyond 1"
              (csvWith (
                  withBlue (fun b ->
                      { b with
                          Correlations = set 9 1.25f b.Correlations })
              ))
              "g.csv:3:bp_coefficient_correlations: expected correlations from -1 to 1, found 1.25 in place 10"
          testCase "correlations of no matrix" (fun () ->
              // All pairs fully anticorrelated: no three numbers can be.
              let change (b: GaiaSamples.Band) =
                  { b with
                      Correlations = Array.create 10 -1.0f
                      Errors = Array.create 5 1.0f }

              let message = firstFault tools.Value "g.csv" (csvWith (withBlue change))
              let begins = "g.csv:3:bp_coefficient_correlations: expected correlations that give no negative variance"
              Expect.stringStarts message begins "the error")
          testCase "too large for the catalogue" (fun () ->
              let bytes =
                  csvWith (
                      withBlue (fun b ->
                          { b with
                              Coefficients = Array.create 5 1e300 })
                  )

              let message = firstFault tools.Value "g.csv" bytes

              Expect.stringStarts
                  message
                  "g.csv:3:bp_coefficients: expected a spectrum within ±3.4e38, found "
                  "the error")
          testCase "masked bands, as in DR3" (fun () ->
              let text = GaiaSamples.csv sources

              let cell =
                  text.Substring(
                      text.IndexOf "\"(",
                      text.IndexOf(")\"", StringComparison.Ordinal) + 2 - text.IndexOf "\"("
                  )

              for blank in [ ""; "null"; "\"\"" ] do
                  Expect.equal
                      (firstFault tools.Value "g.csv" (csvReplacing cell blank))
                      "g.csv:2:bp_coefficients: expected 5 finite coefficients, found nothing"
                      $"as {blank}")
          refused
              "no RP"
              (csvReplacing "rp_coefficients" "other")
              "g.csv:1: expected a column \"rp_coefficients\", found \"source_id, solution_id, bp_n_parameters,…\""
          refused
              "an id that is no whole number"
              (csvReplacing sources[0].Id "5.8e18")
              "g.csv:2:source_id: expected a whole number, found \"5.8e18\""
          refused
              "a bracket that does not close"
              (csvReplacing ")\",5," "\",5,")
              "g.csv:2:bp_coefficient_correlations: expected 10 finite correlations, found something else" ]

let private files =
    let xpSampled = "source_id,solution_id,ra,dec,flux,flux_error\n1,2,3,4,\"(1, 2)\",\"(1, 2)\"\n"

    testList
        "files at fault"
        [ refused "empty" [||] "g.csv: expected a table with a header, found an empty file"
          refused
              "only a header"
              (bytesOf (GaiaSamples.csv []))
              "g.csv: expected at least one row of data, found only a header"
          testCase "calibrated spectra" (fun () ->
              let message = firstFault tools.Value "g.csv" (bytesOf xpSampled)
              Expect.stringStarts message "g.csv:1: expected XP_CONTINUOUS coefficients" "what is needed"
              Expect.stringContains message "run GaiaXPy's `convert` instead of `calibrate`" "what to do")
          refused
              "something else"
              (bytesOf "a,b\n1,2\n")
              "g.csv:1: expected XP_CONTINUOUS coefficients, GaiaXPy `convert` output, or columns flux_0 to flux_239 or flux_185, found columns \"a, b\""
          refused
              "a band that is none"
              (bytesOf (GaiaSamples.converted [ GaiaSamples.convertedRow "1" "XP" 1.0 ]))
              "g.csv:2:xp: expected BP or RP, found \"XP\""
          testCase "continuous spectra without bases" (fun () ->
              let message = firstFault { tools.Value with Bands = None } "g.csv" (bytesOf (GaiaSamples.csv sources))

              Expect.stringContains message "(--bases DIR), found none" "what is needed")
          testCase "a FITS file cut off" (fun () ->
              let bytes = GaiaSamples.fits true sources
              let message = firstFault tools.Value "g.fits" bytes[.. bytes.Length - 2881]
              Expect.stringEnds message "the file is cut off" "the error")
          testCase "an array outside the heap" (fun () ->
              let columns = [ for n in [ "source_id"; "xp"; "flux"; "flux_error" ] -> n ]
              let forms = [ "K"; "2A"; "1PD(600)"; "1PD(600)" ]
              let descriptor (n: int) (at: int) = Array.append (GaiaSamples.int32Bytes n) (GaiaSamples.int32Bytes at)
              let row n at = [| GaiaSamples.int64Bytes 1L; "BP"B; descriptor n at; descriptor 0 0 |]
              let file n at = GaiaSamples.fitsTable (List.zip columns forms) [ row n at ] (Array.zeroCreate 968)

              Expect.equal
                  (firstFault tools.Value "g.fits" (file 121 8))
                  "g.fits:1:flux: expected an array within the heap of 968 bytes, found 121 numbers at byte 8"
                  "beyond the end"

              Expect.equal
                  (firstFault tools.Value "g.fits" (file -1 0))
                  "g.fits:1:flux: expected an array of at most 65536 numbers, found -1"
                  "negative"

              Expect.equal
                  (firstFault tools.Value "g.fits" (file 121 0))
                  "g.fits:1:flux_error: expected 121 finite errors, found nothing"
                  "within")
          testCase "a source that comes again" (fun () ->
              let join = GaiaXpJoin()
              let rows = spectra tools.Value "g.csv" (bytesOf (GaiaSamples.csv sources))
              Array.iter (fun row -> ok (join.Add("g.csv", row)) |> ignore) rows

              match join.Add("h.csv", rows[1]) with
              | Error e ->
                  Expect.equal
                      (string e)
                      $"h.csv:3:source_id: expected each source once, found {sources[1].Id} again"
                      "error"
              | Ok _ -> failtest "expected an error")
          testCase "a band that stays alone or comes again" (fun () ->
              let join = GaiaXpJoin()
              let bands = [ "1", "BP"; "2", "RP"; "1", "BP" ]
              let text = GaiaSamples.converted [ for id, band in bands -> GaiaSamples.convertedRow id band 1.0 ]
              let rows = spectra tools.Value "g.csv" (bytesOf text)
              Expect.isTrue (ok (join.Add("g.csv", rows[0]))).IsNone "waits"
              Expect.isTrue (ok (join.Add("g.csv", rows[1]))).IsNone "waits"

              match join.Add("g.csv", rows[2]) with
              | Error e ->
                  Expect.equal (string e) "g.csv:4:source_id: expected each source once, found BP of 1 again" "error"
              | Ok _ -> failtest "expected an error"

              Expect.equal
                  (join.Unpaired |> Array.map string)
                  [| "g.csv:2:xp: expected RP of 1 as well, found BP alone"
                     "g.csv:3:xp: expected BP of 2 as well, found RP alone" |]
                  "alone")
          testCase "bases" (fun () ->
              let bad (from: string) (into: string) =
                  match readBasis ((GaiaSamples.basis 1).Replace(from, into)) with
                  | Error e -> string e
                  | Ok _ -> "none"

              Expect.equal
                  (bad "59.0000" "-1")
                  "bases.csv:2:pwlRangeMax: expected a number above 0, found -1"
                  "a range that falls"

              Expect.equal
                  (bad "7,0.0000" "1e9,0.0000")
                  "bases.csv:2:nBases: expected a whole number from 1 to 512, found 1000000000"
                  "too many"

              Expect.equal
                  (bad "7,0.0000" "6,0.0000")
                  "bases.csv:2:transformationMatrix: expected 30 finite numbers, found more"
                  "a matrix of another size") ]

let tests = testList "Gaia files refuse" [ continuous; files ]
