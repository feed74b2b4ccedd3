namespace Redshift.Core.Figures

open System
open XPlot.Plotly

/// Trials as lines across the parameters. Drawn as plain lines, which unlike plotly.js's own parallel coordinates can
/// have gaps, where a parameter is not active.
module ParallelCoordinates =

    /// Parameters drawn at most: the most important ones.
    let private most = 12

    /// The parameters that are drawn: first those that all trials have, so that lines go through, then the others, each in
    /// the order of the space.
    let private chosen (search: SearchSummary) =
        let importance (p: SearchedParameter) = if Double.IsFinite p.Importance then p.Importance else 0.0

        let places =
            search.Parameters
            |> List.indexed
            |> List.filter (fun (i, _) -> search.Trials |> List.exists (fun t -> Double.IsFinite t.Positions[i]))

        places
        |> List.sortByDescending (fun (_, p) -> importance p)
        |> List.truncate most
        |> List.sortBy (fun (i, _) ->
            let everywhere = search.Trials |> List.forall (fun t -> Double.IsFinite t.Positions[i])
            (if everywhere then 0 else 1), i)

    /// A part of the trials, from the best to the worst, as one trace: its lines are kept apart by gaps.
    let private lines (search: SearchSummary) parameters name colour width (trials: SearchedTrial list) : Trace =
        let points =
            [ for trial in trials do
                  for axis, (place, parameter: SearchedParameter) in List.indexed parameters do
                      let at = trial.Positions[place]

                      let text =
                          $"trial {trial.Number}: {parameter.Name} {trial.Labels[place]}, {search.ScoreTitle} {trial.Score:G4}"

                      float axis, (if Double.IsFinite at then Nullable at else Nullable()), text

                  float parameters.Length, Nullable(), "" ]

        Scatter(
            name = name,
            x = (points |> List.map (fun (x, _, _) -> x) |> Array.ofList),
            y = (points |> List.map (fun (_, y, _) -> y) |> Array.ofList),
            text = (points |> List.map (fun (_, _, text) -> text) |> Array.ofList),
            hoverinfo = "text",
            mode = "lines+markers",
            connectgaps = false,
            line = Line(color = colour, width = width),
            marker = Marker(color = colour, size = 5)
        )

    /// The name of an axis with what its ends, or its values from bottom to top, are.
    let private title (parameter: SearchedParameter) =
        let values =
            match parameter.Values with
            | [] -> ""
            | several when several.Length <= 5 && parameter.Listed -> String.concat "<br>" (List.rev several)
            | several -> $"{List.last several}<br>…<br>{List.head several}"

        $"<b>{parameter.Name}</b><br>{values}"

    /// Trials across the parameters, best ones on top; none where no trial was trained to its end.
    let draw (search: SearchSummary) : Figure option =
        let parameters = chosen search

        match search.Trials |> List.filter _.IsComplete |> List.sortBy _.Score with
        | [] -> None
        | best :: others when not parameters.IsEmpty ->
            let parts = others |> List.splitInto 3 |> List.rev
            let x = Style.xAxis "Parameter, its values from top to bottom"
            x.tickmode <- "array"
            x.tickvals <- [| for i in 0 .. parameters.Length - 1 -> float i |]
            x.ticktext <- [| for _, parameter in parameters -> title parameter |]
            x.tickangle <- 0.0
            x.showgrid <- true
            x.range <- [| -0.3; float parameters.Length - 0.7 |]
            let y = Style.yAxis "Place in its range"
            y.range <- [| -0.04; 1.04 |]
            y.showgrid <- false

            let names =
                [ "best third"; "middle third"; "worst third" ]
                |> List.truncate parts.Length
                |> List.rev

            let colours = [ Style.blue; "#7FB3D5"; "#D5DAE1" ] |> List.truncate parts.Length |> List.rev

            let layout = Style.layout x y true
            layout.margin <- Margin(l = 64.0, r = 20.0, t = 34.0, b = 130.0)

            let figure =
                Style.figure
                    "search-parallel"
                    "Parameters of the trials"
                    ($"n = {1 + others.Length} complete trials, each a line across the parameters. A line has a gap where a "
                     + "parameter is not active, as a layer's that the network does not have.")
                    layout
                    [ for name, colour, part in List.zip3 names colours parts do
                          lines search parameters name colour 1.2 part
                      lines search parameters $"best (trial {best.Number})" Style.orange 3.0 [ best ] ]

            Some { figure with AspectRatio = 2.4 }
        | _ -> None
