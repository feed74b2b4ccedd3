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
        /// The redshift of each of the catalogue's rows that takes part with it; NaN for others. Where the redshift is the
        /// only target these are the catalogue's own.
        Redshift: float[]
        /// What is known of the recipe's other targets.
        Others: Truth list
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
                          Filtered = catalogue.Count - rows.Length
                          Redshift = catalogue.Redshift
                          Others = [] }

    /// The rows that take part with any of a recipe's targets: those of `usable`, where a redshift may be missing if another
    /// target is known, and those where another target is.
    let private withOthers (cleaning: Cleaning) (others: Truth list) (catalogue: Catalogue) : Result<Usable, string> =
        let isKnown row = others |> List.exists (fun truth -> Double.IsFinite truth.Values[row])

        let ofRedshift =
            { catalogue with
                Passing =
                    [| for target in 0 .. catalogue.Passing.Length - 1 ->
                           if target > 0 then
                               catalogue.Passing[target]
                           else
                               [| for row in 0 .. catalogue.Count - 1 ->
                                      catalogue.Passes("redshift", row)
                                      && not (isKnown row && Double.IsNaN catalogue.Redshift[row]) |] |] }

        usable cleaning ofRedshift
        |> Result.map (fun ofRedshift ->
            let redshift = Array.create catalogue.Count nan

            for row in ofRedshift.Rows do
                redshift[row] <- catalogue.Redshift[row]

            let rows =
                [| for row in 0 .. catalogue.Count - 1 do
                       if isKnown row || Double.IsFinite redshift[row] then
                           row |]

            { Rows = rows
              Filtered = catalogue.Count - rows.Length
              Redshift = redshift
              Others = others })

    /// The rows that train and evaluate a recipe: those with a usable redshift and, where it has other targets, those where
    /// one of them is known. An error as of `usable`.
    let ofRecipe (recipe: Recipe) (catalogue: Catalogue) : Result<Usable, string> =
        if not catalogue.HasRedshift then
            usable recipe.Cleaning catalogue
        else
            (Ok [], Learner.others recipe.Learner)
            ||> List.fold (fun known column ->
                known
                |> Result.bind (fun known ->
                    Truth.ofCatalogue catalogue column
                    |> Result.map (fun truth -> known @ [ truth ])))
            |> Result.bind (fun others ->
                if Learner.others recipe.Learner |> List.exists _.IsLearnt then
                    withOthers recipe.Cleaning others catalogue
                else
                    usable recipe.Cleaning catalogue
                    |> Result.map (fun usable -> { usable with Others = others }))

    /// The recipe for those of its targets that a catalogue knows. An error where it cannot be made so, or where a cell makes
    /// no sense.
    let forCatalogue (recipe: Recipe) (catalogue: Catalogue) : Result<Recipe, string> =
        let learnt = Learner.others recipe.Learner |> List.filter _.IsLearnt

        (Ok [], learnt)
        ||> List.fold (fun known column ->
            known
            |> Result.bind (fun known ->
                Truth.ofCatalogue catalogue column
                |> Result.map (fun truth ->
                    if Truth.isKnown truth then
                        known @ [ column.Target ]
                    else
                        known)))
        |> Result.bind (fun known -> Learner.withTargets known recipe.Learner)
        |> Result.map (fun learner -> { recipe with Learner = learner })
