/// The recipes that ship: one line each.
module Redshift.Core.Models.Recipes

/// All of them, in the order in which they are listed.
let all: Recipe list = [ GaiaCnn.recipe; GaiaBinned.recipe; PearsCnn.recipe; BrownGat.recipe; BrownGat.bands ]

/// The names, in order.
let names: string list = all |> List.map _.Name

/// The recipe of a name; an error lists the names there are.
let find (name: string) : Result<Recipe, string> =
    match all |> List.tryFind (fun r -> r.Name = name) with
    | Some recipe -> Ok recipe
    | None ->
        let known = names |> String.concat ", "
        Error $"expected one of {known}, found {name}"
