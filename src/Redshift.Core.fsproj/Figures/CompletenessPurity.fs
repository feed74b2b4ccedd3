namespace Redshift.Core.Figures

open Redshift.Core.Evaluation
open XPlot.Plotly

/// What a selection by probability finds, and how clean it is.
module CompletenessPurity =

    // Between two probabilities that occur, what is taken is what the greater one takes.
    let private steps name colour dash (curve: ThresholdPoint[]) (value: ThresholdPoint -> float) : Trace =
        Scatter(
            name = name,
            x = Array.map _.Threshold curve,
            y = Array.map (fun point -> 100.0 * value point) curve,
            mode = "lines",
            line = Line(color = colour, width = 2.0, dash = dash, shape = "vh")
        )

    /// Completeness and precision of the second of two classes by the least probability that is taken; none where there is
    /// no object of that class, and of more than two classes.
    let draw (evaluation: ClassEvaluation) : Figure option =
        match Array.tryLast evaluation.Curve with
        | None -> None
        | Some everything when everything.TruePositives = 0 -> None
        | Some everything ->
            let second = evaluation.Labels[1]

            let curve =
                evaluation.Curve
                |> ClassCurve.thinned RocCurve.mostPoints
                |> Array.tail
                |> Array.rev
            // Up to the least probability all are taken.
            let curve = Array.append [| { curve[0] with Threshold = 0.0 } |] curve
            let value name = Style.percent 1 (ClassEvaluation.value name evaluation)
            let x = Style.xAxis $"Least probability of {second}"
            let y = Style.yAxis "Share (%)"
            x.range <- [| 0.0; 1.0 |]
            y.range <- [| 0.0; 102.0 |]

            Style.figure
                (Style.idOf "completeness-purity" evaluation.Target)
                $"Completeness and precision: {Style.words evaluation.Target}"
                ($"n = {Style.count evaluation.N} objects, {Style.count everything.TruePositives} of class "
                 + $"{second}.{Style.withoutPrediction evaluation.Missing} At {Style.digits 1 ClassSample.threshold} (dashed): "
                 + $"completeness {value ClassMetrics.completenessName}, precision {value ClassMetrics.precisionName}.")
                (Style.layout x y true)
                [ Style.reference Style.grey [| ClassSample.threshold; ClassSample.threshold |] [| 0.0; 102.0 |]
                  steps "completeness (found)" Style.blue "solid" curve _.Completeness
                  steps "precision (purity)" Style.orange "dot" curve _.Precision ]
            |> Some
