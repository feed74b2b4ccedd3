module Redshift.Core.Tests.Templates.CurveTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core.Templates
open Redshift.Core.Tests.Templates.TemplateTesting
open Redshift.Tests.Law

let private read (text: string) = Curve.readText "f.res" WavelengthUnit.Angstrom text
let private points (curve: Curve) = curve.Wavelengths.ToArray(), curve.Values.ToArray()

let private laws =
    [ lawFor
          "a curve is read as it was written, in any order of its lines"
          (gen {
              let! count = Gen.choose (2, 40)
              let! values = Gen.listOfLength count (Gen.choose (-1000, 1000))
              let! order = Gen.shuffle [| 0 .. count - 1 |]
              return values |> List.map (fun v -> float v / 7.0) |> Array.ofList, order
          })
          (fun (values, order) ->
              let xs = values |> Array.mapi (fun i _ -> 1000.0 + 3.5 * float i)

              let text =
                  order
                  |> Array.map (fun i -> $"  {xs[i]:R}\t{values[i]:R} ")
                  |> String.concat "\r\n"

              points (ok (read text)) = (xs, values)) ]

let private cases =
    [ testCase "comments, blank lines, commas and repeated lines are read" (fun () ->
          let text = "# a filter\n\n 400, 1\n300 0.5\n300 0.5\n#500 2\n 350.0 -7e-1"
          Expect.equal (points (ok (read text))) ([| 300.0; 350.0; 400.0 |], [| 0.5; -0.7; 1.0 |]) "points")
      testCase "wavelengths have units" (fun () ->
          let first unit = (ok (Curve.readText "f" unit "2 0\n3 1")).Wavelengths[0]
          Expect.equal (first WavelengthUnit.Nanometre) 20.0 "nm"
          Expect.equal (first WavelengthUnit.Micrometre) 20000.0 "µm")
      testCase "a fault has its line" (fun () ->
          let fault text = error (read text)
          Expect.equal (fault "1 2\n#\n3 x") "f.res:3:2: expected a number, found \"3 x\"" "value"
          Expect.equal (fault "1 2\n0 1") "f.res:2:1: expected a wavelength above 0, found \"0 1\"" "zero"
          Expect.equal (fault "1 2\n-3 1") "f.res:2:1: expected a wavelength above 0, found \"-3 1\"" "negative"
          Expect.equal (fault "1 2\nnan 1") "f.res:2:1: expected a wavelength above 0, found \"nan 1\"" "NaN"
          Expect.equal (fault "1 2 3") "f.res:1: expected a wavelength and a value, found \"1 2 3\"" "three"
          Expect.equal (fault "1") "f.res:1: expected a wavelength and a value, found \"1\"" "one"
          Expect.equal (fault "5 1\n4 1\n5 2") "f.res:3: expected one value a wavelength, found another at 5 Å" "again"
          Expect.equal (fault "5 1\n5 1") "f.res: expected two wavelengths or more, found 1" "few"
          Expect.equal (fault "") "f.res: expected two wavelengths or more, found 0" "none")
      testCase "a file without an end is not read to it" (fun () ->
          let endless = Seq.initInfinite (fun _ -> "#")

          Expect.equal
              (Curve.read "f.res" WavelengthUnit.Angstrom endless |> error)
              "f.res: expected at most 1000000 lines, found more"
              "lines")
      testCase "points are checked as lines are" (fun () ->
          Expect.stringStarts (Curve.create [| 1.0; nan |] [| 1.0; 2.0 |] |> error) "point 1: expected a wav" "NaN"

          Expect.stringStarts
              (Curve.create [| 1.0; 2.0 |] [| 1.0; infinity |] |> error)
              "point 1: expected a fin"
              "inf"

          Expect.stringStarts (Curve.create [| 1.0 |] [| 1.0; 2.0 |] |> error) "curve: expected a value for" "lengths")
      testCase "a filter has no response below 0, and some above" (fun () ->
          let response = curve [ 1.0; 2.0; 3.0 ] [ -1.0; 2.0; -0.1 ]
          let passband = Passband.Create("f", Counting.Photons, response) |> ok
          Expect.equal (passband.Response.Values.ToArray()) [| 0.0; 2.0; 0.0 |] "response"

          let dark = curve [ 1.0; 2.0 ] [ -1.0; 0.0 ]
          Expect.stringStarts (Passband.Create("f", Counting.Photons, dark) |> error) "filter f: expected" "dark") ]

let tests = testList "curves" (laws @ cases)
