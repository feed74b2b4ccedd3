namespace Redshift.Core.Simulation

open System
open System.Globalization
open MathNet.Numerics
open MathNet.Numerics.Interpolation

/// Expansion of the embedded fits into the tables that they stand for.
module internal EmbeddedTables =

    /// All numbers of an embedded text, in its order.
    let numbers (text: string) =
        text.Split([| ' '; '\n'; '\r' |], StringSplitOptions.RemoveEmptyEntries)
        |> Array.map (fun number -> Double.Parse(number, CultureInfo.InvariantCulture))

    /// The numbers of a text as rows of a given length.
    let rows length text = numbers text |> Array.chunkBySize length

    /// Natural cubic spline through (abscissa, ordinate) rows.
    let private spline (knots: float[][]) =
        CubicSpline.InterpolateNaturalSorted(Array.map Array.head knots, Array.map Array.last knots)

    /// The response at each wavelength; zero outside the knots.
    let private response text (wavelengths: float[]) =
        let knots = rows 2 text
        let curve = spline knots
        let first, last = (Array.head knots)[0], (Array.last knots)[0]

        wavelengths
        |> Array.map (fun w ->
            if w < first || w > last then
                0.0
            else
                Math.Clamp(curve.Interpolate w, 0.0, 1.0))

    /// BP and RP from 320 to 1080 nm in steps of 1 nm.
    let instrument () : Instrument =
        let wavelength = Array.init 761 (fun i -> 320.0 + float i)

        let pixel text =
            let curve = spline (rows 2 text)
            wavelength |> Array.map (fun w -> curve.Interpolate(1000.0 / w))

        { Wavelength = wavelength
          BluePixel = pixel EmbeddedInstrument.BlueDispersion
          BlueResponse = response EmbeddedInstrument.BlueResponse wavelength
          RedPixel = pixel EmbeddedInstrument.RedDispersion
          RedResponse = response EmbeddedInstrument.RedResponse wavelength }

    /// Emission lines of an active nucleus: rest wavelength (nm), FWHM (km/s), equivalent width (nm). Close to those
    /// of the composite quasar of Vanden Berk et al. (2001, doi:10.1086/321167).
    let private activeLines =
        [ 279.9, 5000.0, 3.2 // Mg II
          434.1, 4500.0, 1.3 // H gamma
          486.1, 4500.0, 4.6 // H beta
          495.9, 700.0, 0.4 // [O III]
          500.7, 700.0, 1.3 // [O III]
          656.4, 4500.0, 19.5 ] // H alpha

    /// Lines of star-forming regions: rest wavelength (nm), FWHM (km/s), flux over the continuum at 550 nm (nm). The
    /// ratios 1:3 of [N II] and of [O III] are atomic physics.
    let private nebularLines =
        [ 656.4, 300.0, 2.0 // H alpha
          658.4, 300.0, 0.70 // [N II]
          654.9, 300.0, 0.23 // [N II]
          486.1, 300.0, 0.55 // H beta
          500.7, 300.0, 0.60 // [O III]
          495.9, 300.0, 0.20 // [O III]
          372.8, 400.0, 1.6 // [O II]
          671.8, 300.0, 0.35 // [S II]
          673.1, 300.0, 0.25 ] // [S II]

    let private speedOfLight = 299792.458 // km/s

    /// The sum of Gaussian lines, each averaged over the bins between `edges`, so that its area is exact.
    let private lineSpectrum (edges: float[]) (lines: (float * float * float) list) =
        let profile (wavelength, width, area) =
            let sigma = wavelength * width / speedOfLight / (2.0 * sqrt (2.0 * log 2.0))

            let below =
                edges
                |> Array.map (fun e -> 0.5 * SpecialFunctions.Erf((e - wavelength) / sigma / sqrt 2.0))

            Array.init (edges.Length - 1) (fun i -> area * (below[i + 1] - below[i]) / (edges[i + 1] - edges[i]))

        let zero = Array.zeroCreate (edges.Length - 1)
        lines |> List.fold (fun sum line -> Array.map2 (+) sum (profile line)) zero

    /// Six spectra in 640 bins of equal logarithmic width.
    let templates () : Templates =
        let grid = numbers EmbeddedTemplates.Grid
        let count = int grid[2]
        let first, step = log grid[0], log (grid[1] / grid[0]) / float (count - 1)
        let wavelength = Array.init count (fun i -> exp (first + step * float i))
        let edges = Array.init (count + 1) (fun i -> exp (first + step * (float i - 0.5)))
        let knots = rows 4 EmbeddedTemplates.Continuum
        let lines = rows 6 EmbeddedTemplates.Lines
        let knotStep = float (count - 1) / float (knots.Length - 1)

        let stellar number =
            let curve = spline (knots |> Array.mapi (fun i row -> [| float i * knotStep; row[number] |]))
            let emission = lineSpectrum edges [ for line in lines -> line[0], line[1], line[2 + number] ]
            Array.init count (fun i -> max 0.0 (curve.Interpolate(float i) + emission[i]))

        let active =
            Array.map2
                (fun w lines -> Math.Pow(w / 550.0, -1.4) * (1.0 + lines))
                wavelength
                (lineSpectrum edges activeLines)

        { Wavelength = wavelength
          Flux = [| yield! Array.init 4 stellar; active; lineSpectrum edges nebularLines |] }
