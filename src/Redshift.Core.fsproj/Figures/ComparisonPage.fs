namespace Redshift.Core.Figures

open Redshift.Core.Evaluation

/// `comparison.html`: the tables, and predicted against true redshift of all recipes with the same axes.
module ComparisonPage =

    let private cell (cell: ComparedCell) =
        let value = Html.text cell.Value
        let value = if cell.Best then Html.element "b" value else value

        if cell.Interval = "" then
            value
        else
            $"{value}<span class=\"interval\">{Html.text cell.Interval}</span>"

    let private table (titles: string list) (rows: (string * ComparedCell list) list) =
        rows
        |> List.map (fun (name, cells) -> Html.text name :: List.map cell cells)
        |> Html.tableOf
            ""
            (("Recipe", Html.Column.Text)
             :: (titles |> List.map (fun title -> title, Html.Column.Number)))

    let private recipes (comparison: RecipeComparison) =
        comparison.Recipes
        |> List.map (fun recipe ->
            // Names of recipes are names of folders beside the page.
            [ $"<a href=\"{Html.text recipe.Name}/report.html\">{Html.text recipe.Name}</a>"
              Html.text recipe.Description
              Html.text (Style.percent 0 recipe.WatchingShare)
              Html.text (Style.count recipe.Evaluation.N) ])
        |> Html.tableOf
            ""
            [ "Recipe", Html.Column.Text
              "What it is", Html.Column.Text
              "Set aside to watch", Html.Column.Number
              "n", Html.Column.Number ]

    /// The page as HTML, in parts to be written one after the other. `provenance` are names and values, at the end.
    let parts (script: PlotlyScript) (provenance: (string * string) list) (comparison: RecipeComparison) : string list =
        let panels =
            comparison.Recipes
            |> List.map (fun recipe -> recipe.Name, recipe.Predicted)
            |> TrueAndPredicted.densities comparison.Truth

        Page.parts
            { Title = $"Comparison of {comparison.Recipes.Length} recipes"
              Subtitle = $"{comparison.Source}, survey {comparison.Survey}"
              Notes = []
              Sections =
                [ "summary",
                  "Summary",
                  [ $"<p class=\"lead\">{Html.text (ComparisonTables.finding comparison)}</p>"
                    Html.paragraph (ComparisonTables.method comparison)
                    table ComparisonTables.titles (ComparisonTables.rows comparison)
                    yield! ComparisonTables.legend comparison |> List.map Html.paragraph ]
                  "differences",
                  $"Differences to {comparison.Recipes.Head.Name}",
                  [ table ComparisonTables.differenceTitles (ComparisonTables.differences comparison)
                    Html.paragraph (ComparisonTables.differenceLegend comparison) ]
                  "panels", "Predicted against true redshift", [ Html.figures panels ]
                  "recipes", "Recipes", [ recipes comparison ]
                  "provenance", "Provenance", [ Html.pairs provenance ] ]
              Figures = panels
              Script = script }
