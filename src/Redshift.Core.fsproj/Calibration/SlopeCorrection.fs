namespace Redshift.Core.Calibration

open System
open MathNet.Numerics
open Redshift.Core

/// The space in which predictions are stretched.
[<RequireQualifiedAccess>]
type CorrectionSpace =
    /// z itself.
    | Redshift
    /// ln(1 + z), in which wavelengths shift evenly.
    | LogOnePlusZ

/// Undoes regression to the mean: predicted redshifts follow p = a + b z on the average of objects of one true z, so that
/// (p - a) / b has no bias by true redshift. It makes errors larger on the whole and gives a bias by predicted redshift:
/// to be asked for, never the default.
type SlopeCorrection =
    { Space: CorrectionSpace
      Intercept: float
      Slope: float }

/// Fitting and applying.
module SlopeCorrection =

    let private names =
        [ "redshift", CorrectionSpace.Redshift; "log_one_plus_z", CorrectionSpace.LogOnePlusZ ]

    let private into space (z: float) =
        match space with
        | CorrectionSpace.Redshift -> z
        | CorrectionSpace.LogOnePlusZ -> log (1.0 + z)

    let private outOf space (value: float) =
        match space with
        | CorrectionSpace.Redshift -> value
        | CorrectionSpace.LogOnePlusZ -> exp value - 1.0

    /// Least squares of predicted on true redshift of validation objects. An error of fewer than two different true
    /// redshifts, or of a slope that is not above 0.
    let fit (space: CorrectionSpace) (truth: float[]) (predicted: float[]) : Result<SlopeCorrection, string> =
        if truth.Length < 2 || Array.forall ((=) truth[0]) truth then
            Error "expected two different true redshifts to fit a slope, found fewer"
        else
            let struct (intercept, slope) = Fit.Line(Array.map (into space) truth, Array.map (into space) predicted)

            if slope > 0.0 && Double.IsFinite intercept then
                Ok
                    { Space = space
                      Intercept = intercept
                      Slope = slope }
            else
                Error $"expected predictions that rise with the true redshift, found a slope of {slope}"

    /// The corrected redshift.
    let apply (correction: SlopeCorrection) (redshift: float) : float =
        outOf correction.Space ((into correction.Space redshift - correction.Intercept) / correction.Slope)

    let internal writeSpace (space: CorrectionSpace) : JsonValue =
        names |> List.find (fun (_, s) -> s = space) |> fst |> Json.string

    let internal readSpace (json: JsonReader) : CorrectionSpace = json.OneOf names

    let internal write (correction: SlopeCorrection) : JsonValue =
        Json.object
            [ "space", writeSpace correction.Space
              "intercept", Json.float correction.Intercept
              "slope", Json.float correction.Slope ]

    let internal read (json: JsonReader) : SlopeCorrection =
        json.Object(fun o ->
            { Space = o.Required("space", readSpace)
              Intercept = o.Required("intercept", _.Float)
              Slope = o.Required("slope", _.Positive) })
