namespace Redshift.Core.Simulation

open System
open System.Numerics
open System.Threading.Tasks

/// The templates as Gaia sees them, at every node of redshift and galaxy size; what lies between is interpolated.
type SpectrumTable =
    {
        /// e-/s per sample for 1e-17 W m-2 nm-1, at `((size * 301 + redshift) * 6 + template) * 192 + sample`. The
        /// samples 186 to 191 are zero, so that rows divide evenly among vector lanes.
        Spectra: float32[]
        /// e-/s of each template in all of RP before any blurring, at `redshift * 6 + template`.
        RedTotals: float[]
    }

module SpectrumTable =

    /// Nodes of redshift: 0, 0.002, ..., 0.6.
    [<Literal>]
    let RedshiftNodes = 301

    /// Distance between nodes of redshift.
    [<Literal>]
    let RedshiftStep = 0.002

    /// Length of a row: 186 samples and six zeros.
    [<Literal>]
    let Stride = 192

    /// Nodes of the galaxy's along-scan dispersion, px (1 px = 0.059 arcsec).
    let sizes = [| 0.0; 1.0; 1.5; 2.2; 3.2; 4.6; 6.6; 9.5; 13.7; 20.0; 28.0 |]

    /// Index in `Spectra` of a row's first sample.
    let offset size redshift template =
        ((size * RedshiftNodes + redshift) * SimulatorTables.TemplateCount + template)
        * Stride

    let private planckTimesLight = 1.98644586e-25 // J m
    let private mirrorArea = 0.7278 // m2, of one telescope
    let private unitFlux = 1e-17 // W m-2 nm-1
    let private fineStep = 0.1 // px

    /// One band on the fine grid of the focal plane.
    type private Band =
        {
            /// px
            Fine: float[]
            /// nm
            Wavelength: float[]
            /// e-/s/px for a unit template.
            Efficiency: float[]
            /// Samples, padded to a multiple of 16: kernel[size][fine * Width + sample].
            Kernels: float32[][]
            Width: int
            First: int
        }

    let private gradient (xs: float[]) =
        let last = xs.Length - 1

        Array.init xs.Length (fun i ->
            let low, high = max 0 (i - 1), min last (i + 1)
            (xs[high] - xs[low]) / (float (high - low) * fineStep))

    /// The line spread as measured on the inverse bases of GaiaXPy: ln sigma is quadratic in pseudo-wavelength.
    let private lineSpread (c0, c1, c2) u =
        let x = (u - 30.0) / 20.0
        exp (c0 + c1 * x + c2 * x * x)

    /// What light at each point of the fine grid adds to each sample: a Gaussian as wide as line spread and galaxy
    /// together.
    let private kernel (fine: float[]) spread (samples: float[]) (step: float) width size =
        let result = Array.zeroCreate<float32>(fine.Length * width)

        for j = 0 to fine.Length - 1 do
            let sigma = sqrt (spread fine[j] ** 2.0 + size * size)
            let peak = abs step * fineStep / (sigma * sqrt (2.0 * Math.PI))

            for i = 0 to samples.Length - 1 do
                let d = (samples[i] - fine[j]) / sigma
                result[j * width + i] <- float32 (peak * exp (-0.5 * d * d))

        result

    let private band (wavelength, pixel: float[], response) (low, high) spread (samples, step) first width =
        let all = Array.init (int (round ((high - low) / fineStep)) + 1) (fun i -> low + fineStep * float i)
        let rising = pixel[0] < pixel[pixel.Length - 1]
        let ordered (xs: float[]) = if rising then xs else Array.rev xs
        let toWavelength = Interpolation.linear (ordered pixel) (ordered wavelength)
        let lambda = Array.map toWavelength all
        let slope = gradient lambda

        let efficiency =
            Array.map2
                (fun w s ->
                    let photons = w * 1e-9 / planckTimesLight * mirrorArea
                    unitFlux * photons * Interpolation.linear wavelength response w * abs s)
                lambda
                slope

        // Points without response add nothing.
        let kept = [| 0 .. all.Length - 1 |] |> Array.filter (fun j -> efficiency[j] > 0.0)
        let pick (xs: float[]) = kept |> Array.map (fun j -> xs[j])
        let fine = pick all

        { Fine = fine
          Wavelength = pick lambda
          Efficiency = pick efficiency
          Kernels = sizes |> Array.map (kernel fine spread samples step width)
          Width = width
          First = first }

    /// e-/s/px of the six templates at each point of the fine grid: `point * 6 + template`.
    let private photons (templates: Templates) (band: Band) redshift =
        let count = SimulatorTables.TemplateCount
        let result = Array.zeroCreate<float>(band.Fine.Length * count)

        for j = 0 to band.Fine.Length - 1 do
            let rest = band.Wavelength[j] / (1.0 + redshift)
            let i = Interpolation.segment templates.Wavelength rest
            let x0, x1 = templates.Wavelength[i], templates.Wavelength[i + 1]
            let t = Math.Clamp((rest - x0) / (x1 - x0), 0.0, 1.0)

            for k = 0 to count - 1 do
                let flux = templates.Flux[k]
                result[j * count + k] <- band.Efficiency[j] * (flux[i] + t * (flux[i + 1] - flux[i]))

        result

    /// Each lane sums one sample over the fine grid in its order, so that the sums do not depend on the vector's
    /// width.
    let private blur (band: Band) (photons: float32[]) size redshift (spectra: float32[]) =
        let kernel = band.Kernels[size]
        let start = offset size redshift 0 + band.First
        let mutable i = 0

        while i < band.Width do
            let mutable s0 = Vector<float32>.Zero
            let mutable s1 = Vector<float32>.Zero
            let mutable s2 = Vector<float32>.Zero
            let mutable s3 = Vector<float32>.Zero
            let mutable s4 = Vector<float32>.Zero
            let mutable s5 = Vector<float32>.Zero

            for j = 0 to band.Fine.Length - 1 do
                let weights = Vector<float32>(kernel, j * band.Width + i)
                let n = j * SimulatorTables.TemplateCount
                s0 <- s0 + weights * photons[n]
                s1 <- s1 + weights * photons[n + 1]
                s2 <- s2 + weights * photons[n + 2]
                s3 <- s3 + weights * photons[n + 3]
                s4 <- s4 + weights * photons[n + 4]
                s5 <- s5 + weights * photons[n + 5]

            s0.CopyTo(spectra, start + i)
            s1.CopyTo(spectra, start + Stride + i)
            s2.CopyTo(spectra, start + 2 * Stride + i)
            s3.CopyTo(spectra, start + 3 * Stride + i)
            s4.CopyTo(spectra, start + 4 * Stride + i)
            s5.CopyTo(spectra, start + 5 * Stride + i)
            i <- i + Vector<float32>.Count

    /// The table of an instrument, its samples and a set of templates. Redshifts are worked on in parallel, each on
    /// its own part of the table, so that the numbers do not depend on the number of threads.
    let build (instrument: Instrument) (grid: SampleGrid) (templates: Templates) : SpectrumTable =
        let blue =
            band
                (instrument.Wavelength, instrument.BluePixel, instrument.BlueResponse)
                (8.0, 58.0)
                (lineSpread (-0.169, 0.0392, 0.2356))
                (Array.take SampleGrid.BlueCount grid.Pixels, grid.BlueStep)
                0
                SampleGrid.BlueCount

        let red =
            band
                (instrument.Wavelength, instrument.RedPixel, instrument.RedResponse)
                (2.0, 60.0)
                (lineSpread (-0.0327, 0.0662, 0.2385))
                (Array.skip SampleGrid.BlueCount grid.Pixels, grid.RedStep)
                SampleGrid.BlueCount
                (Stride - SampleGrid.BlueCount)

        let spectra = Array.zeroCreate<float32>(offset sizes.Length 0 0)
        let totals = Array.zeroCreate<float>(RedshiftNodes * SimulatorTables.TemplateCount)

        let column node =
            let redshift = RedshiftStep * float node
            let bluePhotons = photons templates blue redshift
            let redPhotons = photons templates red redshift

            for k = 0 to SimulatorTables.TemplateCount - 1 do
                let mutable sum = 0.0

                for j = 0 to red.Fine.Length - 1 do
                    sum <- sum + redPhotons[j * SimulatorTables.TemplateCount + k]

                totals[node * SimulatorTables.TemplateCount + k] <- sum * fineStep

            let blueSingle, redSingle = Array.map float32 bluePhotons, Array.map float32 redPhotons

            for size = 0 to sizes.Length - 1 do
                blur blue blueSingle size node spectra
                blur red redSingle size node spectra

        Parallel.For(0, RedshiftNodes, column) |> ignore

        { Spectra = spectra
          RedTotals = totals }
