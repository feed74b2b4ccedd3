namespace Redshift.Core.Figures

open Redshift.Core.Evaluation
open XPlot.Plotly

/// Whether intervals hold the true redshift as often as they say.
module CoverageCurve =

    let private percents = Array.map ((*) 100.0)

    /// Observed against nominal share of central intervals of all probabilities, with the band in which honest densities
    /// are; none of no objects.
    let draw (evaluation: DensityEvaluation) : Figure option =
        if evaluation.N = 0 then
            None
        else
            let levels = DensityEvaluation.curveLevels
            let confidence = Style.percent 0 evaluation.Bootstrap.Confidence

            let low, high =
                levels
                |> Array.map (BinomialBand.shares evaluation.Bootstrap.Confidence evaluation.N)
                |> Array.unzip

            let marked =
                DensityMetrics.coverages
                |> List.map (fun metric -> DensityEvaluation.value metric.Key evaluation)
                |> Array.ofList

            let nominal = Array.ofList DensityMetrics.levels

            let marks =
                Scatter(
                    name = "intervals in the tables",
                    x = percents nominal,
                    y = percents marked,
                    text = Array.map2 (fun l s -> $"{Style.percent 0 l}: {Style.percent 1 s}") nominal marked,
                    mode = "markers",
                    hoverinfo = "text",
                    showlegend = false,
                    marker = Marker(color = Style.blue, size = 8)
                )

            let x = Style.xAxis "Probability of the interval (%)"
            let y = Style.yAxis "Galaxies whose true redshift is in it (%)"

            x.range <- [| 0.0; 100.0 |]
            y.range <- [| 0.0; 102.0 |]

            let figure =
                Style.figure
                    "coverage"
                    "Coverage of the intervals"
                    ($"n = {Style.count evaluation.N} galaxies, central intervals. Dashed, with the {confidence} band: honest "
                     + "p(z). Below it intervals are too narrow, above it too wide.")
                    (Style.layout x y true)
                    [ yield! Style.band $"{confidence} of honest p(z)" (percents levels) (percents low) (percents high)
                      Style.reference Style.grey [| 0.0; 100.0 |] [| 0.0; 100.0 |]
                      Style.line "observed" Style.blue "solid" (percents levels) (percents evaluation.CoverageCurve)
                      marks ]

            Some { figure with AspectRatio = Style.tall }
