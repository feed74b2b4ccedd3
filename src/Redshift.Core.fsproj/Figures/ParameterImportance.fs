namespace Redshift.Core.Figures

open System
open XPlot.Plotly

/// Which parameters matter.
module ParameterImportance =

    /// Bars drawn at most.
    let private most = 12

    /// The importance of each parameter, the greatest on top; none where it is not known.
    let draw (search: SearchSummary) : Figure option =
        let known =
            search.Parameters
            |> List.filter (fun p -> Double.IsFinite p.Importance)
            |> List.sortByDescending _.Importance

        if known.IsEmpty then
            None
        else
            let shown = known |> List.truncate most |> List.rev
            let y = Style.yAxis "Parameter"
            y.``type`` <- "category"
            y.showgrid <- false
            let x = Style.xAxis "Share of the variance explained"
            x.range <- [| 0.0; max 0.1 (1.08 * known.Head.Importance) |]

            let layout = Style.layout x y false
            layout.margin <- Margin(l = 130.0, r = 20.0, t = 14.0, b = 52.0)

            let bars =
                Bar(
                    x = (shown |> List.map _.Importance |> Array.ofList),
                    y = (shown |> List.map _.Name |> Array.ofList),
                    orientation = "h",
                    marker = Marker(color = Style.blue)
                )

            let rest =
                if known.Length > most then
                    $" The {most} greatest of {known.Length}."
                else
                    ""

            Style.figure
                "search-importance"
                "Importance of the parameters"
                ($"n = {search.Trials.Length} trials. Share of the score's variance over the whole space that a parameter "
                 + $"explains by itself, by a Gaussian process of the trials; few trials tell little.{rest}")
                layout
                [ bars ]
            |> Some
