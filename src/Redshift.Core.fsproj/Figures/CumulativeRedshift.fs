namespace Redshift.Core.Figures

open System
open MathNet.Numerics.Statistics
open Redshift.Core.Frames
open XPlot.Plotly

/// Which share of the galaxies lies below each redshift.
module CumulativeRedshift =

    /// Points of the curve, enough for a smooth line at any size of a page.
    let private points = 401

    /// The curve of the finite redshifts with the percentiles of `Statistics.percentiles` marked; none of fewer than two.
    let draw (redshifts: float[]) : Figure option =
        let sorted = redshifts |> Array.filter Double.IsFinite |> Array.sort

        if sorted.Length < 2 then
            None
        else
            let quantile percent = SortedArrayStatistics.QuantileCustom(sorted, percent / 100.0, QuantileDefinition.R7)

            let shares = Array.init points (fun i -> 100.0 * float i / float (points - 1))
            let marked = Statistics.percentiles |> List.map float |> Array.ofList
            let at = marked |> Array.map quantile

            let hover = Array.map2 (fun (p: float) z -> $"{p:F0} %%: z = {Style.digits 3 z}") marked at

            let marks =
                Scatter(
                    name = "percentiles",
                    x = at,
                    y = marked,
                    text = hover,
                    mode = "markers",
                    hoverinfo = "text",
                    marker = Marker(color = Style.orange, size = 8)
                )

            // In words only those that have room beside each other; the others under the pointer.
            let words =
                Array.zip3 marked at hover
                |> Array.filter (fun (p, _, _) -> List.contains p [ 5.0; 25.0; 50.0; 75.0; 95.0 ])
                |> Array.map (fun (p, z, text) ->
                    Annotation(
                        x = z,
                        y = p,
                        text = text,
                        showarrow = false,
                        xanchor = "left",
                        yanchor = "top",
                        font = Font(size = 11.0, color = Style.grey)
                    ))

            let y = Style.yAxis "Galaxies at or below z (%)"
            y.range <- [| -3.0; 103.0 |]
            y.dtick <- 25.0
            let x = Style.xAxis "Redshift z"
            // Room for the labels, which stand to the right of their marks.
            x.range <- [| sorted[0]; sorted[0] + 1.25 * (quantile 99.5 - sorted[0]) |]

            let layout = Style.layout x y false
            layout.annotations <- words

            Some(
                Style.figure
                    "redshift-cumulative"
                    "Share of galaxies below each redshift"
                    $"n = {Style.count sorted.Length} galaxies; marked are percentiles."
                    layout
                    [ Style.line "galaxies" Style.blue "solid" (shares |> Array.map quantile) shares; marks ]
            )
