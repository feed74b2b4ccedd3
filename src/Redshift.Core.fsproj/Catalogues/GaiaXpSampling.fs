namespace Redshift.Core.Catalogues

open System
open System.IO

/// Interpolation from spectra sampled at rising pseudo-wavelengths, as GaiaXPy's `convert` gives them, to the samples'
/// places: fluxes by the cubic through the four nearest points, errors linearly, so that none turns negative.
type GaiaXpSampling private (points: float[], firsts: int[], cubic: float[], linear: float[]) =

    /// The segment of `xs` that holds `x`.
    static let segment (xs: float[]) (x: float) =
        let found = Array.BinarySearch(xs, x)
        Math.Clamp((if found >= 0 then found else ~~~found - 1), 0, xs.Length - 2)

    /// The weights of the points `first` to `first + 3` at `x` (Lagrange).
    static let weights (xs: float[]) first x =
        Array.init 4 (fun i ->
            let mutable product = 1.0

            for j in 0..3 do
                if j <> i then
                    product <- product * (x - xs[first + j]) / (xs[first + i] - xs[first + j])

            product)

    /// Sums of the points times their weights, four for each place.
    let combine (weights: float[]) (values: float[]) (width: float) (into: float[]) at =
        for i in 0 .. firsts.Length - 1 do
            let mutable sum = 0.0

            for j in 0..3 do
                sum <- sum + weights[4 * i + j] * values[firsts[i] + j]

            into[at + i] <- sum * width

    /// How many points a sampled spectrum has.
    member _.Length = points.Length

    /// The fluxes (e-/s/px) of a spectrum at the samples' places, times `width`, into `into` from `at` on.
    member _.Flux(flux: float[], width: float, into: float[], at: int) : unit = combine cubic flux width into at

    /// As `Flux`, of the 1-sigma errors.
    member _.Errors(error: float[], width: float, into: float[], at: int) : unit = combine linear error width into at

    /// From those points to those places. An error where the points are fewer than four, do not rise or do not reach
    /// all places.
    static member Create(points: float[], places: float[]) : Result<GaiaXpSampling, string> =
        let low, high = Array.min places, Array.max places

        if points.Length < 4 then
            Error $"expected at least 4 pseudo-wavelengths, found {points.Length}"
        elif points |> Array.pairwise |> Array.exists (fun (a, b) -> not (a < b)) then
            Error "expected pseudo-wavelengths that rise, found others"
        elif points[0] > low || points[points.Length - 1] < high then
            let found = $"{points[0]} to {points[points.Length - 1]}"
            Error $"expected pseudo-wavelengths from {low:F2} or below to {high:F2} or above, found {found}"
        else
            let segments = places |> Array.map (segment points)
            let firsts = segments |> Array.map (fun s -> Math.Clamp(s - 1, 0, points.Length - 4))
            let cubic = Array.concat (Array.map2 (weights points) firsts places)

            let linear =
                Array.map3
                    (fun first s (x: float) ->
                        let t = (x - points[s]) / (points[s + 1] - points[s])

                        Array.init 4 (fun j ->
                            if first + j = s then 1.0 - t
                            elif first + j = s + 1 then t
                            else 0.0))
                    firsts
                    segments
                    places
                |> Array.concat

            Ok(GaiaXpSampling(points, firsts, cubic, linear))

/// The sampling of GaiaXPy's `convert` output.
module GaiaXpSampling =

    let private mostPoints = 1 <<< 16

    /// GaiaXPy's own: 600 points from 0 to 60.
    let usual: float[] = Array.init 600 (fun i -> if i = 599 then 60.0 else float i * (60.0 / 599.0))

    /// Reads the file that GaiaXPy writes beside its output (`output_spectra_sampling.csv`): a column `pos` with one
    /// array, or with a number a line.
    let read (source: string) (stream: Stream) : Result<float[], CatalogueError> =
        let take (table: Table) =
            let row = TableRow 1
            let found = ResizeArray<float>()
            let numbers = Array.zeroCreate mostPoints
            let mutable status = table.Next row
            let mutable fault = ValueNone

            while fault.IsNone && status = Next.Record do
                fault <- table.Part row

                if fault.IsNone then
                    match table.Numbers(row, 0, numbers, mostPoints) with
                    | n when n >= 0 && found.Count + n <= mostPoints ->
                        found.AddRange(ArraySegment(numbers, 0, n))
                        status <- table.Next row
                    | n when n > 0 ->
                        fault <- ValueSome(CatalogueError.ofLine source row.Line $"at most {mostPoints} numbers" "more")
                    | _ -> fault <- ValueSome(CatalogueError.ofCell source row.Line "pos" "finite numbers" "others")

            if fault.IsSome then Error fault.Value
            elif status = Next.Fault then Error table.Fault
            else Ok(found.ToArray())

        Tables.openTable source stream
        |> Result.bind (fun table ->
            use table = table

            Tables.guard source (fun () ->
                Tables.column table "pos"
                |> Result.bind (fun column ->
                    table.Want [| column |]
                    take table)))
