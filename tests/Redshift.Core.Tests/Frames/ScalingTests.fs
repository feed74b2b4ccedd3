module Redshift.Core.Tests.Frames.ScalingTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core.Frames
open Redshift.Tests.Law

let private column = [| 1.0; 2.0; 4.0; 8.0; 16.0 |]

let private scaled kind =
    let fitted = Scaling.fit kind 1 (fun _ -> column)

    [ for x in column ->
          let row = [| float32 x |]
          Scaling.apply fitted (row.AsSpan())
          float row.[0] ]

let private kinds = [ Scaling.Identity; Scaling.MinMax; Scaling.Standard; Scaling.Robust ]

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
