/// Estimators whose heads give p(z): Gaussian, mixture, bins.
module Redshift.Api.Tests.UncertaintyTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private body outputs =
    $"""[ {{ "type": "batch_norm", "momentum": 0.9 }}, {{ "type": "conv1d", "filters": 4, "kernel": 9, "stride": 4 }}, {{ "type": "relu" }},
         {{ "type": "max_pool1d", "size": 2 }}, {{ "type": "flatten" }},
         {{ "type": "dense", "units": 16 }}, {{ "type": "layer_norm" }}, {{ "type": "relu" }},
         {{ "type": "dense", "units": {outputs} }} ]"""

let private changes (outputs: int) (head: string) (loss: string) =
    [ "network",
      $"""{{ "name": "small", "input": {{ "channels": 1, "length": 186 }}, "body": {body outputs}, "head": {head} }}"""
      "loss", $"""{{ "type": "{loss}" }}"""
      "learning_rate", "0.005"
      "clip_norm", "1"
      "early_stopping", """{ "patience": 20 }"""
      "epochs", "12" ]

let private bins highest =
    changes
        48
        $"""{{ "type": "binned", "lowest": 0, "highest": {highest}, "bins": 48, "label_width": 0.02 }}"""
        "cross_entropy"

let private heads =
    [ "gaussian", changes 2 """{ "type": "gaussian" }""" "gaussian_nll"
      "mixture", changes 6 """{ "type": "mixture", "components": 2 }""" "mixture_nll"
      "binned", bins "0.6" ]

/// A run of each head and its estimator, by the head's name.
let trained =
    dict
        [ for name, recipe in heads ->
              name, lazy (let made = estimatorWith recipe in fit made catalogue.Value (options ignore), made) ]

/// The numbers of p(z) in the file's order.
let private numbersOf (p: RedshiftPrediction) =
    let u = p.Uncertainty
    [ p.Redshift; u.Sigma; u.Q025; u.Q16; u.Q50; u.Q84; u.Q975; u.Mode; u.Best ]

let private bitsOf (predictions: RedshiftPrediction[]) =
    predictions
    |> Array.map (fun p -> p.Row, p.Id, numbersOf p |> List.map BitConverter.DoubleToInt64Bits)

let private header = "redshift,sigma,q025,q16,q50,q84,q975,redshift_mode,redshift_best"

let private sensible name =
    let run, made = trained[name].Value
    Expect.isLessThan (Seq.last run.History).Loss (Seq.head run.History).Loss "the loss falls"
    Expect.isTrue (run.History |> Seq.forall (fun row -> row.Mae > 0.0 && row.ValMae < 1.0)) "errors of the mean"
    let found = made.Predict catalogue.Value

    for p in found do
        let u = p.Uncertainty
        let quantiles = [ u.Q025; u.Q16; u.Q50; u.Q84; u.Q975 ]
        Expect.equal quantiles (List.sort quantiles) "quantiles rise"
        Expect.isTrue (u.Sigma > 0.0 && u.Q025 < u.Q975) "a width"
        Expect.isTrue (u.Mode > u.Q025 - u.Sigma && u.Mode < u.Q975 + u.Sigma) "the mode is within"
        Expect.isTrue (abs (p.Redshift - u.Q50) < 3.0 * u.Sigma) "mean and median"

    let inside =
        Seq.zip found catalogue.Value.Redshifts
        |> Seq.averageBy (fun (p, z) ->
            if z >= p.Uncertainty.Q16 && z <= p.Uncertainty.Q84 then
                1.0
            else
                0.0)

    // 68 per cent for a perfect p(z); a network trained this briefly is near it all the same.
    Expect.isTrue (inside > 0.5 && inside < 0.9) $"share between q16 and q84: {inside}"

    let guess =
        let mean = Seq.average catalogue.Value.Redshifts in
        catalogue.Value.Redshifts |> Seq.averageBy (fun z -> abs (z - mean))

    let error =
        Seq.zip found catalogue.Value.Redshifts
        |> Seq.averageBy (fun (p, z) -> abs (p.Redshift - z))

    Expect.isLessThan error (0.8 * guess) "better than the mean of all"

