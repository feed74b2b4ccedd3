namespace XPlot.Plotly

open System

/// The layout of a chart.
type Options = Layout

/// A chart: traces, a layout, and the size and name of the element it is drawn in.
type PlotlyChart() =
    let mutable traces: seq<Trace> = Seq.empty
    let mutable layout: Layout option = None
    let mutable names: seq<string> option = None

    let changeLayout change =
        let changed = layout |> Option.defaultWith Layout
        change changed
        layout <- Some changed

    /// The traces, named by the labels if there are any.
    let labelled () =
        match names with
        | None -> Array.ofSeq traces
        | Some names ->
            traces
            |> Seq.mapi (fun i trace ->
                trace.name <- Seq.item i names
                trace)
            |> Array.ofSeq

    /// Height of the element in pixels.
    member val Height = 500 with get, set

    /// Width of the element in pixels.
    member val Width = 900 with get, set

    /// Name of the element; a new one for each chart unless set.
    member val Id = Guid.NewGuid().ToString() with get, set

    /// Where the page gets plotly.js from.
    member val PlotlySrc = Html.DefaultPlotlySrc with get, set

    /// Sets what is drawn.
    member _.Plot(data: seq<#Trace>, ?Layout, ?Labels) =
        traces <- data |> Seq.map (fun trace -> trace :> Trace)
        layout <- Layout
        names <- Labels

    /// The statements that draw the chart: data, layout and the call.
    member chart.GetPlottingJS() =
        let layoutJson =
            match layout with
            | None -> "\"\""
            | Some layout -> Json.serialize layout

        Html.jsFunctionTemplate
            .Replace("[ID]", chart.Id)
            .Replace("[DATA]", Json.serialize (labelled ()))
            .Replace("[LAYOUT]", layoutJson)

    /// The script element that draws the chart.
    member chart.GetInlineJS() = Html.jsTemplate.Replace("[PLOTTING]", chart.GetPlottingJS())

    /// The element and the script, for use within a page that has plotly.js.
    member chart.GetInlineHtml() =
        Html.inlineTemplate
            .Replace("[ID]", chart.Id)
            .Replace("[WIDTH]", string chart.Width)
            .Replace("[HEIGHT]", string chart.Height)
            .Replace("[PLOTTING]", chart.GetPlottingJS())

    /// A whole page.
    member chart.GetHtml() =
        Html.pageTemplate.Replace("[PLOTLYSRC]", chart.PlotlySrc).Replace("[CHART]", chart.GetInlineHtml())

    /// Sets where the page gets plotly.js from.
    member chart.WithPlotlySrc src = chart.PlotlySrc <- src

    /// Sets the height in pixels.
    member chart.WithHeight height = chart.Height <- height

    /// Sets the width in pixels.
    member chart.WithWidth width = chart.Width <- width

    /// Sets width and height in pixels.
    member chart.WithSize(width, height) =
        chart.Height <- height
        chart.Width <- width

    /// Sets the name of the element.
    member chart.WithId newId = chart.Id <- newId

    /// Names the only trace.
    member _.WithLabel label = names <- Some(Seq.singleton label)

    /// Names the traces in order.
    member _.WithLabels(labels) = names <- Some labels

    /// Sets the layout.
    member _.WithLayout(layoutObj) = layout <- Some layoutObj

    /// Sets the layout.
    member chart.WithOptions options = chart.WithLayout options

    /// Shows or hides the legend.
    member _.WithLegend enabled = changeLayout (fun layout -> layout.showlegend <- enabled)

    /// Sets the title.
    member _.WithTitle title = changeLayout (fun layout -> layout.title <- title)

    /// Sets the title of the horizontal axis.
    member _.WithXTitle xTitle =
        changeLayout (fun layout ->
            try
                layout.xaxis.title <- xTitle
            with :? ArgumentException ->
                layout.xaxis <- Xaxis(title = xTitle))

    /// Sets the title of the vertical axis.
    member _.WithYTitle yTitle =
        changeLayout (fun layout ->
            try
                layout.yaxis.title <- yTitle
            with :? ArgumentException ->
                layout.yaxis <- Yaxis(title = yTitle))
