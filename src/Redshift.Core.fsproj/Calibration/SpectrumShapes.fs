namespace Redshift.Core.Calibration

open System
open System.Buffers
open System.Collections.Generic
open System.Threading.Tasks
open Redshift.Core.Frames

/// Spectra as shapes: each sample divided by the object's level, gaps interpolated within the row, and log10 of the level.
/// They are worked out where they are needed, so that no second copy of the data is held.
type internal SpectrumShapes =
    {
        Samples: int
        /// [rows x samples], row-major, NaN where not observed.
        Fluxes: float32[]
        /// The rows that are meant.
        Rows: int[]
    }

module internal SpectrumShapes =

    /// Rows that a thread does at a time. Sums are made within a part and then over parts in their order, so that they do
    /// not depend on the number of threads.
    [<Literal>]
    let private PartSize = 1000

    let private features =
        { Channels = [ Channel.Flux ]
          Level = Level.MeanFlux
          Gaps = Gaps.Interpolate }

    /// The shape of a spectrum into `into`, and its level: the mean absolute flux of its observed samples, 1 where that is 0.
    let fill (flux: ReadOnlySpan<float32>) (into: Span<float>) : float =
        let rented = ArrayPool<float32>.Shared.Rent flux.Length

        try
            let shape = rented.AsSpan(0, flux.Length)

            match Features.fill features flux ReadOnlySpan.Empty shape with
            | Ok()
            | Error _ -> ()

            for i = 0 to flux.Length - 1 do
                into[i] <- float shape[i]
        finally
            ArrayPool<float32>.Shared.Return rented

        Features.meanFlux flux

    /// Whether at least one sample was observed and none is infinite.
    let isUsable (flux: ReadOnlySpan<float32>) : bool =
        let mutable observed, infinite = 0, 0

        for value in flux do
            if Single.IsFinite value then
                observed <- observed + 1
            elif not (Single.IsNaN value) then
                infinite <- infinite + 1

        observed > 0 && infinite = 0

    let flux (shapes: SpectrumShapes) (r: int) : ReadOnlySpan<float32> =
        ReadOnlySpan(shapes.Fluxes, shapes.Rows[r] * shapes.Samples, shapes.Samples)

    /// The usable ones among some rows.
    let create (samples: int) (fluxes: float32[]) (rows: IReadOnlyList<int>) : SpectrumShapes =
        let usable row = isUsable (ReadOnlySpan(fluxes, row * samples, samples))

        { Samples = samples
          Fluxes = fluxes
          Rows = rows |> Seq.filter usable |> Array.ofSeq }

    /// log10 of each row's level.
    let logLevels (shapes: SpectrumShapes) : float[] =
        Array.init shapes.Rows.Length (fun r -> log10 (Features.meanFlux (flux shapes r)))

    /// `work` of the first row and the number of rows of each part, by as many threads as there are; the results in order.
    let inParts (rows: int) (work: int -> int -> 'T) : 'T[] =
        let parts = Array.zeroCreate<'T>((rows + PartSize - 1) / PartSize)
        let one p = parts[p] <- work (p * PartSize) (min PartSize (rows - p * PartSize))
        Parallel.For(0, parts.Length, one) |> ignore
        parts
