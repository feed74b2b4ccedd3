namespace Redshift.Core.Frames

open System
open Deedle
open Redshift.Core

/// How many redshifts are in one bin.
type RedshiftShare =
    {
        /// Lower edge, included.
        Lo: float
        /// Upper edge, excluded but in the last bin.
        Hi: float
        N: int
        /// Share of the redshifts that are known, 0 to 100.
        Percent: float
    }

/// The distribution of the redshifts; numbers are NaN of too few of them.
type RedshiftStatistics =
    {
        /// Redshifts that are known.
        Count: int
        /// Rows without a finite redshift.
        Missing: int
        Min: float
        Max: float
        Mean: float
        Median: float
        /// Divisor n - 1.
        StdDev: float
        /// The adjusted Fisher-Pearson coefficient G1, as pandas gives it.
        Skewness: float
        /// The adjusted excess kurtosis G2, as pandas gives it: 0 of a normal distribution.
        Kurtosis: float
        /// Linear quantiles (type 7) of `Statistics.percentiles`, by their percentage.
        Percentiles: (int * float) list
        /// By bins of 0.05.
        Shares: RedshiftShare[]
    }

/// The mean flux of galaxies in a range of redshift.
type MeanSpectrum =
    {
        /// Lower end, included.
        Lo: float
        /// Upper end, excluded but in the last range.
        Hi: float
        /// Galaxies in the range.
        Available: int
        /// Galaxies of which the mean is taken.
        Drawn: int
        /// One number a sample, NaN where none of them has a flux.
        Flux: float[]
    }

/// One sample of the spectra (one column of fluxes) over all rows.
type SampleStatistics =
    {
        /// Fluxes that are known.
        Count: int
        /// Rows without a finite flux there.
        Missing: int
        Mean: float
        Min: float
        Max: float
    }

/// What `explore` tells of a catalogue.
type CatalogueStatistics =
    {
        Redshifts: RedshiftStatistics
        /// Of the ranges [0, 0.1) ... [0.5, 0.6].
        Spectra: MeanSpectrum list
        /// One a sample.
        Samples: SampleStatistics[]
        /// In nm, one a sample, where the survey knows them.
        Wavelengths: float[] option
        /// Of the draw of galaxies.
        Seed: uint64
    }

