namespace Redshift.Core.Figures

open Redshift.Core.Evaluation
open Redshift.Core.Layers

/// What a report tells. Texts are plain: whatever they contain, they are shown as they are.
type ReportInput =
    {
        Title: string
        Subtitle: string
        /// Remarks that stand before all else: that this is a short run, for example.
        Notes: string list
        /// What the figures are drawn from; sections without anything to show are left out.
        Figures: FigureInput
        Network: Network option
        /// Names and values, in this order, at the end.
        Provenance: (string * string) list
        Script: PlotlyScript
    }

/// One self-contained page.
module Report =

    let private sections (input: ReportInput) : (string * string * string list) list =
        let figures section = Figures.draw section input.Figures |> Html.figures
        let results = input.Figures.Results
        let ofResults (html: Results -> string) = results |> Option.map html |> Option.defaultValue ""
        let ofEvaluation html = ofResults (fun r -> html r.Evaluation)
        let statistics = input.Figures.Statistics |> Option.map ReportTables.statistics

        let bootstrap (evaluation: PointEvaluation) =
            Html.paragraph (
                "Δ = (predicted − true) / (1 + true). Intervals are percentile bootstrap, "
                + $"{Style.count evaluation.Bootstrap.Resamples} resamples, seed {evaluation.Bootstrap.Seed}. "
                + "R² and the squared errors are on z itself."
            )

        let bins (evaluation: PointEvaluation) =
            Html.beside
                [ ReportTables.bins evaluation "By true redshift" evaluation.Bins
                  ReportTables.bins evaluation "By predicted redshift" evaluation.BinsByPredicted ]

        [ "summary",
          "Summary",
          [ ofResults (fun r -> $"<p class=\"lead\">{Html.text (ReportTables.sentence r)}</p>")
            ofEvaluation ReportTables.cards
            ofEvaluation ReportTables.metrics
            ofEvaluation bootstrap ]
          "search",
          "Search",
          [ input.Figures.Search
            |> Option.map SearchTables.summary
            |> Option.defaultValue ""
            figures Section.Search
            input.Figures.Search |> Option.map SearchTables.trials |> Option.defaultValue "" ]
          "data", "Data", [ Option.defaultValue "" statistics; figures Section.Data ]
          "network", "Network", [ input.Network |> Option.map ReportTables.network |> Option.defaultValue "" ]
          "training", "Training", [ figures Section.Training ]
          "evaluation", "Evaluation", [ figures Section.Evaluation ]
          "uncertainty",
          "Uncertainty",
          results
          |> Option.bind _.Density
          |> Option.map (UncertaintyTables.section (figures Section.Uncertainty))
          |> Option.defaultValue []
          "flags",
          "Flags",
          results
          |> Option.bind _.Flags
          |> Option.map (fun scores ->
              [ ReportTables.flags scores
                Html.paragraph
                    "An object with several flags counts in each. Outliers are off by more than 0.15 of 1 + z." ])
          |> Option.defaultValue []
          "bins",
          "In bins of redshift",
          [ ofEvaluation bins
            ofEvaluation (fun _ ->
                Html.paragraph (
                    "Mean and Std are of predicted − true, the interval is the mean's; bins hold their lower edge, the last also its upper. Bins of true redshift "
                    + "show regression to the mean even for perfect posteriors; bins of predicted redshift are what a user of "
                    + "the predictions meets."
                )) ]
          "provenance", "Provenance", [ Html.pairs input.Provenance ] ]
        |> List.filter (fun (_, _, html) -> List.exists ((<>) "") html)

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
    let parts (input: ReportInput) : string list =
        let sections = sections input

        let figures =
            [ Section.Search; Section.Data; Section.Training; Section.Evaluation; Section.Uncertainty ]
            |> List.collect (fun section -> Figures.draw section input.Figures)

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
          if not figures.IsEmpty then
              yield! plotly input.Script
              drawings figures
              "\n"
          "</body>\n</html>\n" ]

    /// The page as HTML, whole.
    let html (input: ReportInput) : string = String.concat "" (parts input)
