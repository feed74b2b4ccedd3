namespace Redshift.Core.Evaluation

/// What comes of taking the objects with at least some probability for the second of two classes.
type ThresholdPoint =
    {
        /// The least probability of an object that is taken; infinite where none is.
        Threshold: float
        /// Objects of the second class that are taken.
        TruePositives: int
        /// Objects of the first class that are taken.
        FalsePositives: int
        /// The share of the second class that is taken (recall, true positive rate); NaN where there is none of it.
        Completeness: float
        /// The share of the first class that is taken; NaN where there is none of it.
        FalsePositiveRate: float
        /// The share of the second class among those taken (purity); NaN where none is.
        Precision: float
    }

/// The ROC curve and its kin.
module ClassCurve =

    /// One point for each distinct probability, descending, after one at infinity at which nothing is taken: those of
    /// scikit-learn's `roc_curve` without `drop_intermediate`. Objects of equal probability are taken together.
    let ofSample (sample: ClassSample) : ThresholdPoint[] =
        let probability, n = sample.Probability, sample.Probability.Length
        let positives = sample.Truth |> Array.sumBy (fun number -> if number = 1 then 1 else 0)

        let point threshold hits others =
            { Threshold = threshold
              TruePositives = hits
              FalsePositives = others
              Completeness = float hits / float positives
              FalsePositiveRate = float others / float (n - positives)
              Precision = float hits / float (hits + others) }

        let mutable hits = 0

        [| if n > 0 then
               point infinity 0 0

               for i in n - 1 .. -1 .. 0 do
                   hits <- hits + (if sample.Truth[i] = 1 then 1 else 0)

                   if i = 0 || probability[i - 1] <> probability[i] then
                       point probability[i] hits (n - i - hits) |]

    /// At most so many points (two or more), evenly taken with the first and the last, for a drawing.
    let thinned (most: int) (curve: ThresholdPoint[]) : ThresholdPoint[] =
        if curve.Length <= most then
            curve
        else
            Array.init most (fun i -> curve[int (int64 i * int64 (curve.Length - 1) / int64 (most - 1))])