let private saved name =
    let _, made = trained[name].Value
    let expected = made.Predict catalogue.Value |> bitsOf

    Repository.withFolder (fun folder ->
        made.Save folder
        let lines = File.ReadAllLines(Path.Combine(folder, "predictions.csv"))
        Expect.equal lines[0] $"row,redshift_true,{header},pit,density,density_squared,crps" "columns of the run"
        Expect.equal lines.Length 61 "the test part"
        use loaded = Estimators.Load(folder, Nullable 2)
        Expect.equal (bitsOf (loaded.Predict catalogue.Value)) expected "predictions after loading"
        let again = Path.Combine(folder, "again")
        loaded.Save again
        expectSameRun again folder)

let private streamed name =
    let _, made = trained[name].Value

    Repository.withFolder (fun folder ->
        let input, output = Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv")
        let few = rowsOf catalogue.Value [| 0..299 |]

        File.WriteAllLines(
            input,
            seq {
                "redshift," + String.Join(',', Seq.init 186 (fun i -> $"flux_{i}"))

                for i in 0..299 do
                    $"{few.Redshifts[i]:R},"
                    + String.Join(',', few.Samples(i).ToArray() |> Seq.map string)
            }
        )

        PredictionFile.Write(made, input, output) |> ignore
        let lines = File.ReadAllLines output
        Expect.equal lines[0] $"row,redshift_true,{header}" "header"

        let wanted =
            made.Predict few
            |> Array.mapi (fun i p ->
                let numbers = numbersOf p |> List.map (fun v -> $"{float32 v:R}")
                $"{i},{few.Redshifts[i]:R}," + String.Join(',', numbers))

        Expect.equal lines[1..] wanted "rows")

let private ownRow name =
    let _, made = trained[name].Value
    let all = made.Predict catalogue.Value |> Array.map numbersOf
    let rows = [| 17; 3; 599; 3; 250 |]

    Expect.equal
        (made.Predict(rowsOf catalogue.Value rows) |> Array.map numbersOf)
        (rows |> Array.map (Array.get all))
        "its own row alone"

let private resumed () =
    Repository.withFolder (fun folder ->
        let into name epochs resume =
            let folder = Path.Combine(folder, name)

            trainInto
                folder
                (bins "0.6")
                catalogue.Value
                (options (fun o ->
                    o.Epochs <- Nullable epochs
                    o.Resume <- resume))
            |> ignore

            folder

        let whole = into "whole" 4 false
        into "parts" 2 false |> ignore
        expectSameRun (into "parts" 4 true) whole)

let private refused () =
    use narrow = estimatorWith (bins "0.3")

    let fault =
        faultOf "a redshift beyond the bins" (fun () -> fit narrow catalogue.Value (options ignore) |> ignore)

    expectContains fault [ "expected a redshift in [0, 0.3], the head's bins, found 0."; "redshift_range" ]

    let classes = changes 2 """{ "type": "classes", "names": ["galaxy", "star"] }""" "cross_entropy"
    let fault = faultOf "classes" (fun () -> (estimatorWith classes).Dispose())
    expectContains fault [ "network/head: expected a head that gives the redshift"; "galaxy" ]

    let misfit =
        ("loss", """{ "type": "mse" }""")
        :: List.filter (fst >> (<>) "loss") (bins "0.6")

    let fault = faultOf "a loss that does not fit" (fun () -> (estimatorWith misfit).Dispose())
    expectContains fault [ "loss: expected cross_entropy for a binned head, found mse" ]

let tests =
    testList
        "p(z)"
        [ for name, _ in heads do
              testCase $"{name}: training gives a sensible p(z)" (fun () -> sensible name)
              testCase $"{name}: saved and loaded, the same numbers" (fun () -> saved name)
              testCase $"{name}: a file's predictions have all columns" (fun () -> streamed name)
              testCase $"{name}: a prediction depends on its own row alone" (fun () -> ownRow name)
          testCase "a point head has no such columns" (fun () ->
              use made = estimator ()
              fit made catalogue.Value (options (fun o -> o.Epochs <- Nullable 1)) |> ignore
              Expect.isTrue (made.Predict catalogue.Value |> Array.forall (fun p -> isNull p.Uncertainty)) "none")
          testCase "training resumed ends with the same bytes" resumed
          testCase "what cannot be learnt is refused" refused ]
