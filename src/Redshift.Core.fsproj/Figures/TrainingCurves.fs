namespace Redshift.Core.Figures

open System
open Redshift.Core.Evaluation

/// How loss and error fell while training.
module TrainingCurves =

    /// Beyond this ratio of the greatest to the least value, a linear axis would show one end only.
    let private logarithmicFrom = 20.0

    let private curves id title yTitle (train: HistoryRow -> float) (validation: HistoryRow -> float) history =
        let epochs = history |> List.map (fun row -> float row.Epoch) |> Array.ofList
        let trained = history |> List.map train |> Array.ofList
        let validated = history |> List.map validation |> Array.ofList
        let known = Array.append trained validated |> Array.filter Double.IsFinite
        let x = Style.xAxis "Epoch"
        let y = Style.yAxis yTitle

        if epochs.Length <= 12 then
            x.dtick <- 1.0

        if
            known.Length > 0
            && Array.min known > 0.0
            && Array.max known > logarithmicFrom * Array.min known
        then
            y.``type`` <- "log"
        else
            y.rangemode <- "tozero"

        let best =
            match history |> List.filter (validation >> Double.IsFinite) with
            | [] -> ""
            | rows ->
                let row = rows |> List.minBy validation
                $" The lowest on validation is {(validation row):G3}, after epoch {row.Epoch}."

        let figure =
            Style.figure
                id
                title
                $"n = {epochs.Length} epochs.{best}"
                (Style.layout x y true)
                [ Style.line "training" Style.blue "solid" epochs trained
                  if Array.exists Double.IsFinite validated then
                      Style.line "validation" Style.orange "dot" epochs validated ]

        figure

    /// Loss by epoch; none of no epochs.
    let loss (history: HistoryRow list) : Figure option =
        if history.IsEmpty then
            None
        else
            Some(curves "training-loss" "Loss by epoch" "Loss" _.Loss _.ValLoss history)

    /// Loss by epoch of the network of another target; none of no epochs.
    let lossOf (target: string) (history: HistoryRow list) : Figure option =
        if history.IsEmpty then
            None
        else
            Some(
                curves
                    (Style.idOf "training-loss" target)
                    $"Loss by epoch: {Style.words target}"
                    "Loss"
                    _.Loss
                    _.ValLoss
                    history
            )

    /// Mean absolute error by epoch of the network of another target, of classes 1 - the probability of the true one; none of
    /// no epochs.
    let meanAbsoluteErrorOf (target: string) (history: HistoryRow list) : Figure option =
        if history.IsEmpty then
            None
        else
            Some(
                curves
                    (Style.idOf "training-mae" target)
                    $"Mean absolute error by epoch: {Style.words target}"
                    "Mean absolute error"
                    _.Mae
                    _.ValMae
                    history
            )

    /// Mean absolute error by epoch; none of no epochs.
    let meanAbsoluteError (history: HistoryRow list) : Figure option =
        if history.IsEmpty then
            None
        else
            Some(curves "training-mae" "Mean absolute error by epoch" "Mean absolute error of z" _.Mae _.ValMae history)
