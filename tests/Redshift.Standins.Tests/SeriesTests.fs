module Redshift.Standins.Tests.SeriesTests

open System.Collections.Generic
open Deedle
open Expecto

let private magnitudes = series [ "a", 18.2; "b", nan; "c", 17.1; "d", 20.4 ]

let private making =
    testList
        "making"
        [ testCase "NaN is a missing value" (fun () ->
              Expect.equal magnitudes.KeyCount 4 "keys"
              Expect.equal magnitudes.ValueCount 3 "values"
              Expect.isFalse (magnitudes.TryGet "b").HasValue "value at b")

          testCase "null is a missing value" (fun () ->
              let names = Series.ofValues [ "NGC 224"; null ]
              Expect.equal (List.ofSeq names.Values) [ "NGC 224" ] "values")

          testCase "None is a missing value" (fun () ->
              let z = Series.ofOptionalObservations [ 1, Some 0.1; 2, None ]
              Expect.equal (List.ofSeq (Series.valuesAll z)) [ Some 0.1; None ] "values")

          testCase "values get the keys 0, 1, ..." (fun () ->
              Expect.equal (List.ofSeq (Series.ofValues [ 'x'; 'y' ]).Keys) [ 0; 1 ] "keys")

          testCase "keys and values may come apart" (fun () ->
              let z = Series([ "a"; "b" ], [ 1; 2 ])
              Expect.equal z.["b"] 2 "value at b"
              Expect.equal (z.GetAt 0) 1 "value at 0") ]

let private reading =
    testList
        "reading"
        [ testCase "a missing value is not an absent key" (fun () ->
              Expect.throwsT<MissingValueException> (fun () -> magnitudes.Get "b" |> ignore) "missing value"
              Expect.throwsT<KeyNotFoundException> (fun () -> magnitudes.Get "x" |> ignore) "absent key")

          testCase "tryGet finds what is there" (fun () ->
              Expect.equal (Series.tryGet "a" magnitudes) (Some 18.2) "a"
              Expect.equal (Series.tryGet "b" magnitudes) None "b"
              Expect.equal (Series.tryGet "x" magnitudes) None "x")

          testCase "observations leave out what is missing" (fun () ->
              let expected = [ "a", 18.2; "c", 17.1; "d", 20.4 ]
              Expect.equal (List.ofSeq (Series.observations magnitudes)) expected "observations") ]

let private changing =
    testList
        "changing"
        [ testCase "missing values stay so when mapped" (fun () ->
              let shifted = magnitudes |> Series.mapValues (fun m -> m + 1.0)
              Expect.equal shifted.KeyCount 4 "keys"
              Expect.equal shifted.["a"] 19.2 "a")

          testCase "a result of NaN is missing" (fun () ->
              let roots = Series.ofValues [ 4.0; -1.0 ] |> Series.mapValues sqrt
              Expect.equal (Series.countValues roots) 1 "values")

          testCase "filters drop what is missing" (fun () ->
              let bright = magnitudes |> Series.filter (fun _ m -> m < 19.0)
              Expect.equal (List.ofSeq bright.Keys) [ "a"; "c" ] "keys")

          testCase "missing values can be filled" (fun () ->
              let filled = magnitudes |> Series.fillMissingWith 0.0
              Expect.equal filled.["b"] 0.0 "b"
              Expect.equal (magnitudes |> Series.fillMissingWith 0).["b"] 0.0 "an integer is safely a float"
              Expect.equal (magnitudes |> Series.fillMissingWith "none") magnitudes "a text is not")

          testCase "sorting puts missing values first" (fun () ->
              let sorted = Series.sort magnitudes
              Expect.equal (List.ofSeq sorted.Keys) [ "b"; "c"; "a"; "d" ] "keys")

          testCase "arithmetic goes by keys" (fun () ->
              let g = series [ "a", 19.0; "c", 18.0 ]
              let r = series [ "c", 17.5; "a", 18.25 ]
              let colour: Series<string, float> = g - r
              Expect.equal colour.["a"] 0.75 "a"
              Expect.equal colour.["c"] 0.5 "c"
              Expect.equal (2.0 * g).["a"] 38.0 "scaled")

          testCase "groups come in order of appearance" (fun () ->
              let counts =
                  Series.ofValues [ "STAR"; "QSO"; "STAR" ]
                  |> Series.groupInto (fun _ label -> label) (fun _ group -> Series.countValues group)

              Expect.equal (List.ofSeq (Series.observations counts)) [ "STAR", 2; "QSO", 1 ] "counts")

          testCase "the first observations" (fun () ->
              Expect.equal (List.ofSeq (Series.take 2 magnitudes).Keys) [ "a"; "b" ] "keys"
              Expect.throws (fun () -> Series.take 5 magnitudes |> ignore) "more than there are") ]

let tests = testList "Series" [ making; reading; changing ]
