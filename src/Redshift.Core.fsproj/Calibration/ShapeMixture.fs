namespace Redshift.Core.Calibration

open System
open MathNet.Numerics.LinearAlgebra
open Redshift.Core

/// A mixture of normal distributions of several variables, in the form that its density is worked out from. Component `c`
/// has the log density `Constants[c] - |W x - Offsets[c]|^2 / 2`, W being the lower triangle `Whitening[c]`, row by row:
/// the inverse of the covariance's Cholesky factor; the constant holds the component's weight.
type ShapeMixture =
    { Constants: float[]
      Offsets: float[][]
      Whitening: float[][] }

    /// How many variables there are.
    member this.Size = this.Offsets[0].Length

/// Fitting by expectation and maximisation (Dempster, Laird & Rubin 1977) and applying.
module ShapeMixture =

    /// The most components, and the fewest objects to each.
    [<Literal>]
    let private Most = 20

    [<Literal>]
    let private ObjectsEach = 300

    /// The most turns, and the gain in mean log density at which there are no more.
    [<Literal>]
    let private Turns = 50

    [<Literal>]
    let private Gain = 1e-3

    /// Each component's covariance is drawn to this variance as if by as many objects as there are variables, so that a
    /// component of few objects does not collapse.
    [<Literal>]
    let private PriorVariance = 0.1

    /// Of the first means. What is fitted does not depend on anything else by chance.
    [<Literal>]
    let private Seed = 1UL

    let private triangle size = size * (size + 1) / 2

    /// log of one component's weighted density.
    let private logTerm (mixture: ShapeMixture) c (x: ReadOnlySpan<float>) =
        let whitening, offsets = mixture.Whitening[c], mixture.Offsets[c]
        let mutable at = 0
        let mutable squared = 0.0

        for i = 0 to x.Length - 1 do
            let mutable y = -offsets[i]

            for j = 0 to i do
                y <- y + whitening[at + j] * x[j]

            at <- at + i + 1
            squared <- squared + y * y

        mixture.Constants[c] - 0.5 * squared

    /// log of the density.
    let logDensity (mixture: ShapeMixture) (x: ReadOnlySpan<float>) : float =
        let mutable highest = -infinity
        let mutable sum = 0.0

        for c = 0 to mixture.Constants.Length - 1 do
            let term = logTerm mixture c x

            if term > highest then
                sum <- sum * exp (highest - term) + 1.0
                highest <- term
            else
                sum <- sum + exp (term - highest)

        highest + log sum

    /// The mixture of these weights (above 0), means and covariances.
    let internal ofMoments (weights: float[]) (means: float[][]) (covariances: Matrix<float>[]) : ShapeMixture =
        let size = means[0].Length
        let factors = covariances |> Array.map (fun c -> c.Cholesky().Factor)
        let inverses = factors |> Array.map _.Inverse()

        let constant c =
            let logRoot = Seq.sum (Seq.init size (fun i -> log factors[c].[i, i]))
            log weights[c] - 0.5 * float size * log (2.0 * Math.PI) - logRoot

        let pack (inverse: Matrix<float>) =
            [| for i in 0 .. size - 1 do
                   for j in 0..i -> inverse[i, j] |]

        { Constants = Array.init weights.Length constant
          Offsets =
            Array.map2
                (fun (w: Matrix<float>) (m: float[]) -> (w * Vector<float>.Build.Dense m).ToArray())
                inverses
                means
          Whitening = inverses |> Array.map pack }

    /// Sums over objects, each counted by the probability that it is of the component: of the objects, their variables and
    /// the products of two variables.
    type private Sums(components: int, size: int) =
        member val Weights = Array.zeroCreate<float> components
        member val First = Array.init components (fun _ -> Array.zeroCreate<float> size)
        member val Second = Array.init components (fun _ -> Array.zeroCreate<float>(triangle size))
        member val LogDensity = 0.0 with get, set

        member this.Add(c: int, share: float, x: ReadOnlySpan<float>) =
            let first, second = this.First[c], this.Second[c]
            this.Weights[c] <- this.Weights[c] + share
            let mutable at = 0

            for i = 0 to x.Length - 1 do
                let part = share * x[i]
                first[i] <- first[i] + part

                for j = 0 to i do
                    second[at + j] <- second[at + j] + part * x[j]

                at <- at + i + 1

        member this.Add(other: Sums) =
            let add (a: float[]) (b: float[]) =
                for i = 0 to a.Length - 1 do
                    a[i] <- a[i] + b[i]

            add this.Weights other.Weights
            Array.iter2 add this.First other.First
            Array.iter2 add this.Second other.Second
            this.LogDensity <- this.LogDensity + other.LogDensity

    let private expect (mixture: ShapeMixture) (size: int) (points: float[]) : Sums =
        let components = mixture.Constants.Length

        let part first count =
            let sums = Sums(components, size)
            let terms = Array.zeroCreate<float> components

            for r = first to first + count - 1 do
                let x = ReadOnlySpan(points, r * size, size)
                let all = logDensity mixture x
                sums.LogDensity <- sums.LogDensity + all

                for c = 0 to components - 1 do
                    terms[c] <- exp (logTerm mixture c x - all)

                    // A share this small changes no digit of the sums.
                    if terms[c] > 1e-12 then
                        sums.Add(c, terms[c], x)

            sums

        let total = Sums(components, size)

        for part in SpectrumShapes.inParts (points.Length / size) part do
            total.Add part

        total

    let private maximise (size: int) (sums: Sums) : ShapeMixture =
        let kept =
            [| 0 .. sums.Weights.Length - 1 |]
            |> Array.filter (fun c -> sums.Weights[c] > 1.0)

        let total = kept |> Array.sumBy (fun c -> sums.Weights[c])

        let means =
            kept
            |> Array.map (fun c -> sums.First[c] |> Array.map (fun s -> s / sums.Weights[c]))

        let covariance n c =
            let weight, prior = sums.Weights[c], float size

            Matrix<float>
                .Build.Dense(
                    size,
                    size,
                    fun i j ->
                        let row, column = max i j, min i j
                        let scatter = sums.Second[c].[triangle row + column] - weight * means[n].[i] * means[n].[j]
                        (scatter + (if i = j then prior * PriorVariance else 0.0)) / (weight + prior)
                )

        ofMoments (kept |> Array.map (fun c -> sums.Weights[c] / total)) means (kept |> Array.mapi covariance)

    let private squaredDistance (a: ReadOnlySpan<float>) (b: ReadOnlySpan<float>) =
        let mutable sum = 0.0

        for i = 0 to a.Length - 1 do
            sum <- sum + (a[i] - b[i]) * (a[i] - b[i])

        sum

    /// Objects far from one another as the first means, each drawn by its squared distance from those before (k-means++,
    /// Arthur & Vassilvitskii 2007), with round components as wide as the objects are away from them.
    let private start (components: int) (size: int) (points: float[]) : ShapeMixture =
        let count = points.Length / size
        let random = RandomStream Seed
        let distances = Array.create count infinity
        let means = ResizeArray<float[]>()
        let mutable next = random.NextInt count

        for _ = 1 to components do
            means.Add(points[next * size .. next * size + size - 1])

            for r = 0 to count - 1 do
                let distance =
                    squaredDistance (ReadOnlySpan(points, r * size, size)) (ReadOnlySpan means[means.Count - 1])

                distances[r] <- min distances[r] distance

            let target = random.NextDouble() * Array.sum distances
            let mutable reached = distances[0]
            next <- 0

            while next < count - 1 && reached < target do
                next <- next + 1
                reached <- reached + distances[next]

        let variance = max PriorVariance (Array.average distances / float size)
        let round = Matrix<float>.Build.DenseDiagonal(size, size, variance)
        ofMoments (Array.create components (1.0 / float components)) (means.ToArray()) (Array.create components round)

    /// Fits to points, `size` numbers each, one after the other, at least one.
    let internal fit (size: int) (points: float[]) : ShapeMixture =
        let count = points.Length / size

        let rec turn left before mixture =
            let sums = expect mixture size points
            let mean = sums.LogDensity / float count
            let better = maximise size sums

            if left = 0 || mean - before < Gain then
                better
            else
                turn (left - 1) mean better

        turn Turns -infinity (start (Math.Clamp(count / ObjectsEach, 1, Most)) size points)

    let internal write (mixture: ShapeMixture) : JsonValue =
        let floats values = values |> Seq.map Json.float |> Json.list

        Json.object
            [ "constants", floats mixture.Constants
              "offsets", mixture.Offsets |> Seq.map floats |> Json.list
              "whitening", mixture.Whitening |> Seq.map floats |> Json.list ]

    let internal read (size: int) (json: JsonReader) : ShapeMixture =
        let floats (j: JsonReader) = Array.ofList (j.List _.Float)
        let lists (j: JsonReader) = Array.ofList (j.List floats)

        let mixture =
            json.Object(fun o ->
                { Constants = o.Required("constants", floats)
                  Offsets = o.Required("offsets", lists)
                  Whitening = o.Required("whitening", lists) })

        let hold length (values: float[][]) =
            values.Length = mixture.Constants.Length
            && values |> Array.forall (fun v -> v.Length = length)

        if
            mixture.Constants.Length = 0
            || not (hold size mixture.Offsets && hold (triangle size) mixture.Whitening)
        then
            json.Fail $"components of {size} variables"
        else
            mixture
