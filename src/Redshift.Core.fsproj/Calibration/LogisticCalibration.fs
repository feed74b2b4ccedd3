namespace Redshift.Core.Calibration

open System
open Redshift.Core

/// Makes probabilities of the second of two classes true to their rates: p becomes 1 / (1 + exp(-(a logit p + b))) (Platt
/// 1999, "Probabilistic outputs for support vector machines"; on the logit, as Kull et al. 2017, arXiv:1612.04244, section 2).
type LogisticCalibration =
    {
        /// a; above 0, so that the order of objects stays.
        Slope: float
        /// b.
        Intercept: float
    }

/// Fitting and applying.
module LogisticCalibration =

    /// Probabilities are held this far from 0 and 1, which have no logit.
    [<Literal>]
    let private Margin = 1e-6

    let private logit (probability: float) =
        let p = Math.Clamp(probability, Margin, 1.0 - Margin)
        log (p / (1.0 - p))

    let private logistic x = 1.0 / (1.0 + exp -x)

    /// The calibrated probability; NaN of NaN.
    let apply (calibration: LogisticCalibration) (probability: float) : float =
        logistic (calibration.Slope * logit probability + calibration.Intercept)

    /// Newton steps at most; a dozen do.
    [<Literal>]
    let private Steps = 100

    /// The least slope: below it calibrated probabilities would hardly tell objects apart.
    [<Literal>]
    let private LeastSlope = 1e-3

    /// Fits by the greatest likelihood on validation objects: whether each is of the second class, and its probability. As
    /// Platt does, the labels are held a little from 0 and 1 by how many there are of each, so that classes that are told
    /// apart without fault do not drive the slope to infinity. An error where one of the classes is lacking, or where
    /// probabilities do not rise with the class.
    let fit (truth: bool[]) (probability: float[]) : Result<LogisticCalibration, string> =
        let positives = truth |> Array.sumBy (fun t -> if t then 1 else 0)
        let negatives = truth.Length - positives

        if positives = 0 || negatives = 0 then
            Error $"expected objects of both classes to calibrate probabilities on, found {negatives} and {positives}"
        else
            let high = (float positives + 1.0) / (float positives + 2.0)
            let low = 1.0 / (float negatives + 2.0)
            let x = Array.map logit probability
            let y = truth |> Array.map (fun t -> if t then high else low)

            // -ln likelihood, convex in both.
            let cost (a, b) =
                let mutable sum = 0.0

                for i in 0 .. x.Length - 1 do
                    let s = a * x[i] + b
                    sum <- sum + max s 0.0 - s * y[i] + log (1.0 + exp -(abs s))

                sum

            let rec descend (a, b) left =
                let mutable ga, gb, haa, hab, hbb = 0.0, 0.0, 1e-9, 0.0, 1e-9

                for i in 0 .. x.Length - 1 do
                    let p = logistic (a * x[i] + b)
                    let d, w = p - y[i], p * (1.0 - p)
                    ga <- ga + d * x[i]
                    gb <- gb + d
                    haa <- haa + w * x[i] * x[i]
                    hab <- hab + w * x[i]
                    hbb <- hbb + w

                let det = haa * hbb - hab * hab
                let da, db = (hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det

                // Halved until it goes down: far out the curvature vanishes and a whole step would leap.
                let rec shorter share =
                    let next = a - share * da, b - share * db

                    if cost next <= cost (a, b) || share < 1e-6 then
                        next
                    else
                        shorter (share / 2.0)

                if left = 0 || abs ga + abs gb < 1e-9 * float x.Length then
                    a, b
                else
                    descend (shorter 1.0) (left - 1)

            let a, b = descend (1.0, 0.0) Steps

            if a >= LeastSlope && Double.IsFinite b then
                Ok { Slope = a; Intercept = b }
            else
                Error $"expected probabilities that rise with the class, found a slope of {a}"

    let internal write (calibration: LogisticCalibration) : JsonValue =
        Json.object [ "slope", Json.float calibration.Slope; "intercept", Json.float calibration.Intercept ]

    let internal read (json: JsonReader) : LogisticCalibration =
        json.Object(fun o ->
            { Slope = o.Required("slope", _.Positive)
              Intercept = o.Required("intercept", _.Float) })
