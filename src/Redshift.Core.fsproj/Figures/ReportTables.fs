namespace Redshift.Core.Figures

open System
open Redshift.Core.Evaluation
open Redshift.Core.Frames
open Redshift.Core.Layers

/// The words and tables of a report.
module internal ReportTables =

    /// A metric's number as it is shown: shares in per cent, others with four digits after the point.
    let shown (metric: Metric) (value: float) =
        if metric.IsShare then Style.percent 2 value
        elif metric.Key = "mse" then Style.digits 6 value
        else Style.digits 4 value

    /// Both ends, written by `show`; a dash where there is none.
    let interval (show: float -> string) (interval: (float * float) option) : string =
        match interval with
        | Some(low, high) -> $"{show low} to {show high}"
        | None -> "–"

    let private confidence (evaluation: PointEvaluation) = Style.percent 0 evaluation.Bootstrap.Confidence

    /// The metrics that a reader wants first.
    let private leading = [ "nmad"; "bias_mean"; "outlier_0.15"; "rmse"; "r2" ]

    let cards (evaluation: PointEvaluation) : string =
        let card (score: Score) =
            Html.lines
                [ "<div class=\"card\">"
                  $"<div class=\"name\">{Html.text score.Metric.Title}</div>"
                  $"<div class=\"value\">{Html.text (shown score.Metric score.Value)}</div>"
                  $"<div class=\"interval\">{Html.text (confidence evaluation)}: {Html.text (interval (shown score.Metric) score.Interval)}</div>"
                  "</div>" ]

        leading
        |> List.collect (fun key -> evaluation.Scores |> List.filter (fun score -> score.Metric.Key = key))
        |> List.map card
        |> Html.lines
        |> fun html -> $"<div class=\"cards\">\n{html}\n</div>"

    let private bias (score: Score) =
        match score.Interval with
        | Some(low, high) when low > 0.0 || high < 0.0 ->
            let direction = if score.Value > 0.0 then "high" else "low"
            let size = Style.digits 4 (abs score.Value)
            $"On average they are too {direction}, by {size} of 1 + z."
        | Some _ -> "On average they are neither too high nor too low, within the uncertainty."
        | None -> ""

    let private attenuation (slope: float) =
        if slope < 0.95 then
            $"For each 0.1 of true redshift the prediction rises by {Style.digits 3 (0.1 * slope)} only: high redshifts come "
            + "out too low and low ones too high."
        elif slope >= 0.95 then
            "They follow the true redshift over its whole range without flattening."
        else
            ""

    let private leftOut (evaluation: PointEvaluation) =
        [ evaluation.Missing, "without a finite prediction"
          evaluation.LeftOut.Filtered, "held back by the survey's row filter"
          evaluation.LeftOut.Skipped, "skipped because they could not be read" ]
        |> List.filter (fun (n, _) -> n > 0)
        |> List.map (fun (n, what) -> $"{Style.count n} {what}")
        |> function
            | [] -> ""
            | parts -> $"""Not scored: {String.concat "; " parts}."""

    /// What was found, in plain words.
    let sentence (results: Results) : string =
        let evaluation = results.Evaluation
        let score key = evaluation.Scores |> List.find (fun score -> score.Metric.Key = key)

        let errors =
            Array.map2 (fun (t: float) p -> abs (p - t)) results.Truth results.Predicted
            |> Array.filter Double.IsFinite
            |> Array.sort

        if errors.Length = 0 then
            $"No object has a prediction to be scored. {leftOut evaluation}"
        else
            let half = errors[(errors.Length - 1) / 2]
            let outliers = Style.percent 1 (score "outlier_0.15").Value

            [ $"Of {Style.count evaluation.N} galaxies scored, half have a predicted redshift within {Style.digits 3 half} of "
              + $"the true one; {outliers} are outliers, off by more than 0.15 of 1 + z."
              bias (score "bias_mean")
              attenuation (score "slope_pred_on_true").Value
              leftOut evaluation ]
            |> List.filter ((<>) "")
            |> String.concat " "

    /// A table of metrics whose rows are title, value, interval of that confidence, key and definition.
    let metricTable (confidence: string) (rows: string list list) : string =
        Html.table
            ""
            [ "Metric", Html.Column.Text
              "Value", Html.Column.Number
              $"{confidence} interval", Html.Column.Number
              "Key", Html.Column.Code
              "Definition", Html.Column.Text ]
            rows

    let metrics (evaluation: PointEvaluation) : string =
        evaluation.Scores
        |> List.map (fun score ->
            [ score.Metric.Title
              shown score.Metric score.Value
              interval (shown score.Metric) score.Interval
              score.Metric.Key
              score.Metric.Definition ])
        |> metricTable (confidence evaluation)

    /// A heading and the metrics of a target other than the redshift.
    let target (evaluation: TargetEvaluation) : string =
        let shown value = Style.digits 4 value
        let level (options: BootstrapOptions) = Style.percent 0 options.Confidence

        let heading (target: string) n missing =
            let without =
                if missing = 0 then
                    ""
                else
                    $"; {Style.count missing} without a prediction"

            $"<h3>{Html.text (Style.words target)}</h3>\n<p>n = {Style.count n} objects of which it is known{without}.</p>"

        let row (metric: string) value ends key (definition: string) =
            [ metric; shown value; interval shown ends; key; definition ]

        match evaluation with
        | TargetEvaluation.Class found ->
            let scores =
                found.Scores
                |> List.map (fun s -> row s.Metric.Title s.Value s.Interval s.Key s.Metric.Definition)

            Html.lines [ heading found.Target found.N found.Missing; metricTable (level found.Bootstrap) scores ]
        | TargetEvaluation.Value found ->
            let scores =
                found.Scores
                |> List.map (fun s -> row s.Metric.Title s.Value s.Interval s.Metric.Key s.Metric.Definition)

            Html.lines [ heading found.Target found.N found.Missing; metricTable (level found.Bootstrap) scores ]

    let bins (evaluation: PointEvaluation) (caption: string) (bins: Bin[]) : string =
        bins
        |> List.ofArray
        |> List.map (fun bin ->
            [ $"{Style.digits 2 bin.Lo}–{Style.digits 2 bin.Hi}"
              Style.count bin.N
              Style.digits 1 bin.Percent
              Style.digits 4 bin.MeanError
              (match bin.MeanErrorInterval with
               | Some(low, high) -> $"{Style.digits 4 low}, {Style.digits 4 high}"
               | None -> "–")
              Style.digits 4 bin.StdError
              Style.digits 4 bin.Nmad
              Style.percent 1 bin.Outlier015 ])
        |> Html.table
            caption
            [ "z", Html.Column.Number
              "n", Html.Column.Number
              "%", Html.Column.Number
              "Mean", Html.Column.Number
              confidence evaluation, Html.Column.Number
              "Std", Html.Column.Number
              "σ(NMAD)", Html.Column.Number
              "Outliers", Html.Column.Number ]

    let flags (scores: FlagScore list) : string =
        scores
        |> List.map (fun score ->
            [ score.Name
              string score.Value
              Style.count score.N
              Style.percent 2 score.Share
              Style.digits 4 score.Mae
              Style.percent 1 score.Outlier015
              score.Meaning ])
        |> Html.table
            ""
            [ "Flag", Html.Column.Code
              "Value", Html.Column.Number
              "n", Html.Column.Number
              "%", Html.Column.Number
              "Mean |error|", Html.Column.Number
              "Outliers", Html.Column.Number
              "Meaning", Html.Column.Text ]

    let statistics (statistics: CatalogueStatistics) : string =
        let z = statistics.Redshifts
        let missing = statistics.Samples |> Array.sumBy (fun sample -> int64 sample.Missing)
        let fluxes = missing + (statistics.Samples |> Array.sumBy (fun sample -> int64 sample.Count))

        Html.pairs
            [ "Galaxies with a redshift", Style.count z.Count
              "Without a redshift", Style.count z.Missing
              "Range of z", $"{Style.digits 3 z.Min} to {Style.digits 3 z.Max}"
              "Mean", Style.digits 4 z.Mean
              "Median", Style.digits 4 z.Median
              "Standard deviation", Style.digits 4 z.StdDev
              "Skewness", Style.digits 3 z.Skewness
              "Excess kurtosis", Style.digits 3 z.Kurtosis
              for p in [ 5; 95 ] do
                  match z.Percentiles |> List.tryFind (fst >> (=) p) with
                  | Some(_, value) -> $"{p}th percentile", Style.digits 4 value
                  | None -> ()
              "Samples a spectrum", Style.count statistics.Samples.Length
              "Missing fluxes",
              (if fluxes = 0L then
                   "–"
               else
                   Style.percent 2 (float missing / float fluxes)) ]

    let network (network: Network) : string =
        let rows =
            [ [ "input"; "Input"; string network.Input; "" ]
              for path, layer, output, parameters in Network.rows network do
                  [ path; layer; output; (if parameters = 0 then "" else Style.count parameters) ]
              [ ""; "Total"; ""; Style.count (int network.ParameterCount) ] ]

        Html.table
            network.Name
            [ "Path", Html.Column.Code
              "Layer", Html.Column.Text
              "Output", Html.Column.Text
              "Parameters", Html.Column.Number ]
            rows
