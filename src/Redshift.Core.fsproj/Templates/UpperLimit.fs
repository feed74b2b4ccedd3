namespace Redshift.Core.Templates

open System
open MathNet.Numerics

/// What a band without a detection says.
[<RequireQualifiedAccess>]
type UpperLimit =
    /// A flux of 0 with the band's error, as in BPZ and EAZY.
    | ZeroFlux
    /// A flux that is known only to be below so many sigma: the probability of a measured flux below the limit, an error
    /// function (Sawicki 2012, doi:10.1086/668636). Amplitudes are then found by iteration. With combinations
    /// of templates it is not available.
    | Below of sigmas: float

/// The normal distribution's tail.
module internal UpperLimit =

    /// ln of the probability of a normal deviate below `x`, and the density over that probability.
    let logBelow (x: float) : struct (float * float) =
        if x > -20.0 then
            let below = 0.5 * SpecialFunctions.Erfc(-x / sqrt 2.0)
            struct (log below, exp (-0.5 * x * x) / sqrt (2.0 * Math.PI) / below)
        else
            // Abramowitz and Stegun 26.2.12, right to 1e-9 here.
            let q = 1.0 / (x * x)
            let series = 1.0 - q * (1.0 - 3.0 * q * (1.0 - 5.0 * q * (1.0 - 7.0 * q)))
            struct (-0.5 * x * x - log (-x * sqrt (2.0 * Math.PI)) + log series, -x / series)
