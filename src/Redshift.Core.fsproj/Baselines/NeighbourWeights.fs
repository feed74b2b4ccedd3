namespace Redshift.Core.Baselines

open System

/// What each of k neighbours counts for.
[<RequireQualifiedAccess>]
type NeighbourWeights =
    /// All the same.
    | Uniform
    /// 1 / distance; where neighbours coincide with the query, they alone count, all the same (as scikit-learn's
    /// KNeighborsRegressor).
    | Distance
    /// (1 - (d / h)^3)^3, h being the k-th neighbour's distance, which itself counts nothing (Cleveland 1979,
    /// doi:10.1080/01621459.1979.10481038); all the same where all k are equally far.
    | Tricube

/// Weights of neighbours.
module NeighbourWeights =

    /// The weights of a query's k neighbours, whose distances ascend, into as many places; not normalised, of which one at
    /// least is positive.
    let internal fill (weights: NeighbourWeights) (distances: ReadOnlySpan<float>) (into: Span<float>) : unit =
        let last = distances[distances.Length - 1]

        match weights with
        | NeighbourWeights.Uniform -> into.Fill 1.0
        | NeighbourWeights.Distance when distances[0] = 0.0 ->
            for i = 0 to distances.Length - 1 do
                into[i] <- if distances[i] = 0.0 then 1.0 else 0.0
        | NeighbourWeights.Distance ->
            for i = 0 to distances.Length - 1 do
                into[i] <- 1.0 / distances[i]
        | NeighbourWeights.Tricube when distances[0] = last -> into.Fill 1.0
        | NeighbourWeights.Tricube ->
            for i = 0 to distances.Length - 1 do
                let part = distances[i] / last
                let rest = 1.0 - part * part * part
                into[i] <- rest * rest * rest
