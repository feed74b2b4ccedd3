namespace Redshift.Core.Simulation

open System
open System.Numerics
open Redshift.Core

/// What a simulation is made from.
type SimulatorOptions =
    { Instrument: Instrument
      Templates: Templates
      GridEnds: GridEnds }

/// Arrays that a thread works in while it draws rows; give each thread its own.
[<Sealed>]
type SimulatorWorkspace internal () =
    member val internal Weights = Array.zeroCreate<float> Population.componentCount
    member val internal Deviates = Array.zeroCreate<float> 4
    member val internal Types = Array.zeroCreate<float> 4
    member val internal Shares = Array.zeroCreate<float> SimulatorTables.TemplateCount
    member val internal Rows = Array.zeroCreate<int>(8 * SimulatorTables.TemplateCount)
    member val internal Factors = Array.zeroCreate<float32>(8 * SimulatorTables.TemplateCount)
    member val internal Blurred = Array.zeroCreate<float32> SpectrumTable.Stride
    member val internal White = Array.zeroCreate<float32> Observation.WhiteLength

    /// The spectrum of the row drawn last: 186 values, then six without meaning.
    member val internal Flux = Array.zeroCreate<float32> SpectrumTable.Stride

/// Simulated Gaia BP/RP spectra of galaxies. Safe for any number of threads, each with its own workspace. A row
/// depends on nothing but the options, the seed and its own number: not on how many rows are drawn, nor on threads or
/// vector width. (Logarithms and sines come from the platform's mathematical library, whose last bit may differ
/// between systems.) Sources of the numbers: the instrument, GaiaXPy's calibration; redshifts, the published catalogue
/// of 520,393 galaxies; noise, the covariances of real Gaia sources; types, the mixture in `EmbeddedMixture`.
[<Sealed>]
type Simulator internal (grid: SampleGrid, table: SpectrumTable) =

    let observation = Observation grid

    let ladder (size: float) =
        let i = Interpolation.segment SpectrumTable.sizes size
        let low, high = SpectrumTable.sizes[i], SpectrumTable.sizes[i + 1]
        struct (i, Math.Clamp((size - low) / (high - low), 0.0, 1.0))

    /// The rows of the table that make one galaxy's spectrum, and how much of each.
    let gather (space: SimulatorWorkspace) node fraction size weight count =
        let struct (rung, part) = ladder size
        let mutable n = count

        for s = 0 to 1 do
            let sizeWeight = weight * (if s = 0 then 1.0 - part else part)

            for z = 0 to 1 do
                let cell = sizeWeight * (if z = 0 then 1.0 - fraction else fraction)

                for k = 0 to SimulatorTables.TemplateCount - 1 do
                    let factor = cell * space.Shares[k]

                    if factor <> 0.0 then
                        space.Rows[n] <- SpectrumTable.offset (rung + s) (node + z) k
                        space.Factors[n] <- float32 factor
                        n <- n + 1

        n

    /// Sums the gathered rows, each sample in the order of the rows.
    let combine (space: SimulatorWorkspace) count =
        let lanes = Vector<float32>.Count
        let mutable i = 0

        while i < SpectrumTable.Stride do
            let mutable a = Vector<float32>.Zero
            let mutable b = Vector<float32>.Zero
            let mutable c = Vector<float32>.Zero

            for n = 0 to count - 1 do
                let row = space.Rows[n] + i
                let factor = space.Factors[n]
                a <- a + Vector<float32>(table.Spectra, row) * factor
                b <- b + Vector<float32>(table.Spectra, row + lanes) * factor
                c <- c + Vector<float32>(table.Spectra, row + 2 * lanes) * factor

            a.CopyTo(space.Blurred, i)
            b.CopyTo(space.Blurred, i + lanes)
            c.CopyTo(space.Blurred, i + 2 * lanes)
            i <- i + 3 * lanes

    let redTotal (shares: float[]) node fraction =
        let mutable sum = 0.0

        for k = 0 to SimulatorTables.TemplateCount - 1 do
            let low = table.RedTotals[node * SimulatorTables.TemplateCount + k]
            let high = table.RedTotals[(node + 1) * SimulatorTables.TemplateCount + k]
            sum <- sum + shares[k] * (low + fraction * (high - low))

        sum

    /// Dispersion of the galaxy's core along the scan, px: nearer galaxies look larger, active nuclei are points.
    let coreSize (random: RandomStream) (galaxy: Galaxy) =
        let median = 3.3 + 5.0 * exp (-galaxy.Redshift / 0.072)
        let size = median * exp (0.45 * random.NextNormal())
        if galaxy.Active then 0.35 * size else size

    /// Two Gaussians: 36 % of the light in the core, the rest in wings 2.65 times as wide.
    let blurred (space: SimulatorWorkspace) node fraction core =
        let largest = SpectrumTable.sizes[SpectrumTable.sizes.Length - 1]
        let count = gather space node fraction (min core largest) 0.36 0
        combine space (gather space node fraction (min (2.65 * core) largest) 0.64 count)

    /// Wavelengths of the 186 samples, nm.
    member _.Wavelengths: float[] = Array.copy grid.Wavelengths

    /// The tables that rows are interpolated in.
    member internal _.Table = table

    /// Draws row `row` of the catalogue of `seed` into the workspace and returns its redshift (0 to 0.6). The deviates
    /// come from the row's own stream in an order and number that never change.
    member internal _.Draw(seed: uint64, row: int64, space: SimulatorWorkspace) : float =
        let random = RandomStream.ForIndex(seed, uint64 row)
        let galaxy = Population.draw random space.Weights space.Deviates space.Types space.Shares
        let core = coreSize random galaxy
        let position = galaxy.Redshift / SpectrumTable.RedshiftStep
        let node = min (int position) (SpectrumTable.RedshiftNodes - 2)
        let fraction = position - float node
        // 1.25 mag: light outside Gaia's window and lost with the background.
        let magnitude = galaxy.Magnitude + 1.25 + 0.25 * random.NextNormal()
        let target = Math.Pow(10.0, -0.4 * (magnitude - 24.7479))
        let scale = target / redTotal space.Shares node fraction
        let slope = 0.03 + 0.12 * random.NextNormal()
        let blueFactor = 0.893 * exp (0.015 * random.NextNormal())
        let centroid = sqrt (0.12 * 0.12 + 0.05 * core * (0.05 * core)) * random.NextNormal()
        let transits = 55.0 * 36.0 * exp (0.35 * random.NextNormal())
        let blueOffset = 0.13 * random.NextNormal()
        let redOffset = 0.13 * random.NextNormal()
        observation.DrawWhite(random, space.White)

        blurred space node fraction core
        observation.Tilt(space.Blurred, scale, slope, blueFactor)
        observation.Shift(space.Blurred, space.Flux, centroid)
        observation.AddNoise(space.Flux, space.White, transits, blueOffset, redOffset)
        galaxy.Label

    /// Draws row `row` (from 0) of the catalogue of `seed`: its 186 fluxes, e-/s per sample, into `fluxes`, and its
    /// redshift. Fails with `ArgumentException` where `fluxes` is not 186 long.
    member this.Row(seed: uint64, row: int64, space: SimulatorWorkspace, fluxes: Span<float32>) : float =
        if fluxes.Length <> SampleGrid.Count then
            raise (
                ArgumentException($"expected room for {SampleGrid.Count} fluxes, found {fluxes.Length}", nameof fluxes)
            )

        let redshift = this.Draw(seed, row, space)
        space.Flux.AsSpan(0, SampleGrid.Count).CopyTo fluxes
        redshift

module Simulator =

    /// The embedded instrument and templates and the default sample grid.
    let defaultOptions () : SimulatorOptions =
        { Instrument = EmbeddedTables.instrument ()
          Templates = EmbeddedTables.templates ()
          GridEnds = GridEnds.Default }

    /// The redshift that row `row` of the catalogue of `seed` has, without its spectrum.
    let redshift (seed: uint64) (row: int64) : float =
        let struct (_, label) = Redshifts.draw (RandomStream.ForIndex(seed, uint64 row))
        label

    /// A workspace for `Row`.
    let workspace () = SimulatorWorkspace()

    /// Prepares a simulation (about a second). An error says what is wrong with the sample grid's ends.
    let create (options: SimulatorOptions) : Result<Simulator, string> =
        SampleGrid.create options.Instrument options.GridEnds
        |> Result.map (fun grid -> Simulator(grid, SpectrumTable.build options.Instrument grid options.Templates))

    /// Wavelengths (nm) of the 186 samples of the default grid.
    let wavelengths () : float[] = (SampleGrid.between (EmbeddedTables.instrument ()) GridEnds.Default).Wavelengths
