module Redshift.Core.Tests.Frames.PhotometricFeatureTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Tests.Catalogues.Tables
open Redshift.Tests.Law

let private missing = Single.NaN

let private features channels gaps =
    { Channels = channels
      Level = Level.AsGiven
      Gaps = gaps }

let private row (features: Features) (flux: float32[]) states (numbers: float32[]) =
    let into = Array.zeroCreate<float32>(Features.size features flux.Length)
    let flux = ReadOnlySpan flux

    Features.fillRow
        features
        flux
        flux
        ReadOnlySpan.Empty
        (ReadOnlySpan<SampleState>(List.toArray states))
        (ReadOnlySpan numbers)
        (into.AsSpan())
    |> Result.map (fun () -> Array.toList into)

let private channels =
    testList
        "channels"
        [ testCase "colours of neighbours and with a reference stand behind the samples" (fun () ->
              let wanted =
                  features [ Channel.Colours; Channel.Flux; Channel.ColoursTo 1; Channel.Observed ] Gaps.Refuse

              Expect.equal (Features.size wanted 3) 10 "2 x 3 + 2 + 2"

              Expect.equal
                  (row wanted [| 20f; 19f; 17f |] [] [||])
                  (Ok [ 20f; 1f; 19f; 1f; 17f; 1f; 1f; 2f; 1f; -2f ])
                  "values")
          testCase "flux ratios, and 0 where the next is 0" (fun () ->
              let wanted = features [ Channel.FluxRatios ] Gaps.Refuse
              Expect.equal (row wanted [| 6f; 3f; 0f |] [] [||]) (Ok [ 2f; 0f ]) "values")
          testCase "masks, clipped magnitudes, further numbers" (fun () ->
              let wanted =
                  features
                      [ Channel.Clipped(0.0, 27.0); Channel.NotDetected; Channel.Saturated; Channel.Number "size" ]
                      (Gaps.Constant 30.0)

              let states = [ SampleState.Observed; SampleState.NotDetected; SampleState.Saturated ]

              Expect.equal
                  (row wanted [| 34f; missing; missing |] states [| 2.5f |])
                  (Ok [ 27f; 0f; 0f; 30f; 1f; 0f; 30f; 0f; 1f; 2.5f ])
                  "a constant is not clipped"

              Expect.equal (Features.numbers wanted) [ "size" ] "columns needed")
          testCase "a constant stands for colours of what is missing" (fun () ->
              let wanted = features [ Channel.Colours; Channel.Number "size" ] (Gaps.Constant -9.0)
              Expect.equal (row wanted [| 20f; missing; 17f |] [] [| missing |]) (Ok [ -9f; -9f; -9f ]) "values")
          testCase "gaps are refused by index, a number's behind the samples'" (fun () ->
              let colours = features [ Channel.Colours ] Gaps.Refuse
              Expect.equal (row colours [| 20f; missing; 17f |] [] [||]) (Error 1) "the sample"
              let number = features [ Channel.Number "a"; Channel.Number "b" ] Gaps.Interpolate
              Expect.equal (row number [| 1f; 2f |] [] [| 1f; missing |]) (Error 3) "the second number") ]

let private names =
    [ Channel.Flux
      Channel.FluxError
      Channel.Observed
      Channel.LogLevel
      Channel.NotDetected
      Channel.Saturated
      Channel.Clipped(0.0, 27.0)
      Channel.Colours
      Channel.ColoursTo 2
      Channel.FluxRatios
      Channel.Number "area" ]

let private anyFeatures =
    gen {
        let! channels = Gen.nonEmptyListOf (Gen.elements names)
        let! gaps = Gen.elements [ Gaps.Refuse; Gaps.Interpolate; Gaps.Impute; Gaps.Constant 99.5 ]
        return features channels gaps
    }

let private json =
    testList
        "JSON"
        [ lawFor "reads what it wrote" anyFeatures (fun features ->
              JsonReader.Parse(Json.text (FeaturesJson.write features), FeaturesJson.read) = Ok features)
          testCase "says what is wrong" (fun () ->
              let read text = JsonReader.Parse(text, FeaturesJson.read)

              Expect.equal
                  (read """{ "channels": [{ "clipped": [27, 0] }] }""")
                  (Error "channels/0/clipped: expected two numbers, the lower first, found a list of 2")
                  "ends"

              Expect.isError (read """{ "channels": [{ "colours_to": -1 }] }""") "a band before the first"
              Expect.isError (read """{ "channels": [{ "colour": 1 }] }""") "an unknown field") ]

