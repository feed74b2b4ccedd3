namespace XPlot.Plotly

/// Colour scale beside a plot: attributes named and meant as in the reference of plotly.js.
type Colorbar() =
    let store = Store.empty ()

    member _.thicknessmode
        with get (): obj = store.GetOr("thicknessmode", null)
        and set (value: obj) = store.Set("thicknessmode", value)

    member _.thickness
        with get (): float = store.GetOr("thickness", 0.0)
        and set (value: float) = store.Set("thickness", value)

    member _.lenmode
        with get (): obj = store.GetOr("lenmode", null)
        and set (value: obj) = store.Set("lenmode", value)

    member _.len
        with get (): float = store.GetOr("len", 0.0)
        and set (value: float) = store.Set("len", value)

    member _.x
        with get (): float = store.GetOr("x", 0.0)
        and set (value: float) = store.Set("x", value)

    member _.xanchor
        with get (): obj = store.GetOr("xanchor", null)
        and set (value: obj) = store.Set("xanchor", value)

    member _.xpad
        with get (): float = store.GetOr("xpad", 0.0)
        and set (value: float) = store.Set("xpad", value)

    member _.y
        with get (): float = store.GetOr("y", 0.0)
        and set (value: float) = store.Set("y", value)

    member _.yanchor
        with get (): obj = store.GetOr("yanchor", null)
        and set (value: obj) = store.Set("yanchor", value)

    member _.ypad
        with get (): float = store.GetOr("ypad", 0.0)
        and set (value: float) = store.Set("ypad", value)

    member _.outlinecolor
        with get (): string = store.GetOr("outlinecolor", "")
        and set (value: string) = store.Set("outlinecolor", value)

    member _.outlinewidth
        with get (): float = store.GetOr("outlinewidth", 0.0)
        and set (value: float) = store.Set("outlinewidth", value)

    member _.bordercolor
        with get (): string = store.GetOr("bordercolor", "")
        and set (value: string) = store.Set("bordercolor", value)

    member _.borderwidth
        with get (): float = store.GetOr("borderwidth", 0.0)
        and set (value: float) = store.Set("borderwidth", value)

    member _.bgcolor
        with get (): string = store.GetOr("bgcolor", "")
        and set (value: string) = store.Set("bgcolor", value)

    member _.tickmode
        with get (): obj = store.GetOr("tickmode", null)
        and set (value: obj) = store.Set("tickmode", value)

    member _.nticks
        with get (): int = store.GetOr("nticks", 0)
        and set (value: int) = store.Set("nticks", value)

    member _.tick0
        with get (): float = store.GetOr("tick0", 0.0)
        and set (value: float) = store.Set("tick0", value)

    member _.dtick
        with get (): obj = store.GetOr("dtick", null)
        and set (value: obj) = store.Set("dtick", value)

    member _.tickvals
        with get (): obj = store.GetOr("tickvals", null)
        and set (value: obj) = store.Set("tickvals", value)

    member _.ticktext
        with get (): obj = store.GetOr("ticktext", null)
        and set (value: obj) = store.Set("ticktext", value)

    member _.ticks
        with get (): obj = store.GetOr("ticks", null)
        and set (value: obj) = store.Set("ticks", value)

    member _.ticklen
        with get (): float = store.GetOr("ticklen", 0.0)
        and set (value: float) = store.Set("ticklen", value)

    member _.tickwidth
        with get (): float = store.GetOr("tickwidth", 0.0)
        and set (value: float) = store.Set("tickwidth", value)

    member _.tickcolor
        with get (): string = store.GetOr("tickcolor", "")
        and set (value: string) = store.Set("tickcolor", value)

    member _.showticklabels
        with get (): bool = store.GetOr("showticklabels", false)
        and set (value: bool) = store.Set("showticklabels", value)

    member _.tickfont
        with get (): Font = store.GetOr("tickfont", (Font()))
        and set (value: Font) = store.Set("tickfont", value)

    member _.tickangle
        with get (): float = store.GetOr("tickangle", 0.0)
        and set (value: float) = store.Set("tickangle", value)

    member _.tickformat
        with get (): string = store.GetOr("tickformat", "")
        and set (value: string) = store.Set("tickformat", value)

    member _.tickprefix
        with get (): string = store.GetOr("tickprefix", "")
        and set (value: string) = store.Set("tickprefix", value)

    member _.showtickprefix
        with get (): obj = store.GetOr("showtickprefix", null)
        and set (value: obj) = store.Set("showtickprefix", value)

    member _.ticksuffix
        with get (): string = store.GetOr("ticksuffix", "")
        and set (value: string) = store.Set("ticksuffix", value)

    member _.showticksuffix
        with get (): obj = store.GetOr("showticksuffix", null)
        and set (value: obj) = store.Set("showticksuffix", value)

    member _.exponentformat
        with get (): obj = store.GetOr("exponentformat", null)
        and set (value: obj) = store.Set("exponentformat", value)

    member _.showexponent
        with get (): obj = store.GetOr("showexponent", null)
        and set (value: obj) = store.Set("showexponent", value)

    member _.title
        with get (): string = store.GetOr("title", "")
        and set (value: string) = store.Set("title", value)

    member _.titlefont
        with get (): Font = store.GetOr("titlefont", (Font()))
        and set (value: Font) = store.Set("titlefont", value)

    member _.titleside
        with get (): obj = store.GetOr("titleside", null)
        and set (value: obj) = store.Set("titleside", value)

/// Horizontal bins: attributes named and meant as in the reference of plotly.js.
type Xbins() =
    let store = Store.empty ()

    member _.start
        with get (): float = store.GetOr("start", 0.0)
        and set (value: float) = store.Set("start", value)

    member _.``end``
        with get (): float = store.GetOr("end", 0.0)
        and set (value: float) = store.Set("end", value)

    member _.size
        with get (): obj = store.GetOr("size", null)
        and set (value: obj) = store.Set("size", value)

/// Vertical bins: attributes named and meant as in the reference of plotly.js.
type Ybins() =
    let store = Store.empty ()

    member _.start
        with get (): float = store.GetOr("start", 0.0)
        and set (value: float) = store.Set("start", value)

    member _.``end``
        with get (): float = store.GetOr("end", 0.0)
        and set (value: float) = store.Set("end", value)

    member _.size
        with get (): obj = store.GetOr("size", null)
        and set (value: obj) = store.Set("size", value)
