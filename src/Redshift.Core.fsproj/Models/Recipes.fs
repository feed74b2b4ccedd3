/// The recipes that ship: one line each.
module Redshift.Core.Models.Recipes

open Redshift.Core.Catalogues

/// A recipe that ships.
type Shipped =
    {
        /// The survey that it is meant for where none is named.
        Survey: Survey
        /// The recipe for a survey: networks sized to its bands. One that is written for a single survey stays as it is.
        For: Survey -> Recipe
    }

    /// For its own survey.
    member this.Recipe = this.For this.Survey

let private written (survey: Survey) (recipe: Recipe) : Shipped =
    { Survey = survey
      For = fun _ -> recipe }

let private sized (survey: Survey) (make: Survey -> Recipe) : Shipped = { Survey = survey; For = make }

/// All of them, in the order in which they are listed.
let shipped: Shipped list =
    [ written Surveys.gaia GaiaCnn.recipe
      written Surveys.gaia GaiaBinned.recipe
      written Surveys.pears PearsCnn.recipe
      sized Surveys.zcosmos Photoz.recipe
      sized Surveys.zcosmos BrownFcnn.recipe
      sized Surveys.zcosmos BrownCnn.recipe
      sized Surveys.zcosmos BrownGat.recipe
      sized Surveys.zcosmos BrownGat.bands
      sized Surveys.zcosmos BrownNeighbours.minMax
      sized Surveys.zcosmos BrownNeighbours.standard
      sized Surveys.zcosmos BrownNeighbours.robust
      sized Surveys.zcosmos BrownNeighbours.localLinear
      sized Surveys.zcosmos BrownTemplate.recipe
      sized Surveys.alhambra Alhambra.recipe
      sized Surveys.alhambra Alhambra.modern ]

/// Each for its own survey.
let all: Recipe list = shipped |> List.map _.Recipe

/// The names, in order.
let names: string list = all |> List.map _.Name

let private tryFind (name: string) : Result<Shipped, string> =
    match List.zip names shipped |> List.tryFind (fun (known, _) -> known = name) with
    | Some(_, shipped) -> Ok shipped
    | None ->
        let known = names |> String.concat ", "
        Error $"expected one of {known}, found {name}"

/// The recipe of a name, for its own survey; an error lists the names there are.
let find (name: string) : Result<Recipe, string> = tryFind name |> Result.map _.Recipe

/// The recipe of a name for a survey; an error lists the names there are.
let findFor (survey: Survey) (name: string) : Result<Recipe, string> =
    tryFind name |> Result.map (fun shipped -> shipped.For survey)