/// Four bands with errors, E(B-V) none; `ra` as a further number.
let private catalogue =
    lazy
        (ok (
            readText
                strict
                small
                ("name,redshift,secure,ra,m_1,e_1,m_2,e_2,m_3,e_3,m_4,e_4\n"
                 + "a,0.1,true,1,20,0.1,19,0.1,18,0.1,17,0.1\n"
                 + "b,0.2,true,2,21,0.1,20.5,0.1,20,0.1,19.5,0.1\n"
                 + "c,0.3,true,3,22,0.1,-99,-99,99.99,-99,19,0.4\n")
        ))

let private preprocessing =
    testList
        "preprocessing"
        [ testCase "fills gaps by the mean colours of the training part, masks tell them" (fun () ->
              let wanted =
                  features [ Channel.Flux; Channel.FluxError; Channel.NotDetected; Channel.Number "ra" ] Gaps.Impute

              let input = ok (InputRows.ofCatalogue wanted catalogue.Value)
              let fitted = ok (Preprocessing.fitRows wanted Scaling.Identity None input [| 0; 1 |])
              Expect.equal fitted.Imputation.Value.Differences [| -0.75; -0.75; -0.75 |] "of the first two rows"
              let into = Array.zeroCreate fitted.Size
              Expect.isOk (Preprocessing.applyRow fitted input 2 (into.AsSpan())) "the third row"

              // Band 2: from the left 22 - 0.75, from the right 19 + 1.5, averaged; band 3 likewise.
              Expect.equal [ for i in 0..3 -> into[3 * i] ] [ 22f; 20.875f; 20.125f; 19f ] "magnitudes"
              Expect.equal [ for i in 0..3 -> into[3 * i + 2] ] [ 0f; 0f; 1f; 0f ] "not detected"
              Expect.equal into[12] 3f "a further number"

              let errors = [ for i in 0..3 -> into[3 * i + 1] ]
              Expect.equal (errors[0], errors[3]) (0.1f, 0.4f) "errors"
              Expect.isTrue (errors[1] > 0.1f && errors[1] < errors[2] && errors[2] < 0.4f) "interpolated errors"
              Expect.equal (Preprocessing.read (Preprocessing.write fitted)) (Ok fitted) "and survives JSON")
          testCase "refuses what it cannot fill" (fun () ->
              let number = features [ Channel.Number "dec" ] Gaps.Refuse

              Expect.equal
                  (InputRows.ofCatalogue number catalogue.Value |> Result.map _.SampleCount)
                  (Error "c.csv: expected a column \"dec\" for the features, found none")
                  "a column"

              let input = InputRows.ofArrays 2 [| 1f; 2f |] [||]

              Expect.equal
                  (Preprocessing.fitRows
                      (features [ Channel.ColoursTo 2 ] Gaps.Refuse)
                      Scaling.Identity
                      None
                      input
                      [| 0 |]
                   |> Result.map _.Size)
                  (Error "features: expected a reference among 2 bands, found ColoursTo 2")
                  "a band"

              let ra = features [ Channel.Flux; Channel.Number "ra" ] Gaps.Refuse
              let gappy = ok (InputRows.ofCatalogue ra catalogue.Value)

              Expect.equal
                  (Preprocessing.fitRows ra Scaling.MinMax None gappy [| 0; 2 |]
                   |> Result.map _.Size)
                  (Error "object 2 (from 0): expected every sample observed, found none at sample 1 (from 0)")
                  "a gap")
          testCase "allocates nothing for a row" (fun () ->
              let wanted = features [ Channel.Flux; Channel.Colours; Channel.NotDetected ] Gaps.Impute
              let input = ok (InputRows.ofCatalogue wanted catalogue.Value)
              let fitted = ok (Preprocessing.fitRows wanted Scaling.MinMax None input [| 0; 1 |])
              let into = Array.zeroCreate fitted.Size
              let apply () = Preprocessing.applyRow fitted input 2 (into.AsSpan()) |> ignore
              apply ()
              let before = GC.GetAllocatedBytesForCurrentThread()

              for _ in 1..100 do
                  apply ()

              Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 1000L "100 rows") ]

let tests = testList "photometric features" [ channels; json; preprocessing ]
