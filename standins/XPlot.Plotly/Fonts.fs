namespace XPlot.Plotly

/// Font: attributes named and meant as in the reference of plotly.js.
type Font() =
    let store = Store.empty ()

    member _.family
        with get (): string = store.GetOr("family", "")
        and set (value: string) = store.Set("family", value)

    member _.size
        with get (): float = store.GetOr("size", 0.0)
        and set (value: float) = store.Set("size", value)

    member _.color
        with get (): string = store.GetOr("color", "")
        and set (value: string) = store.Set("color", value)

/// Font of a title: attributes named and meant as in the reference of plotly.js.
type Titlefont() =
    let store = Store.empty ()

    member _.family
        with get (): string = store.GetOr("family", "")
        and set (value: string) = store.Set("family", value)

    member _.size
        with get (): float = store.GetOr("size", 0.0)
        and set (value: float) = store.Set("size", value)

    member _.color
        with get (): string = store.GetOr("color", "")
        and set (value: string) = store.Set("color", value)

/// Font of tick labels: attributes named and meant as in the reference of plotly.js.
type Tickfont() =
    let store = Store.empty ()

    member _.family
        with get (): string = store.GetOr("family", "")
        and set (value: string) = store.Set("family", value)

    member _.size
        with get (): float = store.GetOr("size", 0.0)
        and set (value: float) = store.Set("size", value)

    member _.color
        with get (): string = store.GetOr("color", "")
        and set (value: string) = store.Set("color", value)

/// Font of texts: attributes named and meant as in the reference of plotly.js.
type Textfont() =
    let store = Store.empty ()

    member _.family
        with get (): string = store.GetOr("family", "")
        and set (value: string) = store.Set("family", value)

    member _.size
        with get (): float = store.GetOr("size", 0.0)
        and set (value: float) = store.Set("size", value)

    member _.color
        with get (): string = store.GetOr("color", "")
        and set (value: string) = store.Set("color", value)

/// Margins: attributes named and meant as in the reference of plotly.js.
type Margin() =
    let store = Store.empty ()

    member _.l
        with get (): float = store.Get "l"
        and set (value: float) = store.Set("l", value)

    member _.r
        with get (): float = store.Get "r"
        and set (value: float) = store.Set("r", value)

    member _.t
        with get (): float = store.Get "t"
        and set (value: float) = store.Set("t", value)

    member _.b
        with get (): float = store.Get "b"
        and set (value: float) = store.Set("b", value)

    member _.pad
        with get (): float = store.Get "pad"
        and set (value: float) = store.Set("pad", value)

    member _.autoexpand
        with get (): bool = store.Get "autoexpand"
        and set (value: bool) = store.Set("autoexpand", value)
