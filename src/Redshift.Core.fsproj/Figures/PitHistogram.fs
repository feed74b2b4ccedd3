namespace Redshift.Core.Figures

open Redshift.Core.Evaluation
open XPlot.Plotly

/// Whether the true redshifts lie in p(z) as they should: as often in each part of it.
module PitHistogram =

    /// Counts of PIT = F(true redshift) in equal bins with the band in which each count of honest densities is; none of no
    /// objects.
    let draw (evaluation: DensityEvaluation) : Figure option =
        if evaluation.N = 0 then
            None
        else
            let bins = evaluation.PitHistogram.Length
            let width = 1.0 / float bins
            let low, high = BinomialBand.counts evaluation.Bootstrap.Confidence evaluation.N width
            let confidence = Style.percent 0 evaluation.Bootstrap.Confidence
            let flat (count: float) = [| count; count |]

            let outside =
                evaluation.PitHistogram
                |> Seq.filter (fun count -> count < low || count > high)
                |> Seq.length

            let bars =
                Bar(
                    name = "galaxies",
                    x = Array.init bins (fun i -> (float i + 0.5) * width),
                    y = evaluation.PitHistogram,
                    marker = Marker(color = Style.blue, line = Line(width = 0.0)),
                    showlegend = false
                )

            let x = Style.xAxis "PIT = F(true redshift)"
            x.range <- [| 0.0; 1.0 |]
            let y = Style.yAxis $"Galaxies per bin of {Style.digits 2 width}"
            y.rangemode <- "tozero"
            let layout = Style.layout x y true
            layout.bargap <- 0.08

            let figure =
                Style.figure
                    "pit"
                    "Where in p(z) the true redshift lies"
                    ($"n = {Style.count evaluation.N} galaxies. Of honest p(z) each bin is within the band with {confidence} "
                     + $"probability; here {outside} of {bins} are not. Heaped at both ends: p(z) is too narrow; in the "
                     + "middle: too wide; on the left: too high; on the right: too low.")
                    layout
                    [ bars
                      yield!
                          Style.band
                              $"{confidence} of honest p(z)"
                              [| 0.0; 1.0 |]
                              (flat (float low))
                              (flat (float high))
                      Style.reference Style.grey [| 0.0; 1.0 |] (flat (float evaluation.N * width)) ]

            Some { figure with AspectRatio = Style.tall }
