namespace Redshift.Core.Evaluation

open System

/// Objects with a true and a predicted redshift, all arrays in ascending order of `Delta`, so that quantiles need no
/// sorting. Made by `Sample.create`; whoever holds one knows that every number is finite and every true redshift above -1.
[<Sealed>]
type Sample internal (truth: float[], predicted: float[], delta: float[]) =
    let scratch = Array.zeroCreate<float> delta.Length

    /// True redshifts (z_spec), one an object.
    member _.Truth = truth
    /// Predicted redshifts (z_phot), one an object.
    member _.Predicted = predicted
    /// Delta = (z_phot - z_spec) / (1 + z_spec), ascending; of targets that are no redshift, predicted - true.
    member _.Delta = delta
    /// How many objects.
    member _.Count = delta.Length
    /// Room for as many numbers, overwritten by whoever uses it: a `Sample` serves one thread at a time.
    member internal _.Scratch = scratch

/// Making samples.
module Sample =

    let internal delta (truth: float) (predicted: float) = (predicted - truth) / (1.0 + truth)

    let private fault (truth: float[]) (predicted: float[]) =
        if truth.Length <> predicted.Length then
            Some $"predictions: expected one for each of the {truth.Length} true redshifts, found {predicted.Length}"
        else
            truth
            |> Array.tryFindIndex (fun z -> not (Double.IsFinite z && z > -1.0))
            |> Option.map (fun i -> $"object {i}: expected a true redshift above -1, found {truth[i]}")

    /// The sample of the objects whose prediction is finite, ascending in their `key`, and which object is at each place.
    let private ordered (key: float -> float -> float) (truth: float[]) (predicted: float[]) =
        let present =
            [| for i in 0 .. truth.Length - 1 do
                   if Double.IsFinite predicted[i] then
                       i |]

        let keys = present |> Array.map (fun i -> key truth[i] predicted[i])
        // Stable for equal keys: the order of the sums, hence their last digits, does not depend on the sort's details.
        let order = Array.init present.Length id |> Array.sortBy (fun p -> struct (keys[p], p))
        let objects = order |> Array.map (Array.get present)
        let pick (values: float[]) = objects |> Array.map (Array.get values)
        Sample(pick truth, pick predicted, order |> Array.map (Array.get keys)), objects

    /// The sample of the objects whose prediction is finite, and which object is at each of its places. Errors as of `create`.
    let internal placed (truth: float[]) (predicted: float[]) : Result<Sample * int[], string> =
        match fault truth predicted with
        | Some fault -> Error fault
        | None -> Ok(ordered delta truth predicted)

    /// The objects whose prediction is finite, and how many have none. `truth` and `predicted` have one number an object;
    /// a prediction that is NaN or infinite is counted, not scored. An error where the lengths differ or a true redshift
    /// is missing or not above -1.
    let create (truth: float[]) (predicted: float[]) : Result<Sample * int, string> =
        placed truth predicted
        |> Result.map (fun (sample, objects) -> sample, truth.Length - objects.Length)

    /// The same of a target that is no redshift, whose errors are divided by nothing: `Delta` is predicted - true. True
    /// values may be of either sign; an error where the lengths differ or one is not finite.
    let internal ofErrors (truth: float[]) (predicted: float[]) : Result<Sample * int, string> =
        if truth.Length <> predicted.Length then
            Error $"predictions: expected one for each of the {truth.Length} true values, found {predicted.Length}"
        else
            match truth |> Array.tryFindIndex (Double.IsFinite >> not) with
            | Some i -> Error $"object {i}: expected a finite true value, found {truth[i]}"
            | None ->
                let sample, objects = ordered (fun t p -> p - t) truth predicted
                Ok(sample, truth.Length - objects.Length)

    /// The objects at these positions, which ascend.
    let internal subset (positions: int[]) (sample: Sample) =
        let pick (values: float[]) = positions |> Array.map (Array.get values)
        Sample(pick sample.Truth, pick sample.Predicted, pick sample.Delta)
