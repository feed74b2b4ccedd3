namespace Redshift.Core.Simulation

open System
open System.Numerics
open Redshift.Core

/// What happens to a galaxy's blurred spectrum on its way into the catalogue: slope of the colours, errors of the
/// centroid, noise. Spectra are rows of `SpectrumTable.Stride` values.
type internal Observation(grid: SampleGrid) =

    /// Half length of the noise filter.
    static let reach = 10

    /// sinc(k/3.25) exp(-(k/4.5)^2/2), k = -10 ... 10, of unit energy: correlates the noise of neighbouring samples as
    /// the coefficient covariances of real sources do.
    static let taps =
        let value k =
            let x = Math.PI * float k / 3.25
            (if k = 0 then 1.0 else sin x / x) * exp (-0.5 * (float k / 4.5) ** 2.0)

        let raw = Array.init (2 * reach + 1) (fun i -> value (i - reach))
        let energy = Array.sumBy (fun t -> t * t) raw
        raw |> Array.map (fun t -> float32 (t / sqrt energy))

    let blue, all = SampleGrid.BlueCount, SampleGrid.Count
    let redStart = blue + 2 * reach

    let perSample (value: float -> float) =
        Array.init SpectrumTable.Stride (fun i ->
            if i < all then
                float32 (value grid.Wavelengths[i])
            else
                0.0f)

    /// ln(wavelength / 750 nm).
    let logWavelength = perSample (fun w -> log (w / 750.0))

    /// |step| of each sample, px.
    let steps =
        Array.init SpectrumTable.Stride (fun i -> float32 (abs (if i < blue then grid.BlueStep else grid.RedStep)))

    /// White deviates that the noise of a spectrum is made from, both bands with the filter's reach around them.
    static member WhiteCount = SampleGrid.Count + 4 * reach

    /// Length of the array for them, with room for whole vectors.
    static member WhiteLength = SpectrumTable.Stride + 4 * reach

    /// Multiplies by `scale (wavelength / 750 nm)^slope`, BP further by `blueFactor`. |slope| stays below 1, where the
    /// series of the exponential is exact to single precision.
    member _.Tilt(spectrum: float32[], scale: float, slope: float, blueFactor: float) =
        let power = Vector<float32>(float32 slope)
        let one = Vector<float32>.One
        let mutable i = 0

        while i < SpectrumTable.Stride do
            let x = Vector<float32>(logWavelength, i) * power
            let mutable series = one

            for n = 9 downto 1 do
                series <- one + series * x * (1.0f / float32 n)

            let factor = float32 (if i < blue then scale * blueFactor else scale)
            (Vector<float32>(spectrum, i) * series * factor).CopyTo(spectrum, i)
            i <- i + Vector<float32>.Count

    /// Moves samples `first .. first + count - 1` by `samples` (a fraction) along the grid, by linear interpolation;
    /// past the ends the last value goes on.
    static member private ShiftBand(source: float32[], target: float32[], first, count, samples: float) =
        let whole = Math.Floor samples
        let part = float32 (samples - whole)
        let last = first + count - 1
        let jump = int (Math.Clamp(whole, float -count, float count))

        for i = first to last do
            let low = Math.Clamp(i + jump, first, last)
            let high = Math.Clamp(i + jump + 1, first, last)
            target[i] <- source[low] + part * (source[high] - source[low])

    /// Error of the centroid by `pixels`: wavelengths rise against the pixels in BP and with them in RP.
    member _.Shift(source: float32[], target: float32[], pixels: float) =
        Observation.ShiftBand(source, target, 0, blue, pixels / grid.BlueStep)
        Observation.ShiftBand(source, target, blue, all - blue, pixels / grid.RedStep)

    /// Fills `white` with standard normal deviates, two from each pair of uniforms (Box & Muller 1958).
    member _.DrawWhite(random: RandomStream, white: float32[]) =
        for i = 0 to Observation.WhiteCount / 2 - 1 do
            let radius = sqrt (-2.0 * log (1.0 - random.NextDouble()))
            let struct (sine, cosine) = Math.SinCos(2.0 * Math.PI * random.NextDouble())
            white[2 * i] <- float32 (radius * cosine)
            white[2 * i + 1] <- float32 (radius * sine)

    /// Adds noise: background and photons over `transits` measurements and an error of 0.8 % in proportion to the
    /// flux, both correlated from sample to sample, and a constant in each band (in e-/s/px).
    member _.AddNoise(spectrum: float32[], white: float32[], transits: float, blueOffset: float, redOffset: float) =
        let background = Vector<float32>(float32 (275.0 / transits))
        let photon = float32 (15.0 / transits)
        let mutable i = 0

        while i < SpectrumTable.Stride do
            let from = if i < blue then i else redStart + i - blue
            let mutable noise = Vector<float32>.Zero

            for t = 0 to 2 * reach do
                noise <- noise + Vector<float32>(white, from + t) * taps[t]

            let step = Vector<float32>(steps, i)
            let flux = Vector<float32>(spectrum, i)
            let density = Vector.Max(flux, Vector<float32>.Zero) / step
            let scatter = density * 0.008f
            let sigma = Vector.SquareRoot(background + density * photon + scatter * scatter)
            let constant = Vector<float32>(float32 (if i < blue then blueOffset else redOffset))
            (flux + step * (sigma * noise + constant)).CopyTo(spectrum, i)
            i <- i + Vector<float32>.Count
