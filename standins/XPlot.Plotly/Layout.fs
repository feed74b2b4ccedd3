/// The layout of a chart.
[<AutoOpen>]
module XPlot.Plotly.Layout

/// Layout: attributes named and meant as in the reference of plotly.js.
type Layout() =
    let store = Store.empty ()

    member _.font
        with get (): Font = store.Get "font"
        and set (value: Font) = store.Set("font", value)

    member _.title
        with get (): string = store.Get "title"
        and set (value: string) = store.Set("title", value)

    member _.titlefont
        with get (): Font = store.Get "titlefont"
        and set (value: Font) = store.Set("titlefont", value)

    member _.autosize
        with get (): obj = store.Get "autosize"
        and set (value: obj) = store.Set("autosize", value)

    member _.width
        with get (): float = store.Get "width"
        and set (value: float) = store.Set("width", value)

    member _.height
        with get (): float = store.Get "height"
        and set (value: float) = store.Set("height", value)

    member _.margin
        with get (): Margin = store.Get "margin"
        and set (value: Margin) = store.Set("margin", value)

    member _.paper_bgcolor
        with get (): string = store.Get "paper_bgcolor"
        and set (value: string) = store.Set("paper_bgcolor", value)

    member _.plot_bgcolor
        with get (): string = store.Get "plot_bgcolor"
        and set (value: string) = store.Set("plot_bgcolor", value)

    member _.separators
        with get (): string = store.Get "separators"
        and set (value: string) = store.Set("separators", value)

    member _.hidesources
        with get (): bool = store.Get "hidesources"
        and set (value: bool) = store.Set("hidesources", value)

    member _.smith
        with get (): obj = store.Get "smith"
        and set (value: obj) = store.Set("smith", value)

    member _.showlegend
        with get (): bool = store.Get "showlegend"
        and set (value: bool) = store.Set("showlegend", value)

    member _.dragmode
        with get (): obj = store.Get "dragmode"
        and set (value: obj) = store.Set("dragmode", value)

    member _.hovermode
        with get (): obj = store.Get "hovermode"
        and set (value: obj) = store.Set("hovermode", value)

    member _.xaxis
        with get (): Xaxis = store.Get "xaxis"
        and set (value: Xaxis) = store.Set("xaxis", value)

    member _.xaxis1
        with get (): Xaxis = store.Get "xaxis1"
        and set (value: Xaxis) = store.Set("xaxis1", value)

    member _.xaxis2
        with get (): Xaxis = store.Get "xaxis2"
        and set (value: Xaxis) = store.Set("xaxis2", value)

    member _.yaxis
        with get (): Yaxis = store.Get "yaxis"
        and set (value: Yaxis) = store.Set("yaxis", value)

    member _.yaxis2
        with get (): Yaxis = store.Get "yaxis2"
        and set (value: Yaxis) = store.Set("yaxis2", value)

    member _.legend
        with get (): Legend = store.Get "legend"
        and set (value: Legend) = store.Set("legend", value)

    member _.annotations
        with get (): seq<Annotation> = store.Get "annotations"
        and set (value: seq<Annotation>) = store.Set("annotations", value)

    member _.shapes
        with get (): seq<Shape> = store.Get "shapes"
        and set (value: seq<Shape>) = store.Set("shapes", value)

    member _.direction
        with get (): obj = store.Get "direction"
        and set (value: obj) = store.Set("direction", value)

    member _.orientation
        with get (): float = store.Get "orientation"
        and set (value: float) = store.Set("orientation", value)

    member _.barmode
        with get (): string = store.Get "barmode"
        and set (value: string) = store.Set("barmode", value)

    member _.bargap
        with get (): float = store.Get "bargap"
        and set (value: float) = store.Set("bargap", value)

    member _.bargroupgap
        with get (): float = store.Get "bargroupgap"
        and set (value: float) = store.Set("bargroupgap", value)

    member _.boxmode
        with get (): string = store.Get "boxmode"
        and set (value: string) = store.Set("boxmode", value)
