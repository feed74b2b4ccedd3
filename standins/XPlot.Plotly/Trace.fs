namespace XPlot.Plotly

/// A set of data as it is drawn. A derived type may add attributes as public properties; a method
/// `ShouldSerializeNAME` says whether the attribute NAME is written.
type Trace() =
    let store = Store.empty ()

    /// The name in the legend.
    member _.name
        with get (): string = store.GetOr("name", "")
        and set (value: string) = store.Set("name", value)
