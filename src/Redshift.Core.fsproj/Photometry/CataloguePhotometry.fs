namespace Redshift.Core.Photometry

open System
open Deedle
open Redshift.Core.Catalogues

/// Whole catalogues of magnitudes as flux densities, and corrected for the dust of our Galaxy. States stay as they are;
/// what has no value has none afterwards.
module CataloguePhotometry =

    /// Every sample, error and limit of a catalogue through a function of the object, the band and the measured value.
    let private map (change: int -> int -> Measured -> Measured) (catalogue: Catalogue) : Catalogue =
        let k = catalogue.SampleCount
        let samples = Array.copy catalogue.Samples
        let errors = Array.copy catalogue.SampleErrors
        let limits = Array.copy catalogue.SampleLimits

        for at in 0 .. samples.Length - 1 do
            let changed value error = change (at / k) (at % k) { Value = value; Error = error }
            let error = if errors.Length > 0 then float errors[at] else nan

            if not (Single.IsNaN samples[at]) then
                let made = changed (float samples[at]) error
                samples[at] <- float32 made.Value

                if errors.Length > 0 then
                    errors[at] <- float32 made.Error

            if limits.Length > 0 && not (Single.IsNaN limits[at]) then
                limits[at] <- float32 (changed (float limits[at]) nan).Value

        { catalogue with
            Samples = samples
            SampleErrors = errors
            SampleLimits = limits }

    /// Flux densities in µJy with their errors; limits become the largest flux densities that what was not detected may
    /// have. An error where the survey does not say its magnitude system.
    let toFluxes (catalogue: Catalogue) : Result<Catalogue, string> =
        match catalogue.Survey.Magnitudes with
        | None -> Result.Error $"survey {catalogue.Survey.Name}: expected a magnitude system, found none"
        | Some system ->
            let fluxes = map (fun _ band magnitude -> Magnitudes.toFlux system band magnitude) catalogue

            Ok
                { fluxes with
                    Survey =
                        { catalogue.Survey with
                            Kind = SampleKind.Flux
                            Unit = "µJy"
                            Magnitudes = None } }

    /// The first object, by its place, without a number in a column.
    let private firstMissing (values: float[]) = values |> Array.tryFindIndex Double.IsNaN

    let private columnOf (catalogue: Catalogue) (name: string) =
        if catalogue.Objects.ColumnKeys |> Seq.contains name then
            catalogue.Objects.GetColumn<float> name
            |> Series.valuesAll
            |> Seq.map (Option.defaultValue nan)
            |> Seq.toArray
            |> Some
        else
            None

    /// A catalogue corrected for the dust of our Galaxy: each band brighter by its coefficient times the object's
    /// E(B-V). The survey then has no extinction, so that nothing is corrected twice; a survey without one is given
    /// back. Errors in magnitudes do not count that of E(B-V). An error where the file lacks the column, an object a
    /// number in it, or the survey its magnitude system.
    let correctExtinction (catalogue: Catalogue) : Result<Catalogue, string> =
        let survey = catalogue.Survey

        let brighter (extinction: Extinction) (reddening: float[]) =
            let by object band = extinction.Coefficients[band] * reddening[object]

            match survey.Kind, survey.Magnitudes with
            | SampleKind.Magnitude, Some system ->
                Ok(fun object band measured -> Magnitudes.brighter system band (by object band) measured)
            | SampleKind.Magnitude, None ->
                Result.Error $"survey {survey.Name}: expected a magnitude system, found none"
            | SampleKind.Flux, _ ->
                Ok(fun object band (flux: Measured) ->
                    let ratio = 10.0 ** (by object band / 2.5)

                    { Value = flux.Value * ratio
                      Error = flux.Error * ratio })

        match survey.Extinction with
        | None -> Ok catalogue
        | Some extinction ->
            match columnOf catalogue extinction.Column with
            | None ->
                Result.Error $"{catalogue.Source}: expected a column \"{extinction.Column}\" with E(B-V), found none"
            | Some reddening ->
                match firstMissing reddening with
                | Some object ->
                    Result.Error
                        $"{catalogue.Source}: row {catalogue.RowNumbers[object]} (from 0): expected E(B-V) in {extinction.Column}, found nothing"
                | None ->
                    brighter extinction reddening
                    |> Result.map (fun change ->
                        { map change catalogue with
                            Survey = { survey with Extinction = None } })
