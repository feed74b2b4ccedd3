namespace XPlot.Plotly

/// Histogram of two variables: attributes named and meant as in the reference of plotly.js.
type Histogram2d() =
    inherit Trace()

    let store = Store.empty () |> Store.withValue "type" "histogram2d"

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

    member _.z
        with get (): obj = store.Get "z"
        and set (value: obj) = store.Set("z", value)

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
        with get (): obj = store.Get "text"
        and set (value: obj) = store.Set("text", value)

    member _.transpose
        with get (): bool = store.Get "transpose"
        and set (value: bool) = store.Set("transpose", value)

    member _.xtype
        with get (): obj = store.Get "xtype"
        and set (value: obj) = store.Set("xtype", value)

    member _.ytype
        with get (): obj = store.Get "ytype"
        and set (value: obj) = store.Set("ytype", value)

    member _.zauto
        with get (): bool = store.Get "zauto"
        and set (value: bool) = store.Set("zauto", value)

    member _.zmin
        with get (): float = store.Get "zmin"
        and set (value: float) = store.Set("zmin", value)

    member _.zmax
        with get (): float = store.Get "zmax"
        and set (value: float) = store.Set("zmax", value)

    member _.colorscale
        with get (): obj = store.Get "colorscale"
        and set (value: obj) = store.Set("colorscale", value)

    member _.autocolorscale
        with get (): bool = store.Get "autocolorscale"
        and set (value: bool) = store.Set("autocolorscale", value)

    member _.reversescale
        with get (): bool = store.Get "reversescale"
        and set (value: bool) = store.Set("reversescale", value)

    member _.showscale
        with get (): bool = store.Get "showscale"
        and set (value: bool) = store.Set("showscale", value)

    member _.zsmooth
        with get (): obj = store.Get "zsmooth"
        and set (value: obj) = store.Set("zsmooth", value)

    member _.connectgaps
        with get (): bool = store.Get "connectgaps"
        and set (value: bool) = store.Set("connectgaps", value)

    member _.colorbar
        with get (): Colorbar = store.Get "colorbar"
        and set (value: Colorbar) = store.Set("colorbar", value)

    member _.marker
        with get (): Marker = store.Get "marker"
        and set (value: Marker) = store.Set("marker", value)

    member _.orientation
        with get (): obj = store.Get "orientation"
        and set (value: obj) = store.Set("orientation", value)

    member _.histfunc
        with get (): obj = store.Get "histfunc"
        and set (value: obj) = store.Set("histfunc", value)

    member _.histnorm
        with get (): obj = store.Get "histnorm"
        and set (value: obj) = store.Set("histnorm", value)

    member _.autobinx
        with get (): bool = store.Get "autobinx"
        and set (value: bool) = store.Set("autobinx", value)

    member _.nbinsx
        with get (): int = store.Get "nbinsx"
        and set (value: int) = store.Set("nbinsx", value)

    member _.xbins
        with get (): Xbins = store.Get "xbins"
        and set (value: Xbins) = store.Set("xbins", value)

    member _.autobiny
        with get (): bool = store.Get "autobiny"
        and set (value: bool) = store.Set("autobiny", value)

    member _.nbinsy
        with get (): int = store.Get "nbinsy"
        and set (value: int) = store.Set("nbinsy", value)

    member _.ybins
        with get (): Ybins = store.Get "ybins"
        and set (value: Ybins) = store.Set("ybins", value)

    member _.xaxis
        with get (): string = store.Get "xaxis"
        and set (value: string) = store.Set("xaxis", value)

    member _.yaxis
        with get (): string = store.Get "yaxis"
        and set (value: string) = store.Set("yaxis", value)
