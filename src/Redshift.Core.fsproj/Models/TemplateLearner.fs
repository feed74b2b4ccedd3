namespace Redshift.Core.Models

open System
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Templates

/// The filter curve of a band.
type BandFilter =
    {
        /// The survey's column of magnitudes.
        Band: string
        /// The file of two columns, wavelength and response, within the folder of filters.
        File: string
        Counting: Counting
    }

/// Fitting by templates: chi2 of photometry against fluxes of spectra through filters, at each redshift of a grid.
type TemplateLearner =
    {
        /// Where the spectra are; none: whoever trains has to say.
        TemplateFolder: string option
        /// Files of two columns, wavelength at rest and f_lambda, in the order in which mixtures are made between
        /// neighbours, red to blue; one or more.
        Templates: string list
        /// Of the spectra.
        TemplateUnit: WavelengthUnit
        /// Where the filter curves are; none: whoever trains has to say.
        FilterFolder: string option
        /// The bands that are compared; other bands of the survey play no part. Empty: not known for the survey.
        Filters: BandFilter list
        /// Of the filter curves.
        FilterUnit: WavelengthUnit
        Grid: TemplateGridSettings
        Fit: TemplateFitSettings
        /// At how many sigma the survey's limits of what was not detected stand, above 0. Flux densities that are read as
        /// magnitudes (`Sample.ZeroPoint`) have theirs at 3, whatever this says.
        LimitSigmas: float
        /// The part of the flux that is added to its error in quadrature, for what templates and filters lack, 0 to 1000;
        /// where `FitErrors` it is where the fit begins.
        SystematicError: float
        /// Whether a factor for each band is fitted on training objects.
        FitZeroPoints: bool
        /// Whether the systematic error of each band is.
        FitErrors: bool
        /// The band of the prior, one of the filters', and how many classes of types it has, 1 to 8; none: no prior.
        Prior: (string * int) option
    }

/// Learners of templates.
module TemplateLearner =

    /// What stands for features in recipes of templates, which have none: bands as they are.
    let features: Features =
        { Channels = [ Channel.Flux ]
          Level = Level.AsGiven
          Gaps = Gaps.Constant 0.0 }

    /// The bands' columns, in order.
    let bands (learner: TemplateLearner) : string list = learner.Filters |> List.map _.Band

    /// The templates and the mixtures between them.
    let models (learner: TemplateLearner) : int = (learner.Templates.Length - 1) * (learner.Grid.Between + 1) + 1

    /// The survey's places of the bands. An error says what the survey or the recipe lacks.
    let bandsOf (survey: Survey) (learner: TemplateLearner) : Result<int[], string> =
        match learner.Filters with
        | [] ->
            Error
                $"templates: filters: expected a filter curve for each band of survey {survey.Name} to compare, found none; name them in a recipe file"
        | _ -> ObjectPhotometry.bandsOf survey (bands learner)

    /// What is fitted on training objects; none: nothing.
    let private calibration (learner: TemplateLearner) : TemplateCalibrationSettings option =
        let usual = TemplateCalibrationSettings.Usual

        if learner.FitZeroPoints || learner.FitErrors || learner.Prior.IsSome then
            Some
                { Classes = learner.Prior |> Option.map snd |> Option.defaultValue 0
                  PriorBand =
                    match learner.Prior with
                    | Some(band, _) -> bands learner |> List.findIndex ((=) band)
                    | None -> 0
                  Rounds = if learner.FitErrors then usual.Rounds else 0
                  Iterations = if learner.FitZeroPoints then usual.Iterations else 0 }
        else
            None

    /// The fit on a grid of the learner's with nothing fitted to objects: errors are the learner's.
    let plain (learner: TemplateLearner) (grid: TemplateGrid) : TemplateFit =
        { TemplateFit.plain learner.Fit grid with
            FluxFloors = Array.create grid.Bands.Length learner.SystematicError }

    /// The fit on a grid of the learner's, with what it wants fitted on training objects and their redshifts. Those beyond
    /// the grid do not count.
    let fit
        (learner: TemplateLearner)
        (grid: TemplateGrid)
        (photometry: Photometry)
        (redshifts: float[])
        : Result<TemplateFit, string> =
        let plain = plain learner grid

        match calibration learner with
        | None -> Ok plain
        | Some settings ->
            let within =
                [| for i in 0 .. redshifts.Length - 1 do
                       if grid.Redshifts.Contains redshifts[i] then
                           i |]

            if within.Length = 0 then
                Error
                    $"training objects: expected one or more of {grid.Redshifts.Lowest} to {grid.Redshifts.Highest} in redshift, found none"
            else
                TemplateCalibration.fit
                    settings
                    plain
                    (Photometry.pick within photometry)
                    (within |> Array.map (Array.get redshifts))

    /// How templates are fitted, for people; lines end in `\n`.
    let summary (learner: TemplateLearner) : string =
        let list (texts: string list) = String.concat ", " texts
        let grid = learner.Grid.Redshifts

        let model =
            match learner.Fit.Method with
            | TemplateMethod.Single -> $"one template, or one of {learner.Grid.Between} mixtures between each two"
            | TemplateMethod.Combination -> "a sum of all templates, none below 0"

        let fitted =
            [ if learner.FitZeroPoints then
                  "zero points"
              if learner.FitErrors then
                  "systematic errors"
              match learner.Prior with
              | Some(band, classes) -> $"a prior p(z | {band}) in {classes} classes of types"
              | None -> () ]

        let fitted =
            if fitted.IsEmpty then
                "nothing"
            else
                list fitted + ", on the training part"

        let filters =
            learner.Filters
            |> List.map (fun filter -> $"            {filter.Band}: {filter.File}\n")
            |> String.concat ""

        $"Templates   {list learner.Templates}\nModel       {model}\n"
        + $"Redshifts   {grid.Lowest} to {grid.Highest} in {grid.Bins} bins\nFitted      {fitted}\nFilters\n{filters}"
