namespace Redshift.Core.Figures

open System.Text.RegularExpressions
open Redshift.Core.Evaluation

/// `comparison.md`.
module ComparisonMarkdown =

    /// Plain text in which nothing has a meaning in Markdown.
    let private text (plain: string) : string = Regex.Replace(plain.ReplaceLineEndings " ", @"[\\`*_\[\]<>|#]", @"\$0")

    let private cell (cell: ComparedCell) =
        let value = if cell.Best then $"**{cell.Value}**" else cell.Value

        if cell.Interval = "" then
            value
        else
            $"{value} ({cell.Interval})"

    let private table (titles: string list) (rows: (string * ComparedCell list) list) =
        let line (cells: string list) = cells |> String.concat " | " |> sprintf "| %s |"

        [ line ("Recipe" :: (titles |> List.map (fun title -> title.Replace("|", "\\|"))))
          line ("---" :: (titles |> List.map (fun _ -> "---:")))
          for name, cells in rows do
              line (text name :: List.map cell cells) ]
        |> String.concat "\n"

    /// The tables with how to read them, as text; lines end in `\n`.
    let write (comparison: RecipeComparison) : string =
        [ $"# Comparison of {comparison.Recipes.Length} recipes"
          text
              $"{comparison.Source}, survey {comparison.Survey}, seed {comparison.Seed}. {ComparisonTables.method comparison}"
          text (ComparisonTables.finding comparison)
          table ComparisonTables.titles (ComparisonTables.rows comparison)
          yield! ComparisonTables.legend comparison |> List.map text
          $"## Differences to {text comparison.Recipes.Head.Name}"
          table ComparisonTables.differenceTitles (ComparisonTables.differences comparison)
          text (ComparisonTables.differenceLegend comparison) ]
        |> String.concat "\n\n"
        |> fun text -> text + "\n"
