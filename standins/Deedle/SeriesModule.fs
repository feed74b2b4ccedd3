namespace Deedle

open System
open Deedle.Indices

/// Functions on series.
module Series =
    /// No observations.
    [<CompiledName("Empty")>]
    let empty<'K, 'V when 'K: equality> : Series<'K, 'V> = Series(Seq.empty, Seq.empty)

    /// Keys with the values that are present.
    [<CompiledName("GetObservations")>]
    let observations (series: Series<'K, 'T>) = series.Observations |> Seq.map (fun pair -> pair.Key, pair.Value)

    /// All keys with their values.
    [<CompiledName("GetAllObservations")>]
    let observationsAll (series: Series<'K, 'T>) =
        series.ObservationsAll
        |> Seq.map (fun pair -> pair.Key, OptionalValue.asOption pair.Value)

    /// The values at some keys.
    [<CompiledName("GetObservations")>]
    let getAll keys (series: Series<'K, 'T>) = series.GetItems(keys)

    /// The value at a key. Raises `KeyNotFoundException` or `MissingValueException`.
    [<CompiledName("Get")>]
    let get key (series: Series<'K, 'T>) = series.Get(key)

    /// The value at a position.
    [<CompiledName("GetAt")>]
    let getAt index (series: Series<'K, 'T>) = series.GetAt(index)

    /// The value at a key, if there are both.
    [<CompiledName("TryGet")>]
    let tryGet key (series: Series<'K, 'T>) = series.TryGet(key) |> OptionalValue.asOption

    /// The value at a position, if there is one.
    [<CompiledName("TryGetAt")>]
    let tryGetAt index (series: Series<'K, 'T>) = series.TryGetAt(index) |> OptionalValue.asOption

    /// How many values are present.
    [<CompiledName("CountValues")>]
    let countValues (series: Series<'K, 'T>) = series.ValueCount

    /// How many keys there are.
    [<CompiledName("CountKeys")>]
    let countKeys (series: Series<'K, 'T>) = series.KeyCount

    /// Whether there is a value at the key.
    [<CompiledName("Has")>]
    let has key (series: Series<'K, 'T>) = series.TryGet(key).HasValue

    /// The first key.
    [<CompiledName("GetFirstKey")>]
    let firstKey (series: Series<'K, 'V>) = series.GetKeyAt 0

    /// The last key.
    [<CompiledName("GetLastKey")>]
    let lastKey (series: Series<'K, 'V>) = series.GetKeyAt(series.KeyCount - 1)

    /// The first value.
    [<CompiledName("GetFirstValue")>]
    let firstValue (series: Series<'K, 'V>) = series.GetAt 0

    /// The last value.
    [<CompiledName("GetLastValue")>]
    let lastValue (series: Series<'K, 'V>) = series.GetAt(series.KeyCount - 1)

    /// The values that are present.
    [<CompiledName("GetValues")>]
    let values (series: Series<'K, 'T>) = series.Values

    /// All values.
    [<CompiledName("GetAllValues")>]
    let valuesAll (series: Series<'K, 'T>) = series.Column.Data |> Seq.map OptionalValue.asOption

    /// The keys.
    [<CompiledName("GetKeys")>]
    let keys (series: Series<'K, 'T>) = series.Keys

    /// The observations that satisfy the predicate.
    [<CompiledName("Filter")>]
    let filter f (series: Series<'K, 'T>) = series.Where(fun pair -> f pair.Key pair.Value)

    /// The observations whose values satisfy the predicate.
    [<CompiledName("FilterValues")>]
    let filterValues f (series: Series<'K, 'T>) = series.Where(fun pair -> f pair.Value)

    /// The observations, present or not, that satisfy the predicate.
    [<CompiledName("FilterAll")>]
    let filterAll f (series: Series<'K, 'T>) = series.Choose(fun key value -> f key (OptionalValue.asOption value))

    /// The results of the function; missing values stay so.
    [<CompiledName("Map")>]
    let map (f: 'K -> 'T -> 'R) (series: Series<'K, 'T>) = series.Select(fun pair -> f pair.Key pair.Value)

    /// The results of the function; missing values stay so.
    [<CompiledName("MapValues")>]
    let mapValues (f: 'T -> 'R) (series: Series<'K, 'T>) = series.SelectValues(Func<_, _> f)

    /// The results of the function for all values.
    [<CompiledName("MapAll")>]
    let mapAll (f: _ -> _ -> option<'R>) (series: Series<'K, 'T>) =
        series.SelectOptional(fun pair -> f pair.Key (OptionalValue.asOption pair.Value) |> OptionalValue.ofOption)

    /// The same values with other keys.
    [<CompiledName("MapKeys")>]
    let mapKeys (f: 'K -> 'R) (series: Series<'K, 'T>) = series.IndexWith(Seq.map f series.Keys)

    /// The values inside the options.
    [<CompiledName("Flatten")>]
    let flatten (series: Series<'K, 'T option>) = mapAll (fun _ v -> Option.flatten v) series

    let private range first count (series: Series<'K, 'T>) =
        series.GetItems(series.Keys |> Seq.skip first |> Seq.truncate count)

    let private checkCount count (series: Series<'K, 'T>) =
        if count < 0 || count > series.KeyCount then
            invalidArg "count" "Must be greater than zero and less than the number of keys."

    /// The first observations.
    [<CompiledName("Take")>]
    let take count (series: Series<'K, 'T>) =
        checkCount count series
        range 0 count series

    /// The last observations.
    [<CompiledName("TakeLast")>]
    let takeLast count (series: Series<'K, 'T>) =
        checkCount count series
        range (series.KeyCount - count) count series

    /// All but the first observations.
    [<CompiledName("Skip")>]
    let skip count (series: Series<'K, 'T>) =
        checkCount count series
        range count (series.KeyCount - count) series

    /// All but the last observations.
    [<CompiledName("SkipLast")>]
    let skipLast count (series: Series<'K, 'T>) =
        checkCount count series
        range 0 (series.KeyCount - count) series

    /// Folds the values that are present.
    [<CompiledName("FoldValues")>]
    let foldValues op init (series: Series<'K, 'T>) = Seq.fold op init series.Values

    /// Reduces the values that are present.
    [<CompiledName("ReduceValues")>]
    let reduceValues op (series: Series<'K, 'T>) = Seq.reduce op series.Values

    /// A value for each group of observations, in order of first appearance.
    let groupInto (keySelector: 'K -> 'T -> 'TNewKey) f (series: Series<'K, 'T>) : Series<'TNewKey, 'TNewValue> =
        series.GroupBy(fun pair -> keySelector pair.Key pair.Value) |> map f

    /// The observations in groups, in order of first appearance.
    let groupBy (keySelector: 'K -> 'T -> 'TNewKey) (series: Series<'K, 'T>) =
        groupInto keySelector (fun _ group -> group) series

    /// A value for each group of equal keys of a level.
    [<CompiledName("ApplyLevel")>]
    let inline applyLevel (level: 'K1 -> 'K2) op (series: Series<_, 'V>) : Series<_, 'R> =
        series.GroupBy(fun pair -> level pair.Key) |> mapValues op

    /// The observations that are present.
    [<CompiledName("DropMissing")>]
    let dropMissing (series: Series<'K, 'T>) = filterValues (fun _ -> true) series

    /// With what the function gives for the key where a value is missing.
    [<CompiledName("FillMissingUsing")>]
    let fillMissingUsing f (series: Series<'K, 'T>) =
        mapAll
            (fun key value ->
                match value with
                | None -> Some(f key)
                | present -> present)
            series

    /// With the given value where one is missing; as it was if the value is not safely one of the series' type.
    [<CompiledName("FillMissingWith")>]
    let fillMissingWith (value: 'V) (series: Series<'K, 'T>) =
        Series<'K, 'T>(series.KeyIndex, series.Column.Fill(box value) :?> Column<'T>)

    let private reorder positions (series: Series<'K, 'T>) =
        Series(LinearIndex(Array.map series.GetKeyAt positions), series.Column.Select positions :?> Column<'T>)

    /// In order of the values; missing ones first.
    [<CompiledName("SortWith")>]
    let sortWith comparer (series: Series<'K, 'V>) =
        let compareAt i j =
            match series.TryGetAt i, series.TryGetAt j with
            | a, b when a.HasValue && b.HasValue -> comparer a.Value b.Value
            | a, b -> compare a.HasValue b.HasValue

        let positions = List.sortWith compareAt [ 0 .. series.KeyCount - 1 ]
        reorder (Array.ofList positions) series

    /// In order of what the function gives; missing values first.
    [<CompiledName("SortBy")>]
    let sortBy (proj: 'T -> 'V) (series: Series<'K, 'T>) = sortWith (fun a b -> compare (proj a) (proj b)) series

    /// In order of the values; missing ones first.
    [<CompiledName("Sort")>]
    let sort (series: Series<'K, 'V>) = sortWith compare series

    /// In order of the keys.
    [<CompiledName("SortByKey")>]
    let sortByKey (series: Series<'K, 'T>) =
        let comparer = Collections.Generic.Comparer<'K>.Default

        let positions =
            List.sortWith
                (fun i j -> comparer.Compare(series.GetKeyAt i, series.GetKeyAt j))
                [ 0 .. series.KeyCount - 1 ]

        reorder (Array.ofList positions) series

    /// In reverse order.
    [<CompiledName("Reverse")>]
    let rev (series: Series<'K, 'T>) = reorder (Array.rev [| 0 .. series.KeyCount - 1 |]) series

    /// The values at other keys, missing where there are none.
    [<CompiledName("Realign")>]
    let realign keys (series: Series<'K, 'T>) = series.Realign(keys)

    /// The same values with the keys 0, 1, ...
    [<CompiledName("IndexOrdinally")>]
    let indexOrdinally (series: Series<'K, 'T>) = series.IndexWith(Seq.init series.KeyCount id)

    /// The same values with other keys.
    [<CompiledName("IndexWith")>]
    let indexWith (keys: seq<'K2>) (series: Series<'K1, 'T>) = series.IndexWith(keys)

    /// What the function gives where both have a value.
    [<CompiledName("ZipInto")>]
    let zipInto (op: 'V1 -> 'V2 -> 'R) (series1: Series<'K, 'V1>) (series2: Series<'K, 'V2>) : Series<'K, 'R> =
        let keys = series1.KeyIndex.Intersect series2.KeyIndex

        let combine key =
            OptionalValue.bind (fun a -> OptionalValue.map (op a) (series2.TryGet key)) (series1.TryGet key)

        Series(keys, Column<_>(Array.map combine keys.Array))
