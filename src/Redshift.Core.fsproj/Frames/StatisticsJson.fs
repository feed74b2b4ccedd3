namespace Redshift.Core.Frames

open System.Text.Json
open Redshift.Core

/// `statistics.json`.
module StatisticsJson =

    let private share (share: RedshiftShare) =
        Json.object
            [ "lo", Json.float share.Lo
              "hi", Json.float share.Hi
              "n", Json.int share.N
              "percent", Json.float share.Percent ]

    let private redshifts (statistics: RedshiftStatistics) =
        Json.object
            [ "count", Json.int statistics.Count
              "missing", Json.int statistics.Missing
              "min", Json.float statistics.Min
              "max", Json.float statistics.Max
              "mean", Json.float statistics.Mean
              "median", Json.float statistics.Median
              "std", Json.float statistics.StdDev
              "skewness", Json.float statistics.Skewness
              "excess_kurtosis", Json.float statistics.Kurtosis
              "definitions",
              Json.string "std: divisor n - 1; skewness and excess kurtosis: adjusted (G1, G2), as in pandas"
              "percentiles",
              statistics.Percentiles
              |> Seq.map (fun (p, z) -> string p, Json.float z)
              |> Json.object
              "bins", statistics.Shares |> Seq.map share |> Json.list ]

    let private spectrum (spectrum: MeanSpectrum) =
        Json.object
            [ "lo", Json.float spectrum.Lo
              "hi", Json.float spectrum.Hi
              "n_available", Json.int spectrum.Available
              "n", Json.int spectrum.Drawn
              "flux", spectrum.Flux |> Seq.map Json.float |> Json.list ]

    let private sample (wavelengths: float[] option) (index: int) (sample: SampleStatistics) =
        Json.object
            [ "sample", Json.int index
              "wavelength_nm", wavelengths |> Json.option (fun nm -> Json.float nm[index])
              "count", Json.int sample.Count
              "missing", Json.int sample.Missing
              "mean", Json.float sample.Mean
              "min", Json.float sample.Min
              "max", Json.float sample.Max ]

    /// The whole document: `redshift`, `mean_flux` by range of redshift, `samples` in order, `seed`. What is not defined
    /// is null.
    let write (statistics: CatalogueStatistics) : JsonValue =
        Json.object
            [ "redshift", redshifts statistics.Redshifts
              "mean_flux", statistics.Spectra |> Seq.map spectrum |> Json.list
              "samples", statistics.Samples |> Seq.mapi (sample statistics.Wavelengths) |> Json.list
              "seed", Nodes.JsonValue.Create statistics.Seed ]
