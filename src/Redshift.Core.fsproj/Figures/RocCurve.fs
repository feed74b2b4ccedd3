namespace Redshift.Core.Figures

open Redshift.Core.Evaluation

/// How many of one class are found at what price of the other.
module RocCurve =

    /// Points drawn at most, so that a page of a large catalogue stays small.
    let mostPoints = 1000

    /// The receiver operating characteristic of two classes with the line of chance; none where the area under it is not
    /// defined: of no objects, of one class, and of more than two.
    let draw (evaluation: ClassEvaluation) : Figure option =
        match ClassEvaluation.tryScore ClassMetrics.auc.Name evaluation with
        | None -> None
        | Some auc when auc.Undefined.IsSome -> None
        | Some auc ->
            let curve = ClassCurve.thinned mostPoints evaluation.Curve
            let first, second = evaluation.Labels[0], evaluation.Labels[1]
            let everything = Array.last evaluation.Curve

            let interval =
                match auc.Interval with
                | Some(low, high) ->
                    let confidence = Style.percent 0 evaluation.Bootstrap.Confidence
                    $" ({confidence} interval {Style.digits 3 low} to {Style.digits 3 high})"
                | None -> ""

            let x = Style.xAxis $"Share of {first} taken for {second} (%%)"
            let y = Style.yAxis $"Share of {second} found (%%)"
            x.range <- [| 0.0; 100.0 |]
            y.range <- [| 0.0; 102.0 |]

            let figure =
                Style.figure
                    (Style.idOf "roc" evaluation.Target)
                    $"ROC curve: {Style.words evaluation.Target}"
                    ($"n = {Style.count evaluation.N} objects, {Style.count everything.FalsePositives} of class {first} and "
                     + $"{Style.count everything.TruePositives} of class {second}.{Style.withoutPrediction evaluation.Missing} "
                     + $"Area under the curve: {Style.digits 3 auc.Value}{interval}; 0.5 is chance (dashed), 1 is perfect.")
                    (Style.layout x y false)
                    [ Style.reference Style.grey [| 0.0; 100.0 |] [| 0.0; 100.0 |]
                      Style.line
                          "ROC curve"
                          Style.blue
                          "solid"
                          (curve |> Array.map (fun point -> 100.0 * point.FalsePositiveRate))
                          (curve |> Array.map (fun point -> 100.0 * point.Completeness)) ]

            Some { figure with AspectRatio = Style.tall }
