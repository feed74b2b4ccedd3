namespace Deedle

open System
open Deedle.Indices

/// Functions on series.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Series =
    /// No observations.
    let empty<'K, 'V when 'K: equality> : Series<'K, 'V> = Series(Seq.empty, Seq.empty)

    /// Keys with the values that are present.
    let observations (series: Series<'K, 'T>) = series.Observations |> Seq.map (fun pair -> pair.Key, pair.Value)

    /// All keys with their values.
    let observationsAll (series: Series<'K, 'T>) =
        series.ObservationsAll
        |> Seq.map (fun pair -> pair.Key, OptionalValue.asOption pair.Value)

    /// The values at some keys.
    let getAll keys (series: Series<'K, 'T>) = series.GetItems(keys)

    /// The value at a key. Raises `KeyNotFoundException` or `MissingValueException`.
    let get key (series: Series<'K, 'T>) = series.Get(key)

    /// The value at a position.
    let getAt index (series: Series<'K, 'T>) = series.GetAt(index)

    /// The value at a key, if there are both.
    let tryGet key (series: Series<'K, 'T>) = series.TryGet(key) |> OptionalValue.asOption

    /// The value at a position, if there is one.
    let tryGetAt index (series: Series<'K, 'T>) = series.TryGetAt(index) |> OptionalValue.asOption

    /// How many values are present.
    let countValues (series: Series<'K, 'T>) = series.ValueCount

    /// How many keys there are.
    let countKeys (series: Series<'K, 'T>) = series.KeyCount

    /// Whether there is a value at the key.
    let has key (series: Series<'K, 'T>) = series.TryGet(key).HasValue

    /// The first key.
    let firstKey (series: Series<'K, 'V>) = series.GetKeyAt 0

    /// The last key.
    let lastKey (series: Series<'K, 'V>) = series.GetKeyAt(series.KeyCount - 1)

    /// The first value.
    let firstValue (series: Series<'K, 'V>) = series.GetAt 0

    /// The last value.
    let lastValue (series: Series<'K, 'V>) = series.GetAt(series.KeyCount - 1)

    /// The values that are present.
    let values (series: Series<'K, 'T>) = series.Values

    /// All values.
    let valuesAll (series: Series<'K, 'T>) = series.Column.Data |> Seq.map OptionalValue.asOption

    /// The keys.
    let keys (series: Series<'K, 'T>) = series.Keys

    /// The observations that satisfy the predicate.
    let filter f (series: Series<'K, 'T>) = series.Where(fun pair -> f pair.Key pair.Value)

    /// The observations whose values satisfy the predicate.
    let filterValues f (series: Series<'K, 'T>) = series.Where(fun pair -> f pair.Value)

    /// The observations, present or not, that satisfy the predicate.
    let filterAll f (series: Series<'K, 'T>) = series.Choose(fun key value -> f key (OptionalValue.asOption value))

    /// The results of the function; missing values stay so.
    let map (f: 'K -> 'T -> 'R) (series: Series<'K, 'T>) = series.Select(fun pair -> f pair.Key pair.Value)

    /// The results of the function; missing values stay so.
    let mapValues (f: 'T -> 'R) (series: Series<'K, 'T>) = series.SelectValues(Func<_, _> f)

    /// The results of the function for all values.
    let mapAll (f: _ -> _ -> option<'R>) (series: Series<'K, 'T>) =
        series.SelectOptional(fun pair -> f pair.Key (OptionalValue.asOption pair.Value) |> OptionalValue.ofOption)

    /// The same values with other keys.
    let mapKeys (f: 'K -> 'R) (series: Series<'K, 'T>) = series.IndexWith(Seq.map f series.Keys)

    /// The values inside the options.
    let flatten (series: Series<'K, 'T option>) = mapAll (fun _ v -> Option.flatten v) series

    let private range first count (series: Series<'K, 'T>) =
        series.GetItems(series.Keys |> Seq.skip first |> Seq.truncate count)

    let private checkCount count (series: Series<'K, 'T>) =
        if count < 0 || count > series.KeyCount then
            invalidArg "count" "Must be greater than zero and less than the number of keys."

    /// The first observations.
    let take count (series: Series<'K, 'T>) =
        checkCount count series
        range 0 count series

    /// The last observations.
    let takeLast count (series: Series<'K, 'T>) =
        checkCount count series
        range (series.KeyCount - count) count series

    /// All but the first observations.
    let skip count (series: Series<'K, 'T>) =
        checkCount count series
        range count (series.KeyCount - count) series

    /// All but the last observations.
    let skipLast count (series: Series<'K, 'T>) =
        checkCount count series
        range 0 (series.KeyCount - count) series

    /// Folds the values that are present.
    let foldValues op init (series: Series<'K, 'T>) = Seq.fold op init series.Values

    /// Reduces the values that are present.
    let reduceValues op (series: Series<'K, 'T>) = Seq.reduce op series.Values

    /// A value for each group of observations, in order of first appearance.
    let groupInto (keySelector: 'K -> 'T -> 'TNewKey) f (series: Series<'K, 'T>) : Series<'TNewKey, 'TNewValue> =
        series.GroupBy(fun pair -> keySelector pair.Key pair.Value) |> map f

    /// The observations in groups, in order of first appearance.
    let groupBy (keySelector: 'K -> 'T -> 'TNewKey) (series: Series<'K, 'T>) =
        groupInto keySelector (fun _ group -> group) series

    /// A value for each group of equal keys of a level.
    let inline applyLevel (level: 'K1 -> 'K2) op (series: Series<_, 'V>) : Series<_, 'R> =
        series.GroupBy(fun pair -> level pair.Key) |> mapValues op

    /// The observations that are present.
    let dropMissing (series: Series<'K, 'T>) = filterValues (fun _ -> true) series

    /// With what the function gives for the key where a value is missing.
    let fillMissingUsing f (series: Series<'K, 'T>) =
        mapAll
            (fun key value ->
                match value with
                | None -> Some(f key)
                | present -> present)
            series

    /// With the given value where one is missing.
    let fillMissingWith value (series: Series<'K, 'T>) = fillMissingUsing (fun _ -> value) series

    let private reorder positions (series: Series<'K, 'T>) =
        Series(LinearIndex(Array.map series.GetKeyAt positions), series.Column.Select positions :?> Column<'T>)

    /// In order of the values; missing ones first.
    let sortWith comparer (series: Series<'K, 'V>) =
        let compareAt i j =
            match series.TryGetAt i, series.TryGetAt j with
            | a, b when a.HasValue && b.HasValue -> comparer a.Value b.Value
            | a, b -> compare a.HasValue b.HasValue

        let positions = List.sortWith compareAt [ 0 .. series.KeyCount - 1 ]
        reorder (Array.ofList positions) series

    /// In order of what the function gives; missing values first.
    let sortBy (proj: 'T -> 'V) (series: Series<'K, 'T>) = sortWith (fun a b -> compare (proj a) (proj b)) series

    /// In order of the values; missing ones first.
    let sort (series: Series<'K, 'V>) = sortWith compare series

    /// In order of the keys.
    let sortByKey (series: Series<'K, 'T>) =
        let comparer = Collections.Generic.Comparer<'K>.Default

        let positions =
            List.sortWith
                (fun i j -> comparer.Compare(series.GetKeyAt i, series.GetKeyAt j))
                [ 0 .. series.KeyCount - 1 ]

        reorder (Array.ofList positions) series

    /// In reverse order.
    let rev (series: Series<'K, 'T>) = reorder (Array.rev [| 0 .. series.KeyCount - 1 |]) series

    /// The values at other keys, missing where there are none.
    let realign keys (series: Series<'K, 'T>) = series.Realign(keys)

    /// The same values with the keys 0, 1, ...
    let indexOrdinally (series: Series<'K, 'T>) = series.IndexWith(Seq.init series.KeyCount id)

    /// The same values with other keys.
    let indexWith (keys: seq<'K2>) (series: Series<'K1, 'T>) = series.IndexWith(keys)

    /// What the function gives where both have a value.
    let zipInto (op: 'V1 -> 'V2 -> 'R) (series1: Series<'K, 'V1>) (series2: Series<'K, 'V2>) : Series<'K, 'R> =
        let keys = series1.KeyIndex.Intersect series2.KeyIndex

        let combine key =
            OptionalValue.bind (fun a -> OptionalValue.map (op a) (series2.TryGet key)) (series1.TryGet key)

        Series(keys, Column<_>(Array.map combine keys.Array))
