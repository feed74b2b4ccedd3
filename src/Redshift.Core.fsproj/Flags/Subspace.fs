namespace Redshift.Core.Flags

open System
open System.Threading.Tasks
open MathNet.Numerics.LinearAlgebra
open Redshift.Core

/// The subspace that spectra of the training part scatter in: principal components of their shapes (Jolliffe & Cadima
/// 2016, doi:10.1098/rsta.2015.0202), weighted. Shapes of faint objects scatter by their noise, which says nothing of what
/// galaxies look like; each object therefore counts by the inverse of the mean squared residual of objects of its level.
type Subspace =
    {
        /// The weighted mean shape, one number a sample.
        Mean: float[]
        /// Unit vectors, one a component, each with one number a sample; the first has the largest variance.
        Axes: float[][]
        /// Weighted standard deviation along each axis, above 0.
        Deviations: float[]
    }

/// Fitting and applying.
module Subspace =

    /// The most components.
    [<Literal>]
    let Most = 12

    /// The share of the weighted variance that the components explain, unless there would be too many.
    [<Literal>]
    let Explained = 0.96

    /// The fewest training objects to a component.
    [<Literal>]
    let private ObjectsEach = 50

    /// Turns of fitting the components and weighing anew; the weights settle to three digits.
    [<Literal>]
    let private Turns = 4

    /// Sums over the objects of a group.
    type private Moments =
        {
            Count: float
            /// Mean shape.
            Mean: Vector<float>
            /// Mean of the products of two samples.
            Products: Matrix<float>
        }

    let private addProducts (shape: float[]) (products: float[]) =
        let samples = shape.Length
        let lanes = System.Numerics.Vector<float>.Count

        for i = 0 to samples - 1 do
            let factor = System.Numerics.Vector<float>(shape[i])
            let row = products.AsSpan(i * samples, samples)
            // Each sum is a lane's own: the result does not depend on the width of vectors.
            let mutable j = i

            while j + lanes <= samples do
                let sum =
                    System.Numerics.Vector<float>(products, i * samples + j)
                    + factor * System.Numerics.Vector<float>(shape, j)

                sum.CopyTo(products, i * samples + j)
                j <- j + lanes

            while j < samples do
                row[j] <- row[j] + shape[i] * shape[j]
                j <- j + 1

    let private momentsOf (shapes: SpectrumShapes) (group: int[]) : Moments =
        let samples = shapes.Samples
        let shape, sums = Array.zeroCreate<float> samples, Array.zeroCreate<float> samples
        let products = Array.zeroCreate<float>(samples * samples)

        for r in group do
            SpectrumShapes.fill (SpectrumShapes.flux shapes r) (Span shape) |> ignore
            addProducts shape products

            for i = 0 to samples - 1 do
                sums[i] <- sums[i] + shape[i]

        let count = float group.Length

        { Count = count
          Mean = Vector<float>.Build.Dense(samples, (fun i -> sums[i] / count))
          Products =
            Matrix<float>.Build.Dense(samples, samples, (fun i j -> products[min i j * samples + max i j] / count)) }

    /// Covariance of a group about another mean than its own.
    let private about (mean: Vector<float>) (group: Moments) =
        let cross = mean.OuterProduct group.Mean
        group.Products - cross - cross.Transpose() + mean.OuterProduct mean

    /// Mean, axes and variances by falling variance.
    let private decompose (groups: Moments[]) (weights: float[]) =
        let total = Array.sum (Array.map2 (fun (g: Moments) w -> w * g.Count) groups weights)

        let mean =
            Array.map2 (fun (g: Moments) w -> g.Mean * (w * g.Count / total)) groups weights
            |> Array.reduce (+)

        let covariance =
            Array.map2 (fun (g: Moments) w -> about mean g * (w * g.Count / total)) groups weights
            |> Array.reduce (+)

        let decomposition = covariance.Evd Symmetricity.Symmetric
        let last = mean.Count - 1
        let axes = Array.init mean.Count (fun k -> decomposition.EigenVectors.Column(last - k))
        let variances = Array.init mean.Count (fun k -> max 0.0 decomposition.EigenValues[last - k].Real)
        struct (mean, axes, variances)

    /// The mean squared residual of a group outside the first components.
    let private residual (mean: Vector<float>) (axes: Vector<float>[]) (group: Moments) =
        let covariance = about mean group
        let inside = axes |> Array.sumBy (fun axis -> axis.DotProduct(covariance * axis))
        max 0.0 (covariance.Trace() - inside)

    /// Fits to objects in groups of like level. Takes one pass over the data and, for each group, the memory of a square
    /// of samples.
    let internal fit (shapes: SpectrumShapes) (groups: int[][]) : Subspace =
        let moments = groups |> Array.map (fun _ -> Unchecked.defaultof<Moments>)

        Parallel.For(0, groups.Length, (fun g -> moments[g] <- momentsOf shapes groups[g]))
        |> ignore

        let most = Math.Clamp(shapes.Rows.Length / ObjectsEach, 1, min Most (max 1 (shapes.Samples / 2)))

        let rec turn left weights =
            let struct (mean, axes, variances) = decompose moments weights

            if left = 0 then
                struct (mean, axes, variances)
            else
                let residuals = moments |> Array.map (residual mean (Array.truncate most axes))
                // Without any noise no group is worth more than another.
                let least = max 1e-24 (1e-6 * Array.max residuals)
                turn (left - 1) (residuals |> Array.map (fun r -> least / max least r))

        let struct (mean, axes, variances) = turn (Turns - 1) (Array.create groups.Length 1.0)
        let total = Array.sum variances
        let explains k = Array.sum (Array.truncate k variances) >= Explained * total
        let count = seq { 1..most } |> Seq.tryFind explains |> Option.defaultValue most
        let least = max 1e-12 (1e-6 * sqrt variances[0])

        { Mean = mean.ToArray()
          Axes = Array.init count (fun k -> axes[k].ToArray())
          Deviations = Array.init count (fun k -> max least (sqrt variances[k])) }

    /// The components of a shape in standard deviations, into `components`; returns the squared distance of the shape from
    /// the subspace. `shape` is overwritten.
    let apply (subspace: Subspace) (shape: Span<float>) (components: Span<float>) : float =
        for i = 0 to shape.Length - 1 do
            shape[i] <- shape[i] - subspace.Mean[i]

        for k = 0 to subspace.Axes.Length - 1 do
            let axis = subspace.Axes[k]
            let along = Sums.dot (ReadOnlySpan axis) (Span.op_Implicit shape)
            components[k] <- along / subspace.Deviations[k]

            // What is left is no difference of two large numbers.
            for i = 0 to shape.Length - 1 do
                shape[i] <- shape[i] - along * axis[i]

        let mutable squared = 0.0

        for value in shape do
            squared <- squared + value * value

        squared

    let internal write (subspace: Subspace) : JsonValue =
        let floats values = values |> Seq.map Json.float |> Json.list

        Json.object
            [ "mean", floats subspace.Mean
              "axes", subspace.Axes |> Seq.map floats |> Json.list
              "deviations", floats subspace.Deviations ]

    let internal read (samples: int) (json: JsonReader) : Subspace =
        let floats (j: JsonReader) = Array.ofList (j.List _.Float)

        let subspace =
            json.Object(fun o ->
                { Mean = o.Required("mean", floats)
                  Axes = o.Required("axes", (fun j -> Array.ofList (j.List floats)))
                  Deviations = o.Required("deviations", (fun j -> Array.ofList (j.List _.Positive))) })

        if
            subspace.Mean.Length <> samples
            || subspace.Axes.Length = 0
            || subspace.Axes |> Array.exists (fun axis -> axis.Length <> samples)
            || subspace.Deviations.Length <> subspace.Axes.Length
        then
            json.Fail $"a mean and axes of {samples} numbers, and one deviation an axis"
        else
            subspace
