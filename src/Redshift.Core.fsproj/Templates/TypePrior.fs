namespace Redshift.Core.Templates

open System
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Optimization

/// Galaxies of a class of types: at magnitude m their share is in proportion to exp(ShareOffset + ShareSlope (m - m0)), and
/// p(z) to z^Alpha exp(-(z / zm)^Alpha) with zm = Redshift + Slope (m - m0) (Benitez 2000, doi:10.1086/308947, section
/// 5; there the shares of all classes but the last are exponentials, here all are, brought to a sum of 1).
type PriorClass =
    { Alpha: float
      Redshift: float
      Slope: float
      ShareOffset: float
      ShareSlope: float }

/// p(z, type | magnitude). Made by `TypePrior.fit`.
type TypePrior =
    {
        /// The band whose AB magnitude m is, from 0.
        Band: int
        /// m0.
        Magnitude: float
        /// Magnitudes of the training objects; others are taken as the nearest of these.
        Brightest: float
        Faintest: float
        Classes: PriorClass[]
        /// Of each model of the grid, its class.
        ClassOf: int[]
    }

/// Priors and their fit by maximum likelihood.
module TypePrior =

    /// zm does not become smaller than this.
    [<Literal>]
    let private LeastRedshift = 0.02

    /// A class of fewer training objects has the redshifts of all.
    [<Literal>]
    let private FewObjects = 30

    /// ln p(z) in a class at `fainter` = m - m0, normalised over all z above 0.
    let internal logRedshift (alpha: float) (redshift: float) (slope: float) (fainter: float) : float -> float =
        let scale = max LeastRedshift (redshift + slope * fainter)

        // The integral of the unnormalised density is scale^(alpha + 1) / alpha Gamma(1 + 1 / alpha).
        let normal =
            (alpha + 1.0) * log scale - log alpha
            + SpecialFunctions.GammaLn(1.0 + 1.0 / alpha)

        fun z -> alpha * log z - (z / scale) ** alpha - normal

    let private clipped (prior: TypePrior) magnitude = max prior.Brightest (min prior.Faintest magnitude)

    /// ln of the classes' shares at a magnitude.
    let internal logShares (classes: PriorClass[]) (fainter: float) : float[] =
        let raw = classes |> Array.map (fun c -> c.ShareOffset + c.ShareSlope * fainter)
        let largest = Array.max raw
        let total = largest + log (raw |> Array.sumBy (fun r -> exp (r - largest)))
        raw |> Array.map (fun r -> r - total)

    /// ln p(z, class | m), the integral over all z and the sum over classes of whose exponentials are 1: a function of the
    /// class, then of z above 0.
    let logDensity (prior: TypePrior) (magnitude: float) : int -> float -> float =
        let fainter = clipped prior magnitude - prior.Magnitude
        let shares = logShares prior.Classes fainter

        fun index ->
            let c = prior.Classes[index]
            let inClass = logRedshift c.Alpha c.Redshift c.Slope fainter
            fun z -> shares[index] + inClass z

    let private minimise (objective: float[] -> float) (start: float[]) : Result<float[], string> =
        let value = ObjectiveFunction.Value(fun (v: Vector<float>) -> objective (v.ToArray()))

        try
            Ok(
                NelderMeadSimplex(1e-7, 5000)
                    .FindMinimum(value, Vector.Build.DenseOfArray start)
                    .MinimizingPoint.ToArray()
            )
        with :? OptimizationException as e ->
            Error $"prior: expected a fit that converges, found: {e.Message}"

    /// Alpha and redshift as logarithms keep above 0.
    let private fitRedshifts (start: float[]) (fainter: float[]) (redshifts: float[]) =
        redshifts.Length
        |> fun count ->
            minimise
                (fun p ->
                    let mutable sum = 0.0

                    for i in 0 .. count - 1 do
                        sum <- sum - logRedshift (exp p[0]) (exp p[1]) p[2] fainter[i] redshifts[i]

                    // A simplex cannot compare NaN.
                    if Double.IsFinite sum then sum / float count else 1e300)
                start

    let private fitShares (classes: int) (fainter: float[]) (types: int[]) =
        let flat =
            { Alpha = 1.0
              Redshift = 1.0
              Slope = 0.0
              ShareOffset = 0.0
              ShareSlope = 0.0 }

        let unpack (p: float[]) =
            Array.init classes (fun c ->
                if c = 0 then
                    flat
                else
                    { flat with
                        ShareOffset = p[2 * c - 2]
                        ShareSlope = p[2 * c - 1] })

        if classes = 1 then
            Ok [| flat |]
        else
            minimise
                (fun p ->
                    let shares = unpack p
                    let mutable sum = 0.0

                    for i in 0 .. types.Length - 1 do
                        sum <- sum - (logShares shares fainter[i]).[types[i]]

                    // Held to where a class without objects does not run away to minus infinity.
                    sum / float types.Length + 1e-6 * Array.sumBy (fun x -> x * x) p)
                (Array.zeroCreate (2 * classes - 2))
            |> Result.map unpack

    /// A prior of `classes` classes, which hold equally many training objects as far as types allow, one after the other in
    /// the order of models. Of training objects: magnitudes in the band, redshifts above 0, and the best models at these.
    /// An error where there are fewer than 30 objects, or a fit does not converge.
    let fit
        (classes: int)
        (band: int)
        (models: int)
        (magnitudes: float[])
        (redshifts: float[])
        (best: int[])
        : Result<TypePrior, string> =
        if classes < 1 || classes > 8 then
            Error $"prior: expected 1 to 8 classes, found {classes}"
        elif magnitudes.Length < FewObjects then
            Error $"prior: expected {FewObjects} training objects or more, found {magnitudes.Length}"
        elif redshifts.Length <> magnitudes.Length || best.Length <> magnitudes.Length then
            Error
                $"prior: expected {magnitudes.Length} redshifts and models, found {redshifts.Length} and {best.Length}"
        elif
            not (
                Array.forall Double.IsFinite magnitudes
                && Array.forall (fun z -> z > 0.0 && z < 100.0) redshifts
                && Array.forall (fun m -> m >= 0 && m < models) best
            )
        then
            Error $"prior: expected finite magnitudes, redshifts of 0 to 100 and models below {models}, found others"
        else
            let sorted = Array.sort best
            let bounds = Array.init (classes - 1) (fun c -> sorted[sorted.Length * (c + 1) / classes])

            let classOf =
                Array.init models (fun m -> bounds |> Array.filter (fun bound -> m >= bound) |> Array.length)

            let types = best |> Array.map (Array.get classOf)
            let middle = Array.average magnitudes
            let fainter = magnitudes |> Array.map (fun m -> m - middle)

            let part c (values: float[]) = Array.zip types values |> Array.filter (fun (t, _) -> t = c) |> Array.map snd

            let ofClass (all: float[]) c =
                let mine = part c redshifts

                if mine.Length < FewObjects then
                    Ok all
                else
                    fitRedshifts all (part c fainter) mine

            fitRedshifts [| log 1.5; log (Array.average redshifts); 0.05 |] fainter redshifts
            |> Result.bind (fun all ->
                let each = Array.init classes (ofClass all)

                match
                    Array.tryPick
                        (function
                        | Error e -> Some e
                        | Ok _ -> None)
                        each,
                    fitShares classes fainter types
                with
                | Some fault, _
                | _, Error fault -> Error fault
                | None, Ok shares ->
                    let one c share =
                        match each[c] with
                        | Ok p ->
                            { share with
                                Alpha = exp p[0]
                                Redshift = exp p[1]
                                Slope = p[2] }
                        | Error _ -> share

                    Ok
                        { Band = band
                          Magnitude = middle
                          Brightest = Array.min magnitudes
                          Faintest = Array.max magnitudes
                          Classes = Array.mapi one shares
                          ClassOf = classOf })
