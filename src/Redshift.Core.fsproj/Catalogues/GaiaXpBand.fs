namespace Redshift.Core.Catalogues

open System
open System.Numerics

/// A band's basis functions at the samples' places, times the samples' width: continuous spectra become samples in
/// e-/s. Safe for any number of threads, each with its own workspace. Each sample's sum goes over the coefficients in
/// their order, so that results do not depend on the width of the processor's vectors.
[<Sealed>]
type GaiaXpBand(basis: GaiaXpBasis, pixels: float[], width: float) =
    let lanes = Vector<float>.Count
    let padded = (pixels.Length + lanes - 1) / lanes * lanes

    /// [Count x padded]
    let design =
        let exact = GaiaXpBasis.design basis pixels
        let result = Array.zeroCreate (basis.Count * padded)

        for i in 0 .. basis.Count - 1 do
            for p in 0 .. pixels.Length - 1 do
                result[i * padded + p] <- exact[i * pixels.Length + p] * width

        result

    /// How many samples there are.
    member _.Length = pixels.Length
    /// The basis it was made from.
    member _.Basis = basis

    /// The samples of the spectrum with those coefficients ([Basis.Count], e-/s/px), into `into` from `at` on.
    member _.Flux(coefficients: float[], into: float[], at: int) : unit =
        let mutable p = 0

        while p < padded do
            let mutable sum = Vector<float>.Zero

            for i in 0 .. basis.Count - 1 do
                sum <- sum + Vector<float>(design, i * padded + p) * coefficients[i]

            for lane in 0 .. min lanes (pixels.Length - p) - 1 do
                into[at + p + lane] <- sum[lane]

            p <- p + lanes

    /// The samples' 1-sigma errors from those of the coefficients ([Basis.Count]) and their correlations
    /// ([Basis.CorrelationCount]: upper triangle, column by column): the root of the diagonal of D C D' with
    /// C_ij = e_i e_j r_ij, into `into` from `at` on. The first sample with a negative variance, which no correlation
    /// matrix gives; otherwise -1.
    member _.Errors(errors: float[], correlations: float[], into: float[], at: int) : int =
        let scaled: Vector<float>[] = Array.zeroCreate basis.Count
        let mutable fault = -1
        let mutable p = 0

        while p < padded do
            let mutable variance = Vector<float>.Zero
            let mutable magnitude = Vector<float>.Zero
            let mutable k = 0

            for j in 0 .. basis.Count - 1 do
                let own = Vector<float>(design, j * padded + p) * errors[j]
                let mutable others = Vector<float>.Zero

                for i in 0 .. j - 1 do
                    others <- others + scaled[i] * correlations[k]
                    k <- k + 1

                scaled[j] <- own
                variance <- variance + own * (own + others + others)
                magnitude <- magnitude + Vector.Abs own

            for lane in 0 .. min lanes (pixels.Length - p) - 1 do
                // Perfectly correlated coefficients may miss zero by their rounding errors.
                let slack = 1e-12 * magnitude[lane] * magnitude[lane]

                if fault < 0 && not (variance[lane] >= -slack) then
                    fault <- p + lane

                into[at + p + lane] <- sqrt (max 0.0 variance[lane])

            p <- p + lanes

        fault

/// Both bands on a grid.
type GaiaXpBands =
    {
        /// BP.
        Blue: GaiaXpBand
        /// RP.
        Red: GaiaXpBand
    }

    /// The bands of those bases on that grid.
    static member Create(blue: GaiaXpBasis, red: GaiaXpBasis, grid: GaiaXpGrid) : GaiaXpBands =
        { Blue = GaiaXpBand(blue, grid.BluePixels, grid.BlueStep)
          Red = GaiaXpBand(red, grid.RedPixels, grid.RedStep) }
