namespace Redshift.Core.Templates

open System
open MathNet.Numerics.Statistics

/// What is fitted on training objects of known redshift.
type TemplateCalibrationSettings =
    {
        /// Of the prior, 1 to 8; 0: no prior.
        Classes: int
        /// The band whose magnitude the prior is of, from 0.
        PriorBand: int
        /// Times that errors are taken from residuals, 0 to 20; 0 leaves the floors as they are.
        Rounds: int
        /// Times that zero points are taken from residuals in each round, 0 to 100; 0 leaves them as they are.
        Iterations: int
    }

    /// Three classes of the first band's magnitude, three rounds of eight.
    static member Usual =
        { Classes = 3
          PriorBand = 0
          Rounds = 3
          Iterations = 8 }

/// Zero points, errors of templates and a prior from training objects. A zero point is the median of model over measured
/// flux of the best single model at the known redshift, as in Ilbert et al. 2006 (doi:10.1051/0004-6361:20065138); the
/// floor of a band is what the spread of that ratio has beyond the errors; the two are fitted in turn.
module TemplateCalibration =

    /// Bounds of floors.
    let private floorRange = 0.01, 1.0

    /// Detections in a band without which its zero point stays and its floor too.
    [<Literal>]
    let private FewObjects = 20

    /// Object `i`'s best model at its redshift's bin: [objects x bands] model fluxes into `modelled`, and which model.
    let private bestModels (fit: TemplateFit) (photometry: Photometry) (bins: int[]) (modelled: float[]) : int[] =
        let corrected = Photometry.scaled fit.ZeroPoints photometry
        let likelihood = TemplateLikelihood(fit.Grid, UpperLimit.ZeroFlux, fit.FluxFloors)
        let bands = photometry.Bands

        Array.init photometry.Count (fun i ->
            likelihood.Take(corrected.F, corrected.E, i * bands)
            let mutable best, least, scale = 0, infinity, 0.0

            for model in 0 .. fit.Grid.Models - 1 do
                let struct (chi2, amplitude) = likelihood.Best(bins[i], model)

                if chi2 < least then
                    best <- model
                    least <- chi2
                    scale <- amplitude

            for band in 0 .. bands - 1 do
                modelled[i * bands + band] <- scale * fit.Grid.Flux(bins[i], best, band)

            best)

    /// The type of each object at its known redshift: the best single model's place among the templates, from 1, as template
    /// fitters write it; 2.4 is between the second and the third. NaN where the redshift is not of the grid or not known, or
    /// where fewer bands were detected than the settings ask for. Photometry has the grid's bands, in order.
    let typesAt (fit: TemplateFit) (photometry: Photometry) (redshifts: float[]) : Result<float[], string> =
        match TemplateFit.fault fit photometry with
        | Some fault -> Error fault
        | None when redshifts.Length <> photometry.Count ->
            Error $"redshifts: expected one for each of the {photometry.Count} objects, found {redshifts.Length}"
        | None ->
            let corrected = Photometry.scaled fit.ZeroPoints photometry
            let likelihood = TemplateLikelihood(fit.Grid, fit.Settings.Limits, fit.FluxFloors)
            let grid = fit.Grid

            let bestAt i bin =
                likelihood.Take(corrected.F, corrected.E, i * photometry.Bands)

                if likelihood.Detected < fit.Settings.LeastBands then
                    nan
                else
                    let chi2 model =
                        let struct (chi2, _) = likelihood.Best(bin, model)
                        chi2

                    1.0 + grid.Position(Seq.minBy chi2 (seq { 0 .. grid.Models - 1 }))

            Ok
                [| for i in 0 .. photometry.Count - 1 ->
                       if grid.Redshifts.Contains redshifts[i] then
                           bestAt i (grid.Redshifts.IndexOf redshifts[i])
                       else
                           nan |]

    /// Model over corrected flux where a band was detected above 0 and the model has light, and the errors in the same
    /// units.
    let private ratios (fit: TemplateFit) (photometry: Photometry) (modelled: float[]) band =
        [| for at in band .. photometry.Bands .. modelled.Length - 1 do
               let flux = photometry.F[at] * fit.ZeroPoints[band]

               if flux > 0.0 && modelled[at] > 0.0 then
                   struct (modelled[at] / flux, photometry.E[at] * fit.ZeroPoints[band] / flux) |]

    let private first (pairs: struct (float * float)[]) = pairs |> Array.map (fun struct (ratio, _) -> ratio)

    let private rezeroed (fit: TemplateFit) photometry modelled =
        let steps =
            fit.ZeroPoints
            |> Array.mapi (fun band _ ->
                let found = ratios fit photometry modelled band

                if found.Length < FewObjects then
                    1.0
                else
                    Statistics.Median(first found))

        // A factor common to all bands is an amplitude.
        let common = exp (steps |> Array.averageBy log)

        { fit with
            ZeroPoints = Array.map2 (fun zero step -> zero * step / common) fit.ZeroPoints steps }

    let private refloored (fit: TemplateFit) photometry modelled =
        let lowest, highest = floorRange

        let floor band before =
            let found = ratios fit photometry modelled band

            if found.Length < FewObjects then
                before
            else
                let spread =
                    1.4826
                    * Statistics.Median(first found |> Array.map (fun ratio -> abs (ratio - 1.0)))

                let error = Statistics.Median(found |> Array.map (fun struct (_, error) -> error))
                max lowest (min highest (sqrt (max 0.0 (spread * spread - error * error))))

        { fit with
            FluxFloors = Array.mapi floor fit.FluxFloors }

    let private withPrior
        (settings: TemplateCalibrationSettings)
        (fit: TemplateFit)
        (photometry: Photometry)
        (redshifts: float[])
        (modelled: float[])
        (best: int[])
        : Result<TemplateFit, string> =
        let corrected = Photometry.scaled fit.ZeroPoints photometry

        let magnitude i =
            let at = i * photometry.Bands + settings.PriorBand
            let measured = Photometry.magnitudeOf corrected.F[at]

            if Double.IsFinite measured then
                measured
            else
                Photometry.magnitudeOf modelled[at]

        let known =
            [| for i in 0 .. photometry.Count - 1 do
                   let m = magnitude i

                   if redshifts[i] > 0.0 && Double.IsFinite m then
                       struct (m, redshifts[i], best[i]) |]

        TypePrior.fit
            settings.Classes
            settings.PriorBand
            fit.Grid.Models
            (known |> Array.map (fun struct (m, _, _) -> m))
            (known |> Array.map (fun struct (_, z, _) -> z))
            (known |> Array.map (fun struct (_, _, model) -> model))
        |> Result.map (fun prior -> { fit with Prior = Some prior })

    let private fault settings (fit: TemplateFit) (photometry: Photometry) (redshifts: float[]) =
        match TemplateFit.fault fit photometry with
        | Some fault -> Some fault
        | None when redshifts.Length <> photometry.Count ->
            Some $"redshifts: expected one for each of the {photometry.Count} objects, found {redshifts.Length}"
        | None when photometry.Count = 0 -> Some "training objects: expected one or more, found none"
        | None when settings.Rounds < 0 || settings.Rounds > 20 ->
            Some $"rounds: expected 0 to 20, found {settings.Rounds}"
        | None when settings.Iterations < 0 || settings.Iterations > 100 ->
            Some $"iterations: expected 0 to 100, found {settings.Iterations}"
        | None when settings.PriorBand < 0 || settings.PriorBand >= photometry.Bands ->
            Some $"band of the prior: expected 0 to {photometry.Bands - 1}, found {settings.PriorBand}"
        | None ->
            match Array.FindIndex(redshifts, fun z -> not (fit.Grid.Redshifts.Contains z)) with
            | -1 -> None
            | at ->
                Some
                    $"redshift {at}: expected one of the grid, {fit.Grid.Redshifts.Lowest} to {fit.Grid.Redshifts.Highest}, found {redshifts[at]}"

    /// The fit with zero points, floors and prior from training objects and their redshifts, which must be of the grid.
    /// Zero points begin as they are in `fit`, floors likewise. Redshifts of 0 do not count for the prior.
    let fit
        (settings: TemplateCalibrationSettings)
        (start: TemplateFit)
        (photometry: Photometry)
        (redshifts: float[])
        : Result<TemplateFit, string> =
        match fault settings start photometry redshifts with
        | Some fault -> Error fault
        | None ->
            let bins = redshifts |> Array.map start.Grid.Redshifts.IndexOf
            let modelled = Array.zeroCreate (photometry.Count * photometry.Bands)
            let mutable fit = start

            for round in 1 .. max 1 settings.Rounds do
                for _ in 1 .. settings.Iterations do
                    bestModels fit photometry bins modelled |> ignore
                    fit <- rezeroed fit photometry modelled

                if settings.Rounds > 0 then
                    bestModels fit photometry bins modelled |> ignore
                    fit <- refloored fit photometry modelled

            if settings.Classes = 0 then
                Ok fit
            else
                let best = bestModels fit photometry bins modelled
                withPrior settings fit photometry redshifts modelled best
