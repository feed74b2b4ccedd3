namespace Redshift.Core.Evaluation

open System
open Redshift.Core
open Redshift.Core.Frames

/// A metric of p(z), its value and its interval.
type DensityMetricScore =
    {
        Metric: DensityMetric
        /// NaN where it is not defined.
        Value: float
        /// Bootstrap interval of metrics that are means; none where there are fewer than two objects.
        Interval: (float * float) option
    }

/// How often central intervals hold the true redshift, in one bin of predicted redshift.
type CoverageBin =
    {
        /// Lower edge, included.
        Lo: float
        /// Upper edge, excluded but in the last bin.
        Hi: float
        N: int
        /// Shares (0 to 1), one for each of `DensityMetrics.levels`; NaN where the bin is empty.
        Coverage: float list
    }

/// How large errors are where p(z) is about equally wide.
type SigmaBin =
    {
        /// The least sigma, in redshift.
        Lo: float
        /// The greatest sigma.
        Hi: float
        N: int
        /// Root mean square of sigma: what `RmsError` is of honest densities.
        Sigma: float
        /// Root mean square of predicted - true redshift.
        RmsError: float
        /// Bootstrap interval of `RmsError`; none of fewer than two objects.
        RmsErrorInterval: (float * float) option
    }

/// How good densities p(z) are.
type DensityEvaluation =
    {
        /// Objects scored.
        N: int
        /// Objects whose p(z) is not finite: not scored.
        Missing: int
        /// Objects with p(z_spec) = 0, which make the log score infinite.
        Impossible: int
        /// Objects with PIT < 1e-4 or > 0.9999 (of honest densities, 2e-4 of them).
        PitOutliers: int
        /// One for each of `DensityMetrics.all`, in its order.
        Scores: DensityMetricScore list
        /// Objects in `DensityEvaluation.pitBins` bins of PIT.
        PitHistogram: int[]
        /// The share of objects that each interval of `DensityEvaluation.curveLevels` holds; NaN of no objects.
        CoverageCurve: float[]
        /// By bins of predicted redshift: in bins of true redshift even perfect densities would not cover.
        CoverageBins: CoverageBin[]
        /// By sigma, ascending, with as many objects in each as in the others, up to one.
        SigmaBins: SigmaBin[]
        /// With the resamples that were taken, which are fewer than asked for of very many objects.
        Bootstrap: BootstrapOptions
    }

