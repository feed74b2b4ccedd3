namespace Redshift.Core.Calibration

open System
open Redshift.Core

/// Intervals that hold the true redshift at a chosen rate whatever the model's own widths are worth, by split conformal
/// prediction with the normalised score |z_spec - z| / sigma (Lei et al. 2018, doi:10.1080/01621459.2017.1307116, section
/// 5.2), apart in groups of predicted redshift (Mondrian; Vovk et al. 2005, section 4.5).
type Conformal =
    {
        /// The rate, in (0, 1).
        Level: float
        /// Between the groups, by predicted redshift.
        Edges: float[]
        /// Half the interval in units of sigma, one a group; infinite where a group has too few objects for the level.
        Scales: float[]
    }

/// Fitting and applying.
module Conformal =

    /// The k-th smallest of n scores, k = ceil((n + 1) level); infinite where k > n.
    let private scale (level: float) (scores: float[]) =
        let k = int (ceil (float (scores.Length + 1) * level))

        if k > scores.Length then
            infinity
        else
            (Array.sort scores)[max 0 (k - 1)]

    /// Fits on validation objects: true and predicted redshifts and widths above 0. An error where the level is not in
    /// (0, 1).
    let fit (level: float) (truth: float[]) (predicted: float[]) (sigma: float[]) : Result<Conformal, string> =
        if not (level > 0.0 && level < 1.0) then
            Error $"expected a level between 0 and 1, found {level}"
        else
            let edges = PredictedBins.edges PitCalibration.Least predicted
            let groups = predicted |> Array.map (PredictedBins.groupOf edges)
            let scores = Array.init truth.Length (fun i -> abs (truth[i] - predicted[i]) / sigma[i])

            let ofGroup group =
                Array.zip groups scores
                |> Array.filter (fun (g, _) -> g = group)
                |> Array.map snd
                |> scale level

            Ok
                { Level = level
                  Edges = edges
                  Scales = Array.init (edges.Length + 1) ofGroup }

    /// The interval of an object.
    let interval (conformal: Conformal) (predicted: float) (sigma: float) : struct (float * float) =
        let half = sigma * conformal.Scales[PredictedBins.groupOf conformal.Edges predicted]
        predicted - half, predicted + half

    let internal write (conformal: Conformal) : JsonValue =
        let finite (scale: float) = if Double.IsFinite scale then Some scale else None

        Json.object
            [ "level", Json.float conformal.Level
              "edges", conformal.Edges |> Seq.map Json.float |> Json.list
              "scales", conformal.Scales |> Seq.map (finite >> Json.option Json.float) |> Json.list ]

    let internal read (json: JsonReader) : Conformal =
        let conformal =
            json.Object(fun o ->
                { Level = o.Required("level", _.Positive)
                  Edges = o.Required("edges", (fun j -> Array.ofList (j.List _.Float)))
                  Scales =
                    o.Required(
                        "scales",
                        fun j -> Array.ofList (j.List(fun v -> if v.IsNull then infinity else v.NonNegative))
                    ) })

        if
            not (conformal.Level < 1.0)
            || conformal.Scales.Length <> conformal.Edges.Length + 1
        then
            json.Fail "a level below 1 and one scale more than edges"
        else
            conformal
