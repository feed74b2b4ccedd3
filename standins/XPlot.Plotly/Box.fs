namespace XPlot.Plotly

/// Box plots: attributes named and meant as in the reference of plotly.js.
type Box() =
    inherit Trace()

    let store = Store.empty () |> Store.withValue "type" "box"

    member _.``type``
        with get (): string = store.Get "type"
        and set (value: string) = store.Set("type", value)

    member _.visible
        with get (): obj = store.Get "visible"
        and set (value: obj) = store.Set("visible", value)

    member _.showlegend
        with get (): bool = store.Get "showlegend"
        and set (value: bool) = store.Set("showlegend", value)

    member _.legendgroup
        with get (): string = store.Get "legendgroup"
        and set (value: string) = store.Set("legendgroup", value)

    member _.opacity
        with get (): float = store.Get "opacity"
        and set (value: float) = store.Set("opacity", value)

    member _.hoverinfo
        with get (): string = store.Get "hoverinfo"
        and set (value: string) = store.Set("hoverinfo", value)

    member _.y
        with get (): obj = store.Get "y"
        and set (value: obj) = store.Set("y", value)

    member _.x
        with get (): obj = store.Get "x"
        and set (value: obj) = store.Set("x", value)

    member _.x0
        with get (): obj = store.Get "x0"
        and set (value: obj) = store.Set("x0", value)

    member _.y0
        with get (): obj = store.Get "y0"
        and set (value: obj) = store.Set("y0", value)

    member _.whiskerwidth
        with get (): float = store.Get "whiskerwidth"
        and set (value: float) = store.Set("whiskerwidth", value)

    member _.boxpoints
        with get (): obj = store.Get "boxpoints"
        and set (value: obj) = store.Set("boxpoints", value)

    member _.boxmean
        with get (): obj = store.Get "boxmean"
        and set (value: obj) = store.Set("boxmean", value)

    member _.jitter
        with get (): float = store.Get "jitter"
        and set (value: float) = store.Set("jitter", value)

    member _.pointpos
        with get (): float = store.Get "pointpos"
        and set (value: float) = store.Set("pointpos", value)

    member _.orientation
        with get (): obj = store.Get "orientation"
        and set (value: obj) = store.Set("orientation", value)

    member _.marker
        with get (): Marker = store.Get "marker"
        and set (value: Marker) = store.Set("marker", value)

    member _.line
        with get (): Line = store.Get "line"
        and set (value: Line) = store.Set("line", value)

    member _.fillcolor
        with get (): string = store.Get "fillcolor"
        and set (value: string) = store.Set("fillcolor", value)

    member _.xaxis
        with get (): string = store.Get "xaxis"
        and set (value: string) = store.Set("xaxis", value)

    member _.yaxis
        with get (): string = store.Get "yaxis"
        and set (value: string) = store.Set("yaxis", value)
