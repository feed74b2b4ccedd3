namespace XPlot.Plotly

/// Legend: attributes named and meant as in the reference of plotly.js.
type Legend() =
    let store = Store.empty ()

    member _.bgcolor
        with get (): string = store.Get "bgcolor"
        and set (value: string) = store.Set("bgcolor", value)

    member _.bordercolor
        with get (): string = store.Get "bordercolor"
        and set (value: string) = store.Set("bordercolor", value)

    member _.borderwidth
        with get (): float = store.Get "borderwidth"
        and set (value: float) = store.Set("borderwidth", value)

    member _.font
        with get (): Font = store.Get "font"
        and set (value: Font) = store.Set("font", value)

    member _.traceorder
        with get (): string = store.Get "traceorder"
        and set (value: string) = store.Set("traceorder", value)

    member _.orientation
        with get (): string = store.Get "orientation"
        and set (value: string) = store.Set("orientation", value)

    member _.tracegroupgap
        with get (): float = store.Get "tracegroupgap"
        and set (value: float) = store.Set("tracegroupgap", value)

    member _.x
        with get (): float = store.Get "x"
        and set (value: float) = store.Set("x", value)

    member _.xanchor
        with get (): obj = store.Get "xanchor"
        and set (value: obj) = store.Set("xanchor", value)

    member _.y
        with get (): float = store.Get "y"
        and set (value: float) = store.Set("y", value)

    member _.yanchor
        with get (): obj = store.Get "yanchor"
        and set (value: obj) = store.Set("yanchor", value)

    member _.yref
        with get (): string = store.Get "yref"
        and set (value: string) = store.Set("yref", value)

/// Text with an arrow: attributes named and meant as in the reference of plotly.js.
type Annotation() =
    let store = Store.empty ()

    member _.text
        with get (): string = store.Get "text"
        and set (value: string) = store.Set("text", value)

    member _.textangle
        with get (): float = store.Get "textangle"
        and set (value: float) = store.Set("textangle", value)

    member _.font
        with get (): Font = store.Get "font"
        and set (value: Font) = store.Set("font", value)

    member _.opacity
        with get (): float = store.Get "opacity"
        and set (value: float) = store.Set("opacity", value)

    member _.align
        with get (): obj = store.Get "align"
        and set (value: obj) = store.Set("align", value)

    member _.bgcolor
        with get (): string = store.Get "bgcolor"
        and set (value: string) = store.Set("bgcolor", value)

    member _.bordercolor
        with get (): string = store.Get "bordercolor"
        and set (value: string) = store.Set("bordercolor", value)

    member _.borderpad
        with get (): float = store.Get "borderpad"
        and set (value: float) = store.Set("borderpad", value)

    member _.borderwidth
        with get (): float = store.Get "borderwidth"
        and set (value: float) = store.Set("borderwidth", value)

    member _.showarrow
        with get (): bool = store.Get "showarrow"
        and set (value: bool) = store.Set("showarrow", value)

    member _.arrowcolor
        with get (): string = store.Get "arrowcolor"
        and set (value: string) = store.Set("arrowcolor", value)

    member _.arrowhead
        with get (): int = store.Get "arrowhead"
        and set (value: int) = store.Set("arrowhead", value)

    member _.arrowsize
        with get (): float = store.Get "arrowsize"
        and set (value: float) = store.Set("arrowsize", value)

    member _.arrowwidth
        with get (): float = store.Get "arrowwidth"
        and set (value: float) = store.Set("arrowwidth", value)

    member _.axref
        with get (): obj = store.Get "axref"
        and set (value: obj) = store.Set("axref", value)

    member _.ax
        with get (): float = store.Get "ax"
        and set (value: float) = store.Set("ax", value)

    member _.ayref
        with get (): obj = store.Get "ayref"
        and set (value: obj) = store.Set("ayref", value)

    member _.ay
        with get (): float = store.Get "ay"
        and set (value: float) = store.Set("ay", value)

    member _.xref
        with get (): obj = store.Get "xref"
        and set (value: obj) = store.Set("xref", value)

    member _.x
        with get (): obj = store.Get "x"
        and set (value: obj) = store.Set("x", value)

    member _.xanchor
        with get (): obj = store.Get "xanchor"
        and set (value: obj) = store.Set("xanchor", value)

    member _.yref
        with get (): obj = store.Get "yref"
        and set (value: obj) = store.Set("yref", value)

    member _.y
        with get (): obj = store.Get "y"
        and set (value: obj) = store.Set("y", value)

    member _.yanchor
        with get (): obj = store.Get "yanchor"
        and set (value: obj) = store.Set("yanchor", value)
