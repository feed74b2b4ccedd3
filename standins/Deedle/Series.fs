namespace Deedle

open System
open System.Collections.Generic
open Deedle.Indices

/// A series whose values may be of any type.
type ISeries<'K when 'K: equality> =
    /// The values.
    abstract Vector: IVector

    /// The keys.
    abstract Index: IIndex<'K>

    /// The value at a key.
    abstract TryGetObject: 'K -> OptionalValue<obj>

/// Values by key, in the order of the keys. Null and NaN are missing values.
type Series<'K, 'V when 'K: equality> internal (index: LinearIndex<'K>, column: Column<'V>) =
    let data = column.Data

    let notFound (key: 'K) = raise (KeyNotFoundException $"The key {key} is not present in the index")

    /// From as many keys as values. Raises `ArgumentException` for a key that occurs twice.
    new(keys: seq<'K>, values: seq<'V>) = Series(LinearIndex.Create(Array.ofSeq keys), Column.ofValues values)

    /// From keys with values.
    new(pairs: seq<KeyValuePair<'K, 'V>>) = Series(pairs |> Seq.map _.Key, pairs |> Seq.map _.Value)

    member internal _.KeyIndex = index
    member internal _.Column: Column<'V> = column

    /// The keys.
    member _.Index = index :> IIndex<'K>

    /// The keys.
    member _.Keys = Seq.ofArray index.Array

    /// The values that are present.
    member _.Values =
        seq {
            for v in data do
                if v.HasValue then
                    v.Value
        }

    /// All values.
    member _.ValuesAll = Seq.ofArray (Array.map (fun (v: 'V opt) -> v.ValueOrDefault) data)

    /// Keys with the values that are present.
    member _.Observations =
        seq {
            for i in 0 .. data.Length - 1 do
                if data[i].HasValue then
                    KeyValuePair(index.Array[i], data[i].Value)
        }

    /// All keys with their values.
    member _.ObservationsAll =
        seq {
            for i in 0 .. data.Length - 1 do
                KeyValuePair(index.Array[i], data[i])
        }

    /// Whether there are no keys.
    member _.IsEmpty = data.Length = 0

    /// How many keys there are.
    member _.KeyCount = data.Length

    /// How many values are present.
    member _.ValueCount = data |> Seq.filter _.HasValue |> Seq.length

    /// The value at a key, if there are both.
    member _.TryGet(key: 'K) =
        match index.Position key with
        | -1 -> OptionalValue.Missing
        | i -> data[i]

    /// The value at a key. Raises `KeyNotFoundException` or `MissingValueException`.
    member _.Get(key: 'K) : 'V =
        match index.Position key with
        | -1 -> notFound key
        | i when data[i].HasValue -> data[i].Value
        | _ -> raise (MissingValueException(key, $"Value at the key {key} is missing"))

    /// The value at a position.
    member _.TryGetAt(index: int) = data[index]

    /// The value at a position; raises `InvalidOperationException` if it is missing.
    member _.GetAt(index: int) = data[index].Value

    /// The key at a position.
    member x.GetKeyAt(index: int) = x.KeyIndex.Array[index]

    /// The values at some keys.
    member _.GetItems(keys: seq<'K>) =
        let keys = LinearIndex.Create(Array.ofSeq keys)
        Series(keys, column.Select(index.Locate keys) :?> Column<'V>)

    /// The value at a key. Raises `KeyNotFoundException` or `MissingValueException`.
    member x.Item
        with get (a: 'K) = x.Get a

    /// The values at some keys.
    member x.Item
        with get (items: seq<'K>) = x.GetItems items

    /// The observations that satisfy the predicate; missing values do not.
    member internal x.Choose(predicate: 'K -> 'V opt -> bool) =
        let positions =
            [| for i in 0 .. data.Length - 1 do
                   if predicate index.Array[i] data[i] then
                       i |]

        Series(LinearIndex(positions |> Array.map (Array.get index.Array)), column.Select positions :?> Column<'V>)

    /// The observations that satisfy the predicate.
    member x.Where(f: Func<KeyValuePair<'K, 'V>, bool>) =
        x.Choose(fun key value -> value.HasValue && f.Invoke(KeyValuePair(key, value.Value)))

    /// The results of the function; missing values stay so.
    member _.Select<'R>(f: Func<KeyValuePair<'K, 'V>, 'R>) : Series<'K, 'R> =
        let select i (v: 'V opt) = OptionalValue.map (fun value -> f.Invoke(KeyValuePair(index.Array[i], value))) v

        Series(index, Column<_>(Array.mapi select data))

    /// The results of the function; missing values stay so.
    member x.SelectValues<'T>(f: Func<'V, 'T>) : Series<'K, 'T> = x.Select(fun pair -> f.Invoke pair.Value)

    /// The results of the function for all values.
    member _.SelectOptional<'R>(f: Func<KeyValuePair<'K, OptionalValue<'V>>, OptionalValue<'R>>) : Series<'K, 'R> =
        Series(index, Column<_>(Array.mapi (fun i v -> f.Invoke(KeyValuePair(index.Array[i], v))) data))

    /// The same values with other keys.
    member _.IndexWith(keys: seq<'K2>) : Series<'K2, 'V> =
        let keys = LinearIndex.Create(Array.ofSeq keys)
        Series(keys, column.Select(Array.init keys.Array.Length (fun i -> if i < data.Length then i else -1)) :?> _)

    /// The observations grouped by a key, in order of first appearance.
    member x.GroupBy(keySelector: Func<KeyValuePair<'K, 'V>, 'G>) : Series<'G, Series<'K, 'V>> =
        let groups = x.Observations |> Seq.groupBy keySelector.Invoke |> Array.ofSeq

        let values =
            groups
            |> Array.map (fun (_, pairs) -> Series<'K, 'V>(Array.ofSeq pairs :> seq<_>))

        Series(groups |> Seq.map fst, Seq.ofArray values)

    /// The values at other keys, missing where there are none.
    member x.Realign(newKeys: seq<'K>) = x.GetItems newKeys

    /// A line for each observation; of a long series, the first and the last 15.
    member _.Format() =
        if data.Length = 0 then
            "(Empty)"
        else
            Formatting.ends Formatting.shownAtEachEnd Formatting.shownAtEachEnd data.Length
            |> Array.map (fun position ->
                match position with
                | Some i -> [| Formatting.text (box index.Array[i]); "->"; Formatting.optional data[i] |]
                | None -> [| "..."; "->"; "..." |])
            |> Formatting.table

    override _.ToString() =
        Formatting.ends 5 1 data.Length
        |> Array.map (fun position ->
            match position with
            | Some i -> $"{Formatting.text (box index.Array[i])} => {Formatting.optional data[i]}"
            | None -> " ... ")
        |> String.concat "; "
        |> sprintf "series [ %s]"

    override _.Equals another =
        match another with
        | :? Series<'K, 'V> as other -> index.Array = other.KeyIndex.Array && data = other.Column.Data
        | _ -> false

    override _.GetHashCode() = HashCode.Combine(data.Length, (index.Array :> Array).Length)

    static member internal Zip (op: 'V -> 'V -> 'V) (first: Series<'K, 'V>) (second: Series<'K, 'V>) =
        let keys = first.KeyIndex.Union second.KeyIndex

        let combine key = OptionalValue.bind (fun a -> OptionalValue.map (op a) (second.TryGet key)) (first.TryGet key)

        Series(keys, Column<_>(Array.map combine keys.Array))

    member internal _.Elementwise(f: 'V -> 'R) : Series<'K, 'R> =
        Series(index, Column<_>(Array.map (OptionalValue.map f) data))

    interface ISeries<'K> with
        member _.Vector = column :> IVector
        member x.Index = x.Index
        member x.TryGetObject key = x.TryGet key |> OptionalValue.map box

    static member (+)(s1: Series<'K, float>, s2: Series<'K, float>) = Series<'K, float>.Zip (+) s1 s2
    static member (-)(s1: Series<'K, float>, s2: Series<'K, float>) = Series<'K, float>.Zip (-) s1 s2
    static member (*)(s1: Series<'K, float>, s2: Series<'K, float>) = Series<'K, float>.Zip (*) s1 s2
    static member (/)(s1: Series<'K, float>, s2: Series<'K, float>) = Series<'K, float>.Zip (/) s1 s2
    static member (+)(series: Series<'K, float>, scalar: float) = series.Elementwise(fun v -> v + scalar)
    static member (-)(series: Series<'K, float>, scalar: float) = series.Elementwise(fun v -> v - scalar)
    static member (*)(series: Series<'K, float>, scalar: float) = series.Elementwise(fun v -> v * scalar)
    static member (/)(series: Series<'K, float>, scalar: float) = series.Elementwise(fun v -> v / scalar)
    static member (+)(scalar: float, series: Series<'K, float>) = series.Elementwise(fun v -> scalar + v)
    static member (-)(scalar: float, series: Series<'K, float>) = series.Elementwise(fun v -> scalar - v)
    static member (*)(scalar: float, series: Series<'K, float>) = series.Elementwise(fun v -> scalar * v)
    static member (/)(scalar: float, series: Series<'K, float>) = series.Elementwise(fun v -> scalar / v)
    static member (~-)(series: Series<'K, float>) = series.Elementwise(fun v -> -v)
    static member Abs(series: Series<'K, float>) = series.Elementwise abs
    static member Log(series: Series<'K, float>) = series.Elementwise log
    static member Log10(series: Series<'K, float>) = series.Elementwise log10
    static member Sqrt(series: Series<'K, float>) = series.Elementwise sqrt
    static member Exp(series: Series<'K, float>) = series.Elementwise exp

/// A series of values of several types: a row of a frame, or a column as it is.
type ObjectSeries<'K when 'K: equality> internal (index: LinearIndex<'K>, column: Column<obj>) =
    inherit Series<'K, obj>(index, column)

    /// The values of a type, or a narrower one.
    member x.GetValues<'R>() =
        x.Values
        |> Seq.filter (Conversion.canConvert<'R> ConversionKind.Safe)
        |> Seq.map (Conversion.convert<'R> ConversionKind.Safe)

    /// The value at a key, converted. Raises as `Get`, or `InvalidCastException`, `FormatException`.
    member x.GetAs<'R>(column: 'K) : 'R = Conversion.convert<'R> ConversionKind.Flexible (x.Get column)

    /// The value at a key, converted; the fallback if it is missing.
    member x.GetAs<'R>(column: 'K, fallback: 'R) : 'R =
        match index.Position column with
        | -1 -> Conversion.convert<'R> ConversionKind.Flexible (x.Get column)
        | _ ->
            x.TryGet column
            |> OptionalValue.map (Conversion.convert<'R> ConversionKind.Flexible)
            |> OptionalValue.defaultArg fallback

    /// The value at a position, converted.
    member x.GetAtAs<'R>(index: int) : 'R = Conversion.convert<'R> ConversionKind.Flexible (x.GetAt index)

    /// The value at a key, converted, if there is one.
    member x.TryGetAs<'R>(column: 'K) : OptionalValue<'R> =
        x.TryGet column
        |> OptionalValue.map (Conversion.convert<'R> ConversionKind.Flexible)

    /// All values converted, if all can be.
    member _.TryAs<'R>(conversionKind: ConversionKind) : OptionalValue<Series<'K, 'R>> =
        Column.tryConvert<'R> conversionKind column
        |> OptionalValue.map (fun typed -> Series(index, typed))

    /// All values converted, if all are numbers at most as wide, or of the type.
    member x.TryAs<'R>() : OptionalValue<Series<'K, 'R>> = x.TryAs<'R>(ConversionKind.Safe)

    /// All values converted. Raises `InvalidCastException` or `FormatException`.
    member _.As<'R>() : Series<'K, 'R> = Series(index, Column.convert<'R> ConversionKind.Flexible column)

    /// The number at a key.
    static member (?)(series: ObjectSeries<_>, name: string) = series.GetAs<float>(name, nan)
