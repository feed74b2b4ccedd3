module Redshift.Core.Tests.StatisticsTests

open Expecto
open Redshift.Core
open Redshift.Core.Frames

let private expectOk (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

// pandas 1.5.3: scripts/reference/statistics.py.
let private expected = lazy Files.reference "statistics.json"
let private numbers (key: string) = expected.Value.GetProperty key |> Files.numbers

let private rows (key: string) =
    expected.Value.GetProperty(key).EnumerateArray()
    |> Seq.map Files.numbers
    |> List.ofSeq

let private computed =
    lazy
        (Statistics.compute
            0UL
            (numbers "redshift")
            (numbers "flux" |> Array.map float32)
            3
            (Some [| 400.0; 500.0; 600.0 |])
         |> expectOk)

let private near (name: string) = Array.iter2 (Files.expectNear 1e-6 name)

let private reference =
    [ testCase "redshifts are described as by pandas" (fun () ->
          let found = computed.Value.Redshifts

          let values =
              [| float found.Count
                 float found.Missing
                 found.Min
                 found.Max
                 found.Mean
                 found.Median
                 found.StdDev
                 found.Skewness
                 found.Kurtosis |]

          Array.iter2 (Files.expectNear 1e-10 "redshift") values (numbers "expected")
          let quantiles = found.Percentiles |> List.map snd |> Array.ofList
          Array.iter2 (Files.expectNear 1e-12 "percentile") quantiles (numbers "percentiles"))
      testCase "mean spectra are those of pandas" (fun () ->
          List.iter2
              (fun (found: MeanSpectrum) -> near "mean flux" found.Flux)
              computed.Value.Spectra
              (rows "mean_flux"))
      testCase "samples are described as by pandas" (fun () ->
          for found, row in Seq.zip computed.Value.Samples (rows "samples") do
              near "sample" [| float found.Count; found.Mean; found.Min; found.Max |] row) ]

let private edges =
    [ testCase "shares add up to a hundred" (fun () ->
          let shares = computed.Value.Redshifts.Shares
          Expect.equal (shares |> Array.sumBy _.N) computed.Value.Redshifts.Count "n"
          Files.expectNear 1e-9 "percent" (shares |> Array.sumBy _.Percent) 100.0)
      testCase "no rows and no redshifts are described without a fault" (fun () ->
          for redshifts, samples in [ [||], [||]; [| nan |], [| nanf; 1.0f |] ] do
              let json =
                  Statistics.compute 0UL redshifts samples 2 None
                  |> expectOk
                  |> StatisticsJson.write

              Expect.isNull (json["redshift"].["mean"]) "mean"
              Expect.equal (json["samples"].AsArray().Count) 2 "samples")
      testCase "lengths that do not fit are refused" (fun () ->
          let refused samples wavelengths =
              Statistics.compute 0UL [| 0.1; 0.2 |] samples 2 wavelengths |> Result.map ignore

          Expect.equal (refused [| 1.0f |] None) (Error "samples: expected 2 rows of 2, found 1 numbers") "samples"

          Expect.equal
              (refused (Array.zeroCreate 4) (Some [| 1.0 |]))
              (Error "wavelengths: expected one for each of the 2 samples, found 1")
              "wavelengths")
      testCase "at most 1000 galaxies are drawn, by the seed" (fun () ->
          let samples = Array.init 3000 float32

          let spectrum seed =
              (Statistics.compute seed (Array.create 3000 0.05) samples 1 None |> expectOk).Spectra.Head

          let one = spectrum 1UL
          Expect.equal (one.Available, one.Drawn) (3000, 1000) "available and drawn"
          Expect.equal (spectrum 1UL).Flux one.Flux "the same seed"
          Expect.notEqual (spectrum 2UL).Flux one.Flux "another seed"
          // Mean of 1000 of 0 .. 2999 without replacement: 1499.5, standard error 22.4.
          Expect.isTrue (abs (one.Flux[0] - 1499.5) < 90.0) "drawn from all of them") ]

let tests = testList "statistics" (reference @ edges)
