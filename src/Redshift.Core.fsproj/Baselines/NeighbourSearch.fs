namespace Redshift.Core.Baselines

open System
open System.Threading.Tasks

/// How nearest neighbours are found; both ways find the same ones, to the last bit.
[<RequireQualifiedAccess>]
type SearchMethod =
    /// A k-d tree.
    | Tree
    /// Every distance, in blocks of queries and points.
    | BruteForce

/// The k nearest training points of each query, [count x k]: from near to far, at equal squared distances the lower
/// training index first.
type Neighbours =
    {
        /// Neighbours of a query.
        K: int
        /// Rows of the training points, from 0.
        Indices: int[]
        /// Euclidean distances.
        Distances: float[]
    }

    /// How many queries.
    member this.Count = this.Indices.Length / this.K

/// What a method keeps of the training points.
[<RequireQualifiedAccess>]
type internal SearchIndex =
    | Tree of BoxTree
    | BruteForce of PointTiles

/// Training points, ready to be searched.
[<Sealed>]
type NeighbourSearch internal (points: Points, index: SearchIndex) =
    /// The training points.
    member _.Points = points

    /// How they are searched.
    member _.Method =
        match index with
        | SearchIndex.Tree _ -> SearchMethod.Tree
        | SearchIndex.BruteForce _ -> SearchMethod.BruteForce

    member internal _.Index = index

/// Exact search for nearest neighbours by Euclidean distance. Distances are sums of squared differences, never of the
/// expansion |a|^2 + |b|^2 - 2ab, which loses digits; differences below 1e-162 count as none, as their squares do.
module NeighbourSearch =

    /// Queries that a thread takes at a time.
    [<Literal>]
    let private BlockQueries = 32

    /// Numbers of the training points that stay in the first cache while a block's queries go over them.
    [<Literal>]
    let private ChunkNumbers = 2048

    /// The faster method for `count` training points, roughly: with 15 neighbours of points that lie near a surface of five
    /// dimensions, as colours do, the tree was faster from about a thousand points on, whether of 11 features or of 186; of
    /// points that fill their space evenly it is slower beyond 20 features, by a third.
    let methodFor (count: int) (dimensions: int) : SearchMethod =
        if count >= 1000 && dimensions <= 256 then
            SearchMethod.Tree
        else
            SearchMethod.BruteForce

    /// The points, to be searched by this method.
    let createAs (method: SearchMethod) (points: Points) : NeighbourSearch =
        match method with
        | SearchMethod.Tree -> SearchIndex.Tree(BoxTree.Create points)
        | SearchMethod.BruteForce -> SearchIndex.BruteForce(PointTiles.create points (Array.init points.Count id))
        |> fun index -> NeighbourSearch(points, index)

    /// The points, to be searched by the faster method.
    let create (points: Points) : NeighbourSearch = createAs (methodFor points.Count points.Dimensions) points

    /// Fills the heaps of the queries `first` to `last - 1`; one thread's own function.
    let private searcher (search: NeighbourSearch) (queries: Points) (heaps: NearestHeap[]) : int -> int -> unit =
        let width = queries.Dimensions

        match search.Index with
        | SearchIndex.Tree tree ->
            let bounds, waiting = Array.zeroCreate<float> tree.Room, Array.zeroCreate<int> tree.Room
            let found = Array.zeroCreate<float> 8

            fun first last ->
                for query in first .. last - 1 do
                    tree.Search(queries.Numbers, query * width, heaps[query - first], bounds, waiting, found)
        | SearchIndex.BruteForce tiles ->
            let step = max 1 (ChunkNumbers / (PointTiles.Lanes * width))

            fun first last ->
                for tile in 0..step .. tiles.Count - 1 do
                    let until = min tiles.Count (tile + step)

                    for query in first .. last - 1 do
                        PointTiles.scan tiles tile until queries.Numbers (query * width) heaps[query - first]

    /// What keeps queries from being searched, or k neighbours from being found.
    let internal fault (k: int) (search: NeighbourSearch) (queries: Points) : string option =
        if queries.Dimensions <> search.Points.Dimensions then
            Some $"queries: expected {search.Points.Dimensions} features, found {queries.Dimensions}"
        elif k < 1 || k > search.Points.Count then
            Some $"neighbours: expected 1 to {search.Points.Count}, the training points, found {k}"
        else
            None

    /// Calls `take room query distances indices` once for each query, with its k nearest; the two arrays are the callee's to
    /// change until it returns. Queries are shared out to `threads` threads (0: as many as processors), each with its own
    /// room: the calls' order is not fixed.
    let internal visit
        (threads: int)
        (k: int)
        (search: NeighbourSearch)
        (queries: Points)
        (room: unit -> 'Room)
        (take: 'Room -> int -> float[] -> int[] -> unit)
        : unit =
        let options =
            ParallelOptions(MaxDegreeOfParallelism = if threads > 0 then threads else Environment.ProcessorCount)

        let own () =
            let heaps = Array.init (min BlockQueries queries.Count) (fun _ -> NearestHeap k)
            struct (heaps, searcher search queries heaps, room ())

        let block (number: int) (struct (heaps: NearestHeap[], fill: int -> int -> unit, room: 'Room) as mine) =
            let first = number * BlockQueries
            let last = min queries.Count (first + BlockQueries)
            fill first last

            for query in first .. last - 1 do
                let heap = heaps[query - first]
                heap.Sort()

                for i in 0 .. k - 1 do
                    heap.Distances[i] <- sqrt heap.Distances[i]

                take room query heap.Distances heap.Indices
                heap.Clear()

            mine

        let blocks = (queries.Count + BlockQueries - 1) / BlockQueries

        Parallel.For(0, blocks, options, own, (fun number _ mine -> block number mine), ignore)
        |> ignore

    /// The k nearest training points of each query; the same bits for any number of `threads` (0: as many as processors).
    /// An error where the queries have other features than the training points, k is not from 1 to their number, or an
    /// array cannot hold all neighbours.
    let nearest (threads: int) (k: int) (search: NeighbourSearch) (queries: Points) : Result<Neighbours, string> =
        match fault k search queries with
        | Some fault -> Error fault
        | None when int64 k * int64 queries.Count > int64 Array.MaxLength ->
            Error $"queries: expected at most {Array.MaxLength / k} at a time, found {queries.Count}"
        | None ->
            let indices = Array.zeroCreate (queries.Count * k)
            let distances = Array.zeroCreate (queries.Count * k)

            visit threads k search queries ignore (fun () query foundDistances foundIndices ->
                Array.blit foundDistances 0 distances (query * k) k
                Array.blit foundIndices 0 indices (query * k) k)

            Ok
                { K = k
                  Indices = indices
                  Distances = distances }
