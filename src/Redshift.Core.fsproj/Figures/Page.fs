namespace Redshift.Core.Figures

/// A page as it is put together: markup in sections, and the figures that are drawn in them. Texts are plain: whatever they
/// contain, they are shown as they are.
type internal PageInput =
    {
        Title: string
        Subtitle: string
        /// Remarks that stand before all else.
        Notes: string list
        /// Names of sections for links, their headings, and their markup in pieces; empty ones are left out.
        Sections: (string * string * string list) list
        /// All figures whose elements are in the sections.
        Figures: Figure list
        Script: PlotlyScript
    }

/// One self-contained page.
module internal Page =

    let private navigation sections =
        sections
        |> List.map (fun (id: string, title: string, _) -> $"<a href=\"#{id}\">{Html.text title}</a>")
        |> Html.lines
        |> fun html -> $"<nav>\n{html}\n</nav>"

    /// Forbids the page, and the browser with it, to fetch anything but the script it links to.
    let private policy (script: PlotlyScript) =
        let scripts =
            match script with
            | PlotlyScript.Inline _ -> "'unsafe-inline'"
            | PlotlyScript.Link address -> $"'unsafe-inline' {Html.text address}"

        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        + $"img-src data: blob:; script-src {scripts}\">"

    let private plotly (script: PlotlyScript) =
        match script with
        | PlotlyScript.Inline text -> [ "<script>\n"; PlotlyScript.guard text; "\n</script>\n" ]
        | PlotlyScript.Link address -> [ $"<script src=\"{Html.text address}\"></script>\n" ]

    let private footer (script: PlotlyScript) =
        match script with
        | PlotlyScript.Inline _ ->
            $"The charts are drawn by plotly.js {PlotlyScript.version} (MIT licence), which is part of this page: nothing is "
            + "fetched from a network."
        | PlotlyScript.Link address ->
            $"The charts are drawn by plotly.js, which this page fetches from {address}: without a network the figures stay "
            + "empty. Numbers and tables do not need it."

    let private drawings (figures: Figure list) =
        let missing =
            "if (!window.Plotly) { document.querySelectorAll('.plot').forEach(function (plot) { "
            + "plot.classList.add('missing'); plot.textContent = 'plotly.js could not be loaded; the figure is not drawn.'; "
            + "}); } else {"

        let settings =
            "Plotly.setPlotConfig({ responsive: true, displaylogo: false, modeBarButtonsToRemove: ['lasso2d', 'select2d'] });"

        Html.lines [ "<script>"; missing; settings; yield! List.map Html.drawing figures; "}"; "</script>" ]

    /// The page as HTML, in parts to be written one after the other: the charts' script is several MiB, of which no copies
    /// are made. The same input gives the same text.
    let parts (input: PageInput) : string list =
        let sections = input.Sections |> List.filter (fun (_, _, html) -> List.exists ((<>) "") html)

        let page =
            Html.lines
                [ "<!DOCTYPE html>"
                  "<html lang=\"en\">"
                  "<head>"
                  "<meta charset=\"utf-8\">"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                  policy input.Script
                  "<link rel=\"icon\" href=\"data:,\">"
                  $"<title>{Html.text input.Title}</title>"
                  $"<style>{ReportStyle.css}</style>"
                  "</head>"
                  "<body>"
                  "<header>"
                  $"<h1>{Html.text input.Title}</h1>"
                  if input.Subtitle <> "" then
                      $"<p class=\"subtitle\">{Html.text input.Subtitle}</p>"
                  for note in input.Notes do
                      $"<p class=\"note\">{Html.text note}</p>"
                  navigation sections
                  "</header>"
                  "<main>"
                  for id, title, html in sections do
                      Html.section id title html
                  "</main>"
                  $"<footer>{Html.text (footer input.Script)}</footer>" ]

        [ page
          "\n"
          if not input.Figures.IsEmpty then
              yield! plotly input.Script
              drawings input.Figures
              "\n"
          "</body>\n</html>\n" ]
