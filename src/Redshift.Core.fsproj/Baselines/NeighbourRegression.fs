namespace Redshift.Core.Baselines

open System

/// What is made of the neighbours.
[<RequireQualifiedAccess>]
type NeighbourEstimate =
    /// Their weighted mean.
    | Mean
    /// The height at the query of a plane fitted to them by weighted least squares, as SDSS has done (Beck et al. 2016,
    /// doi:10.1093/mnras/stw1009, section 3: 100 neighbours, all with the same weight; its second fit without outliers is
    /// not made). It is limited to the range of the neighbours' targets.
    | LocalLinear

/// A regression by neighbours.
type NeighbourSettings =
    {
        /// How many, 1 to the number of training points.
        Neighbours: int
        /// What each of them counts for.
        Weights: NeighbourWeights
        /// What is made of them.
        Estimate: NeighbourEstimate
    }

    /// The distance-weighted mean of 15.
    static member Usual =
        { Neighbours = 15
          Weights = NeighbourWeights.Distance
          Estimate = NeighbourEstimate.Mean }

    /// A plane through 100, all with the same weight.
    static member UsualLocalLinear =
        { Neighbours = 100
          Weights = NeighbourWeights.Uniform
          Estimate = NeighbourEstimate.LocalLinear }

/// A regression fitted to training rows. To store one, store `Settings`, `Search.Points` and `Targets`; `fit` makes the same
/// of them again.
[<Sealed>]
type NeighbourRegression internal (settings: NeighbourSettings, search: NeighbourSearch, targets: float[]) =
    /// What is made of how many neighbours.
    member _.Settings = settings
    /// The training points.
    member _.Search = search
    /// The training points' redshifts (or whatever is estimated), one a point.
    member _.Targets: ReadOnlyMemory<float> = ReadOnlyMemory targets
    member internal _.Known = targets

/// What a query's neighbours say of its redshift: k redshifts and weights each, [count x k], from near to far.
type NeighbourSample =
    {
        /// Redshifts of a query.
        K: int
        /// The neighbours' redshifts; of a local-linear regression carried along the plane to the query, that is the plane's
        /// height there plus the neighbour's residual (Beaumont et al. 2002, doi:10.1093/genetics/162.4.2025), not limited.
        Redshifts: float[]
        /// Not negative; each query's add up to 1.
        Weights: float[]
    }

    /// How many queries.
    member this.Count = this.Redshifts.Length / this.K

/// One thread's way from neighbours to an estimate; `most` is the largest number of neighbours.
[<Sealed>]
type internal NeighbourEstimator(points: Points, targets: float[], most: int) =
    let weights = Array.zeroCreate<float> most
    let plane = LocalPlane(points, targets, most)

    /// Of the k weights filled last.
    let total k =
        let mutable sum = 0.0

        for i in 0 .. k - 1 do
            sum <- sum + weights[i]

        sum

    let mean (indices: int[]) k =
        let mutable sum = 0.0

        for i in 0 .. k - 1 do
            sum <- sum + weights[i] * targets[indices[i]]

        sum / total k

    let limited (indices: int[]) k (height: float) =
        let mutable low = infinity
        let mutable high = -infinity

        for i in 0 .. k - 1 do
            low <- min low targets[indices[i]]
            high <- max high targets[indices[i]]

        max low (min high height)

    let fill (settings: NeighbourSettings) (distances: float[]) =
        let k = settings.Neighbours
        NeighbourWeights.fill settings.Weights (ReadOnlySpan(distances, 0, k)) (Span(weights, 0, k))

    /// The estimate from the first neighbours of a query, which stands in `queries` from `at` on.
    member _.At(settings: NeighbourSettings, queries: float[], at: int, distances: float[], indices: int[]) : float =
        let k = settings.Neighbours
        fill settings distances

        match settings.Estimate with
        | NeighbourEstimate.Mean -> mean indices k
        | NeighbourEstimate.LocalLinear -> limited indices k (plane.Fit(indices, weights, k, queries, at))

    /// The query's sample into the places from `into` on.
    member _.Sample
        (
            settings: NeighbourSettings,
            queries: float[],
            at: int,
            distances: float[],
            indices: int[],
            sample: NeighbourSample,
            into: int
        ) : unit =
        let k = settings.Neighbours
        fill settings distances
        let sum = total k

        match settings.Estimate with
        | NeighbourEstimate.Mean -> ()
        | NeighbourEstimate.LocalLinear -> plane.Fit(indices, weights, k, queries, at) |> ignore

        for i in 0 .. k - 1 do
            sample.Weights[into + i] <- weights[i] / sum

            sample.Redshifts[into + i] <-
                match settings.Estimate with
                | NeighbourEstimate.Mean -> targets[indices[i]]
                | NeighbourEstimate.LocalLinear -> plane.Carry(indices[i], queries, at)

