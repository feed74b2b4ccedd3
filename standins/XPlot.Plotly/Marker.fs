namespace XPlot.Plotly

/// Line: attributes named and meant as in the reference of plotly.js.
type Line() =
    let store = Store.empty ()

    member _.color
        with get (): obj = store.GetOr("color", null)
        and set (value: obj) = store.Set("color", value)

    member _.width
        with get (): obj = store.GetOr("width", null)
        and set (value: obj) = store.Set("width", value)

    member _.shape
        with get (): obj = store.GetOr("shape", null)
        and set (value: obj) = store.Set("shape", value)

    member _.smoothing
        with get (): float = store.GetOr("smoothing", 0.0)
        and set (value: float) = store.Set("smoothing", value)

    member _.dash
        with get (): string = store.GetOr("dash", "")
        and set (value: string) = store.Set("dash", value)

    member _.colorscale
        with get (): obj = store.GetOr("colorscale", null)
        and set (value: obj) = store.Set("colorscale", value)

    member _.cauto
        with get (): bool = store.GetOr("cauto", false)
        and set (value: bool) = store.Set("cauto", value)

    member _.cmax
        with get (): float = store.GetOr("cmax", 0.0)
        and set (value: float) = store.Set("cmax", value)

    member _.cmin
        with get (): float = store.GetOr("cmin", 0.0)
        and set (value: float) = store.Set("cmin", value)

    member _.autocolorscale
        with get (): bool = store.GetOr("autocolorscale", false)
        and set (value: bool) = store.Set("autocolorscale", value)

    member _.reversescale
        with get (): bool = store.GetOr("reversescale", false)
        and set (value: bool) = store.Set("reversescale", value)

    member _.outliercolor
        with get (): string = store.GetOr("outliercolor", "")
        and set (value: string) = store.Set("outliercolor", value)

    member _.outlierwidth
        with get (): float = store.GetOr("outlierwidth", 0.0)
        and set (value: float) = store.Set("outlierwidth", value)

/// Line, rectangle or circle on the plot: attributes named and meant as in the reference of plotly.js.
type Shape() =
    let store = Store.empty ()

    member _.``type``
        with get (): obj = store.Get "type"
        and set (value: obj) = store.Set("type", value)

    member _.xref
        with get (): obj = store.Get "xref"
        and set (value: obj) = store.Set("xref", value)

    member _.x0
        with get (): obj = store.Get "x0"
        and set (value: obj) = store.Set("x0", value)

    member _.x1
        with get (): obj = store.Get "x1"
        and set (value: obj) = store.Set("x1", value)

    member _.yref
        with get (): obj = store.Get "yref"
        and set (value: obj) = store.Set("yref", value)

    member _.y0
        with get (): obj = store.Get "y0"
        and set (value: obj) = store.Set("y0", value)

    member _.y1
        with get (): obj = store.Get "y1"
        and set (value: obj) = store.Set("y1", value)

    member _.path
        with get (): string = store.Get "path"
        and set (value: string) = store.Set("path", value)

    member _.opacity
        with get (): float = store.Get "opacity"
        and set (value: float) = store.Set("opacity", value)

    member _.line
        with get (): Line = store.Get "line"
        and set (value: Line) = store.Set("line", value)

    member _.fillcolor
        with get (): string = store.Get "fillcolor"
        and set (value: string) = store.Set("fillcolor", value)

/// Marker: attributes named and meant as in the reference of plotly.js.
type Marker() =
    let store = Store.empty ()

    member _.symbol
        with get (): obj = store.GetOr("symbol", null)
        and set (value: obj) = store.Set("symbol", value)

    member _.opacity
        with get (): obj = store.GetOr("opacity", null)
        and set (value: obj) = store.Set("opacity", value)

    member _.size
        with get (): obj = store.GetOr("size", null)
        and set (value: obj) = store.Set("size", value)

    member _.color
        with get (): obj = store.GetOr("color", null)
        and set (value: obj) = store.Set("color", value)

    member _.maxdisplayed
        with get (): int = store.GetOr("maxdisplayed", 0)
        and set (value: int) = store.Set("maxdisplayed", value)

    member _.sizeref
        with get (): float = store.GetOr("sizeref", 0.0)
        and set (value: float) = store.Set("sizeref", value)

    member _.sizemin
        with get (): float = store.GetOr("sizemin", 0.0)
        and set (value: float) = store.Set("sizemin", value)

    member _.sizemode
        with get (): obj = store.GetOr("sizemode", null)
        and set (value: obj) = store.Set("sizemode", value)

    member _.colorscale
        with get (): obj = store.GetOr("colorscale", null)
        and set (value: obj) = store.Set("colorscale", value)

    member _.cauto
        with get (): bool = store.GetOr("cauto", false)
        and set (value: bool) = store.Set("cauto", value)

    member _.cmax
        with get (): float = store.GetOr("cmax", 0.0)
        and set (value: float) = store.Set("cmax", value)

    member _.cmin
        with get (): float = store.GetOr("cmin", 0.0)
        and set (value: float) = store.Set("cmin", value)

    member _.autocolorscale
        with get (): bool = store.GetOr("autocolorscale", false)
        and set (value: bool) = store.Set("autocolorscale", value)

    member _.reversescale
        with get (): bool = store.GetOr("reversescale", false)
        and set (value: bool) = store.Set("reversescale", value)

    member _.showscale
        with get (): bool = store.GetOr("showscale", false)
        and set (value: bool) = store.Set("showscale", value)

    member _.line
        with get (): Line = store.GetOr("line", (Line()))
        and set (value: Line) = store.Set("line", value)

    member _.colorbar
        with get (): Colorbar = store.GetOr("colorbar", (Colorbar()))
        and set (value: Colorbar) = store.Set("colorbar", value)

    member _.outliercolor
        with get (): string = store.GetOr("outliercolor", "")
        and set (value: string) = store.Set("outliercolor", value)

    member _.colors
        with get (): obj = store.GetOr("colors", null)
        and set (value: obj) = store.Set("colors", value)
