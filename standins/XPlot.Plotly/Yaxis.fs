namespace XPlot.Plotly

/// Vertical axis: attributes named and meant as in the reference of plotly.js.
type Yaxis() =
    let store = Store.empty () |> Store.withValue "_isSubplotObj" true

    member _.autotick
        with get (): bool = store.Get "autotick"
        and set (value: bool) = store.Set("autotick", value)

    member _.title
        with get (): string = store.Get "title"
        and set (value: string) = store.Set("title", value)

    member _.titlefont
        with get (): Font = store.Get "titlefont"
        and set (value: Font) = store.Set("titlefont", value)

    member _.``type``
        with get (): obj = store.Get "type"
        and set (value: obj) = store.Set("type", value)

    member _.autorange
        with get (): obj = store.Get "autorange"
        and set (value: obj) = store.Set("autorange", value)

    member _.rangemode
        with get (): obj = store.Get "rangemode"
        and set (value: obj) = store.Set("rangemode", value)

    member _.range
        with get (): obj = store.Get "range"
        and set (value: obj) = store.Set("range", value)

    member _.fixedrange
        with get (): bool = store.Get "fixedrange"
        and set (value: bool) = store.Set("fixedrange", value)

    member _.tickmode
        with get (): obj = store.Get "tickmode"
        and set (value: obj) = store.Set("tickmode", value)

    member _.nticks
        with get (): int = store.Get "nticks"
        and set (value: int) = store.Set("nticks", value)

    member _.tick0
        with get (): float = store.Get "tick0"
        and set (value: float) = store.Set("tick0", value)

    member _.dtick
        with get (): obj = store.Get "dtick"
        and set (value: obj) = store.Set("dtick", value)

    member _.tickvals
        with get (): obj = store.Get "tickvals"
        and set (value: obj) = store.Set("tickvals", value)

    member _.ticktext
        with get (): obj = store.Get "ticktext"
        and set (value: obj) = store.Set("ticktext", value)

    member _.ticks
        with get (): obj = store.Get "ticks"
        and set (value: obj) = store.Set("ticks", value)

    member _.mirror
        with get (): obj = store.Get "mirror"
        and set (value: obj) = store.Set("mirror", value)

    member _.ticklen
        with get (): float = store.Get "ticklen"
        and set (value: float) = store.Set("ticklen", value)

    member _.tickwidth
        with get (): float = store.Get "tickwidth"
        and set (value: float) = store.Set("tickwidth", value)

    member _.tickcolor
        with get (): string = store.Get "tickcolor"
        and set (value: string) = store.Set("tickcolor", value)

    member _.showticklabels
        with get (): bool = store.Get "showticklabels"
        and set (value: bool) = store.Set("showticklabels", value)

    member _.tickfont
        with get (): Font = store.Get "tickfont"
        and set (value: Font) = store.Set("tickfont", value)

    member _.tickangle
        with get (): float = store.Get "tickangle"
        and set (value: float) = store.Set("tickangle", value)

    member _.tickprefix
        with get (): string = store.Get "tickprefix"
        and set (value: string) = store.Set("tickprefix", value)

    member _.showtickprefix
        with get (): obj = store.Get "showtickprefix"
        and set (value: obj) = store.Set("showtickprefix", value)

    member _.ticksuffix
        with get (): string = store.Get "ticksuffix"
        and set (value: string) = store.Set("ticksuffix", value)

    member _.showticksuffix
        with get (): obj = store.Get "showticksuffix"
        and set (value: obj) = store.Set("showticksuffix", value)

    member _.showexponent
        with get (): obj = store.Get "showexponent"
        and set (value: obj) = store.Set("showexponent", value)

    member _.exponentformat
        with get (): obj = store.Get "exponentformat"
        and set (value: obj) = store.Set("exponentformat", value)

    member _.tickformat
        with get (): string = store.Get "tickformat"
        and set (value: string) = store.Set("tickformat", value)

    member _.hoverformat
        with get (): string = store.Get "hoverformat"
        and set (value: string) = store.Set("hoverformat", value)

    member _.showline
        with get (): bool = store.Get "showline"
        and set (value: bool) = store.Set("showline", value)

    member _.linecolor
        with get (): string = store.Get "linecolor"
        and set (value: string) = store.Set("linecolor", value)

    member _.linewidth
        with get (): float = store.Get "linewidth"
        and set (value: float) = store.Set("linewidth", value)

    member _.showgrid
        with get (): bool = store.Get "showgrid"
        and set (value: bool) = store.Set("showgrid", value)

    member _.gridcolor
        with get (): string = store.Get "gridcolor"
        and set (value: string) = store.Set("gridcolor", value)

    member _.gridwidth
        with get (): float = store.Get "gridwidth"
        and set (value: float) = store.Set("gridwidth", value)

    member _.zeroline
        with get (): bool = store.Get "zeroline"
        and set (value: bool) = store.Set("zeroline", value)

    member _.zerolinecolor
        with get (): string = store.Get "zerolinecolor"
        and set (value: string) = store.Set("zerolinecolor", value)

    member _.zerolinewidth
        with get (): float = store.Get "zerolinewidth"
        and set (value: float) = store.Set("zerolinewidth", value)

    member _.anchor
        with get (): obj = store.Get "anchor"
        and set (value: obj) = store.Set("anchor", value)

    member _.side
        with get (): obj = store.Get "side"
        and set (value: obj) = store.Set("side", value)

    member _.overlaying
        with get (): obj = store.Get "overlaying"
        and set (value: obj) = store.Set("overlaying", value)

    member _.domain
        with get (): obj = store.Get "domain"
        and set (value: obj) = store.Set("domain", value)

    member _.position
        with get (): float = store.Get "position"
        and set (value: float) = store.Set("position", value)

    member _._isSubplotObj
        with get (): bool = store.Get "_isSubplotObj"
        and set (value: bool) = store.Set("_isSubplotObj", value)

    member _.showspikes
        with get (): bool = store.Get "showspikes"
        and set (value: bool) = store.Set("showspikes", value)

    member _.spikesides
        with get (): bool = store.Get "spikesides"
        and set (value: bool) = store.Set("spikesides", value)

    member _.spikethickness
        with get (): float = store.Get "spikethickness"
        and set (value: float) = store.Set("spikethickness", value)

    member _.spikecolor
        with get (): string = store.Get "spikecolor"
        and set (value: string) = store.Set("spikecolor", value)

    member _.showbackground
        with get (): bool = store.Get "showbackground"
        and set (value: bool) = store.Set("showbackground", value)

    member _.backgroundcolor
        with get (): string = store.Get "backgroundcolor"
        and set (value: string) = store.Set("backgroundcolor", value)

    member _.showaxeslabels
        with get (): bool = store.Get "showaxeslabels"
        and set (value: bool) = store.Set("showaxeslabels", value)
