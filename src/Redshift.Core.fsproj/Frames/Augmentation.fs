namespace Redshift.Core.Frames

open System
open MathNet.Numerics
open MathNet.Numerics.Statistics
open Redshift.Core

/// Where the noise that is added to training spectra comes from.
[<RequireQualifiedAccess>]
type NoiseSource =
    /// The errors that the catalogue carries.
    | Errors
    /// A noise level estimated on the training part (`NoiseLevel.fit`).
    | Estimated

/// Training spectra get fresh noise in each epoch, so that a network does not learn theirs by heart. Spectra to be predicted
/// are left as they are.
type Augmentation =
    {
        Noise: NoiseSource
        /// The added noise in units of the noise that is there, above 0.
        Scale: float
    }

/// How noise depends on flux: variance = floor + slope flux, in the catalogue's unit squared; floor and slope at least 0.
type NoiseLevel =
    { Floor: float
      Slope: float }

    /// The standard deviation at a flux.
    member this.Sigma(flux: float) = sqrt (this.Floor + this.Slope * max 0.0 flux)

/// Estimating noise from spectra themselves.
module NoiseLevel =

    /// Groups of like flux.
    [<Literal>]
    let private Groups = 20

    /// So many samples tell enough.
    [<Literal>]
    let private MostSamples = 400000

    /// The median of a chi-squared variate of one degree of freedom.
    [<Literal>]
    let private MedianOfSquare = 0.454936423119573

    /// Second differences of a few samples in each row: pairs of flux and the variance that one difference tells of.
    let private differences (samples: int) (fluxes: float32[]) (rows: Collections.Generic.IReadOnlyList<int>) =
        let stride = max 1 (int (int64 rows.Count * int64 (samples - 2) / int64 MostSamples))
        let found = ResizeArray<struct (float * float)>()
        let mutable at = 0L
        let last = int64 rows.Count * int64 (samples - 2)

        while at < last do
            let row, i = int (at / int64 (samples - 2)), int (at % int64 (samples - 2))
            let from = rows[row] * samples + i
            let a, b, c = float fluxes[from], float fluxes[from + 1], float fluxes[from + 2]
            let second = a - 2.0 * b + c

            if Double.IsFinite second then
                found.Add(struct ((a + b + c) / 3.0, second * second / 6.0))

            at <- at + int64 stride

        found.ToArray()

    /// Fits on some rows of `fluxes`, [rows x samples], row-major, NaN where missing: in groups of like flux the median
    /// squared second difference f(i-1) - 2 f(i) + f(i+1), which of white noise has 6 times its variance and of smooth
    /// spectra little else, then a straight line over the groups. Where neighbouring samples' noise is alike it is
    /// underestimated. None where there are fewer than 3 samples or 200 differences.
    let fit (samples: int) (fluxes: float32[]) (rows: Collections.Generic.IReadOnlyList<int>) : NoiseLevel option =
        let found =
            if samples < 3 then
                [||]
            else
                differences samples fluxes rows

        if found.Length < 10 * Groups then
            None
        else
            Array.sortInPlaceBy (fun struct (flux, _) -> flux) found

            let groups =
                Array.splitInto Groups found
                |> Array.map (fun group ->
                    let flux = group |> Array.averageBy (fun struct (flux, _) -> flux)
                    let squares = group |> Array.map (fun struct (_, square) -> square)
                    flux, ArrayStatistics.MedianInplace squares / MedianOfSquare)

            let fluxes, variances = Array.unzip groups
            let varies = Array.exists ((<>) fluxes[0]) fluxes

            let struct (floor, slope) =
                if varies then
                    Fit.Line(fluxes, variances)
                else
                    struct (Array.average variances, 0.0)

            if slope > 0.0 && floor > 0.0 then
                Some { Floor = floor; Slope = slope }
            else
                // A line through one of the two alone.
                let alone = max 0.0 (Array.average variances)
                Some { Floor = alone; Slope = 0.0 }

/// Adding noise.
module Augmentation =

    let private names = [ "errors", NoiseSource.Errors; "estimated", NoiseSource.Estimated ]

    /// Whether the survey has to give errors.
    let needsErrors (augmentation: Augmentation) =
        match augmentation.Noise with
        | NoiseSource.Errors -> true
        | NoiseSource.Estimated -> false

    /// One row with noise of the stream added, which gives the same number of deviates to each row: by `level` where it is
    /// given, else by `errors` (none where an error is missing). Missing samples stay missing. `into` has a place a sample.
    let addNoise
        (augmentation: Augmentation)
        (level: NoiseLevel voption)
        (stream: RandomStream)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : unit =
        for i in 0 .. flux.Length - 1 do
            let deviate = stream.NextNormal()

            let sigma =
                match level with
                | ValueSome level -> level.Sigma(float flux[i])
                | ValueNone -> float errors[i]

            let added =
                if Double.IsFinite sigma then
                    augmentation.Scale * sigma * deviate
                else
                    0.0

            into[i] <- float32 (float flux[i] + added)

    let internal write (augmentation: Augmentation) : JsonValue =
        Json.object
            [ "noise", names |> List.find (fun (_, n) -> n = augmentation.Noise) |> fst |> Json.string
              "scale", Json.float augmentation.Scale ]

    let internal read (json: JsonReader) : Augmentation =
        json.Object(fun o ->
            { Noise = o.Required("noise", _.OneOf(names))
              Scale = o.Default("scale", 1.0, _.Positive) })
