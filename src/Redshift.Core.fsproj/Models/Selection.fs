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

    /// Of candidate rows those whose redshift is in the recipe's range; NaN is refused too.
    let private within (cleaning: Cleaning) (candidates: int[]) (catalogue: Catalogue) : Result<int[], string> =
        match candidates |> Array.tryFind (fun row -> not (catalogue.Redshift[row] > -1.0)) with
        | Some row ->
            Error
                $"expected a redshift above -1 in row {catalogue.RowNumbers[row]} (from 0), found {catalogue.Redshift[row]}"
        | None ->
            let isWithin row =
                match cleaning.RedshiftRange with
                | None -> true
                | Some(low, high) -> catalogue.Redshift[row] >= low && catalogue.Redshift[row] <= high

            match candidates |> Array.filter isWithin with
            | [||] ->
                Error
                    $"expected objects with usable redshifts, found none among {catalogue.Count} (row filters and the recipe's redshift range leave none)"
            | rows -> Ok rows

    let private withRedshifts (use': unit -> Result<Usable, string>) (catalogue: Catalogue) =
        if catalogue.HasRedshift then
            use' ()
        else
            Error "expected a redshift for each object, found a catalogue without redshifts"

    let private ofRedshiftAlone cleaning others (catalogue: Catalogue) : Result<Usable, string> =
        within cleaning (catalogue.RowsFor "redshift") catalogue
        |> Result.map (fun rows ->
            { Rows = rows
              Filtered = catalogue.Count - rows.Length
              Redshift = catalogue.Redshift
              Others = others })

    /// The rows that take part with any of a recipe's targets: those with a redshift, which may be missing if another target
    /// is known, and those where another target is.
    let private withOthers cleaning (others: Truth list) (catalogue: Catalogue) : Result<Usable, string> =
        let isKnown row = others |> List.exists (fun truth -> Double.IsFinite truth.Values[row])
        let isCandidate row = not (isKnown row && Double.IsNaN catalogue.Redshift[row])

        within cleaning (catalogue.RowsFor "redshift" |> Array.filter isCandidate) catalogue
        |> Result.map (fun withRedshift ->
            let redshift = Array.create catalogue.Count nan

            for row in withRedshift do
                redshift[row] <- catalogue.Redshift[row]

            let rows =
                [| for row in 0 .. catalogue.Count - 1 do
                       if isKnown row || Double.IsFinite redshift[row] then
                           row |]

            { Rows = rows
              Filtered = catalogue.Count - rows.Length
              Redshift = redshift
              Others = others })

    /// What a catalogue knows of some targets, in their order.
    let private truths (columns: TargetColumn list) (catalogue: Catalogue) : Result<Truth list, string> =
        (columns, Ok [])
        ||> List.foldBack (fun column rest ->
            rest
            |> Result.bind (fun rest -> Truth.ofCatalogue catalogue column |> Result.map (fun truth -> truth :: rest)))

    /// The rows that train and evaluate a recipe: those that pass the survey's filter for the redshift and the recipe's
    /// cleaning and, where it has other targets, those where one of them is known. An error where a row that passes has
    /// neither, or where no redshift is left.
    let ofRecipe (recipe: Recipe) (catalogue: Catalogue) : Result<Usable, string> =
        let columns = Learner.others recipe.Learner

        let chosen =
            if columns |> List.exists _.IsLearnt then
                withOthers
            else
                ofRedshiftAlone

        catalogue
        |> withRedshifts (fun () ->
            truths columns catalogue
            |> Result.bind (fun others -> chosen recipe.Cleaning others catalogue))

    /// The recipe for those of its targets that a catalogue knows. An error where it cannot be made so, or where a cell makes
    /// no sense.
    let forCatalogue (recipe: Recipe) (catalogue: Catalogue) : Result<Recipe, string> =
        truths (Learner.others recipe.Learner |> List.filter _.IsLearnt) catalogue
        |> Result.bind (fun known ->
            let names = known |> List.filter Truth.isKnown |> List.map _.Target
            Learner.withTargets names recipe.Learner)
        |> Result.map (fun learner -> { recipe with Learner = learner })
