namespace Deedle

open System
open System.Collections.Generic
open System.Runtime.CompilerServices
open Deedle.Indices

/// Ways to make a series in F#.
[<AutoOpen>]
module ``F# Series extensions`` =

    /// Ways to make a series in F#.
    type Series =
        /// From keys with values.
        static member ofObservations(observations) =
            let observations = Array.ofSeq observations
            Series(Seq.map fst observations, Seq.map snd observations)

        /// From values; the keys are 0, 1, ...
        static member ofValues(values: seq<'V>) =
            let values = Array.ofSeq values
            Series(LinearIndex(Array.init values.Length id), Column.ofValues values)

        /// From values that may be null.
        static member ofNullables(values: seq<Nullable<_>>) =
            Series(Seq.mapi (fun i _ -> i) values, values).Select(fun pair -> (pair.Value: Nullable<_>).Value)

        /// From keys with values that may be missing.
        static member ofOptionalObservations(observations: seq<'K * option<_>>) =
            Series(Seq.map fst observations, Seq.map snd observations)
                .SelectOptional(fun pair -> OptionalValue.bind OptionalValue.ofOption pair.Value)

    /// From keys with values.
    let series observations = Series.ofObservations observations

/// Series from sequences.
[<Extension>]
type EnumerableExtensions =
    /// From keys with values.
    [<Extension>]
    static member ToSeries(observations: seq<KeyValuePair<'K, 'V>>) = Series<'K, 'V>(observations)

    /// From values; the keys are 0, 1, ...
    [<Extension>]
    static member ToOrdinalSeries(observations: seq<'V>) = Series.ofValues observations

/// Members of series outside their type.
[<Extension>]
type SeriesExtensions =
    /// Prints the series.
    [<Extension>]
    static member Print(series: Series<'K, 'V>) = Console.WriteLine(series.Format())

    /// The observations that are present.
    [<Extension>]
    static member DropMissing(series: Series<'K, 'V>) = Series.dropMissing series

    /// With the given value where one is missing.
    [<Extension>]
    static member FillMissing(series: Series<'K, 'T>, value: 'T) = Series.fillMissingWith value series

    /// In order of the values; missing ones first.
    [<Extension>]
    static member Sort(series: Series<'K, 'V>) = Series.sort series

    /// In order of the keys.
    [<Extension>]
    static member SortByKey(series: Series<'K, 'T>) = Series.sortByKey series
