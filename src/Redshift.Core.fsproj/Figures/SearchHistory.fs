namespace Redshift.Core.Figures

open XPlot.Plotly

/// How a search went on: each trial's score and the best so far.
module SearchHistory =

    let private marks name colour symbol (trials: SearchedTrial list) : Trace =
        Scatter(
            name = name,
            x = (trials |> List.map (fun t -> float t.Number) |> Array.ofList),
            y = (trials |> List.map _.Score |> Array.ofList),
            mode = "markers",
            marker = Marker(color = colour, size = 7, symbol = symbol)
        )

    /// Scores by trial; none where no trial was trained to its end.
    let draw (search: SearchSummary) : Figure option =
        let complete = search.Trials |> List.filter _.IsComplete
        let pruned = search.Trials |> List.filter (fun t -> t.Outcome = "pruned")
        let failed = search.Trials |> List.filter (fun t -> t.Outcome = "failed")

        if complete.IsEmpty then
            None
        else
            let best = complete |> List.scan (fun lowest t -> min lowest t.Score) infinity |> List.tail

            // The step goes on to the last trial.
            let last = (List.last search.Trials).Number
            let numbers = (complete |> List.map (fun t -> float t.Number)) @ [ float last ]
            let lowest = best @ [ List.last best ]
            let scores = (complete @ pruned) |> List.map _.Score
            let y = Style.yAxis search.ScoreTitle

            if List.min scores > 0.0 && List.max scores > 10.0 * List.min scores then
                y.``type`` <- "log"

            let line =
                Scatter(
                    name = "best so far",
                    x = Array.ofList numbers,
                    y = Array.ofList lowest,
                    mode = "lines",
                    line = Line(color = Style.orange, width = 2.0, shape = "hv")
                )

            let failures =
                if failed.IsEmpty then
                    ""
                else
                    $" {failed.Length} failed and are not shown."

            Style.figure
                "search-history"
                "Score by trial"
                $"n = {search.Trials.Length} trials ({search.Method}), lower is better.{failures}"
                (Style.layout (Style.xAxis "Trial") y true)
                [ marks "complete" Style.blue "circle" complete
                  if not pruned.IsEmpty then
                      marks "stopped early" Style.grey "circle-open" pruned
                  line ]
            |> Some
