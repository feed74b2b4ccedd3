namespace Deedle

open System
open System.Collections.Generic
open System.Runtime.CompilerServices
open Deedle.Indices

/// Ways to make a frame in C#.
type Frame =
    /// From columns.
    static member FromColumns(columns: seq<KeyValuePair<'ColKey, Series<'RowKey, 'V>>>) : Frame<'RowKey, 'ColKey> =
        Frame<'RowKey, 'ColKey>(columns |> Seq.map _.Key, columns |> Seq.map (fun pair -> pair.Value :> ISeries<_>))

    /// From rows.
    static member FromRows(rows: seq<KeyValuePair<'RowKey, Series<'ColKey, 'V>>>) : Frame<'RowKey, 'ColKey> =
        FrameOf.rows (Series(rows |> Seq.map _.Key, rows |> Seq.map _.Value))

    /// No rows and no columns.
    static member CreateEmpty<'R, 'C when 'R: equality and 'C: equality>() : Frame<'R, 'C> =
        Frame<'R, 'C>(Seq.empty, Seq.empty)

/// Ways to make a frame in F#.
[<AutoOpen>]
module ``F# Frame extensions`` =
    /// A key with its value.
    let (=>) a b = a, b

    /// A key with its series, whatever its type.
    let (=?>) a (b: ISeries<_>) = a, b

    /// From columns.
    let frame columns =
        let names, values = columns |> Array.ofSeq |> Array.unzip
        Frame<_, _>(Seq.ofArray names, values |> Seq.map (fun s -> s :> ISeries<_>))

    type Frame with

        /// From rows; the row keys are 0, 1, ...
        static member ofRowsOrdinal(rows: seq<#Series<'K, 'V>>) =
            let rows = Array.ofSeq rows
            FrameOf.rows (Series(Seq.init rows.Length int64, rows))

        /// From rows.
        static member ofRows(rows: seq<'R * #ISeries<'C>>) = FrameOf.rows (Series(Seq.map fst rows, Seq.map snd rows))

        /// From columns.
        static member ofColumns(cols: Series<'C, #ISeries<'R>>) : Frame<'R, 'C> = FrameOf.columns cols

        /// From columns.
        static member ofColumns(cols: seq<'C * #ISeries<'R>>) =
            let cols = Array.ofSeq cols
            Frame<'R, 'C>(Seq.map fst cols, cols |> Seq.map (fun (_, s) -> s :> ISeries<'R>))

        /// From keys without columns.
        static member ofRowKeys(keys: seq<'R>) =
            Frame<'R, string>(LinearIndex.Create(Array.ofSeq keys), LinearIndex [||], [||])

/// Members of frames outside their type.
[<Extension>]
type FrameExtensions =
    /// Prints the frame.
    [<Extension>]
    static member Print(frame: Frame<'K, 'V>) = Console.WriteLine(frame.Format())

    /// Prints the frame, with the types of the columns if asked for.
    [<Extension>]
    static member Print(frame: Frame<'K, 'V>, printTypes: bool) = Console.WriteLine(frame.Format(printTypes))

    /// The rows that satisfy the predicate.
    [<Extension>]
    static member Where(frame: Frame<'R, 'C>, condition: Func<KeyValuePair<'R, ObjectSeries<'C>>, bool>) =
        Frame.filterRows (fun key row -> condition.Invoke(KeyValuePair(key, row))) frame

    /// The rows in order of a column.
    [<Extension>]
    static member SortRows(frame: Frame<'R, 'C>, key: 'C) = Frame.sortRows key frame

    /// The rows without missing values.
    [<Extension>]
    static member DropSparseRows(frame: Frame<'R, 'C>) = Frame.dropSparseRows frame
