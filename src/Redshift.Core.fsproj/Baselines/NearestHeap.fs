namespace Redshift.Core.Baselines

open System

/// The k nearest of the points offered so far: a heap whose root is the farthest. Points are ordered by distance and, at
/// equal distances, by index, so that what is kept does not depend on the order in which points are offered.
[<Sealed>]
type internal NearestHeap(k: int) =
    // Places not yet taken are infinitely far.
    let distances = Array.create k infinity
    let indices = Array.create k Int32.MaxValue

    let farther i j =
        distances[i] > distances[j]
        || distances[i] = distances[j] && indices[i] > indices[j]

    let swap i j =
        let distance, index = distances[i], indices[i]
        distances[i] <- distances[j]
        indices[i] <- indices[j]
        distances[j] <- distance
        indices[j] <- index

    /// Moves the root of a heap of this size down to its place.
    let settle size =
        let mutable at = 0
        let mutable child = 1

        while child < size do
            if child + 1 < size && farther (child + 1) child then
                child <- child + 1

            if farther child at then
                swap at child
                at <- child
                child <- 2 * at + 1
            else
                child <- size

    /// The distance beyond which an offer is in vain.
    member _.Worst = distances[0]

    /// Takes the point in if it is among the k nearest.
    member _.Offer(distance: float, index: int) : unit =
        if distance < distances[0] || distance = distances[0] && index < indices[0] then
            distances[0] <- distance
            indices[0] <- index
            settle k

    /// Orders what was kept from near to far. After it only `Clear` makes a heap again.
    member _.Sort() : unit =
        for last = k - 1 downto 1 do
            swap 0 last
            settle last

    /// Forgets all points.
    member _.Clear() : unit =
        Array.Fill(distances, infinity)
        Array.Fill(indices, Int32.MaxValue)

    /// The distances of what was kept.
    member _.Distances = distances
    /// Its indices.
    member _.Indices = indices
