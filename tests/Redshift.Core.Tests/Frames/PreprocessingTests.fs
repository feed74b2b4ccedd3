module Redshift.Core.Tests.Frames.PreprocessingTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core.Frames
open Redshift.Tests.Law

let private missing = Single.NaN

let private features channels level gaps =
    { Channels = channels
      Level = level
      Gaps = gaps }

let private fill features (flux: float32[]) (errors: float32[]) =
    let into = Array.zeroCreate (Features.size features flux.Length)
    let result = Features.fill features (ReadOnlySpan flux) (ReadOnlySpan errors) (into.AsSpan())
    result, Array.toList into

let private everything =
    features [ Channel.Flux; Channel.Observed; Channel.LogLevel ] Level.MeanFlux Gaps.Interpolate

let private fluxes =
    Gen.arrayOfLength
        6
        (Gen.frequency [ 4, Gen.choose (-50, 900) |> Gen.map (fun n -> float32 n / 8.0f); 1, Gen.constant missing ])

let private fitted (rows: float32[] list) =
    match
        Preprocessing.fit
            everything
            Scaling.Robust
            (Some(-10.0, 10.0))
            6
            (Array.concat rows)
            [||]
            [| 0 .. rows.Length - 1 |]
    with
    | Ok fitted -> fitted
    | Error message -> failtest message

let private applied (preprocessing: Preprocessing) (row: float32[]) =
    let into = Array.zeroCreate preprocessing.Size

    Preprocessing.apply preprocessing (ReadOnlySpan row) ReadOnlySpan.Empty (into.AsSpan())
    |> ignore

    into

let private gaps =
    testList
        "gaps"
        [ testCase "are refused by index" (fun () ->
              let refusing = features [ Channel.Flux ] Level.AsGiven Gaps.Refuse
              Expect.equal (fst (fill refusing [| 1.0f; missing |] [||])) (Error 1) "the sample")
          testCase "are filled linearly inside, flat at the ends" (fun () ->
              let _, values =
                  fill
                      (features [ Channel.Flux ] Level.AsGiven Gaps.Interpolate)
                      [| missing; 2.0f; missing; missing; 8.0f; missing |]
                      [||]

              Expect.equal values [ 2.0f; 2.0f; 4.0f; 6.0f; 8.0f; 8.0f ] "values")
          testCase "everywhere give zero" (fun () ->
              let _, values =
                  fill (features [ Channel.Flux ] Level.MeanFlux Gaps.Interpolate) [| missing; missing |] [||]

              Expect.equal values [ 0.0f; 0.0f ] "values") ]

let private channels =
    testList
        "channels"
        [ testCase "lie side by side, sample by sample" (fun () ->
              let wanted =
                  features [ Channel.Flux; Channel.FluxError; Channel.Observed ] Level.AsGiven Gaps.Interpolate

              let _, values = fill wanted [| 1.0f; missing; 3.0f |] [| 0.1f; 0.2f; 0.3f |]
              Expect.equal values [ 1.0f; 0.1f; 1.0f; 2.0f; 0.2f; 0.0f; 3.0f; 0.3f; 1.0f ] "values")
          testCase "the level is the mean of what was observed" (fun () ->
              let _, values =
                  fill
                      (features [ Channel.Flux; Channel.LogLevel ] Level.MeanFlux Gaps.Interpolate)
                      [| 5.0f; missing; 15.0f |]
                      [||]

              Expect.equal values [ 0.5f; 1.0f; 1.0f; 1.0f; 1.5f; 1.0f ] "values") ]

let private preprocessing =
    testList
        "preprocessing"
        [ lawFor "a row's inputs do not depend on the other rows given" (Gen.listOfLength 5 fluxes) (fun rows ->
              let fitted = fitted rows

              rows
              |> List.forall (fun row -> (applied fitted row) = (applied fitted (Array.copy row))))
          lawFor "survives JSON" (Gen.listOfLength 4 fluxes) (fun rows ->
              let fitted = fitted rows
              Preprocessing.read (Preprocessing.write fitted) = Ok fitted)
          lawFor "inputs are held within the clip" (Gen.listOfLength 4 fluxes) (fun rows ->
              let fitted = fitted (List.take 2 rows)
              rows |> List.forall (applied fitted >> Array.forall (fun x -> abs x <= 10.0f)))
          testCase "is fitted on the rows named, no others" (fun () ->
              let matrix = [| 1.0f; 3.0f; 1000.0f |]
              let identity = features [ Channel.Flux ] Level.AsGiven Gaps.Refuse

              match Preprocessing.fit identity Scaling.MinMax None 1 matrix [||] [| 0; 1 |] with
              | Ok fitted ->
                  Expect.equal (fitted.Scaling.Offset, fitted.Scaling.Scale) ([| 1.0 |], [| 2.0 |]) "of 1 and 3"
              | Error message -> failtest message) ]

let tests = testList "inputs" [ gaps; channels; preprocessing ]
