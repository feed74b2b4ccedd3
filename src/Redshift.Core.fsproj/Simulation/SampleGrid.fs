namespace Redshift.Core.Simulation

open Redshift.Core.Catalogues

/// First and last wavelength (nm) of the 120 samples that each band has before its ends are cut off. The official grid
/// is not public; the defaults reproduce the range 366 nm to 996 nm of the published spectra, but are not the only
/// ones to.
type GridEnds =
    { BlueFrom: float
      BlueTo: float
      RedFrom: float
      RedTo: float }

    /// BP 325 to 680 nm, RP 620 to 1050 nm.
    static member Default =
        { BlueFrom = 325.0
          BlueTo = 680.0
          RedFrom = 620.0
          RedTo = 1050.0 }

/// The 186 samples of a spectrum: 0 to 79 are BP's samples 34 to 113, 80 to 185 are RP's samples 4 to 109. They lie at
/// equal steps of pseudo-wavelength, in order of rising wavelength within each band.
type SampleGrid =
    {
        /// nm, one for each sample.
        Wavelengths: float[]
        /// Pseudo-wavelengths in px, one for each sample.
        Pixels: float[]
        /// Step from one BP sample to the next, px (negative).
        BlueStep: float
        /// Step from one RP sample to the next, px (positive).
        RedStep: float
    }

module SampleGrid =

    /// Samples of BP that are kept.
    [<Literal>]
    let BlueCount = GaiaXpGrid.BlueCount

    /// Samples of RP that are kept.
    [<Literal>]
    let RedCount = GaiaXpGrid.RedCount

    /// Samples of a spectrum.
    [<Literal>]
    let Count = GaiaXpGrid.Count

    let private fullCount = GaiaXpGrid.FullCount
    let private blueFirst = GaiaXpGrid.BlueFirst
    let private redFirst = GaiaXpGrid.RedFirst

    let private checkRange (instrument: Instrument) name (low: float) (high: float) =
        let first, last = instrument.Wavelength[0], instrument.Wavelength[instrument.Wavelength.Length - 1]

        if first <= low && low < high && high <= last then
            Ok()
        else
            Error
                $"sample grid: expected {name} wavelengths that rise within {first} to {last} nm, found {low} to {high}"

    /// The grid between ends that lie within the instrument's table.
    let internal between (instrument: Instrument) (ends: GridEnds) : SampleGrid =
        let at = Interpolation.linear instrument.Wavelength
        let step pixel low high = (at pixel high - at pixel low) / float (fullCount - 1)
        let blueStep = step instrument.BluePixel ends.BlueFrom ends.BlueTo
        let redStep = step instrument.RedPixel ends.RedFrom ends.RedTo
        let blueStart = at instrument.BluePixel ends.BlueFrom
        let redStart = at instrument.RedPixel ends.RedFrom
        let blue = Array.init BlueCount (fun i -> blueStart + blueStep * float (blueFirst + i))
        let red = Array.init RedCount (fun i -> redStart + redStep * float (redFirst + i))

        let blueWavelength =
            Interpolation.linear (Array.rev instrument.BluePixel) (Array.rev instrument.Wavelength)

        let redWavelength = Interpolation.linear instrument.RedPixel instrument.Wavelength

        { Wavelengths = Array.append (Array.map blueWavelength blue) (Array.map redWavelength red)
          Pixels = Array.append blue red
          BlueStep = blueStep
          RedStep = redStep }

    /// The grid between the given ends. An error says which end lies outside the instrument's table or above its
    /// partner.
    let create (instrument: Instrument) (ends: GridEnds) : Result<SampleGrid, string> =
        checkRange instrument "BP" ends.BlueFrom ends.BlueTo
        |> Result.bind (fun () -> checkRange instrument "RP" ends.RedFrom ends.RedTo)
        |> Result.map (fun () -> between instrument ends)
