namespace Redshift.Core.Models

open System
open Redshift.Core.Catalogues

/// The rows of a catalogue that train and evaluate.
type Usable =
    {
        /// Places in the catalogue, ascending.
        Rows: int[]
        /// How many were left out by the survey's row filter or the recipe's cleaning.
        Filtered: int
    }

/// Choosing rows.
module Selection =

    /// The rows that pass the survey's filter for the redshift and the recipe's cleaning. An error where such a row has no
    /// redshift, or where none is left.
    let usable (cleaning: Cleaning) (catalogue: Catalogue) : Result<Usable, string> =
        if not catalogue.HasRedshift then
            Error "expected a redshift for each object, found a catalogue without redshifts"
        else
            let passing = catalogue.RowsFor "redshift"

            // Written so that NaN is refused too.
            match passing |> Array.tryFind (fun row -> not (catalogue.Redshift[row] > -1.0)) with
            | Some row ->
                Error
                    $"expected a redshift above -1 in row {catalogue.RowNumbers[row]} (from 0), found {catalogue.Redshift[row]}"
            | None ->
                let within row =
                    match cleaning.RedshiftRange with
                    | None -> true
                    | Some(low, high) -> catalogue.Redshift[row] >= low && catalogue.Redshift[row] <= high

                match passing |> Array.filter within with
                | [||] ->
                    Error
                        $"expected objects with usable redshifts, found none among {catalogue.Count} (row filters and the recipe's redshift range leave none)"
                | rows ->
                    Ok
                        { Rows = rows
                          Filtered = catalogue.Count - rows.Length }
