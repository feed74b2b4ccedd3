namespace Deedle.Indices

open System.Collections.Generic
open System.Collections.ObjectModel
open System.Linq

/// The keys of a series.
type IIndex<'K when 'K: equality> =
    /// The keys in order.
    abstract Keys: ReadOnlyCollection<'K>

    /// How many there are.
    abstract KeyCount: int64

    /// Whether there are none.
    abstract IsEmpty: bool

/// Keys and their positions.
type internal LinearIndex<'K when 'K: equality>(keys: 'K[]) =
    let positions =
        lazy
            (let positions = Dictionary<'K, int>(keys.Length, HashIdentity.Structural)

             keys
             |> Array.iteri (fun i key ->
                 if not (positions.TryAdd(key, i)) then
                     invalidArg "keys" $"Duplicate key '{key}'. Duplicate keys are not allowed in the index.")

             positions)

    let isOrdered =
        lazy
            (let comparer = Comparer<'K>.Default

             try
                 keys |> Seq.pairwise |> Seq.forall (fun (a, b) -> comparer.Compare(a, b) < 0)
             with :? System.InvalidOperationException ->
                 false)

    /// Raises `ArgumentException` for a key that occurs twice.
    static member Create(keys: 'K[]) =
        let index = LinearIndex keys
        index.Position Unchecked.defaultof<'K> |> ignore
        index

    member _.Array = keys
    member _.IsOrdered = isOrdered.Value

    /// -1 if there is no such key.
    member _.Position(key: 'K) =
        if isNull (box key) then
            positions.Force() |> ignore
            -1
        else
            match positions.Value.TryGetValue key with
            | true, i -> i
            | false, _ -> -1

    /// The keys of either: in ascending order if both are, otherwise those of the first and then the others.
    member x.Union(other: LinearIndex<'K>) =
        if keys = other.Array then
            x
        else
            let all = Array.append keys (other.Array |> Array.filter (fun k -> x.Position k < 0))

            if x.IsOrdered && other.IsOrdered then
                LinearIndex(all.OrderBy((fun k -> k), Comparer<'K>.Default).ToArray())
            else
                LinearIndex all

    /// The keys of both, in the order of the first.
    member _.Intersect(other: LinearIndex<'K>) = LinearIndex(keys |> Array.filter (fun k -> other.Position k >= 0))

    /// Where the keys of the other are in this one.
    member x.Locate(other: LinearIndex<'K>) =
        if obj.ReferenceEquals(x, other) then
            Array.init keys.Length id
        else
            other.Array |> Array.map x.Position

    interface IIndex<'K> with
        member _.Keys = ReadOnlyCollection keys
        member _.KeyCount = int64 keys.Length
        member _.IsEmpty = Array.isEmpty keys
