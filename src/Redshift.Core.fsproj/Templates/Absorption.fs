namespace Redshift.Core.Templates

/// Absorption by hydrogen between the galaxy and us.
[<RequireQualifiedAccess>]
type Absorption =
    | Nothing
    /// The mean of Madau 1995 (doi:10.1086/175332): the first four Lyman lines, equations 12 and 15, and the continuum,
    /// footnote 3.
    | Madau1995

module Absorption =

    /// Å at rest and coefficient of Ly alpha to delta.
    let private lines = [| 1216.0, 0.0036; 1026.0, 1.7e-3; 973.0, 1.2e-3; 950.0, 9.3e-4 |]

    /// The Lyman limit, Å at rest.
    [<Literal>]
    let Limit = 912.0

    /// Å at rest: the wavelengths below which a further line, or the continuum, absorbs; falling.
    let internal edges = Array.append (Array.map fst lines) [| Limit |]

    /// Of the continuum, as approximated in footnote 3, valid to 5 % for sources of any redshift in the paper; where the
    /// approximation falls below 0 (near the limit), 0.
    let private continuum (redshift: float) (observed: float) =
        let xc = max 1.0 (observed / Limit)
        let xe = 1.0 + redshift

        0.25 * xc ** 3.0 * (xe ** 0.46 - xc ** 0.46)
        + 9.4 * xc ** 1.5 * (xe ** 0.18 - xc ** 0.18)
        - 0.7 * xc ** 3.0 * (xc ** -1.32 - xe ** -1.32)
        - 0.023 * (xe ** 1.68 - xc ** 1.68)
        |> max 0.0

    /// The same, with the steps at `edges` taken as of the wavelength `within`: what integrates up to a step takes the
    /// side on which it stands.
    let internal transmissionWithin (within: float) (redshift: float) (observed: float) : float =
        let mutable depth = 0.0

        for line, coefficient in lines do
            if within < line * (1.0 + redshift) then
                depth <- depth + coefficient * (observed / line) ** 3.46

        if within < Limit * (1.0 + redshift) then
            depth <- depth + continuum redshift observed

        exp -depth

    /// The part of the light that is left at an observed wavelength (Å), of a source at this redshift, 0 or more.
    let transmission (absorption: Absorption) (redshift: float) (observed: float) : float =
        match absorption with
        | Absorption.Nothing -> 1.0
        | Absorption.Madau1995 -> transmissionWithin observed redshift observed
