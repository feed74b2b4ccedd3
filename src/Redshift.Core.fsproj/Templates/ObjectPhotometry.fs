namespace Redshift.Core.Templates

open System
open Redshift.Core.Catalogues
open Redshift.Core.Photometry

/// A catalogue's magnitudes as what templates are compared with.
module ObjectPhotometry =

    /// At how many sigma the limit of a flux density of 0 or less stands that was read as a magnitude
    /// (`Sample.ZeroPoint`).
    [<Literal>]
    let private SigmasOfZeroPoint = 3.0

    /// The survey's places of these columns, in their order. An error names the first that it lacks, or says that
    /// the survey does not say how bright its magnitudes are or has no error of a band.
    let bandsOf (survey: Survey) (columns: string list) : Result<int[], string> =
        let places =
            columns
            |> List.map (fun name -> survey.Samples |> List.tryFindIndex (fun s -> s.Column = name))

        match List.zip columns places |> List.tryFind (fun (_, place) -> place.IsNone) with
        | Some(missing, _) -> Error $"survey {survey.Name}: expected a band {missing}, found none"
        | None ->
            let bands = places |> List.map Option.get |> Array.ofList

            match survey.Kind, survey.Magnitudes with
            | SampleKind.Flux, _
            | _, None ->
                Error
                    $"survey {survey.Name}: expected magnitudes whose system is given, found {survey.Unit} without one"
            | SampleKind.Magnitude, Some _ ->
                match bands |> Array.tryFind (fun band -> survey.Samples[band].Error.IsNone) with
                | Some band ->
                    Error $"survey {survey.Name}: expected an error of {survey.Samples[band].Column}, found none"
                | None -> Ok bands

    /// The photometry of some rows in these bands (places among the survey's samples), in µJy. A band that was not
    /// detected and has a limit counts as such, the limit being of so many sigma; without a limit, as one that is not
    /// observed. The catalogue is to be corrected for our Galaxy's dust already, where it should be. An error names the
    /// row and column of a magnitude without an error above 0.
    let ofRows
        (bands: int[])
        (limitSigmas: float)
        (catalogue: Catalogue)
        (rows: ReadOnlyMemory<int>)
        : Result<Photometry, string> =
        let k = catalogue.SampleCount
        let fluxes = Array.create (rows.Length * bands.Length) nan
        let errors = Array.create (rows.Length * bands.Length) nan
        let mutable fault = None

        let fill system row place band =
            let at = row * k + band
            let magnitude, limits = float catalogue.Samples[at], catalogue.SampleLimits

            if not (Double.IsNaN magnitude) then
                let error =
                    if catalogue.HasErrors then
                        float catalogue.SampleErrors[at]
                    else
                        nan

                let flux = Magnitudes.toFlux system band { Value = magnitude; Error = error }

                if flux.Error > 0.0 then
                    fluxes[place] <- flux.Value
                    errors[place] <- flux.Error
                elif fault.IsNone then
                    let column = catalogue.Survey.Samples[band].Column

                    fault <-
                        Some
                            $"{catalogue.Source}: row {catalogue.RowNumbers[row]} (from 0): expected an error above 0 of {column}, found {error}"
            elif limits.Length > 0 && not (Single.IsNaN limits[at]) then
                let sigmas =
                    if catalogue.Survey.Samples[band].ZeroPoint.IsSome then
                        SigmasOfZeroPoint
                    else
                        limitSigmas

                let limit =
                    Magnitudes.toFlux
                        system
                        band
                        { Value = float limits[at]
                          Error = nan }

                errors[place] <- limit.Value / sigmas

        match catalogue.Survey.Magnitudes with
        | None -> Error $"survey {catalogue.Survey.Name}: expected a magnitude system, found none"
        | Some system ->
            for i in 0 .. rows.Length - 1 do
                for b in 0 .. bands.Length - 1 do
                    fill system (rows.Span[i]) (i * bands.Length + b) bands[b]

            match fault with
            | Some fault -> Error fault
            | None -> Photometry.create bands.Length fluxes errors
