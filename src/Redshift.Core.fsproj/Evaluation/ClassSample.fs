namespace Redshift.Core.Evaluation

open System

/// Objects of known class with predicted probabilities of the classes. Made by `ClassSample.binary` and
/// `ClassSample.several`; whoever holds one knows that every class has a label and that every probability is in [0, 1].
[<Sealed>]
type ClassSample internal (labels: string[], truth: int[], predicted: int[], probability: float[], loss: float[]) =

    /// Names of the classes, by their number.
    member _.Labels = labels
    /// Numbers of the true classes, one an object.
    member _.Truth = truth
    /// Numbers of the predicted classes, one an object.
    member _.Predicted = predicted
    /// Of two classes the probability of the second, ascending; empty where there are rows of probabilities.
    member _.Probability = probability
    /// -ln of the probability of the true class, one an object: its part of the log loss.
    member _.Loss = loss
    /// How many objects.
    member _.Count = truth.Length

/// Making samples of classes.
module ClassSample =

    /// Of two classes, an object with at least this probability of the second is predicted to be of it.
    [<Literal>]
    let threshold = 0.5

    /// Probabilities are clipped to [2^-52, 1 - 2^-52] before their logarithm is taken, as scikit-learn does, so that a
    /// sure and wrong prediction costs 36 and not infinitely much.
    let clip (probability: float) : float = Math.Clamp(probability, Math.ScaleB(1.0, -52), 1.0 - Math.ScaleB(1.0, -52))

    /// A text as a part of a key: small letters and digits, all else the separator.
    let internal slug (separator: char) (text: string) =
        text
        |> String.map (fun c ->
            if Char.IsAsciiLetterOrDigit c then
                Char.ToLowerInvariant c
            else
                separator)

    let private faultOfLabels (labels: string[]) =
        let keys = labels |> Array.map (slug '_')

        if labels.Length < 2 then
            Some $"classes: expected two at least, found {labels.Length}"
        elif (Array.distinct keys).Length < keys.Length then
            let names = String.concat ", " labels
            Some $"classes: expected names that differ in letters or digits, found {names}"
        else
            None

    let private faultOfLengths (truth: int) (probabilities: int) =
        if truth = probabilities then
            None
        else
            Some $"probabilities: expected one for each of the {truth} true classes, found {probabilities}"

    let private outside (probability: float) = Double.IsFinite probability && (probability < 0.0 || probability > 1.0)

    let private faultOfProbability (i: int) (probability: float) =
        if outside probability then
            Some $"object {i}: expected a probability from 0 to 1, found {probability}"
        else
            None

    /// Classes and probabilities of the second of two classes, `labels` naming the first and the second; one of each an
    /// object. The objects whose probability is finite, and how many have none: these are counted, not scored. An error
    /// where the lengths differ or a probability is outside [0, 1].
    let binary
        (first: string, second: string)
        (truth: bool[])
        (probability: float[])
        : Result<ClassSample * int, string> =
        let labels = [| first; second |]

        let fault =
            faultOfLabels labels
            |> Option.orElseWith (fun () -> faultOfLengths truth.Length probability.Length)
            |> Option.orElseWith (fun () ->
                probability |> Seq.indexed |> Seq.tryPick (fun (i, p) -> faultOfProbability i p))

        match fault with
        | Some fault -> Error fault
        | None ->
            // Objects that are equal in both are the same to every metric: the order of the catalogue leaves no trace.
            let present =
                Array.zip probability truth
                |> Array.filter (fst >> Double.IsFinite)
                |> Array.sortBy (fun (p, isSecond) -> struct (p, isSecond))

            let number isSecond = if isSecond then 1 else 0
            let loss (p, isSecond) = if isSecond then -log(clip p) else -log(1.0 - clip p)

            Ok(
                ClassSample(
                    labels,
                    present |> Array.map (snd >> number),
                    present |> Array.map (fun (p, _) -> number (p >= threshold)),
                    Array.map fst present,
                    Array.map loss present
                ),
                truth.Length - present.Length
            )

    /// How far the sum of a row may be from 1: single precision and a few written digits, not another kind of number.
    let private sumWithin = 1e-3

    let private faultOfRow (labels: string[]) (i: int) (truth: int) (row: float[]) =
        if truth < 0 || truth >= labels.Length then
            Some $"object {i}: expected a class from 0 to {labels.Length - 1}, found {truth}"
        elif row.Length <> labels.Length then
            Some $"object {i}: expected {labels.Length} probabilities, found {row.Length}"
        elif Array.forall Double.IsFinite row && abs (Array.sum row - 1.0) > sumWithin then
            Some $"object {i}: expected probabilities of sum 1, found a sum of {Array.sum row}"
        else
            row |> Array.tryPick (faultOfProbability i)

    /// Numbers of classes, from 0, and rows with a probability for each class; one of each an object. The predicted class is
    /// the most probable, the first of equal ones. The objects whose row is finite, and how many have none: these are
    /// counted, not scored. An error where the lengths differ, a class has no label, a probability is outside [0, 1] or the
    /// sum of a row is not 1 to a thousandth.
    let several (labels: string[]) (truth: int[]) (probabilities: float[][]) : Result<ClassSample * int, string> =
        let fault =
            faultOfLabels labels
            |> Option.orElseWith (fun () -> faultOfLengths truth.Length probabilities.Length)
            |> Option.orElseWith (fun () ->
                Seq.zip truth probabilities
                |> Seq.indexed
                |> Seq.tryPick (fun (i, (t, row)) -> faultOfRow labels i t row))

        match fault with
        | Some fault -> Error fault
        | None ->
            let describe (truth: int, row: float[]) =
                let clipped = Array.map clip row
                struct (-log(clipped[truth] / Array.sum clipped), truth, Array.findIndex ((=) (Array.max row)) row)

            let present =
                Array.zip truth probabilities
                |> Array.filter (snd >> Array.forall Double.IsFinite)
                |> Array.map describe
                |> Array.sort

            Ok(
                ClassSample(
                    Array.copy labels,
                    present |> Array.map (fun (struct (_, truth, _)) -> truth),
                    present |> Array.map (fun (struct (_, _, predicted)) -> predicted),
                    [||],
                    present |> Array.map (fun (struct (loss, _, _)) -> loss)
                ),
                truth.Length - present.Length
            )
