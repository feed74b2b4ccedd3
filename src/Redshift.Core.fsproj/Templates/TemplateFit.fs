namespace Redshift.Core.Templates

open Redshift.Core.Distributions

/// How a model is made of templates.
[<RequireQualifiedAccess>]
type TemplateMethod =
    /// One model of the grid, its amplitude at least 0.
    | Single
    /// A sum of all templates, each with an amplitude of at least 0, as in EAZY (Brammer et al. 2008, doi:10.1086/591786).
    | Combination

/// How photometry is compared with models.
type TemplateFitSettings =
    {
        Method: TemplateMethod
        /// Of bands where nothing was detected.
        Limits: UpperLimit
        /// Odds are the probability within this times 1 + z of the best redshift.
        OddsWidth: float
        /// Bands an object must have with a flux of its own, 1 or more.
        LeastBands: int
    }

    /// Single models, limits as fluxes of 0, odds within 0.06 (1 + z), two bands.
    static member Usual =
        { Method = TemplateMethod.Single
          Limits = UpperLimit.ZeroFlux
          OddsWidth = 0.06
          LeastBands = 2 }

/// What a fit says of an object.
type TemplateEstimate =
    {
        /// p(z) on the grid's bins: likelihood at the best amplitude, times prior, at the bins' centres, summed over models.
        Density: BinnedDensity
        /// Where likelihood times prior is highest over redshifts and models, refined to a tenth of a bin
        /// (of a combination: the bin's centre).
        Redshift: float
        /// Where the best model there stands among the templates, from 0: 2.4 is between templates 2 and 3. Of a
        /// combination the template with the most flux between the bands.
        Type: float
        /// Of the best model, without prior.
        Chi2: float
        /// Its amplitude, in units of the grid; of a combination that of the template named.
        Amplitude: float
        /// Probability within `OddsWidth` (1 + z) of `Redshift`; 0 to 1.
        Odds: float
        /// Bands that were compared.
        Bands: int
    }

/// A fit by templates: what is applied to photometry. Numbers that are fitted on training objects come from
/// `TemplateCalibration.fit`.
type TemplateFit =
    {
        Grid: TemplateGrid
        Settings: TemplateFitSettings
        /// One a band: measured fluxes and errors are multiplied by it.
        ZeroPoints: float[]
        /// One a band: this part of the flux is added to its error in quadrature, for what templates and filters lack.
        FluxFloors: float[]
        /// None: every redshift and model counts the same.
        Prior: TypePrior option
    }

/// Fits that nothing is fitted for.
module TemplateFit =

    /// A part of the flux that covers what the usual few templates lack.
    [<Literal>]
    let UsualFloor = 0.1

    /// Nothing fitted: zero points as they are, no prior, errors of a tenth of the flux added.
    let plain (settings: TemplateFitSettings) (grid: TemplateGrid) : TemplateFit =
        { Grid = grid
          Settings = settings
          ZeroPoints = Array.create grid.BandCount 1.0
          FluxFloors = Array.create grid.BandCount UsualFloor
          Prior = None }

    /// What is wrong with the fit itself, if anything is.
    let internal faultOfNumbers (fit: TemplateFit) : string option =
        let bands = fit.Grid.BandCount
        let isPart x = x >= 0.0 && x <= 1e3
        let isFactor x = x >= 1e-6 && x <= 1e6

        if fit.ZeroPoints.Length <> bands || not (Array.forall isFactor fit.ZeroPoints) then
            Some $"zero points: expected {bands} factors of 1e-6 to 1e6, found others"
        elif fit.FluxFloors.Length <> bands || not (Array.forall isPart fit.FluxFloors) then
            Some $"flux floors: expected {bands} parts of 0 to 1000, found others"
        elif not (fit.Settings.OddsWidth > 0.0) then
            Some $"width of odds: expected a number above 0, found {fit.Settings.OddsWidth}"
        elif fit.Settings.LeastBands < 1 then
            Some $"least bands: expected 1 or more, found {fit.Settings.LeastBands}"
        else
            match fit.Settings, fit.Prior with
            | { Limits = UpperLimit.Below sigmas }, _ when not (abs sigmas <= 100.0) ->
                Some $"upper limit: expected -100 to 100 sigma, found {sigmas}"
            | { Limits = UpperLimit.Below _
                Method = TemplateMethod.Combination },
              _ -> Some "upper limits of a combination of templates: expected those of zero flux, found one-sided ones"
            | _, Some prior when
                prior.Band < 0
                || prior.Band >= bands
                || prior.ClassOf.Length <> fit.Grid.Models
                || prior.ClassOf |> Array.exists (fun c -> c < 0 || c >= prior.Classes.Length)
                ->
                Some $"prior: expected one for {bands} bands and {fit.Grid.Models} models, found another"
            | _ -> None

    let internal fault (fit: TemplateFit) (photometry: Photometry) : string option =
        if photometry.Bands <> fit.Grid.BandCount then
            Some $"photometry: expected {fit.Grid.BandCount} bands, found {photometry.Bands}"
        else
            faultOfNumbers fit
