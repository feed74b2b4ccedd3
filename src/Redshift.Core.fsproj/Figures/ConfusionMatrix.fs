namespace Redshift.Core.Figures

open Redshift.Core.Evaluation
open XPlot.Plotly

/// Which classes are taken for which.
module ConfusionMatrix =

    /// The share of its row from which a cell is so dark that white is read more easily on it.
    let private dark = 0.55

    let private shareOf (row: int[]) (count: int) = float count / float (Array.sum row)

    /// Objects by true and predicted class, each cell with its count and its share of the true class; none of no objects.
    let draw (evaluation: ClassEvaluation) : Figure option =
        if evaluation.N = 0 then
            None
        else
            let rows = evaluation.Confusion
            let places = evaluation.Labels |> Array.mapi (fun i _ -> float i)
            let edges = [| -0.5; float evaluation.Labels.Length - 0.5 |]

            // Classes without objects have no shares: a pale row of zeros.
            let shares =
                rows
                |> Array.map (fun row -> row |> Array.map (fun count -> if count = 0 then 0.0 else shareOf row count))

            let cells =
                Heatmap(
                    x = places,
                    y = places,
                    z = shares,
                    zmin = 0.0,
                    zmax = 1.0,
                    colorscale = Style.density,
                    showscale = false,
                    hoverinfo = "skip"
                )

            let words =
                [| for i, row in Array.indexed rows do
                       for j, count in Array.indexed row ->
                           Annotation(
                               x = float j,
                               y = float i,
                               text = $"{Style.count count}<br>{Style.percent 1 (shareOf row count)}",
                               showarrow = false,
                               font = Font(size = 14.0, color = (if shares[i][j] > dark then "#FFFFFF" else "#08224F"))
                           ) |]

            let x = Style.xAxis $"Predicted class ({Style.words evaluation.Target})"
            let y = Style.yAxis "True class"
            x.tickvals <- places
            x.ticktext <- evaluation.Labels
            x.range <- edges
            y.tickvals <- places
            y.ticktext <- evaluation.Labels
            // The first class above, as in a table.
            y.range <- Array.rev edges
            y.tickangle <- -90.0
            y.showgrid <- false

            let layout = Style.layout x y false
            layout.annotations <- words

            let figure =
                Style.figure
                    (Style.idOf "confusion" evaluation.Target)
                    $"True and predicted classes: {Style.words evaluation.Target}"
                    ($"n = {Style.count evaluation.N} objects.{Style.withoutPrediction evaluation.Missing} In each cell their "
                     + "number and its share of the true class, which is a row.")
                    layout
                    [ cells ]

            Some { figure with AspectRatio = Style.tall }
