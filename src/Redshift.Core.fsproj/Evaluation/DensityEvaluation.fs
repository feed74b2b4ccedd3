namespace Redshift.Core.Evaluation

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
        /// By bins of predicted redshift: in bins of true redshift even perfect densities would not cover.
        CoverageBins: CoverageBin[]
    }

/// Scoring densities.
module DensityEvaluation =

    /// Bins of the histogram of PIT.
    [<Literal>]
    let pitBins = 20

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

    /// Scores densities: one score and one predicted redshift an object. Those that are not finite are counted.
    let evaluate (options: BootstrapOptions) (predicted: float[]) (scores: DensityScore[]) : DensityEvaluation =
        let present =
            Array.zip predicted scores
            |> Array.filter (fun (z, score) -> System.Double.IsFinite z && DensityScore.isFinite score)

        let scored = Array.map snd present
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
          CoverageBins = coverageBins (Array.map fst present) scored }

    /// The keys that densities add to `metrics.json`. What is not finite is null.
    let toFields (evaluation: DensityEvaluation) : (string * JsonValue) list =
        let writeBin (bin: CoverageBin) =
            Json.object
                [ "lo", Json.float bin.Lo
                  "hi", Json.float bin.Hi
                  "n", Json.int bin.N
                  for level, share in List.zip DensityMetrics.coverages bin.Coverage do
                      level.Key, Json.float share ]

        [ "n_density_missing", Json.int evaluation.Missing
          "n_density_impossible", Json.int evaluation.Impossible
          "n_pit_outliers", Json.int evaluation.PitOutliers
          for score in evaluation.Scores do
              score.Metric.Key, Json.float score.Value
          "pit_histogram", evaluation.PitHistogram |> Seq.map Json.int |> Json.list
          "coverage_bins_by_predicted", evaluation.CoverageBins |> Seq.map writeBin |> Json.list ]
