namespace Redshift.Core.Templates

open System

/// What numbers in a column of magnitudes stand for something else.
type MagnitudeSettings =
    {
        /// Say that the band was not observed, such as -99; so does NaN.
        NotObserved: float list
        /// Say that nothing was detected, such as 99; the error is then the magnitude of one sigma, as in BPZ's files.
        NotDetected: float list
        /// One a band: what is brighter is saturated and left out. Empty: nothing is.
        Brightest: float[]
    }

    /// -99 and 99, no limits.
    static member Usual =
        { NotObserved = [ -99.0 ]
          NotDetected = [ 99.0 ]
          Brightest = [||] }

/// Fluxes of objects in bands, [objects x bands], made by `Photometry.create` or `Photometry.ofMagnitudes`: whoever holds
/// them knows that every error that is there is above 0.
[<Sealed>]
type Photometry internal (bands: int, fluxes: float[], errors: float[]) =
    /// Bands of an object, 1 or more.
    member _.Bands = bands
    /// Objects.
    member _.Count = fluxes.Length / bands
    /// f_nu in µJy; NaN where not detected or not observed.
    member _.Fluxes: ReadOnlySpan<float> = ReadOnlySpan fluxes
    /// One sigma in µJy, of those not detected too; NaN where not observed.
    member _.Errors: ReadOnlySpan<float> = ReadOnlySpan errors
    member internal _.F = fluxes
    member internal _.E = errors

/// Making photometry.
module Photometry =

    /// Squares and their sums stay finite and above 0.
    [<Literal>]
    let private Largest = 1e60

    /// The AB magnitude of 1 µJy.
    [<Literal>]
    let MicrojanskyZeroPoint = 23.9

    let private fits (flux: float) (error: float) =
        (Double.IsNaN flux || abs flux <= Largest)
        && (Double.IsNaN flux && Double.IsNaN error
            || error >= 1.0 / Largest && error <= Largest)

    /// Photometry from fluxes and errors of one sigma in µJy, an object's together; the numbers are copied. A flux of NaN
    /// was not observed where its error is NaN too; otherwise nothing was detected, and the error is that of the flux. An
    /// error names the first object and band (from 0) with an error that is not above 0, or a number beyond 1e60.
    let create (bands: int) (fluxes: float[]) (errors: float[]) : Result<Photometry, string> =
        if bands < 1 || fluxes.Length % bands <> 0 then
            Error $"photometry: expected fluxes in each of one band or more, found {fluxes.Length} in {bands}"
        elif errors.Length <> fluxes.Length then
            Error $"photometry: expected an error for each of the {fluxes.Length} fluxes, found {errors.Length}"
        else
            match Seq.tryFindIndex id (Seq.map2 (fun f e -> not (fits f e)) fluxes errors) with
            | None -> Ok(Photometry(bands, Array.copy fluxes, Array.copy errors))
            | Some at ->
                Error
                    $"object {at / bands}, band {at % bands}: expected a flux with an error above 0, found {fluxes[at]} and {errors[at]}"

    let private fluxOf magnitude = 10.0 ** (-0.4 * (magnitude - MicrojanskyZeroPoint))

    /// The AB magnitude of a flux in µJy; NaN where it is not above 0.
    let magnitudeOf (flux: float) =
        if flux > 0.0 then
            MicrojanskyZeroPoint - 2.5 * Math.Log10 flux
        else
            nan

    /// Photometry from AB magnitudes and their errors, an object's together. Errors become those of fluxes to first order.
    /// The message of an error is as that of `create`.
    let ofMagnitudes
        (settings: MagnitudeSettings)
        (bands: int)
        (magnitudes: float[])
        (errors: float[])
        : Result<Photometry, string> =
        let limited = settings.Brightest.Length > 0

        if errors.Length <> magnitudes.Length then
            Error $"photometry: expected an error for each of the {magnitudes.Length} magnitudes, found {errors.Length}"
        elif limited && settings.Brightest.Length <> bands then
            Error $"brightest magnitudes: expected one for each of {bands} bands, found {settings.Brightest.Length}"
        else
            let one at =
                let magnitude, error = magnitudes[at], errors[at]

                if List.contains magnitude settings.NotDetected then
                    struct (nan, fluxOf error)
                elif
                    Double.IsNaN magnitude
                    || List.contains magnitude settings.NotObserved
                    || limited && magnitude < settings.Brightest[at % bands]
                then
                    struct (nan, nan)
                else
                    let flux = fluxOf magnitude
                    // A missing error must not pass for a band that is not observed.
                    let error = if error > 0.0 then error else 0.0
                    struct (flux, flux * error * log 10.0 / 2.5)

            let all = Array.init magnitudes.Length one
            create bands (all |> Array.map (fun struct (f, _) -> f)) (all |> Array.map (fun struct (_, e) -> e))

    /// Each band's fluxes and errors times its factor.
    let internal scaled (factors: float[]) (photometry: Photometry) : Photometry =
        let scale = Array.mapi (fun at x -> x * factors[at % photometry.Bands])
        Photometry(photometry.Bands, scale photometry.F, scale photometry.E)

    /// The objects at these rows, in their order.
    let pick (rows: int[]) (photometry: Photometry) : Photometry =
        let bands = photometry.Bands
        let cut (from: float[]) = rows |> Array.collect (fun row -> Array.sub from (row * bands) bands)
        Photometry(bands, cut photometry.F, cut photometry.E)
