namespace XPlot.Plotly

/// Points or lines drawn by WebGL: attributes named and meant as in the reference of plotly.js.
type Scattergl() =
    inherit Trace()

    let store = Store.empty () |> Store.withValue "type" "scattergl"

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

    member _.x
        with get (): obj = store.Get "x"
        and set (value: obj) = store.Set("x", value)

    member _.x0
        with get (): obj = store.Get "x0"
        and set (value: obj) = store.Set("x0", value)

    member _.dx
        with get (): float = store.Get "dx"
        and set (value: float) = store.Set("dx", value)

    member _.y
        with get (): obj = store.Get "y"
        and set (value: obj) = store.Set("y", value)

    member _.y0
        with get (): obj = store.Get "y0"
        and set (value: obj) = store.Set("y0", value)

    member _.dy
        with get (): float = store.Get "dy"
        and set (value: float) = store.Set("dy", value)

    member _.text
        with get (): string = store.Get "text"
        and set (value: string) = store.Set("text", value)

    member _.mode
        with get (): string = store.Get "mode"
        and set (value: string) = store.Set("mode", value)

    member _.line
        with get (): Line = store.Get "line"
        and set (value: Line) = store.Set("line", value)

    member _.marker
        with get (): Marker = store.Get "marker"
        and set (value: Marker) = store.Set("marker", value)

    member _.fill
        with get (): obj = store.Get "fill"
        and set (value: obj) = store.Set("fill", value)

    member _.fillcolor
        with get (): string = store.Get "fillcolor"
        and set (value: string) = store.Set("fillcolor", value)

    member _.error_x
        with get (): Error_x = store.Get "error_x"
        and set (value: Error_x) = store.Set("error_x", value)

    member _.error_y
        with get (): Error_y = store.Get "error_y"
        and set (value: Error_y) = store.Set("error_y", value)

    member _.xaxis
        with get (): string = store.Get "xaxis"
        and set (value: string) = store.Set("xaxis", value)

    member _.yaxis
        with get (): string = store.Get "yaxis"
        and set (value: string) = store.Set("yaxis", value)
