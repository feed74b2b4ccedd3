namespace Redshift.Core.Baselines

open System
open System.Runtime.Intrinsics
open System.Runtime.InteropServices

/// A k-d tree (Bentley 1975, doi:10.1145/361002.361007): halves by the median of the widest feature, three halvings a
/// node, so that a node has up to eight children, whose boxes are compared with a query at once. A leaf is a run of tiles.
[<Sealed>]
type internal BoxTree
    private
    (tiles: PointTiles, boxes: float[], children: int[], firstTile: int[], lastTile: int[], root: int, room: int) =

    /// Points of a leaf at most.
    static let leafPoints = 32

    /// The smallest and largest of each feature among the points `order[first .. last - 1]`, into a box's lane.
    static let fillBox (points: Points) (order: int[]) first last (boxes: float[]) (box: int) lane =
        let width = points.Dimensions

        for feature in 0 .. width - 1 do
            let mutable low = infinity
            let mutable high = -infinity

            for place in first .. last - 1 do
                let x = points.Numbers[order[place] * width + feature]
                low <- min low x
                high <- max high x

            boxes[box + feature * 16 + lane] <- low
            boxes[box + feature * 16 + 8 + lane] <- high

    /// Squared distances from a query to eight boxes. Rounding is monotonic and the order of the sums is that of
    /// `PointTiles.scan`, so that none exceeds the squared distance to a point inside, as computed there.
    static let bounds (boxes: float[]) (box: int) (width: int) (queries: float[]) (at: int) (into: float[]) =
        let zero = Vector256<float>.Zero

        for half in 0..4..4 do
            let mutable sum = zero
            let mutable from = box + half

            for feature in 0 .. width - 1 do
                let x = Vector256.Create queries[at + feature]
                let below = PointTiles.load boxes from - x
                let above = x - PointTiles.load boxes (from + 8)
                let outside = Vector256.Max(Vector256.Max(below, above), zero)
                sum <- sum + outside * outside
                from <- from + 16

            Vector256.StoreUnsafe(sum, &MemoryMarshal.GetArrayDataReference into, unativeint half)

    /// Numbers that a search needs to remember its way.
    member _.Room = room

    /// Offers to `nearest` every point that can be among the nearest of the query, which stands in `queries` from `at` on.
    /// `waitingBound`, `waiting`: `Room` places; `found`: 8 places.
    member _.Search
        (queries: float[], at: int, nearest: NearestHeap, waitingBound: float[], waiting: int[], found: float[])
        : unit =
        let width = tiles.Dimensions
        let mutable count = 1
        waitingBound[0] <- 0.0
        waiting[0] <- root

        while count > 0 do
            count <- count - 1
            let next = waiting[count]

            // A box as far as the worst may hold a point of a lower index.
            if waitingBound[count] <= nearest.Worst then
                if next < 0 then
                    PointTiles.scan tiles firstTile[~~~next] lastTile[~~~next] queries at nearest
                else
                    bounds boxes (next * 16 * width) width queries at found
                    let bottom = count
                    let mutable child = 0

                    // The nearest child comes to lie on top.
                    while child < 8 && children[next * 8 + child] <> Int32.MaxValue do
                        let bound = found[child]

                        if bound <= nearest.Worst then
                            let mutable place = count
                            count <- count + 1

                            while place > bottom && waitingBound[place - 1] < bound do
                                waitingBound[place] <- waitingBound[place - 1]
                                waiting[place] <- waiting[place - 1]
                                place <- place - 1

                            waitingBound[place] <- bound
                            waiting[place] <- children[next * 8 + child]

                        child <- child + 1

    /// The tree of these points.
    static member Create(points: Points) : BoxTree =
        let width = points.Dimensions
        let order = Array.init points.Count id
        let keys = Array.zeroCreate<float> points.Count
        let boxes, children = ResizeArray<float>(), ResizeArray<int>()
        let firstTile, lastTile = ResizeArray<int>(), ResizeArray<int>()
        let own = Array.zeroCreate<float>(16 * width)

        /// Orders a range by its widest feature.
        let sort first last =
            fillBox points order first last own 0 0

            let widest =
                Seq.maxBy (fun feature -> own[feature * 16 + 8] - own[feature * 16]) (seq { 0 .. width - 1 })

            for place in first .. last - 1 do
                keys[place] <- points.Numbers[order[place] * width + widest]

            Array.Sort(keys, order, first, last - first)

        /// The ranges of a node's children; all begin with a tile.
        let rec ranges first last halvings =
            if halvings = 0 || last - first <= leafPoints then
                [ first, last ]
            else
                sort first last

                let half =
                    ((last - first) / 2 + PointTiles.Lanes - 1) / PointTiles.Lanes
                    * PointTiles.Lanes

                ranges first (first + half) (halvings - 1)
                @ ranges (first + half) last (halvings - 1)

        /// The number of the range's node, or the complement of its leaf's; and how many nodes are on the way down.
        let rec grow first last : struct (int * int) =
            if last - first <= leafPoints then
                firstTile.Add(first / PointTiles.Lanes)
                lastTile.Add((last + PointTiles.Lanes - 1) / PointTiles.Lanes)
                struct (~~~(firstTile.Count - 1), 0)
            else
                let node = children.Count / 8
                let box = Array.create (16 * width) infinity
                let parts = ranges first last 3

                parts
                |> List.iteri (fun lane (first, last) -> fillBox points order first last box 0 lane)

                boxes.AddRange box
                children.AddRange(Array.create 8 Int32.MaxValue)
                let mutable depth = 0

                parts
                |> List.iteri (fun lane (first, last) ->
                    let struct (child, below) = grow first last
                    children[node * 8 + lane] <- child
                    depth <- max depth below)

                struct (node, depth + 1)

        let struct (root, depth) = grow 0 points.Count

        BoxTree(
            PointTiles.create points order,
            boxes.ToArray(),
            children.ToArray(),
            firstTile.ToArray(),
            lastTile.ToArray(),
            root,
            8 * depth + 1
        )
