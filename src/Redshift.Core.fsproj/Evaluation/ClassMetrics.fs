namespace Redshift.Core.Evaluation

/// One number that says how good predictions of classes are.
type ClassMetric =
    {
        /// Name in `metrics.json`, after the target's: `auc` of `stellarity_auc`.
        Name: string
        /// Name for people.
        Title: string
        /// The formula.
        Definition: string
        /// True for a share of objects (0 to 1), to be shown in per cent.
        IsShare: bool
        /// The value where each object counts so many times, one number an object; NaN where it is not defined.
        Score: ClassSample -> int[] -> float
        /// Why it is not defined, of samples of which it is not.
        WhyUndefined: ClassSample -> string
    }

/// The metrics of classes. To add one: one entry in `binary` or `several`.
module ClassMetrics =

    let private metric name title definition isShare score whyUndefined =
        { Name = name
          Title = title
          Definition = definition
          IsShare = isShare
          Score = score
          WhyUndefined =
            fun sample ->
                if sample.Count = 0 then
                    "no objects"
                else
                    whyUndefined sample }

    let private always (_: ClassSample) = "defined of every object"

    /// The share of `hit` objects among the `among` ones: 0 / 0 = NaN of none.
    let inline private share
        ([<InlineIfLambda>] among: ClassSample -> int -> bool)
        ([<InlineIfLambda>] hit: ClassSample -> int -> bool)
        (sample: ClassSample)
        (times: int[])
        =
        let mutable all, hits = 0L, 0L

        for i in 0 .. times.Length - 1 do
            if among sample i then
                all <- all + int64 times[i]

                if hit sample i then
                    hits <- hits + int64 times[i]

        float hits / float all

    /// Mann and Whitney's U over the number of pairs: the share of pairs of a second-class and a first-class object in which
    /// the former has the greater probability, equal ones counting half. Twice U is a whole number, so the sum is exact.
    let private areaUnderCurve (sample: ClassSample) (times: int[]) =
        let n = sample.Count
        let mutable positives, negatives, twice, i = 0L, 0L, 0L, 0

        while i < n do
            let tied = sample.Probability[i]
            let mutable hits, others = 0L, 0L

            while i < n && sample.Probability[i] = tied do
                if sample.Truth[i] = 1 then
                    hits <- hits + int64 times[i]
                else
                    others <- others + int64 times[i]

                i <- i + 1

            twice <- twice + hits * (2L * negatives + others)
            positives <- positives + hits
            negatives <- negatives + others

        float twice / 2.0 / (float positives * float negatives)

    let private meanLoss (sample: ClassSample) (times: int[]) =
        let mutable sum, count = 0.0, 0L

        for i in 0 .. times.Length - 1 do
            sum <- sum + float times[i] * sample.Loss[i]
            count <- count + int64 times[i]

        sum / float count

    /// The area under the ROC curve of two classes.
    let auc =
        metric
            "auc"
            "Area under the ROC curve"
            "share of pairs, one of each class, whose probabilities are in order; equal ones count half"
            false
            areaUnderCurve
            (fun sample -> $"every object is of class {sample.Labels[sample.Truth[0]]}")

    /// The share of objects whose predicted class is the true one.
    let accuracy =
        metric
            "accuracy"
            "Accuracy"
            "share with predicted = true class"
            true
            (share (fun _ _ -> true) (fun sample i -> sample.Truth[i] = sample.Predicted[i]))
            always

    /// The mean of -ln of the probability of the true class.
    let logLoss =
        metric "log_loss" "Log loss" "mean -ln p(true class), p clipped to [2^-52, 1 - 2^-52]" false meanLoss always

    let private precisionOf name label (number: int) =
        metric
            name
            $"Precision (purity) of {label}"
            $"share of true among those predicted to be of class {label}"
            true
            (share (fun sample i -> sample.Predicted[i] = number) (fun sample i -> sample.Truth[i] = number))
            (fun _ -> $"no object is predicted to be of class {label}")

    let private completenessOf name label (number: int) =
        metric
            name
            $"Completeness (recall) of {label}"
            $"share predicted to be of class {label} among those that are"
            true
            (share (fun sample i -> sample.Truth[i] = number) (fun sample i -> sample.Predicted[i] = number))
            (fun _ -> $"no object is of class {label}")

    /// Names of the precision and the completeness of the second of two classes.
    let precisionName, completenessName = "precision", "completeness"

    /// Of two classes, in the order in which they are written; precision and completeness are those of the second class,
    /// predicted at a probability of `ClassSample.threshold` or more.
    let binary (second: string) : ClassMetric list =
        [ auc
          accuracy
          precisionOf precisionName second 1
          completenessOf completenessName second 1
          logLoss ]

    /// Of classes with these labels: `precision_star` and `completeness_star` for each.
    let several (labels: string[]) : ClassMetric list =
        [ accuracy
          logLoss
          for number, label in Seq.indexed labels do
              let key = ClassSample.slug '_' label
              precisionOf $"{precisionName}_{key}" label number
              completenessOf $"{completenessName}_{key}" label number ]

    /// How many objects of each true class (row) are predicted to be of each class (column).
    let confusion (sample: ClassSample) : int[][] =
        let counts = sample.Labels |> Array.map (fun _ -> Array.zeroCreate<int> sample.Labels.Length)

        for i in 0 .. sample.Count - 1 do
            let row = counts[sample.Truth[i]]
            row[sample.Predicted[i]] <- row[sample.Predicted[i]] + 1

        counts
