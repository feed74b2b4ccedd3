namespace Redshift.Core.Catalogues

/// What the samples of a survey measure.
[<RequireQualifiedAccess>]
type SampleKind =
    /// Flux densities or photon rates: linear, may be negative where noise wins.
    | Flux
    /// Magnitudes: logarithmic, larger is fainter.
    | Magnitude

/// Why a survey gives no value for a sample. As numbers for arrays; `Observed` is 0.
type SampleState =
    /// There is a value.
    | Observed = 0uy
    /// The object was not looked at in this sample.
    | NotObserved = 1uy
    /// The object was looked at and was too faint.
    | NotDetected = 2uy
    /// The object was looked at and was too bright.
    | Saturated = 3uy

/// A number that stands for a missing value, such as -99.
type Sentinel =
    {
        /// The number as it stands in the file.
        Value: float
        /// What it means; never `Observed`.
        Meaning: SampleState
    }

/// One sample of a spectrum, or one band.
type Sample =
    {
        /// The column with its value.
        Column: string
        /// The column with its 1-sigma error, in the same unit.
        Error: string option
        /// Its central wavelength in nm (vacuum or air as the survey gives it).
        Wavelength: float option
        /// Of a magnitude whose column holds a flux density: the magnitude of a flux density of 1. It is read as zero point
        /// - 2.5 log10 flux; a flux density of 0 or less is not detected, its limit being three times its error.
        ZeroPoint: float option
    }

/// How a row filter compares.
[<RequireQualifiedAccess>]
type Comparison =
    /// Equal.
    | Equal
    /// Not equal.
    | NotEqual
    /// Below the filter's value.
    | Less
    /// Not above the filter's value.
    | LessOrEqual
    /// Above the filter's value.
    | Greater
    /// Not below the filter's value.
    | GreaterOrEqual

/// Which rows count. Compares as numbers where the cell and `Value` both are numbers, otherwise as text, upper and
/// lower case alike. A blank cell does not pass.
type RowFilter =
    {
        /// The column looked at.
        Column: string
        /// How it is compared.
        Comparison: Comparison
        /// With what.
        Value: string
    }

/// Something to be predicted.
type Target =
    {
        /// Its name in frames, heads and prediction files: `redshift`, `stellar_mass`, `stellarity`.
        Name: string
        /// The columns that may hold it, the preferred one first.
        Columns: string list
        /// True where its values are names of classes, false where they are numbers.
        IsClass: bool
        /// Only rows that pass all of these train and evaluate this target; `predict` uses all rows.
        Filters: RowFilter list
    }

/// Where a survey says how faint a sample that was not detected may be.
[<RequireQualifiedAccess>]
type LimitPlace =
    /// Nowhere.
    | NotGiven
    /// In the error column of the sample that was not detected, as ALHAMBRA has it.
    | InError
    /// In the sample's own column, marked by a negative error, as template fitters write upper limits.
    | NegativeError

/// How magnitudes follow from flux densities.
[<RequireQualifiedAccess>]
type MagnitudeScale =
    /// The logarithmic scale of Pogson (1856).
    | Pogson
    /// Asinh magnitudes (Lupton, Gunn & Szalay 1999, doi:10.1086/301004), with the softening b of each band, in
    /// units of the zero point's flux density.
    | Asinh of softening: float list

/// The magnitude system of a survey, one entry a band in lists.
type MagnitudeSystem =
    {
        /// What to add to a magnitude of the survey to have it on the AB system; for Vega magnitudes, the AB
        /// magnitude of Vega.
        AbOffsets: float list
        /// How magnitudes follow from flux densities.
        Scale: MagnitudeScale
    }

/// How to correct for the dust of our Galaxy.
type Extinction =
    {
        /// The column with E(B-V) in magnitudes, one of `Survey.Numbers`.
        Column: string
        /// A / E(B-V) of each band.
        Coefficients: float list
    }

/// Which columns of a file mean what. Column names are compared exactly, upper and lower case differ.
type Survey =
    {
        /// The name for `--survey`.
        Name: string
        /// What it is and where the facts come from.
        Description: string
        /// Alternatives for the id, the preferred one first; the texts of several columns are joined by `/`.
        Id: string list list
        /// The redshift.
        Redshift: Target
        /// Targets beyond the redshift.
        Targets: Target list
        /// The samples of the spectrum, or bands, in order of the network's input.
        Samples: Sample list
        /// What the samples measure.
        Kind: SampleKind
        /// The unit of the samples and their errors.
        Unit: string
        /// True where a row without a value for every sample is at fault.
        SamplesRequired: bool
        /// Numbers that stand for missing values in samples, errors and numeric columns.
        Sentinels: Sentinel list
        /// Where the limits of samples that were not detected stand.
        Limits: LimitPlace
        /// How magnitudes become flux densities; none for fluxes, or where it is not known.
        Magnitudes: MagnitudeSystem option
        /// The dust of our Galaxy, where magnitudes are not yet corrected for it and the survey says how.
        Extinction: Extinction option
        /// Texts that mean the same as a blank cell, such as `nan` or `null`.
        Blanks: string list
        /// Further numeric columns to keep for each object; those a file lacks are left out.
        Numbers: string list
        /// Further text columns to keep for each object; those a file lacks are left out.
        Texts: string list
        /// What the columns are where a file has no header; the one with the file's number of columns holds.
        Headerless: string list list
        /// The redshifts the survey usually has, for axes and grids.
        RedshiftRange: float * float
    }

    /// How many samples a spectrum has.
    member this.SampleCount = this.Samples.Length

    /// The wavelength of each sample in nm; empty unless all are known.
    member this.Wavelengths: float[] =
        match this.Samples |> List.choose _.Wavelength with
        | known when known.Length = this.Samples.Length -> Array.ofList known
        | _ -> [||]

    /// Whether columns hold flux densities that are read as magnitudes.
    member this.HasZeroPoints = this.Samples |> List.exists _.ZeroPoint.IsSome

    /// The redshift and the further targets.
    member this.AllTargets: Target list = this.Redshift :: this.Targets
