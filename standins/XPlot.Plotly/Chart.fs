namespace XPlot.Plotly

open System

/// A value on the horizontal axis.
type key = IConvertible

/// A value on the vertical axis.
type value = IConvertible

/// Makes charts, and changes them in pipelines.
type Chart =

    /// A chart of one trace.
    static member Plot(data) =
        let chart = PlotlyChart()
        chart.Plot [ data ]
        chart

    /// A chart of several traces.
    static member Plot(data: seq<#Trace>) =
        let chart = PlotlyChart()
        chart.Plot data
        chart

    /// A chart of one trace with a layout.
    static member Plot(data, layout) =
        let chart = PlotlyChart()
        chart.Plot([ data ], layout)
        chart

    /// A chart of several traces with a layout.
    static member Plot(data, layout) =
        let chart = PlotlyChart()
        chart.Plot(data, layout)
        chart

    /// Sets where the page gets plotly.js from.
    static member WithPlotlySrc src (chart: PlotlyChart) =
        chart.WithPlotlySrc src
        chart

    /// Sets the height in pixels.
    static member WithHeight height (chart: PlotlyChart) =
        chart.WithHeight height
        chart

    /// Sets the width in pixels.
    static member WithWidth width (chart: PlotlyChart) =
        chart.WithWidth width
        chart

    /// Sets width and height in pixels.
    static member WithSize size (chart: PlotlyChart) =
        chart.WithSize size
        chart

    /// Sets the name of the element.
    static member WithId id (chart: PlotlyChart) =
        chart.WithId id
        chart

    /// Names the only trace.
    static member WithLabel label (chart: PlotlyChart) =
        chart.WithLabel label
        chart

    /// Names the traces in order.
    static member WithLabels labels (chart: PlotlyChart) =
        chart.WithLabels labels
        chart

    /// Sets the layout.
    static member WithLayout layout (chart: PlotlyChart) =
        chart.WithLayout layout
        chart

    /// Sets the layout.
    static member WithOptions options (chart: PlotlyChart) =
        chart.WithOptions options
        chart

    /// Shows or hides the legend.
    static member WithLegend enabled (chart: PlotlyChart) =
        chart.WithLegend enabled
        chart

    /// Sets the title.
    static member WithTitle title (chart: PlotlyChart) =
        chart.WithTitle title
        chart

    /// Sets the title of the horizontal axis.
    static member WithXTitle xTitle (chart: PlotlyChart) =
        chart.WithXTitle xTitle
        chart

    /// Sets the title of the vertical axis.
    static member WithYTitle yTitle (chart: PlotlyChart) =
        chart.WithYTitle yTitle
        chart

type Chart with

    /// A line through values at 0, 1, ...
    static member Line(data: seq<#value>) = Chart.Plot [ Scatter(y = data) ]

    /// A line through points.
    static member Line(data: seq<#key * #value>) = Chart.Plot [ Scatter(x = Seq.map fst data, y = Seq.map snd data) ]

    /// Lines through points.
    static member Line(data: seq<#seq<#key * #value>>) =
        data
        |> Seq.map (fun series -> Scatter(x = Seq.map fst series, y = Seq.map snd series))
        |> Chart.Plot

    /// Values at 0, 1, ...
    static member Scatter(data: seq<#value>) = Chart.Plot [ Scatter(y = data, mode = "markers") ]

    /// Points.
    static member Scatter(data: seq<#key * #value>) =
        Chart.Plot [ Scatter(x = Seq.map fst data, y = Seq.map snd data, mode = "markers") ]

    /// Sets of points.
    static member Scatter(data: seq<#seq<#key * #value>>) =
        data
        |> Seq.map (fun series -> Scatter(x = Seq.map fst series, y = Seq.map snd series, mode = "markers"))
        |> Chart.Plot

    /// Horizontal bars at 0, 1, ...
    static member Bar(data: seq<#value>) = Chart.Plot [ Bar(x = data, orientation = "h") ]

    /// Horizontal bars.
    static member Bar(data: seq<#key * #value>) =
        Chart.Plot [ Bar(x = Seq.map snd data, y = Seq.map fst data, orientation = "h") ]

    /// Sets of horizontal bars.
    static member Bar(data: seq<#seq<#key * #value>>) =
        data
        |> Seq.map (fun series -> Bar(x = Seq.map snd series, y = Seq.map fst series, orientation = "h"))
        |> Chart.Plot

    /// Vertical bars at 0, 1, ...
    static member Column(data: seq<#value>) = Chart.Plot [ Bar(y = data) ]

    /// Vertical bars.
    static member Column(data: seq<#key * #value>) = Chart.Plot [ Bar(x = Seq.map fst data, y = Seq.map snd data) ]

    /// Sets of vertical bars.
    static member Column(data: seq<#seq<#key * #value>>) =
        data
        |> Seq.map (fun series -> Bar(x = Seq.map fst series, y = Seq.map snd series))
        |> Chart.Plot
