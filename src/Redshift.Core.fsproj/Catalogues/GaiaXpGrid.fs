namespace Redshift.Core.Catalogues

/// Where a Gaia spectrum is sampled: 80 samples of BP, then 106 of RP, in order of rising wavelength.
type GaiaXpGrid =
    {
        /// [80] pseudo-wavelengths of BP's samples, px.
        BluePixels: float[]
        /// [106] pseudo-wavelengths of RP's samples, px.
        RedPixels: float[]
        /// The width of a BP sample, px; above 0.
        BlueStep: float
        /// The width of an RP sample, px; above 0.
        RedStep: float
    }

/// The grid of 120 samples a band from which 186 are kept: at equal steps of pseudo-wavelength, BP from 325 to 680 nm,
/// RP from 620 to 1050 nm. These end points are inferred from the published range of 366 to 996 nm; the official grid
/// is not public.
module GaiaXpGrid =

    /// Samples of a band before its ends are cut off.
    [<Literal>]
    let FullCount = 120

    /// The first sample of BP that is kept, and how many are.
    [<Literal>]
    let BlueFirst = 34

    [<Literal>]
    let BlueCount = 80

    /// The first sample of RP that is kept, and how many are.
    [<Literal>]
    let RedFirst = 4

    [<Literal>]
    let RedCount = 106

    /// Samples of a spectrum.
    [<Literal>]
    let Count = 186

    /// The grid from the first and the last of its pixels: of the 80 of BP, and of the 106 of RP.
    let between (blueFirst: float) (blueLast: float) (redFirst: float) (redLast: float) : GaiaXpGrid =
        let points first last count = Array.init count (fun i -> first + (last - first) * float i / float (count - 1))

        { BluePixels = points blueFirst blueLast BlueCount
          RedPixels = points redFirst redLast RedCount
          BlueStep = abs (blueLast - blueFirst) / float (BlueCount - 1)
          RedStep = abs (redLast - redFirst) / float (RedCount - 1) }

    /// The grid from the pseudo-wavelengths (px) of the first and last of the 120 samples of each band.
    let ofEnds (blueFrom: float) (blueTo: float) (redFrom: float) (redTo: float) : GaiaXpGrid =
        let at from last i = from + (last - from) * float i / float (FullCount - 1)

        between
            (at blueFrom blueTo BlueFirst)
            (at blueFrom blueTo (BlueFirst + BlueCount - 1))
            (at redFrom redTo RedFirst)
            (at redFrom redTo (RedFirst + RedCount - 1))

    /// The usual grid. The four pseudo-wavelengths belong to 325, 680, 620 and 1050 nm by the dispersion that GaiaXPy
    /// ships (bpC03_v375wi and rpC03_v142r; Gaia DPAC, BSD-3-Clause), interpolated to steps of 1 nm.
    let usual = ofEnds 53.1263 13.0672 9.84988 50.8032
