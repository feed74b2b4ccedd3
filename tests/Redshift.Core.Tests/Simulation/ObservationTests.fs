module Redshift.Core.Tests.Simulation.ObservationTests

open Expecto
open Redshift.Core
open Redshift.Core.Simulation

let private grid = SampleGrid.between ((Simulator.defaultOptions ()).Instrument) GridEnds.Default

let private observation = Observation grid

let private near name (expected: float) (tolerance: float) (actual: float) =
    Expect.isLessThanOrEqual (abs (actual - expected)) tolerance $"{name}: expected {expected}, found {actual}"

let private spectrum (value: int -> float) =
    Array.init SpectrumTable.Stride (fun i -> if i < SampleGrid.Count then float32 (value i) else 0.0f)

/// Noise of one spectrum after another, 1980 transits each.
let private noise flux count =
    Array.init count (fun row ->
        let white = Array.zeroCreate<float32> Observation.WhiteLength
        observation.DrawWhite(RandomStream.ForIndex(6UL, uint64 row), white)
        let values = spectrum (fun _ -> flux)
        observation.AddNoise(values, white, 1980.0, 0.0, 0.0)
        values |> Array.map (fun v -> float v - flux))

/// Mean product of RP samples `lag` apart.
let private covariance (rows: float[][]) lag =
    rows
    |> Array.averageBy (fun row -> Seq.averageBy (fun i -> row[i] * row[i + lag]) (seq { 80 .. 185 - lag }))

let tests =
    testList
        "Observation"
        [ testCase "noise correlates from sample to sample as in Gaia" (fun () ->
              // What the 21 taps of the prototype's filter give at lags 0 to 8.
              let rows = noise 0.0 4000
              let variance = covariance rows 0

              [ 1.0; 0.87; 0.55; 0.20; -0.05; -0.14; -0.10; -0.03; 0.03 ]
              |> List.iteri (fun lag expected -> near $"lag {lag}" expected 0.02 (covariance rows lag / variance)))

          testCase "noise has the variance of background, photons and calibration" (fun () ->
              for flux in [ 0.0; 5.0; 200.0 ] do
                  let density = flux / grid.RedStep
                  let expected = (275.0 + 15.0 * density) / 1980.0 + (0.008 * density) ** 2.0
                  let measured = covariance (noise flux 4000) 0 / grid.RedStep ** 2.0
                  near $"ratio at {flux} e-/s" 1.0 0.03 (measured / expected))

          testCase "a band's constant is added in e-/s/px" (fun () ->
              let values = spectrum (fun _ -> 0.0)
              observation.AddNoise(values, Array.zeroCreate Observation.WhiteLength, 1980.0, 2.0, -1.0)
              near "BP" (2.0 * abs grid.BlueStep) 1e-6 (float values[40])
              near "RP" -grid.RedStep 1e-6 (float values[120]))

          testCase "white deviates are standard normal" (fun () ->
              let white = Array.zeroCreate<float32> Observation.WhiteLength

              let all =
                  Array.init 1000 (fun row ->
                      observation.DrawWhite(RandomStream.ForIndex(7UL, uint64 row), white)
                      white[0 .. Observation.WhiteCount - 1] |> Array.map float)
                  |> Array.concat

              near "mean" 0.0 0.01 (Array.average all)
              near "variance" 1.0 0.02 (all |> Array.averageBy (fun v -> v * v))
              near "fourth moment" 3.0 0.1 (all |> Array.averageBy (fun v -> v ** 4.0)))

          testCase "the tilt is a power of wavelength" (fun () ->
              for slope in [ -0.6; -0.1; 0.0; 0.3; 0.9 ] do
                  let values = spectrum (fun _ -> 1.0)
                  observation.Tilt(values, 3.0, slope, 0.9)

                  for i in 0..185 do
                      let factor = if i < 80 then 2.7 else 3.0
                      let expected = factor * (grid.Wavelengths[i] / 750.0) ** slope
                      near $"sample {i}, slope {slope}" 1.0 2e-6 (float values[i] / expected))

          testCase "the centroid moves the bands in opposite directions" (fun () ->
              let target = Array.zeroCreate<float32> SpectrumTable.Stride
              // Each sample is its own pixel, so that the shifted one reads its place.
              observation.Shift(spectrum (fun i -> grid.Pixels[i]), target, 0.5)

              for i in [ 10; 70; 90; 180 ] do
                  near $"sample {i}" (grid.Pixels[i] + 0.5) 1e-4 (float target[i])

              near "past BP's first sample its value goes on" grid.Pixels[0] 1e-4 (float target[0])
              near "past RP's last sample its value goes on" grid.Pixels[185] 1e-4 (float target[185]))

          testCase "a centroid far off stays within the band" (fun () ->
              let target = Array.zeroCreate<float32> SpectrumTable.Stride
              observation.Shift(spectrum float, target, -1e4)
              near "BP" 79.0 0.0 (float target[3])
              near "RP" 80.0 0.0 (float target[150])) ]
