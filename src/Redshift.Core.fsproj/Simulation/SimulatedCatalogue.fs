namespace Redshift.Core.Simulation

open System
open System.Text

/// A simulated catalogue of any length, in blocks of rows that may be made by any threads in any order: the same seed
/// and row give the same bytes. Rows count from 0.
[<Sealed>]
type SimulatedCatalogue(simulator: Simulator) =

    static let header =
        let columns = Seq.init SampleGrid.Count (fun i -> $"flux_{i}")
        Encoding.UTF8.GetBytes("redshift," + String.Join(",", columns) + "\n")

    static let checkRows (first: int64) count =
        if first < 0L then
            raise (ArgumentOutOfRangeException(nameof first, first, "rows count from 0"))

        if count < 0 then
            raise (ArgumentOutOfRangeException(nameof count, count, "expected a count of 0 or more"))

    /// Wavelengths of the 186 samples, nm.
    member _.Wavelengths: float[] = simulator.Wavelengths

    /// Samples of a spectrum: 186.
    static member SampleCount = SampleGrid.Count

    /// The header line `redshift,flux_0,...,flux_185` with its line end.
    static member HeaderBytes: byte[] = Array.copy header

    /// No row is longer than this, its line end included.
    static member MaxRowBytes: int = (SampleGrid.Count + 1) * (FixedPoint.MaxLength + 1)

    /// The redshift of one row, without its spectrum.
    static member Redshift(seed: uint64, row: int64) : float = Simulator.redshift seed row

    /// Rows `first .. first + count - 1` as CSV: the redshift with 7 decimals and 186 fluxes (e-/s per sample) with 3,
    /// lines ended by LF. Returns the bytes written to `buffer`. Fails with `ArgumentException` unless `buffer` holds
    /// `count * MaxRowBytes` bytes, with `ArgumentOutOfRangeException` where `first` or `count` is negative.
    member _.FormatRows(seed: uint64, first: int64, count: int, buffer: byte[]) : int =
        checkRows first count
        let needed = int64 count * int64 SimulatedCatalogue.MaxRowBytes

        if int64 buffer.Length < needed then
            raise (ArgumentException($"expected room for {needed} bytes, found {buffer.Length}", nameof buffer))

        let space = Simulator.workspace ()
        let mutable position = 0

        for row = 0 to count - 1 do
            let redshift = simulator.Draw(seed, first + int64 row, space)
            position <- position + FixedPoint.write redshift 7 (buffer.AsSpan position)

            for i = 0 to SampleGrid.Count - 1 do
                buffer[position] <- ','B
                position <- position + 1
                position <- position + FixedPoint.write (float space.Flux[i]) 3 (buffer.AsSpan position)

            buffer[position] <- '\n'B
            position <- position + 1

        position

    /// Rows `first .. first + count - 1` as numbers: fluxes at `row * 186 + sample`, counted from the block's first
    /// row, and redshifts. Fails with `ArgumentException` where an array is too short, with
    /// `ArgumentOutOfRangeException` where `first` or `count` is negative.
    member _.Fill(seed: uint64, first: int64, count: int, fluxes: float32[], redshifts: float[]) : unit =
        checkRows first count

        if redshifts.Length < count then
            raise (
                ArgumentException($"expected room for {count} redshifts, found {redshifts.Length}", nameof redshifts)
            )

        if int64 fluxes.Length < int64 count * int64 SampleGrid.Count then
            let needed = int64 count * int64 SampleGrid.Count
            raise (ArgumentException($"expected room for {needed} fluxes, found {fluxes.Length}", nameof fluxes))

        let space = Simulator.workspace ()

        for row = 0 to count - 1 do
            let target = fluxes.AsSpan(row * SampleGrid.Count, SampleGrid.Count)
            redshifts[row] <- simulator.Row(seed, first + int64 row, space, target)
