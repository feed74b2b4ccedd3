namespace Redshift.Core.Figures

open System
open Redshift.Core
open Redshift.Core.Evaluation
open XPlot.Plotly

/// Errors as they depend on redshift.
module ErrorsByRedshift =

    /// Bins of fewer objects are drawn hollow: their numbers are not to be trusted.
    let private enough = 10

    let private marks name filled (bins: Bin list) : Trace =
        let each (f: Bin -> float) = bins |> List.map f |> Array.ofList

        Scatter(
            name = name,
            x = each (fun bin -> (bin.Lo + bin.Hi) / 2.0),
            y = each _.MeanError,
            text = (bins |> List.map (fun bin -> $"n = {Style.count bin.N}")),
            mode = "markers",
            marker =
                Marker(
                    color = (if filled then Style.blue else "#FFFFFF"),
                    size = 8,
                    line = Line(color = Style.blue, width = 1.5)
                ),
            error_y =
                Error_y(``type`` = "data", array = each _.StdError, color = Style.blue, thickness = 1.5, width = 4.0)
        )

    let private inBins id title xTitle (bins: Bin[]) =
        match bins |> List.ofArray |> List.filter (fun bin -> bin.N > 0) with
        | [] -> None
        | filled ->
            let many, few = filled |> List.partition (fun bin -> bin.N >= enough)
            let low, high = filled.Head.Lo, (List.last filled).Hi

            let hollow =
                if few.IsEmpty then
                    ""
                else
                    $" Hollow: fewer than {enough} galaxies."

            let y = Style.yAxis "Predicted − true redshift"
            // Bins of few galaxies must not flatten the others: their means are seen, not all of their bars.
            let means = filled |> List.map (fun bin -> abs bin.MeanError)
            let ends = many |> List.map (fun bin -> abs bin.MeanError + bin.StdError)
            let reach = List.max (means @ ends)
            y.range <- [| -1.15 * max reach 0.01; 1.15 * max reach 0.01 |]

            Some(
                Style.figure
                    id
                    title
                    ($"n = {Style.count (filled |> List.sumBy _.N)} galaxies in bins of 0.05: mean of predicted − true, bars "
                     + $"one standard deviation.{hollow}")
                    (Style.layout (Style.xAxis xTitle) y false)
                    [ Style.reference Style.grey [| low; high |] [| 0.0; 0.0 |]
                      if not many.IsEmpty then
                          marks "mean error" true many
                      if not few.IsEmpty then
                          marks "mean error, few galaxies" false few ]
            )

    /// Mean error and its scatter in bins of true redshift; none of no objects.
    let byTrue (evaluation: PointEvaluation) : Figure option =
        inBins "error-by-true" "Error by true redshift" "True redshift" evaluation.Bins

    /// The same in bins of predicted redshift.
    let byPredicted (evaluation: PointEvaluation) : Figure option =
        inBins "error-by-predicted" "Error by predicted redshift" "Predicted redshift" evaluation.BinsByPredicted

    /// Points drawn at most in the figure of residuals.
    let private pointsAtMost = 3000

    /// As many positions as may be drawn, ascending.
    let private sampled seed n =
        let positions = Array.init n id

        if n > pointsAtMost then
            RandomStream(seed).Shuffle positions

        positions |> Array.truncate pointsAtMost |> Array.sort

    /// Where the vertical axis ends: at least the outliers' limit, else what holds all but one in a hundred.
    let private verticalLimit (sample: Sample) =
        let distances = sample.Delta |> Array.map abs |> Array.sort
        let most = distances[int (0.99 * float (distances.Length - 1))]
        Math.Clamp(1.15 * most, 0.18, 1.0)

    /// Delta = (predicted - true) / (1 + true) against true redshift, with the limits of outliers at 0.15; of more than 3000
    /// objects a sample drawn by the seed. None of no objects.
    let residuals (seed: uint64) (truth: float[]) (predicted: float[]) : Figure option =
        match Sample.create truth predicted with
        | Error _ -> None
        | Ok(sample, _) when sample.Count = 0 -> None
        | Ok(sample, _) ->
            let drawn = sampled seed sample.Count
            let pick (values: float[]) = drawn |> Array.map (Array.get values)
            let limit = verticalLimit sample
            let outside = drawn |> Seq.filter (fun i -> abs sample.Delta[i] > limit) |> Seq.length
            let range = [| Array.min sample.Truth; Array.max sample.Truth |]

            let points =
                Scatter(
                    name = "galaxies",
                    x = pick sample.Truth,
                    y = pick sample.Delta,
                    mode = "markers",
                    marker = Marker(color = Style.blue, size = 4, opacity = 0.3)
                )

            let y = Style.yAxis "Δ = (predicted − true) / (1 + true)"
            y.range <- [| -limit; limit |]

            let shown =
                if drawn.Length = sample.Count then
                    $"n = {Style.count sample.Count} galaxies."
                else
                    $"{Style.count drawn.Length} drawn at random of n = {Style.count sample.Count} galaxies."

            let beyond =
                if outside = 0 then
                    ""
                else
                    $" Outside the frame: {Style.count outside}."

            let figure =
                Style.figure
                    "residuals"
                    "Normalised residuals"
                    $"{shown} Dashed: zero and the limits of outliers, ±0.15.{beyond}"
                    (Style.layout (Style.xAxis "True redshift") y false)
                    [ points
                      for level in [ -0.15; 0.0; 0.15 ] do
                          Style.reference Style.grey range [| level; level |] ]

            Some { figure with AspectRatio = 2.6 }