/// Fitting and applying. All results are the same bits for any number of `threads` (0: as many as processors).
module NeighbourRegression =

    /// The same bound as that of points.
    let internal targetFault (points: Points) (targets: float[]) : string option =
        if targets.Length <> points.Count then
            Some $"targets: expected one for each of the {points.Count} points, found {targets.Length}"
        else
            match Array.FindIndex(targets, fun y -> not (abs y <= 1e150)) with
            | -1 -> None
            | at -> Some $"target {at}: expected a finite number of at most 1e150, found {targets[at]}"

    /// A regression on training points, scaled as queries will be, and their targets, which are copied. An error where a
    /// target is missing or not finite (which one, from 0), or there are fewer points than neighbours.
    let fit (settings: NeighbourSettings) (points: Points) (targets: float[]) : Result<NeighbourRegression, string> =
        match targetFault points targets with
        | Some fault -> Error fault
        | None ->
            let search = NeighbourSearch.create points

            match NeighbourSearch.fault settings.Neighbours search points with
            | Some fault -> Error fault
            | None -> Ok(NeighbourRegression(settings, search, Array.copy targets))

    let private estimator (regression: NeighbourRegression) () =
        NeighbourEstimator(regression.Search.Points, regression.Known, regression.Settings.Neighbours)

    let private visit threads (regression: NeighbourRegression) (queries: Points) take =
        NeighbourSearch.visit
            threads
            regression.Settings.Neighbours
            regression.Search
            queries
            (estimator regression)
            take

    let private fault (regression: NeighbourRegression) (queries: Points) =
        NeighbourSearch.fault regression.Settings.Neighbours regression.Search queries

    /// The estimate of each query. An error where the queries have other features than the training points.
    let predict (threads: int) (regression: NeighbourRegression) (queries: Points) : Result<float[], string> =
        match fault regression queries with
        | Some fault -> Error fault
        | None ->
            let predicted = Array.zeroCreate<float> queries.Count

            visit threads regression queries (fun estimator query distances indices ->
                predicted[query] <-
                    estimator.At(regression.Settings, queries.Numbers, query * queries.Dimensions, distances, indices))

            Ok predicted

    /// The neighbours of each query; errors as of `NeighbourSearch.nearest`.
    let neighbours (threads: int) (regression: NeighbourRegression) (queries: Points) : Result<Neighbours, string> =
        NeighbourSearch.nearest threads regression.Settings.Neighbours regression.Search queries

    /// The neighbours' redshifts and weights, of which p(z) can be made; their weighted mean is the estimate (of a
    /// local-linear regression, before it is limited). Errors as of `NeighbourSearch.nearest`.
    let sample (threads: int) (regression: NeighbourRegression) (queries: Points) : Result<NeighbourSample, string> =
        let k = regression.Settings.Neighbours

        match fault regression queries with
        | Some fault -> Error fault
        | None when int64 k * int64 queries.Count > int64 Array.MaxLength ->
            Error $"queries: expected at most {Array.MaxLength / k} at a time, found {queries.Count}"
        | None ->
            let sample =
                { K = k
                  Redshifts = Array.zeroCreate (queries.Count * k)
                  Weights = Array.zeroCreate (queries.Count * k) }

            visit threads regression queries (fun estimator query distances indices ->
                estimator.Sample(
                    regression.Settings,
                    queries.Numbers,
                    query * queries.Dimensions,
                    distances,
                    indices,
                    sample,
                    query * k
                ))

            Ok sample
