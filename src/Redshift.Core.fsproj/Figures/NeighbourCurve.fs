namespace Redshift.Core.Figures

open Redshift.Core.Baselines

/// How the error depends on the number of neighbours.
module NeighbourCurve =

    let private colours = [ Style.blue; Style.orange; Style.green; Style.grey ]

    /// The root mean square error of held-out predictions by the number of neighbours, a line for each kind of weights;
    /// none of no points.
    let draw (curve: ValidationPoint list) : Figure option =
        match NeighbourValidation.best curve with
        | None -> None
        | Some best ->
            let least = curve |> List.find (fun point -> point.Settings = best)

            let trace i (weights, points: ValidationPoint list) =
                Style.line
                    (NeighbourJson.nameOfWeights weights)
                    colours[i % colours.Length]
                    (if i = 0 then "solid" else "dot")
                    (points |> List.map (fun p -> float p.Settings.Neighbours) |> Array.ofList)
                    (points |> List.map (fun p -> sqrt p.MeanSquaredError) |> Array.ofList)

            Style.figure
                "neighbour-curve"
                "Error by the number of neighbours"
                ($"n = {curve.Length} choices, cross-validated on the training part. The least error is {sqrt least.MeanSquaredError:G3}, "
                 + $"of {best.Neighbours} neighbours with {NeighbourJson.nameOfWeights best.Weights} weights.")
                (Style.layout (Style.xAxis "Neighbours") (Style.yAxis "Root mean square error of z") true)
                (curve |> List.groupBy _.Settings.Weights |> List.mapi trace)
            |> Some
