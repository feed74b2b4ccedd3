namespace Redshift.Core.Baselines

open System
open Redshift.Core.Frames

/// How rows are held out.
[<RequireQualifiedAccess>]
type NeighbourDivision =
    /// Each row alone.
    | LeaveOneOut
    /// So many folds, 2 or more, by a seeded shuffle (`Split.folds`).
    | Folds of count: int * seed: uint64

/// One point of a validation curve.
type ValidationPoint =
    {
        Settings: NeighbourSettings
        /// Of the held-out predictions of all rows.
        MeanSquaredError: float
    }

/// Cross-validation of regressions by neighbours: all settings are scored from one search a fold, with the largest number
/// of neighbours. Results are the same bits for any number of `threads` (0: as many as processors).
module NeighbourValidation =

    let private scaledBy (fitted: FittedScaling) (points: Points) : Result<Points, string> =
        let width = points.Dimensions
        let rows = points.Numbers |> Array.map float32

        for row in 0 .. points.Count - 1 do
            Scaling.apply fitted (Span(rows, row * width, width))

        Points.ofSingles width rows

    /// Scaled as fitted on the training points, in single precision like all features; both left as they are by `Identity`.
    let private scale (scaling: Scaling) (train: Points) (test: Points) : Result<Points * Points, string> =
        match scaling with
        | Scaling.Identity -> Ok(train, test)
        | Scaling.MinMax
        | Scaling.Standard
        | Scaling.Robust
        | Scaling.Quantile _ ->
            let column feature =
                Array.init train.Count (fun row -> float (float32 train.Numbers[row * train.Dimensions + feature]))

            let fitted = Scaling.fit scaling train.Dimensions column

            scaledBy fitted train
            |> Result.bind (fun train -> scaledBy fitted test |> Result.map (fun test -> train, test))

    /// Takes a query's own index out of its neighbours, which are one too many; the farthest where it is not among them.
    let private leaveOut (own: int) (distances: float[]) (indices: int[]) =
        let place = Array.IndexOf(indices, own)

        if place >= 0 then
            Array.Copy(distances, place + 1, distances, place, distances.Length - place - 1)
            Array.Copy(indices, place + 1, indices, place, indices.Length - place - 1)

    /// Predictions of the test points by each settings into `into`, at the rows that `row` names.
    let private score threads settings leaving (train: Points) (targets: float[]) (test: Points) row (into: float[][]) =
        let most = (settings |> Array.maxBy _.Neighbours).Neighbours
        let sought = if leaving then most + 1 else most
        let search = NeighbourSearch.create train

        let take (estimator: NeighbourEstimator) query distances indices =
            if leaving then
                leaveOut query distances indices

            settings
            |> Array.iteri (fun s settings ->
                into[s][row query] <- estimator.At(settings, test.Numbers, query * test.Dimensions, distances, indices))

        match NeighbourSearch.fault sought search test with
        | Some _ ->
            let largest = if leaving then train.Count - 1 else train.Count
            Error $"neighbours: expected 1 to {largest}, the training points of a fold, found {most}"
        | None ->
            NeighbourSearch.visit threads sought search test (fun () -> NeighbourEstimator(train, targets, most)) take
            Ok()

    let private leaveOneOut threads scaling settings points (targets: float[]) into =
        scale scaling points points
        |> Result.bind (fun (scaled, _) -> score threads settings true scaled targets scaled id into)

    let private ofFold threads scaling settings (points: Points) (targets: float[]) into (split: Split) =
        scale scaling (Points.pick split.Train points) (Points.pick split.Test points)
        |> Result.bind (fun (train, test) ->
            let known = split.Train |> Array.map (Array.get targets)
            score threads settings false train known test (Array.get split.Test) into)

    /// What keeps settings from being scored.
    let private fault (settings: NeighbourSettings[]) points targets =
        match settings |> Array.tryFind (fun s -> s.Neighbours < 1) with
        | _ when settings.Length = 0 -> Some "settings: expected one or more, found none"
        | Some few -> Some $"neighbours: expected 1 or more, found {few.Neighbours}"
        | None -> NeighbourRegression.targetFault points targets

    /// Held-out predictions of each settings, [settings][rows].
    let private predictions threads division scaling (settings: NeighbourSettings[]) (points: Points) targets =
        match fault settings points targets with
        | Some fault -> Error fault
        | None ->
            let into = settings |> Array.map (fun _ -> Array.zeroCreate<float> points.Count)

            match division with
            | NeighbourDivision.LeaveOneOut -> leaveOneOut threads scaling settings points targets into
            | NeighbourDivision.Folds(count, seed) ->
                Split.folds count 0.0 seed points.Count
                |> Result.bind (fun splits ->
                    (Ok(), splits)
                    ||> Array.fold (fun before split ->
                        before
                        |> Result.bind (fun () -> ofFold threads scaling settings points targets into split)))
            |> Result.map (fun () -> into)

    /// Each row's prediction by a regression that was fitted without it. `scaling` is fitted on the other folds' rows (when
    /// one row is left out at a time, on all: one row's part in it is nothing); `Identity` where points are scaled already.
    /// An error where the rows cannot be so divided, a fold has fewer training points than neighbours, or a target is not
    /// finite.
    let heldOut
        (threads: int)
        (division: NeighbourDivision)
        (scaling: Scaling)
        (settings: NeighbourSettings)
        (points: Points)
        (targets: float[])
        : Result<float[], string> =
        predictions threads division scaling [| settings |] points targets
        |> Result.map Array.head

    /// The mean squared error of each settings (numbers of neighbours, weights, estimates), in their order; 8 bytes are
    /// needed for each row and settings. Division, scaling and errors as of `heldOut`.
    let curve
        (threads: int)
        (division: NeighbourDivision)
        (scaling: Scaling)
        (settings: NeighbourSettings list)
        (points: Points)
        (targets: float[])
        : Result<ValidationPoint list, string> =
        let error (predicted: float[]) =
            Array.map2 (fun (y: float) p -> (p - y) * (p - y)) targets predicted
            |> Array.average

        predictions threads division scaling (Array.ofList settings) points targets
        |> Result.map (fun predicted ->
            List.mapi
                (fun s settings ->
                    { Settings = settings
                      MeanSquaredError = error predicted[s] })
                settings)

    /// The settings of least error, of equal ones the first; None of no curve.
    let best (curve: ValidationPoint list) : NeighbourSettings option =
        match curve with
        | [] -> None
        | points -> Some (points |> List.minBy _.MeanSquaredError).Settings
