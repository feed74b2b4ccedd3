module Redshift.Standins.Tests.StatsTests

open Deedle
open Expecto

let private magnitudes = Series.ofValues [ 18.2; 19.5; nan; 17.1; 20.4; 18.9; 21.7 ]

let private check name actual expected = testCase name (fun () -> Expect.floatClose Accuracy.high actual expected name)

/// Expected values: pandas 1.5.3, methods of the same names (std and var with ddof = 1).
let private likePandas =
    testList
        "like pandas"
        [ check "count" (float (Stats.count magnitudes)) 6.0
          check "sum" (Stats.sum magnitudes) 115.8
          check "mean" (Stats.mean magnitudes) 19.3
          check "var" (Stats.variance magnitudes) 2.6439999999999984
          check "std" (Stats.stdDev magnitudes) 1.626038129934227
          check "skew" (Stats.skew magnitudes) 0.21771265423532288
          check "kurt" (Stats.kurt magnitudes) -0.2862473994154575
          check "min" (Stats.min magnitudes) 17.1
          check "max" (Stats.max magnitudes) 21.7
          check "median" (Stats.median magnitudes) 19.2 ]

let private quantiles =
    testList
        "quantiles"
        [ testCase "are those of pandas under their texts" (fun () ->
              let q = Stats.quantile ([| 0.05; 0.25; 0.5; 0.9 |], magnitudes)
              Expect.equal (List.ofSeq q.Keys) [ "0.05"; "0.25"; "0.5"; "0.9" ] "keys"

              for key, expected in [ "0.05", 17.375; "0.25", 18.375; "0.5", 19.2; "0.9", 21.05 ] do
                  Expect.floatClose Accuracy.high q.[key] expected key)

          testCase "0 and 1 are the extremes, others are missing" (fun () ->
              let q = Stats.quantile ([| 0.0; 1.0; 1.5 |], magnitudes)
              Expect.equal (q.["0"], q.["1"]) (17.1, 21.7) "extremes"
              Expect.equal q.ValueCount 2 "values") ]

let private nothing: Series<int, float> = Series.ofValues [ nan ]

/// pandas gives 0 for the sum of nothing, Deedle NaN.
let private tooFew =
    testList
        "too few values"
        [ for name, result in
              [ "sum", Stats.sum nothing
                "mean", Stats.mean nothing
                "variance", Stats.variance nothing
                "min", Stats.min nothing
                "max", Stats.max nothing
                "median", Stats.median nothing ] do
              testCase $"{name} of nothing is NaN" (fun () -> Expect.isNaN result name)

          testCase "moments need values enough" (fun () ->
              Expect.isNaN (Stats.stdDev (Series.ofValues [ 1.0 ])) "deviation of one"
              Expect.isNaN (Stats.skew (Series.ofValues [ 1.0; 2.0 ])) "skewness of two"
              Expect.isNaN (Stats.kurt (Series.ofValues [ 1.0; 2.0; 4.0 ])) "kurtosis of three"
              Expect.isNaN (Stats.skew (Series.ofValues [ 3.0; 3.0; 3.0 ])) "skewness of equals") ]

let private frames =
    testCase "a frame gives a series by column, without columns of text" (fun () ->
        let objects =
            frame
                [ "z" =?> Series.ofValues [ 0.1; 0.3 ]
                  "n" =?> Series.ofValues [ 1; 2 ]
                  "class" =?> Series.ofValues [ "QSO"; "STAR" ] ]

        let means = Stats.mean objects
        Expect.floatClose Accuracy.high means.["z"] 0.2 "z"
        Expect.equal means.["n"] 1.5 "n"
        Expect.equal means.ValueCount 2 "columns"
        Expect.equal (Stats.count objects).["class"] 2 "texts"
        let described = Stats.describe objects
        Expect.equal (List.ofSeq described.ColumnKeys) [ "z"; "n"; "class" ] "columns described"
        Expect.equal (described.GetColumn<float> "class").ValueCount 0 "of a text"
        Expect.equal (described.GetColumn<float> "n").["max"] 2.0 "maximum")

let tests = testList "Stats" [ likePandas; quantiles; tooFew; frames ]