/// Scoring densities.
module DensityEvaluation =

    /// Bins of the histogram of PIT.
    [<Literal>]
    let pitBins = 20

    /// The probabilities of the central intervals of `CoverageCurve`: 0.01 to 0.99.
    let curveLevels: float[] = Array.init 99 (fun i -> float (i + 1) / 100.0)

    /// Bins of sigma at most, and how many objects each holds at least where there are more than one.
    let private sigmaBinsAtMost, sigmaBinOf = 10, 30

    /// The share of objects whose |PIT - 0.5| is at most half of each level.
    let private curve (scores: DensityScore[]) =
        let distances = scores |> Array.map (fun score -> abs (score.Pit - 0.5)) |> Array.sort

        let upTo (limit: float) =
            let mutable low, high = 0, distances.Length

            while low < high do
                let middle = (low + high) / 2

                if distances[middle] <= limit then
                    low <- middle + 1
                else
                    high <- middle

            float low / float distances.Length

        curveLevels |> Array.map (fun level -> upTo (level / 2.0))

    let private sigmaBins (options: BootstrapOptions) (errors: float[]) (sigma: float[]) =
        let order = Array.init sigma.Length id |> Array.sortBy (Array.get sigma)
        let rootMean (values: float[]) = sqrt (Array.average values)

        order
        |> Array.splitInto (Math.Clamp(order.Length / sigmaBinOf, 1, sigmaBinsAtMost))
        |> Array.mapi (fun i inside ->
            let sigmas = inside |> Array.map (Array.get sigma)
            let squares = inside |> Array.map (fun j -> errors[j] * errors[j])

            { Lo = sigmas[0]
              Hi = Array.last sigmas
              N = inside.Length
              Sigma = sigmas |> Array.map (fun s -> s * s) |> rootMean
              RmsError = rootMean squares
              RmsErrorInterval =
                Bootstrap.ofMean options (uint64 (2000 + i)) squares
                |> Option.map (fun (low, high) -> sqrt low, sqrt high) })

    let private coverageBins (predicted: float[]) (scores: DensityScore[]) =
        let listed, each = RedshiftBins.assign predicted
        let positions = Array.indexed each |> Array.groupBy snd |> dict

        listed
        |> Array.map (fun k ->
            let inside =
                match positions.TryGetValue k with
                | true, inside -> inside |> Array.map (fun (i, _) -> scores[i])
                | false, _ -> [||]

            let share level =
                float (inside |> Seq.filter (DensityMetrics.covers level) |> Seq.length)
                / float inside.Length

            { Lo = RedshiftBins.edge k
              Hi = RedshiftBins.edge (k + 1L)
              N = inside.Length
              Coverage = List.map share DensityMetrics.levels })

    /// Scores densities, one number of each kind an object: the true redshift, the mean of p(z), its standard deviation and
    /// its score. Objects of which one of these is not finite are counted and not scored.
    let evaluate
        (options: BootstrapOptions)
        (truth: float[])
        (predicted: float[])
        (sigma: float[])
        (scores: DensityScore[])
        : DensityEvaluation =
        let present =
            [| for i in 0 .. scores.Length - 1 do
                   if
                       Double.IsFinite truth[i]
                       && Double.IsFinite predicted[i]
                       && Double.IsFinite sigma[i]
                       && DensityScore.isFinite scores[i]
                   then
                       i |]

        let pick (values: float[]) = present |> Array.map (Array.get values)
        let scored = present |> Array.map (Array.get scores)
        // Stable, so that sums do not depend on the sort's details.
        let sorted = scored |> Array.sortBy _.Pit
        let histogram = Array.zeroCreate pitBins

        for score in scored do
            let bin = min (pitBins - 1) (int (score.Pit * float pitBins))
            histogram[bin] <- histogram[bin] + 1

        let score (i: int) (metric: DensityMetric) =
            { Metric = metric
              Value = metric.Score sorted
              Interval =
                metric.Term
                |> Option.bind (fun term -> Bootstrap.ofMean options (uint64 (1000 + i)) (Array.map term sorted)) }

        { N = scored.Length
          Missing = scores.Length - scored.Length
          Impossible = scored |> Array.filter (fun s -> s.Density = 0.0) |> Array.length
          PitOutliers = scored |> Array.filter (fun s -> s.Pit < 1e-4 || s.Pit > 0.9999) |> Array.length
          Scores = List.mapi score DensityMetrics.all
          PitHistogram = histogram
          CoverageCurve = curve scored
          CoverageBins = coverageBins (pick predicted) scored
          SigmaBins = sigmaBins options (Array.map2 (-) (pick predicted) (pick truth)) (pick sigma)
          Bootstrap =
            { options with
                Resamples = Bootstrap.resamplesFor options scored.Length } }

    /// The value of a metric by its key, NaN where there is none of that key.
    let value (key: string) (evaluation: DensityEvaluation) : float =
        evaluation.Scores
        |> List.tryFind (fun score -> score.Metric.Key = key)
        |> Option.map _.Value
        |> Option.defaultValue nan

    /// The keys that densities add to `metrics.json`. What is not finite is null.
    let toFields (evaluation: DensityEvaluation) : (string * JsonValue) list =
        let writeBin (bin: CoverageBin) =
            Json.object
                [ "lo", Json.float bin.Lo
                  "hi", Json.float bin.Hi
                  "n", Json.int bin.N
                  for level, share in List.zip DensityMetrics.coverages bin.Coverage do
                      level.Key, Json.float share ]

        let writeSigma (bin: SigmaBin) =
            Json.object
                [ "lo", Json.float bin.Lo
                  "hi", Json.float bin.Hi
                  "n", Json.int bin.N
                  "sigma", Json.float bin.Sigma
                  "rms_error", Json.float bin.RmsError
                  "rms_error_interval", Bins.writeInterval bin.RmsErrorInterval ]

        [ "n_density_missing", Json.int evaluation.Missing
          "n_density_impossible", Json.int evaluation.Impossible
          "n_pit_outliers", Json.int evaluation.PitOutliers
          for score in evaluation.Scores do
              score.Metric.Key, Json.float score.Value
          "pit_histogram", evaluation.PitHistogram |> Seq.map Json.int |> Json.list
          "coverage_bins_by_predicted", evaluation.CoverageBins |> Seq.map writeBin |> Json.list
          "error_bins_by_sigma", evaluation.SigmaBins |> Seq.map writeSigma |> Json.list ]
