namespace Redshift.Core.Photometry

open System
open Redshift.Core.Catalogues

/// A measured quantity and its 1-sigma error, NaN where that is not known.
[<Struct>]
type Measured =
    {
        /// The value.
        Value: float
        /// Its error.
        Error: float
    }

/// Magnitudes of a survey to flux densities in µJy and back.
///
/// With m the survey's magnitude, o its AB offset in that band, f0 the flux density of AB magnitude 0 (Oke & Gunn 1983,
/// doi:10.1086/160817) and a = 2.5 / ln 10:
///
///   Pogson   f = f0 10^(-(m + o) / 2.5)
///   asinh    f = f0 10^(-o / 2.5) 2 b sinh(-m / a - ln b)    (Lupton et al. 1999, doi:10.1086/301004, eq. 3)
///
/// Errors are those of the first order, multiplied by |df/dm|.
module Magnitudes =

    /// The flux density of AB magnitude 0 in µJy: 48.60 in erg/s/cm²/Hz.
    let zeroPoint = 10.0 ** (23.9 / 2.5)

    /// Pogson's ratio, 2.5 / ln 10.
    let private pogson = 2.5 / log 10.0

    /// The flux density, in µJy, of the survey's magnitude 0 on the logarithmic scale.
    let private scaleOf (system: MagnitudeSystem) band = zeroPoint * 10.0 ** (-system.AbOffsets[band] / 2.5)

    /// The flux density in µJy of a magnitude in that band (its place among the survey's samples).
    let toFlux (system: MagnitudeSystem) (band: int) (magnitude: Measured) : Measured =
        let unit = scaleOf system band

        match system.Scale with
        | MagnitudeScale.Pogson ->
            let flux = unit * exp (-magnitude.Value / pogson)

            { Value = flux
              Error = flux * magnitude.Error / pogson }
        | MagnitudeScale.Asinh softening ->
            let b = softening[band]
            let x = -magnitude.Value / pogson - log b

            { Value = unit * 2.0 * b * sinh x
              Error = unit * 2.0 * b * cosh x * magnitude.Error / pogson }

    /// The survey's magnitude of a flux density in µJy. On Pogson's scale a flux of 0 or less has none: NaN.
    let ofFlux (system: MagnitudeSystem) (band: int) (flux: Measured) : Measured =
        let f = flux.Value / scaleOf system band
        let error = flux.Error / scaleOf system band

        match system.Scale with
        | MagnitudeScale.Pogson when f > 0.0 ->
            { Value = -pogson * log f
              Error = pogson * error / f }
        | MagnitudeScale.Pogson -> { Value = nan; Error = nan }
        | MagnitudeScale.Asinh softening ->
            let b = softening[band]
            let x = f / (2.0 * b)

            { Value = -pogson * (Math.Asinh x + log b)
              Error = pogson * error / (2.0 * b * sqrt (1.0 + x * x)) }

    /// The magnitude of the same object made brighter by some magnitudes of flux. On Pogson's scale that is the
    /// difference; asinh magnitudes, which are linear at faint fluxes, go by the flux.
    let brighter (system: MagnitudeSystem) (band: int) (by: float) (magnitude: Measured) : Measured =
        match system.Scale with
        | MagnitudeScale.Pogson ->
            { magnitude with
                Value = magnitude.Value - by }
        | MagnitudeScale.Asinh _ ->
            let flux = toFlux system band magnitude
            let ratio = exp (by / pogson)

            ofFlux
                system
                band
                { Value = flux.Value * ratio
                  Error = flux.Error * ratio }
