namespace Redshift.Core.Figures

open System
open Redshift.Core.Evaluation
open XPlot.Plotly

/// Whether errors are as large as sigma says.
module ErrorsBySigma =

    /// Root mean square error against sigma in bins of sigma; none of no objects. Bins whose squares overflow are left
    /// out.
    let draw (evaluation: DensityEvaluation) : Figure option =
        let drawable (bin: SigmaBin) = Double.IsFinite bin.Sigma && Double.IsFinite bin.RmsError

        match evaluation.SigmaBins |> Array.filter drawable with
        | [||] -> None
        | bins ->
            let n = bins |> Array.sumBy (fun bin -> bin.N)
            let each (f: SigmaBin -> float) = Array.map f bins
            let ends (bin: SigmaBin) = defaultArg bin.RmsErrorInterval (bin.RmsError, bin.RmsError)
            let furthest = 1.08 * Array.max (each (fun bin -> max bin.Sigma (snd (ends bin))))
            let top = if furthest > 0.0 then furthest else 1.0

            let points =
                Scatter(
                    name = "galaxies",
                    x = each _.Sigma,
                    y = each _.RmsError,
                    text = Array.map (fun (bin: SigmaBin) -> $"n = {Style.count bin.N}") bins,
                    mode = "markers",
                    marker = Marker(color = Style.blue, size = 8),
                    error_y =
                        Error_y(
                            ``type`` = "data",
                            symmetric = false,
                            array = each (fun bin -> snd (ends bin) - bin.RmsError),
                            arrayminus = each (fun bin -> bin.RmsError - fst (ends bin)),
                            color = Style.blue,
                            thickness = 1.5,
                            width = 4.0
                        )
                )

            let x = Style.xAxis "σ of p(z), root mean square"
            let y = Style.yAxis "Root mean square error of z"
            x.range <- [| 0.0; top |]
            y.range <- [| 0.0; top |]

            Some(
                Style.figure
                    "error-by-sigma"
                    "Error by predicted uncertainty"
                    ($"n = {Style.count n} galaxies, sorted by σ into {bins.Length} bins of as many each; bars: "
                     + $"{Style.percent 0 evaluation.Bootstrap.Confidence} bootstrap intervals. Dashed: honest p(z). Rising: σ "
                     + "tells good redshifts from bad ones; above the line: errors are larger than σ.")
                    (Style.layout x y false)
                    [ Style.reference Style.grey [| 0.0; top |] [| 0.0; top |]; points ]
            )
