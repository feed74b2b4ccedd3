namespace XPlot.Plotly

/// Horizontal error bars: attributes named and meant as in the reference of plotly.js.
type Error_x() =
    let store = Store.empty ()

    member _.visible
        with get (): bool = store.GetOr("visible", false)
        and set (value: bool) = store.Set("visible", value)

    member _.``type``
        with get (): obj = store.GetOr("type", null)
        and set (value: obj) = store.Set("type", value)

    member _.symmetric
        with get (): bool = store.GetOr("symmetric", false)
        and set (value: bool) = store.Set("symmetric", value)

    member _.array
        with get (): obj = store.GetOr("array", null)
        and set (value: obj) = store.Set("array", value)

    member _.arrayminus
        with get (): obj = store.GetOr("arrayminus", null)
        and set (value: obj) = store.Set("arrayminus", value)

    member _.value
        with get (): float = store.GetOr("value", 0.0)
        and set (value: float) = store.Set("value", value)

    member _.valueminus
        with get (): float = store.GetOr("valueminus", 0.0)
        and set (value: float) = store.Set("valueminus", value)

    member _.traceref
        with get (): int = store.GetOr("traceref", 0)
        and set (value: int) = store.Set("traceref", value)

    member _.tracerefminus
        with get (): int = store.GetOr("tracerefminus", 0)
        and set (value: int) = store.Set("tracerefminus", value)

    member _.copy_ystyle
        with get (): bool = store.GetOr("copy_ystyle", false)
        and set (value: bool) = store.Set("copy_ystyle", value)

    member _.copy_zstyle
        with get (): bool = store.GetOr("copy_zstyle", false)
        and set (value: bool) = store.Set("copy_zstyle", value)

    member _.color
        with get (): string = store.GetOr("color", "")
        and set (value: string) = store.Set("color", value)

    member _.thickness
        with get (): float = store.GetOr("thickness", 0.0)
        and set (value: float) = store.Set("thickness", value)

    member _.width
        with get (): float = store.GetOr("width", 0.0)
        and set (value: float) = store.Set("width", value)

/// Vertical error bars: attributes named and meant as in the reference of plotly.js.
type Error_y() =
    let store = Store.empty ()

    member _.visible
        with get (): bool = store.GetOr("visible", false)
        and set (value: bool) = store.Set("visible", value)

    member _.``type``
        with get (): obj = store.GetOr("type", null)
        and set (value: obj) = store.Set("type", value)

    member _.symmetric
        with get (): bool = store.GetOr("symmetric", false)
        and set (value: bool) = store.Set("symmetric", value)

    member _.array
        with get (): obj = store.GetOr("array", null)
        and set (value: obj) = store.Set("array", value)

    member _.arrayminus
        with get (): obj = store.GetOr("arrayminus", null)
        and set (value: obj) = store.Set("arrayminus", value)

    member _.value
        with get (): float = store.GetOr("value", 0.0)
        and set (value: float) = store.Set("value", value)

    member _.valueminus
        with get (): float = store.GetOr("valueminus", 0.0)
        and set (value: float) = store.Set("valueminus", value)

    member _.traceref
        with get (): int = store.GetOr("traceref", 0)
        and set (value: int) = store.Set("traceref", value)

    member _.tracerefminus
        with get (): int = store.GetOr("tracerefminus", 0)
        and set (value: int) = store.Set("tracerefminus", value)

    member _.copy_ystyle
        with get (): bool = store.GetOr("copy_ystyle", false)
        and set (value: bool) = store.Set("copy_ystyle", value)

    member _.copy_zstyle
        with get (): bool = store.GetOr("copy_zstyle", false)
        and set (value: bool) = store.Set("copy_zstyle", value)

    member _.color
        with get (): string = store.GetOr("color", "")
        and set (value: string) = store.Set("color", value)

    member _.thickness
        with get (): float = store.GetOr("thickness", 0.0)
        and set (value: float) = store.Set("thickness", value)

    member _.width
        with get (): float = store.GetOr("width", 0.0)
        and set (value: float) = store.Set("width", value)
