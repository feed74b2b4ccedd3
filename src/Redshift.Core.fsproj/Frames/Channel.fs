namespace Redshift.Core.Frames

/// What a network is given of each object: one number for each sample of its spectrum (or band), or, from `Colours` on,
/// a block of its own.
[<RequireQualifiedAccess>]
type Channel =
    /// The flux (or magnitude), divided by the object's level where one is taken.
    | Flux
    /// Its error, divided likewise.
    | FluxError
    /// log10 of that, of errors of at least 1e-6.
    | LogError
    /// 1 where the sample was observed, 0 where not.
    | Observed
    /// log10 of the object's level, the same for each sample.
    | LogLevel
    /// 1 where the sample was not detected, otherwise 0.
    | NotDetected
    /// 1 where the sample was saturated, otherwise 0.
    | Saturated
    /// The flux (or magnitude) as given, held within two ends.
    | Clipped of low: float * high: float
    /// A block of k - 1: each band minus the next, in magnitudes.
    | Colours
    /// A block of k - 1: each band but one minus that one (its place from 0), in magnitudes.
    | ColoursTo of reference: int
    /// A block of k - 1: each flux divided by the next, 0 where that is 0; for magnitudes take colours.
    | FluxRatios
    /// A block of 1: a further numeric column of the survey, such as a size.
    | Number of column: string

/// What an object's fluxes are divided by, from its own row alone.
[<RequireQualifiedAccess>]
type Level =
    /// Nothing: fluxes as given.
    | AsGiven
    /// The mean absolute flux of its observed samples (1 where that is 0).
    | MeanFlux

/// What stands for a sample that was not observed.
[<RequireQualifiedAccess>]
type Gaps =
    /// A row with a gap is an error.
    | Refuse
    /// Linear between the nearest observed samples of the same row, flat beyond the ends; 0 where none was observed.
    | Interpolate
    /// The magnitude that mean colours give (`Imputation`), fitted with the scaling; missing errors are interpolated.
    | Impute
    /// A constant, in values, errors, numbers, and colours or ratios of what is missing.
    | Constant of float
