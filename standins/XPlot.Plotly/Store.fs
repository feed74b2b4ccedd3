namespace XPlot.Plotly

open System.Collections.Generic

/// The attributes of an object that have been set.
type internal Store() =
    let values = Dictionary<string, obj>()

    /// The value; raises `ArgumentException` if it has not been set.
    member _.Get(name: string) : 'T =
        match values.TryGetValue name with
        | true, value -> unbox value
        | false, _ -> invalidArg name "The attribute has not been set."

    /// The value, or the given one if it has not been set.
    member _.GetOr(name: string, value: 'T) : 'T =
        match values.TryGetValue name with
        | true, value -> unbox value
        | false, _ -> value

    member _.Set(name: string, value: 'T) = values[name] <- box value
    member _.Has(name: string) = values.ContainsKey name

module internal Store =
    let empty () = Store()

    let withValue name (value: 'T) (store: Store) =
        store.Set(name, value)
        store
