namespace Redshift.Core.Figures

open System.Net

/// Pieces of a page. Functions take plain text and escape it, but for parameters named `html`, which are markup already.
module internal Html =

    /// The text with what has a meaning in HTML written as entities.
    let text (plain: string) : string = WebUtility.HtmlEncode plain

    let element (name: string) (html: string) = $"<{name}>{html}</{name}>"

    let paragraph (plain: string) = element "p" (text plain)

    /// Elements one under the other.
    let lines (html: string seq) : string = String.concat "\n" html

    /// A section with its heading, or nothing where it would be empty.
    let section (id: string) (title: string) (html: string list) : string =
        match html |> List.filter ((<>) "") with
        | [] -> ""
        | parts -> $"<section id=\"{id}\">\n<h2>{text title}</h2>\n{lines parts}\n</section>"

    /// How a column is set.
    [<RequireQualifiedAccess>]
    type Column =
        | Text
        | Number
        | Code

    let private cell (tag: string) column (html: string) =
        match column with
        | Column.Text -> $"<{tag}>{html}</{tag}>"
        | Column.Number -> $"<{tag} class=\"number\">{html}</{tag}>"
        | Column.Code when tag = "th" -> $"<{tag}>{html}</{tag}>"
        | Column.Code -> $"<{tag}><code>{html}</code></{tag}>"

    /// A table whose cells are markup; where it is wider than the page it scrolls by itself. Nothing where there are no rows.
    let tableOf (caption: string) (columns: (string * Column) list) (html: string list list) : string =
        if html.IsEmpty then
            ""
        else
            let row tag cells = cells |> String.concat "" |> element "tr" |> element tag

            let head =
                columns
                |> List.map (fun (title, column) -> cell "th" column (text title))
                |> row "thead"

            let body =
                html
                |> List.map (fun row ->
                    List.map2 (fun (_, column) html -> cell "td" column html) columns row
                    |> String.concat ""
                    |> element "tr")

            let title =
                if caption = "" then
                    ""
                else
                    element "caption" (text caption)

            $"<div class=\"table\"><table>{title}\n{head}\n<tbody>\n{lines body}\n</tbody>\n</table></div>"

    /// A table of plain texts.
    let table (caption: string) (columns: (string * Column) list) (rows: string list list) : string =
        rows |> List.map (List.map text) |> tableOf caption columns

    /// Names with their values; nothing where there are none.
    let pairs (rows: (string * string) list) : string =
        match rows with
        | [] -> ""
        | rows ->
            rows
            |> List.map (fun (name, value) -> $"<div><dt>{text name}</dt><dd>{text value}</dd></div>")
            |> lines
            |> fun html -> $"<dl class=\"pairs\">\n{html}\n</dl>"

    /// Blocks beside each other where the page is wide enough.
    let beside (html: string list) : string =
        match html |> List.filter ((<>) "") with
        | [] -> ""
        | blocks -> $"<div class=\"beside\">\n{lines blocks}\n</div>"

    /// Figures beside each other, drawn later by their scripts.
    let figures (figures: Figure list) : string =
        figures
        |> List.map (fun figure ->
            let ratio = Style.digits 2 figure.AspectRatio

            // A figure twice as wide as high takes the whole width.
            let kind = if figure.AspectRatio > 2.0 then " class=\"wide\"" else ""

            lines
                [ $"<figure{kind}>"
                  $"<h3>{text figure.Title}</h3>"
                  $"<div class=\"plot\" id=\"{text figure.Id}\" style=\"aspect-ratio: {ratio}\"></div>"
                  $"<figcaption>{text figure.Caption}</figcaption>"
                  "</figure>" ])
        |> beside

    /// The script that draws a figure, in a scope of its own.
    let drawing (figure: Figure) : string =
        $"(function () {{\n{PlotlyScript.guard (figure.Chart.GetPlottingJS())}\n}})();"
