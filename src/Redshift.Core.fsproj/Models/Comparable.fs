namespace Redshift.Core.Models

open System
open Redshift.Core.Frames

/// Recipes that are to be compared: changed so that all of them are scored on the same objects, each by what has not seen them.
module Comparable =

    /// Recipes at most.
    [<Literal>]
    let Most = 50

    /// The longest name, which becomes a folder's.
    let private longest = 80

    let private isPlain (name: string) =
        name.Length <= longest
        && name
           |> Seq.forall (fun c -> Char.IsAsciiLetterOrDigit c || c = '-' || c = '_' || c = '.')
        && name <> ""
        && not (name.StartsWith '.')
        && not (name.EndsWith '.')
        && not (name.StartsWith("comparison.", StringComparison.OrdinalIgnoreCase))

    let private misnamed (recipes: Recipe list) =
        let plain = recipes |> List.tryFind (fun r -> not (isPlain r.Name))

        let twice =
            recipes
            |> List.countBy _.Name.ToLowerInvariant()
            |> List.tryFind (fun (_, n) -> n > 1)

        match plain, twice with
        | Some recipe, _ ->
            Some
                $"expected names of recipes that can be folders (letters, digits, hyphens, underscores and points, at most {longest}, none 'comparison.…'), found {recipe.Name}"
        | None, Some(name, n) ->
            Some $"expected recipes of different names, found {n} called {name}; change the name in a recipe's file"
        | None, None -> None

    /// Where all redshift ranges overlap; none where no recipe has one.
    let private commonRange (maxRedshift: float option) (recipes: Recipe list) =
        let ranges = recipes |> List.choose _.Cleaning.RedshiftRange
        let highs = (ranges |> List.map snd) @ Option.toList maxRedshift

        match highs with
        | [] -> Ok None
        | highs ->
            // As a recipe without a range takes it: from 0.
            let low =
                if ranges.IsEmpty then
                    0.0
                else
                    ranges |> List.map fst |> List.max

            let high = List.min highs

            if low < high then
                Ok(Some(low, high))
            else
                Error $"expected recipes whose redshift ranges overlap, found none in common (from {low} to {high})"

    /// The recipes with the seed and the redshift range that is common to all, up to `maxRedshift` where it is given, and
    /// with `folds` folds of the same rows; 0 stands for the fixed parts of the thesis (63 / 27 / 10) instead. In a fold, a
    /// recipe of early stopping, or whose own folds have a validation share, sets that share of the other rows aside to
    /// watch its training. Recipes of several targets learn the redshift alone, from the rows of all. An error where names are alike or cannot be folders, or where the ranges do not overlap.
    let prepare
        (folds: int)
        (seed: uint64)
        (maxRedshift: float option)
        (recipes: Recipe list)
        : Result<Recipe list, string> =
        match misnamed recipes with
        | Some fault -> Error fault
        | None ->
            commonRange maxRedshift recipes
            |> Result.bind (fun range ->
                let compared (recipe: Recipe) learner =
                    { recipe with
                        Learner = learner
                        Seed = seed
                        Cleaning = { RedshiftRange = range }
                        Split =
                            if folds = 0 then
                                Division.Thesis
                            else
                                Division.Folds(folds, Folding.watchingShare recipe.Split recipe.Learner) }

                (recipes, Ok [])
                ||> List.foldBack (fun recipe rest ->
                    rest
                    |> Result.bind (fun rest ->
                        Learner.withTargets [] recipe.Learner
                        |> Result.map (fun learner -> compared recipe learner :: rest))))


    /// The share of the objects that a recipe is given to learn from which only watch its training.
    let watchingShare (recipe: Recipe) : float =
        match recipe.Split with
        | Division.Folds(_, share) -> share
        | Division.Fractions parts -> parts.Validation
