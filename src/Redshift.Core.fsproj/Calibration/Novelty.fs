namespace Redshift.Core.Calibration

open System
open System.Buffers
open Redshift.Core

/// Tells spectra that are unlike those of the training part. Two scores: how far the shape of a spectrum lies outside the
/// subspace of the training shapes (log of the squared distance), and how rare its place inside the subspace is at its
/// level (minus the log density of a mixture of normal distributions). Both are compared with training objects of the
/// same level, since noise grows as the level falls. A spectrum is unlike training where one of them is above its threshold,
/// which validation objects set.
type Novelty =
    {
        Subspace: Subspace
        /// The log of the squared distance from the subspace, by level.
        Residuals: ByLevel
        /// Mean and standard deviation of training objects' levels (log10 of the mean absolute flux).
        LevelMean: float
        LevelDeviation: float
        /// Of the subspace's components and the level, in standard deviations.
        Mixture: ShapeMixture
        /// Minus the log density, by level.
        Rarities: ByLevel
        /// Thresholds, in standard deviations of objects of the level.
        ResidualThreshold: float
        RarityThreshold: float
    }

/// Fitting and applying.
module Novelty =

    /// The share of galaxies like the training part's that is held to be unlike it.
    [<Literal>]
    let FalseAlarms = 0.01

    /// The fewest objects of the training and of the validation part.
    [<Literal>]
    let Least = 50

    /// The fewest and the most samples of a spectrum.
    [<Literal>]
    let FewestSamples = 4

    [<Literal>]
    let MostSamples = 1000

    /// The most objects that the mixture is fitted to.
    [<Literal>]
    let private MostPoints = 20000

    /// Validation objects above a threshold, below which it is drawn from the shape of the scores' tail.
    [<Literal>]
    let private FewestAbove = 5.0

    /// The point of a shape in the mixture's space into `point`; the log of its squared distance from the subspace.
    let private place
        (subspace: Subspace)
        levelMean
        levelDeviation
        (level: float)
        (shape: Span<float>)
        (point: Span<float>)
        =
        let squared = Subspace.apply subspace shape (point.Slice(0, point.Length - 1))
        point[point.Length - 1] <- (level - levelMean) / levelDeviation
        // Rounding leaves this much of a shape that is inside.
        log (max 1e-20 squared)

    /// Both scores of a spectrum of `Subspace.Mean.Length` samples, NaN where not observed, in standard deviations of
    /// training objects of the level; above the thresholds the spectrum is unlike training. NaN of a spectrum with an
    /// infinite flux.
    let scores (novelty: Novelty) (flux: ReadOnlySpan<float32>) : struct (float * float) =
        let samples, size = flux.Length, novelty.Mixture.Size
        let rented = ArrayPool<float>.Shared.Rent(samples + size)

        try
            let shape = rented.AsSpan(0, samples)
            let point = rented.AsSpan(samples, size)
            let level = log10 (SpectrumShapes.fill flux shape)
            let residual = place novelty.Subspace novelty.LevelMean novelty.LevelDeviation level shape point
            let rarity = -(ShapeMixture.logDensity novelty.Mixture (Span.op_Implicit point))

            struct (ByLevel.standardise novelty.Residuals level residual,
                    ByLevel.standardise novelty.Rarities level rarity)
        finally
            ArrayPool<float>.Shared.Return rented

    /// Whether a spectrum is unlike training. One with an infinite flux is, one without any observed sample is not.
    let isUnlike (novelty: Novelty) (flux: ReadOnlySpan<float32>) : bool =
        let mutable observed = false

        for value in flux do
            observed <- observed || not (Single.IsNaN value)

        let struct (residual, rarity) = scores novelty flux

        observed
        && not (residual <= novelty.ResidualThreshold && rarity <= novelty.RarityThreshold)

    /// The score that a share of objects exceeds. `descending` are scores, the highest first. Of so few that the share is
    /// less than some of them, from the tenth with the highest scores: excesses over a high threshold fall off
    /// exponentially (Pickands 1975, doi:10.1214/aos/1176343003, in the case of shape 0).
    let internal exceededBy (share: float) (descending: float[]) : float =
        let above = share * float descending.Length

        if above >= FewestAbove then
            descending[int above]
        else
            let count = max (int FewestAbove) (descending.Length / 10)
            let high = descending[count]
            let excess = Array.average (Array.truncate count descending) - high
            high + excess * log (float count / above)

    /// Thresholds that the same share of objects exceeds in each score, such that `FalseAlarms` of them exceed one or both.
    let private thresholds (residuals: float[]) (rarities: float[]) =
        let residualsDown, raritiesDown = Array.sortDescending residuals, Array.sortDescending rarities
        let at share = struct (exceededBy share residualsDown, exceededBy share raritiesDown)

        let flagged share =
            let struct (residual, rarity) = at share
            let mutable count = 0

            for i = 0 to residuals.Length - 1 do
                if residuals[i] > residual || rarities[i] > rarity then
                    count <- count + 1

            float count / float residuals.Length

        // Half of the share for each score is safe; the more often both are exceeded together, the more each may have.
        let rec search steps low high =
            let middle = 0.5 * (low + high)

            if steps = 0 then
                low
            elif flagged middle <= FalseAlarms then
                search (steps - 1) middle high
            else
                search (steps - 1) low middle

        let half = 0.5 * FalseAlarms
        let few = half * float residuals.Length < FewestAbove
        at (if few then half else search 20 half FalseAlarms)

    /// Points of all rows, one after the other, and the logs of their squared distances.
    let private placeAll subspace levelMean levelDeviation (shapes: SpectrumShapes) =
        let size = subspace.Axes.Length + 1
        let points = Array.zeroCreate<float>(shapes.Rows.Length * size)
        let residuals = Array.zeroCreate<float> shapes.Rows.Length

        let part first count =
            let shape = Array.zeroCreate<float> shapes.Samples

            for r = first to first + count - 1 do
                let level = log10 (SpectrumShapes.fill (SpectrumShapes.flux shapes r) (Span shape))
                let point = points.AsSpan(r * size, size)
                residuals[r] <- place subspace levelMean levelDeviation level (Span shape) point

        SpectrumShapes.inParts shapes.Rows.Length part |> ignore
        struct (points, residuals)

    /// Rows at equal distances, `MostPoints` of them at most.
    let private thin size (points: float[]) =
        let count = points.Length / size
        let kept = min count MostPoints
        Array.init (kept * size) (fun i -> points[int (int64 (i / size) * int64 count / int64 kept) * size + i % size])

    let private fitTo (train: SpectrumShapes) (validation: SpectrumShapes) =
        let levels = SpectrumShapes.logLevels train
        let groups = ByLevel.groups levels
        let subspace = Subspace.fit train groups
        let mean = Array.average levels
        let deviation = sqrt (levels |> Array.averageBy (fun l -> (l - mean) ** 2.0)) |> max 1e-6
        let struct (points, residuals) = placeAll subspace mean deviation train
        let size = subspace.Axes.Length + 1
        let mixture = ShapeMixture.fit size (thin size points)

        let rarity r = -(ShapeMixture.logDensity mixture (ReadOnlySpan(points, r * size, size)))

        let rarities =
            SpectrumShapes.inParts levels.Length (fun first count -> Array.init count (fun r -> rarity (first + r)))

        let fitted =
            { Subspace = subspace
              Residuals = ByLevel.fit groups levels residuals
              LevelMean = mean
              LevelDeviation = deviation
              Mixture = mixture
              Rarities = ByLevel.fit groups levels (Array.concat rarities)
              ResidualThreshold = infinity
              RarityThreshold = infinity }

        let scored =
            SpectrumShapes.inParts validation.Rows.Length (fun first count ->
                Array.init count (fun r -> scores fitted (SpectrumShapes.flux validation (first + r))))
            |> Array.concat

        let struct (residual, rarity) =
            thresholds
                (scored |> Array.map (fun (struct (residual, _)) -> residual))
                (scored |> Array.map (fun (struct (_, rarity)) -> rarity))

        { fitted with
            ResidualThreshold = residual
            RarityThreshold = rarity }

    /// Fits on the training part and sets the thresholds on the validation part. Rows that have an infinite flux or no
    /// observed sample are left out. None where either part has fewer than `Least` rows, or spectra have fewer than
    /// `FewestSamples` or more than `MostSamples` samples.
    let internal fit (train: SpectrumShapes) (validation: SpectrumShapes) : Novelty option =
        if
            min train.Rows.Length validation.Rows.Length < Least
            || train.Samples < FewestSamples
            || train.Samples > MostSamples
        then
            None
        else
            Some(fitTo train validation)

    let internal write (novelty: Novelty) : JsonValue =
        Json.object
            [ "subspace", Subspace.write novelty.Subspace
              "residuals", ByLevel.write novelty.Residuals
              "level_mean", Json.float novelty.LevelMean
              "level_deviation", Json.float novelty.LevelDeviation
              "mixture", ShapeMixture.write novelty.Mixture
              "rarities", ByLevel.write novelty.Rarities
              "residual_threshold", Json.float novelty.ResidualThreshold
              "rarity_threshold", Json.float novelty.RarityThreshold ]

    let internal read (samples: int) (json: JsonReader) : Novelty =
        json.Object(fun o ->
            let subspace = o.Required("subspace", Subspace.read samples)

            { Subspace = subspace
              Residuals = o.Required("residuals", ByLevel.read)
              LevelMean = o.Required("level_mean", _.Float)
              LevelDeviation = o.Required("level_deviation", _.Positive)
              Mixture = o.Required("mixture", ShapeMixture.read (subspace.Axes.Length + 1))
              Rarities = o.Required("rarities", ByLevel.read)
              ResidualThreshold = o.Required("residual_threshold", _.Float)
              RarityThreshold = o.Required("rarity_threshold", _.Float) })
