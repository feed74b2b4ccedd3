namespace Redshift.Core.Baselines

open System
open System.Runtime.Intrinsics

/// A plane through a query's neighbours by weighted least squares; one thread's room for it. `most` is the largest number
/// of neighbours.
[<Sealed>]
type internal LocalPlane(points: Points, targets: float[], most: int) =

    /// Added to each direction's variance, as a part of the mean one: what is far below a ten-thousandth of the
    /// neighbourhood's size, such as rounding where colours stand beside their magnitudes, gets no slope, and a neighbourhood
    /// of fewer points than features still has one plane, that of least slope. The slope along a direction a tenth as wide
    /// as the neighbourhood changes by a part in a million.
    static let ridge = 1e-8

    let width = points.Dimensions
    // Whole vectors of four; what is beyond the neighbours is zero.
    let stride = (most + 3) / 4 * 4
    let weighted, centred = Array.zeroCreate<float>(width * stride), Array.zeroCreate<float>(width * stride)
    let target = Array.zeroCreate<float> stride
    let matrix = Array.zeroCreate<float>(width * width)
    let mean, slopes = Array.zeroCreate<float> width, Array.zeroCreate<float> width

    /// The sum of products of two rows of this many vectors. Four lanes on every processor: the same bits everywhere.
    let dot (a: float[]) fromA (b: float[]) fromB vectors =
        let mutable sum = Vector256<float>.Zero

        for i in 0 .. vectors - 1 do
            sum <- sum + PointTiles.load a (fromA + 4 * i) * PointTiles.load b (fromB + 4 * i)

        Vector256.Sum sum

    /// Solves matrix * slopes = slopes in place by Cholesky's decomposition; the lower triangle is overwritten.
    let solve () =
        for i in 0 .. width - 1 do
            for j in 0..i do
                let mutable rest = matrix[i * width + j]

                for k in 0 .. j - 1 do
                    rest <- rest - matrix[i * width + k] * matrix[j * width + k]

                matrix[i * width + j] <- if i = j then sqrt rest else rest / matrix[j * width + j]

        for i in 0 .. width - 1 do
            let mutable rest = slopes[i]

            for k in 0 .. i - 1 do
                rest <- rest - matrix[i * width + k] * slopes[k]

            slopes[i] <- rest / matrix[i * width + i]

        for i = width - 1 downto 0 do
            let mutable rest = slopes[i]

            for k in i + 1 .. width - 1 do
                rest <- rest - matrix[k * width + i] * slopes[k]

            slopes[i] <- rest / matrix[i * width + i]

    /// The neighbours' features and targets about their weighted means; the targets' mean.
    let centre (indices: int[]) (weights: float[]) (k: int) (total: float) =
        let nearest = indices[0] * width
        let mutable level = 0.0
        Array.Clear mean

        // From the nearest on, so that rounding makes no differences between points in one place.
        for i in 0 .. k - 1 do
            let weight = weights[i] / total
            level <- level + weight * targets[indices[i]]

            for feature in 0 .. width - 1 do
                let beyond = points.Numbers[indices[i] * width + feature] - points.Numbers[nearest + feature]
                mean[feature] <- mean[feature] + weight * beyond

        for feature in 0 .. width - 1 do
            mean[feature] <- mean[feature] + points.Numbers[nearest + feature]

        for i in 0 .. stride - 1 do
            let inside = i < k
            target[i] <- if inside then targets[indices[i]] - level else 0.0

            for feature in 0 .. width - 1 do
                let at = feature * stride + i

                let x =
                    if inside then
                        points.Numbers[indices[i] * width + feature] - mean[feature]
                    else
                        0.0

                centred[at] <- x
                weighted[at] <- if inside then x * weights[i] else 0.0

        level

    /// Fits the first k neighbours; the plane's height at the query, which stands in `queries` from `at` on.
    member _.Fit(indices: int[], weights: float[], k: int, queries: float[], at: int) : float =
        let vectors = (k + 3) / 4
        let mutable total = 0.0

        for i in 0 .. k - 1 do
            total <- total + weights[i]

        let mutable height = centre indices weights k total
        let mutable trace = 0.0

        for i in 0 .. width - 1 do
            for j in 0..i do
                matrix[i * width + j] <- dot weighted (i * stride) centred (j * stride) vectors

            slopes[i] <- dot weighted (i * stride) target 0 vectors
            trace <- trace + matrix[i * width + i]

        if trace > 0.0 then
            for i in 0 .. width - 1 do
                matrix[i * width + i] <- matrix[i * width + i] + ridge * trace / float width

            solve ()
        else
            // All in one place.
            Array.Clear slopes

        for feature in 0 .. width - 1 do
            height <- height + (queries[at + feature] - mean[feature]) * slopes[feature]

        height

    /// The target of a training point, carried along the plane fitted last to the query.
    member _.Carry(index: int, queries: float[], at: int) : float =
        let mutable carried = targets[index]

        for feature in 0 .. width - 1 do
            carried <-
                carried
                - (points.Numbers[index * width + feature] - queries[at + feature])
                  * slopes[feature]

        carried
