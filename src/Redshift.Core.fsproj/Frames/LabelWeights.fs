namespace Redshift.Core.Frames

open System
open Redshift.Core

/// How much more objects of rare redshifts count in the loss: by a power of how common theirs are on the training part,
/// smoothed (label distribution smoothing: Yang et al. 2021, arXiv:2102.09554). It makes the sparse tail less attenuated
/// and p(z) lean towards it: recalibration has to follow.
type LabelWeighting =
    {
        /// Standard deviation of the smoothing, in redshift, above 0.
        Width: float
        /// Weights go with density^-power: 0 none, 1 all redshifts count alike.
        Power: float
        /// The largest weight, at least 1, in units of the mean.
        Largest: float
    }

/// Fitting and reading.
module LabelWeights =

    /// Steps of the tabulated density in a smoothing width.
    [<Literal>]
    let private Fineness = 4.0

    [<Literal>]
    let private MostSteps = 100000

    /// Where a normal distribution is as good as 0, in widths.
    [<Literal>]
    let private Furthest = 4.0

    /// The smoothed density at the redshifts that it is tabulated for.
    let private smoothed (width: float) (truth: float[]) =
        let low, high = Array.min truth, Array.max truth
        let step = max (width / Fineness) ((high - low) / float MostSteps)
        let counts = Array.zeroCreate<float>(1 + int (ceil ((high - low) / step)))
        let placeOf (z: float) = min (counts.Length - 1) (max 0 (int (Math.Round((z - low) / step))))

        for z in truth do
            counts[placeOf z] <- counts[placeOf z] + 1.0

        let reach = int (ceil (Furthest * width / step))
        let kernel = Array.init (reach + 1) (fun k -> exp (-0.5 * (float k * step / width) ** 2.0))

        let at i =
            let mutable sum = 0.0

            for j in max 0 (i - reach) .. min (counts.Length - 1) (i + reach) do
                sum <- sum + counts[j] * kernel[abs (i - j)]

            sum

        Array.init counts.Length at, placeOf

    /// The weight of each redshift, fitted on the training part's redshifts `truth` (at least one, all finite): their mean
    /// weight is 1. Redshifts beyond the training part's weigh as its ends do.
    let fit (weighting: LabelWeighting) (truth: float[]) : float -> float =
        let density, placeOf = smoothed weighting.Width truth

        // Between two training objects far apart the table may hold 0; no object of the training part is there.
        let raw = density |> Array.map (fun d -> if d > 0.0 then d ** -weighting.Power else 0.0)
        let mean weights = truth |> Array.averageBy (fun z -> Array.get weights (placeOf z))
        let scale = mean raw
        let capped = raw |> Array.map (fun w -> min weighting.Largest (w / scale))
        let again = mean capped
        fun z -> capped[placeOf z] / again

    let internal write (weighting: LabelWeighting) : JsonValue =
        Json.object
            [ "width", Json.float weighting.Width
              "power", Json.float weighting.Power
              "largest", Json.float weighting.Largest ]

    let internal read (json: JsonReader) : LabelWeighting =
        let weighting =
            json.Object(fun o ->
                { Width = o.Required("width", _.Positive)
                  Power = o.Required("power", _.NonNegative)
                  Largest = o.Default("largest", 20.0, _.Positive) })

        if weighting.Largest < 1.0 then
            json.Fail("a largest weight of at least 1", string weighting.Largest)
        else
            weighting
