/// Whole trainings by the backend torch: through the public face, in a run folder, gone on with.
module Redshift.Torch.Tests.TrainingTests

open System
open System.IO
open System.Threading
open Expecto
open Redshift
open Redshift.Engine
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private onTorch change =
    options (fun o ->
        o.Backend <- "torch"
        o.Device <- "cpu"
        change o)

/// The history's numbers, a row an epoch, times left out.
let private numbersOf folder =
    historyOf folder
    |> List.tail
    |> List.map (fun line -> line.Split ',' |> Array.map float)

/// Dropout, a moving learning rate: both backends take the same steps, so their histories agree.
let private likeSimd () =
    Repository.withFolder (fun folder ->
        let changes = [ "schedule", """{ "type": "cosine" }"""; "clip_norm", "1.0" ]
        let simd, torch = Path.Combine(folder, "simd"), Path.Combine(folder, "torch")
        trainInto simd changes catalogue.Value (options ignore) |> ignore
        trainInto torch changes catalogue.Value (onTorch ignore) |> ignore

        for a, e in List.zip (numbersOf torch) (numbersOf simd) do
            for i in 0..5 do
                Expect.isLessThanOrEqual (abs (a[i] - e[i])) (2e-3 * abs e[i]) $"epoch {e[0]}, column {i}"

        let provenance = File.ReadAllText(Path.Combine(torch, "provenance.json"))
        Expect.stringContains provenance "torch: TorchSharp" "provenance")

/// Stopped after an epoch and gone on with: bit for bit as if it had not been.
let private resumed () =
    Repository.withFolder (fun folder ->
        let whole, stopped = Path.Combine(folder, "whole"), Path.Combine(folder, "stopped")
        trainInto whole [] catalogue.Value (onTorch ignore) |> ignore
        use made = estimatorWith []
        use stop = new CancellationTokenSource()

        let stopping =
            onProgress (fun p ->
                if p.ValidationLoss.HasValue && p.Epoch = 1 then
                    stop.Cancel())

        Expect.throwsT<OperationCanceledException>
            (fun () ->
                Runs
                    .TrainAsync(made, catalogue.Value, stopped, onTorch ignore, stopping, null, stop.Token)
                    .GetAwaiter()
                    .GetResult()
                |> ignore)
            "stopped"

        trainInto stopped [] catalogue.Value (onTorch (fun o -> o.Resume <- true))
        |> ignore

        expectSameRun stopped whole)

let private diverging () =
    let message =
        faultOf "a rate far too high" (fun () ->
            use made = estimatorWith [ "learning_rate", "1e30" ]
            fit made catalogue.Value (onTorch ignore) |> ignore)

    expectContains
        message
        [ "training stopped in epoch 1 at step "; "expected a finite loss"; "lower the learning rate" ]

let private brain () =
    use full = estimator ()
    use half = estimator ()
    let expected = (fit full catalogue.Value (onTorch ignore)).Metrics["mae"]
    let inHalf = onTorch (fun o -> o.Precision <- Precision.BFloat16)
    let actual = (fit half catalogue.Value inHalf).Metrics["mae"]
    Expect.notEqual actual expected "other products"
    Expect.isLessThan actual (1.2 * expected) "mean absolute error"

let tests =
    testList
        "Training"
        [ testCase "the history is that of simd" likeSimd
          testCase "gone on with, the run is the same" resumed
          testCase "a loss that is not finite ends it" diverging
          testCase "bfloat16 learns as well" brain ]
