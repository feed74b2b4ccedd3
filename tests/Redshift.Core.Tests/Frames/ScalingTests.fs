module Redshift.Core.Tests.Frames.ScalingTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Frames
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private column = [| 1.0; 2.0; 4.0; 8.0; 16.0 |]

let private scaled kind =
    let fitted = Scaling.fit kind 1 (fun _ -> column)

    [ for x in column ->
          let row = [| float32 x |]
          Scaling.apply fitted (row.AsSpan())
          float row.[0] ]

let private kinds = [ Scaling.Identity; Scaling.MinMax; Scaling.Standard; Scaling.Robust ]

/// One value scaled and, by `invert`, back.
let private through fitted (x: float) =
    let row = [| float32 x |]
    Scaling.apply fitted (row.AsSpan())
    let scaled = float row[0]
    Scaling.invert fitted (row.AsSpan())
    scaled, float row[0]

let private quantile quantiles (column: float[]) = Scaling.fit (Scaling.Quantile quantiles) 1 (fun _ -> column)

let private quantileCases = lazy (reference "quantile-scaling.json")

let private value = Gen.choose (-100000, 100000) |> Gen.map (fun n -> float n / 64.0)

/// scikit-learn 1.2.1: MinMaxScaler, StandardScaler, RobustScaler on the same column.
let private expected =
    [ Scaling.MinMax, [ 0.0; 0.06666666666666667; 0.2; 0.4666666666666667; 1.0 ]
      Scaling.Standard,
      [ -0.9532062476387962
        -0.7698973538621047
        -0.4032795663087215
        0.3299560087980448
        1.7964271590115777 ]
      Scaling.Robust, [ -0.5; -0.3333333333333333; 0.0; 0.6666666666666666; 2.0 ] ]

let tests =
    testList
        "scaling"
        [ for kind, values in expected do
              testCase $"{Scaling.name kind} is scikit-learn's" (fun () ->
                  for ours, theirs in List.zip (scaled kind) values do
                      Expect.floatClose { absolute = 1e-6; relative = 1e-6 } ours theirs "scaled")
          lawFor "invert undoes apply" (Gen.zip (Gen.nonEmptyListOf value) (Gen.elements kinds)) (fun (values, kind) ->
              let fitted = Scaling.fit kind 1 (fun _ -> List.toArray values)
              let spread = List.max values - List.min values

              values
              |> List.forall (fun x ->
                  let row = [| float32 x |]
                  Scaling.apply fitted (row.AsSpan())
                  Scaling.invert fitted (row.AsSpan())
                  abs (float row.[0] - x) <= 1e-5 * (abs x + spread + 1.0)))
          for i in 0..3 do
              testCase $"quantile is scikit-learn's {i}" (fun () ->
                  let case = quantileCases.Value.GetProperty("cases")[i]
                  let array (name: string) = numbers (case.GetProperty name)
                  let fitted = quantile (case.GetProperty("quantiles").GetInt32()) (array "column")
                  Array.iter2 (expectNear 1e-9 "landmark") fitted.Landmarks[0] (array "landmarks")
                  let scaled = array "values" |> Array.map (through fitted)
                  Array.iter2 (expectNear 1e-6 "scaled") (Array.map fst scaled) (array "scaled")
                  Array.iter2 (expectNear 1e-5 "inverted") (Array.map snd scaled) (array "inverted"))
          lawFor "quantile rises with the value, from 0 to 1" (Gen.nonEmptyListOf value) (fun values ->
              let fitted = quantile 7 (List.toArray values)
              let scaled = values |> List.sort |> List.map (through fitted >> fst)
              let low, high = List.min values, List.max values

              scaled = List.sort scaled
              && List.forall (fun y -> y >= 0.0 && y <= 1.0) scaled
              && fst (through fitted (low - 1.0)) = 0.0
              && (low = high || fst (through fitted (high + 1.0)) = 1.0))
          lawFor "quantile: invert undoes apply between different landmarks" (Gen.nonEmptyListOf value) (fun values ->
              let different = values |> List.distinct |> List.toArray
              let fitted = quantile 1000 different
              let spread = Array.max different - Array.min different

              different
              |> Array.forall (fun x -> abs (snd (through fitted x) - x) <= 1e-5 * (abs x + spread)))
          testCase "quantile: missing values are left out and stay missing" (fun () ->
              let fitted = quantile 3 [| nan; 1.0; 2.0; 3.0; nan |]
              Expect.equal fitted.Landmarks [| [| 1.0; 2.0; 3.0 |] |] "fitted"
              let scaled, back = through fitted nan
              Expect.isTrue (Double.IsNaN scaled && Double.IsNaN back) "missing"

              Expect.equal
                  (fst (through (quantile 3 [| nan |]) 5.0))
                  1.0
                  "a column without a value has no landmark but 0")
          testCase "fitted scalings survive JSON" (fun () ->
              for kind in Scaling.Quantile 3 :: Scaling.Quantile 1000 :: kinds do
                  let fitted = Scaling.fit kind 2 (fun i -> column |> Array.map (fun x -> x / float (i + 3)))
                  let text = Json.text (Scaling.write fitted)
                  Expect.equal (JsonReader.Parse(text, Scaling.read 2)) (Ok fitted) text)
          testCase "landmarks that cannot be are refused" (fun () ->
              let read landmarks =
                  let text = $"""{{ "kind": "quantile", "offset": [0], "scale": [1], "landmarks": {landmarks} }}"""
                  JsonReader.Parse(text, Scaling.read 1)

              Expect.isOk (read "[[1, 1, 2]]") "equal ones are well"

              for bad, path in
                  [ "[[2, 1]]", "landmarks/0: expected two or more numbers that do not fall"
                    "[[1]]", "landmarks/0: expected two"
                    "[[1, 2], [1, 2]]", "expected landmarks of 1 columns, found 2" ] do
                  match read bad with
                  | Ok _ -> failtest $"expected an error for {bad}"
                  | Error message -> Expect.stringContains message path "message"

              for bad in [ "1"; "10001" ] do
                  let text = $"""{{ "type": "quantile", "quantiles": {bad} }}"""

                  Expect.equal
                      (JsonReader.Parse(text, Scaling.readKind))
                      (Error $"quantiles: expected a whole number from 2 to 10000, found {bad}")
                      "number of quantiles")
          testCase "missing values are left out and stay missing" (fun () ->
              let fitted = Scaling.fit Scaling.MinMax 1 (fun _ -> [| nan; 1.0; 3.0 |])
              Expect.equal (fitted.Offset.[0], fitted.Scale.[0]) (1.0, 2.0) "fitted"
              let row = [| Single.NaN |]
              Scaling.apply fitted (row.AsSpan())
              Expect.isTrue (Single.IsNaN row.[0]) "missing")
          testCase "a constant column is not divided by zero" (fun () ->
              for kind in kinds do
                  let fitted = Scaling.fit kind 1 (fun _ -> [| 5.0; 5.0 |])
                  Expect.equal fitted.Scale.[0] 1.0 "scale") ]