/// Exploratory statistics.
module Statistics =

    /// The percentages at which quantiles are given.
    let percentiles = [ 1; 5; 10; 25; 50; 75; 90; 95; 99 ]

    /// Galaxies drawn at most for the mean spectrum of a range.
    let drawnAtMost = 1000

    /// Ranges of redshift of the mean spectra, 0.1 wide from 0.
    let private ranges = 6

    let private shares (known: float[]) =
        let listed, each = RedshiftBins.assign known
        let counts = each |> Array.countBy id |> dict

        listed
        |> Array.map (fun k ->
            let n =
                match counts.TryGetValue k with
                | true, n -> n
                | false, _ -> 0

            { Lo = RedshiftBins.edge k
              Hi = RedshiftBins.edge (k + 1L)
              N = n
              Percent = 100.0 * float n / float known.Length })

    /// The distribution of redshifts; what is not finite is missing.
    let ofRedshifts (redshifts: float[]) : RedshiftStatistics =
        let known = redshifts |> Array.filter Double.IsFinite
        let series = Series.ofValues known
        let fractions = percentiles |> List.map (fun p -> float p / 100.0)
        let quantiles = Stats.quantile (Array.ofList fractions, series)
        let quantile (q: float) = quantiles |> Series.tryGet (string q) |> Option.defaultValue nan

        { Count = Stats.count series
          Missing = redshifts.Length - known.Length
          Min = Stats.min series
          Max = Stats.max series
          Mean = Stats.mean series
          Median = Stats.median series
          StdDev = Stats.stdDev series
          Skewness = Stats.skew series
          Kurtosis = Stats.kurt series
          Percentiles = List.map2 (fun p q -> p, quantile q) percentiles fractions
          Shares = shares known }

    /// `count` of the rows, ascending; all of them if there are no more. Each choice is as likely as any other.
    let private draw (random: RandomStream) count (rows: int[]) =
        let rows = Array.copy rows

        for i in 0 .. min count (rows.Length - 1) - 1 do
            let j = i + random.NextInt(rows.Length - i)
            let held = rows[i]
            rows[i] <- rows[j]
            rows[j] <- held

        rows |> Array.truncate count |> Array.sort

    let private meanFlux (samples: float32[]) sampleCount (rows: int[]) =
        let flux row s =
            let value = float samples[row * sampleCount + s]
            if Double.IsFinite value then value else nan

        let column s = rows |> Array.map (fun row -> flux row s) |> Series.ofValues

        let means = Seq.init sampleCount (fun s -> s, column s) |> Frame.ofColumns |> Stats.mean
        Array.init sampleCount (fun s -> means |> Series.tryGet s |> Option.defaultValue nan)

    let private spectrum seed (redshifts: float[]) samples sampleCount range =
        let lo, hi = float range / 10.0, float (range + 1) / 10.0
        let inside z = z >= lo && (z < hi || range = ranges - 1 && z = hi)

        let available =
            [| for row in 0 .. redshifts.Length - 1 do
                   if inside redshifts[row] then
                       row |]

        let drawn = draw (RandomStream.ForIndex(seed, uint64 range)) drawnAtMost available

        { Lo = lo
          Hi = hi
          Available = available.Length
          Drawn = drawn.Length
          Flux = meanFlux samples sampleCount drawn }

    // Spectra are one dense matrix, not a frame: a series for each of its columns would take many times its memory.
    /// The samples `first .. first + width - 1`, row by row as they lie in memory.
    let private sampleBlock (samples: float32[]) sampleCount (first: int) (width: int) : SampleStatistics[] =
        let count: int[] = Array.zeroCreate width
        let sum: float[] = Array.zeroCreate width
        let least = Array.create width infinity
        let greatest = Array.create width -infinity
        let rows = samples.Length / sampleCount

        for row in 0 .. rows - 1 do
            let fluxes = ReadOnlySpan(samples, row * sampleCount + first, width)

            for s = 0 to width - 1 do
                let flux = float fluxes[s]

                if Double.IsFinite flux then
                    count[s] <- count[s] + 1
                    sum[s] <- sum[s] + flux
                    least[s] <- min least[s] flux
                    greatest[s] <- max greatest[s] flux

        Array.init width (fun s ->
            { Count = count[s]
              Missing = rows - count[s]
              Mean = sum[s] / float count[s]
              Min = if count[s] > 0 then least[s] else nan
              Max = if count[s] > 0 then greatest[s] else nan })

    let private sampleStatistics (samples: float32[]) sampleCount : SampleStatistics[] =
        let atOnce = 32
        let blocks = (sampleCount + atOnce - 1) / atOnce

        let block b = sampleBlock samples sampleCount (b * atOnce) (min atOnce (sampleCount - b * atOnce))

        Array.Parallel.init blocks block |> Array.concat

    /// The statistics of a catalogue: redshifts (one a row, NaN where missing), fluxes (row-major, `sampleCount` a row, NaN
    /// where missing) and the samples' wavelengths in nm. An error where their lengths do not fit.
    let compute
        (seed: uint64)
        (redshifts: float[])
        (samples: float32[])
        (sampleCount: int)
        (wavelengths: float[] option)
        =
        let rows = redshifts.Length

        match wavelengths with
        | _ when sampleCount < 0 || samples.LongLength <> int64 rows * int64 sampleCount ->
            Result.Error $"samples: expected {rows} rows of {sampleCount}, found {samples.Length} numbers"
        | Some nm when nm.Length <> sampleCount ->
            Result.Error $"wavelengths: expected one for each of the {sampleCount} samples, found {nm.Length}"
        | Some _
        | None ->
            Ok
                { Redshifts = ofRedshifts redshifts
                  Spectra = List.init ranges (spectrum seed redshifts samples sampleCount)
                  Samples = sampleStatistics samples sampleCount
                  Wavelengths = wavelengths
                  Seed = seed }
