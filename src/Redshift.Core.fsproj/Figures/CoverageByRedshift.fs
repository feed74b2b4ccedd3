namespace Redshift.Core.Figures

open Redshift.Core.Evaluation
open XPlot.Plotly

/// Whether intervals hold the true redshift as often as they say at every predicted redshift.
module CoverageByRedshift =

    /// Bins of fewer objects are drawn hollow: their shares say little.
    let enough = 100

    /// The intervals drawn; that of 50 % would crowd the figure.
    let private drawn =
        [ 0.68, Style.blue, "circle"; 0.9, Style.green, "square"; 0.95, Style.orange, "diamond" ]

    /// One binomial standard error of the share that an honest interval holds, in per cent.
    let private standardError (level: float) (n: int) = 100.0 * sqrt (level * (1.0 - level) / float n)

    let private marks (level: float) colour symbol filled (bins: CoverageBin[]) : Trace =
        let position = List.findIndex ((=) level) DensityMetrics.levels
        let each (f: CoverageBin -> float) = Array.map f bins
        let share (bin: CoverageBin) = bin.Coverage[position]

        Scatter(
            name = Style.percent 0 level,
            x = each (fun bin -> (bin.Lo + bin.Hi) / 2.0),
            y = each (fun bin -> 100.0 * share bin),
            text = Array.map (fun bin -> $"{Style.percent 1 (share bin)}, n = {Style.count bin.N}") bins,
            hoverinfo = "text",
            mode = "markers",
            showlegend = filled,
            opacity = (if filled then 1.0 else 0.45),
            marker =
                Marker(
                    color = (if filled then colour else "#FFFFFF"),
                    symbol = symbol,
                    size = 8,
                    line = Line(color = colour, width = 1.5)
                ),
            error_y =
                Error_y(
                    ``type`` = "data",
                    array = each (fun bin -> standardError level bin.N),
                    color = colour,
                    thickness = (if filled then 1.5 else 0.8),
                    width = 4.0
                )
        )

    /// The share of objects that the 68, 90 and 95 % intervals hold, in bins of predicted redshift; none of no objects.
    let draw (evaluation: DensityEvaluation) : Figure option =
        match evaluation.CoverageBins |> Array.filter (fun bin -> bin.N > 0) with
        | [||] -> None
        | bins ->
            let many, few = bins |> Array.partition (fun bin -> bin.N >= enough)
            let range = [| bins[0].Lo; (Array.last bins).Hi |]

            let hollow =
                if Array.isEmpty few then
                    ""
                else
                    $" Hollow and pale: fewer than {enough} galaxies."

            let y = Style.yAxis "Coverage (%)"
            // All of the bins of many galaxies; of the others what is not too far below.
            let least = [ for bin in many -> 100.0 * List.min bin.Coverage.Tail ]
            y.range <- [| max 0.0 (List.min (55.0 :: least) - 5.0); 103.0 |]

            Some(
                Style.figure
                    "coverage-by-predicted"
                    "Coverage by predicted redshift"
                    ($"n = {Style.count evaluation.N} galaxies in bins of 0.05: the share whose true redshift is in the 68, "
                     + "90 and 95 % interval. Dashed: what the intervals claim; bars: one binomial standard error of "
                     + $"that.{hollow}")
                    (Style.layout (Style.xAxis "Predicted redshift") y true)
                    [ for level, colour, symbol in drawn do
                          Style.reference colour range [| 100.0 * level; 100.0 * level |]

                          if not (Array.isEmpty few) then
                              marks level colour symbol false few

                          // Without objects too, for its place in the legend.
                          marks level colour symbol true many ]
            )
