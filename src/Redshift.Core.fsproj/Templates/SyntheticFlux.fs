namespace Redshift.Core.Templates

open System

/// Fluxes of spectra through filters.
module SyntheticFlux =

    /// c in Å/s.
    [<Literal>]
    let private LightSpeed = 2.99792458e18

    /// A table at rising places, one after the other: linear between its points, 0 outside.
    [<Struct; NoEquality; NoComparison>]
    type private Walk =
        {
            X: float[]
            Y: float[]
            /// What the table's abscissae are multiplied by.
            Stretch: float
            mutable At: int
        }

        static member Of(curve: Curve, stretch) =
            { X = curve.X
              Y = curve.Y
              Stretch = stretch
              At = 0 }

        /// The values at both ends of a piece that holds no point of the table inside.
        member this.Ends(low: float, high: float, first: byref<float>, last: byref<float>) =
            let middle = (low + high) / 2.0

            while this.At < this.X.Length - 2 && this.X[this.At + 1] * this.Stretch <= middle do
                this.At <- this.At + 1

            let left, right = this.X[this.At] * this.Stretch, this.X[this.At + 1] * this.Stretch

            if middle < left || middle > right then
                first <- 0.0
                last <- 0.0
            else
                let slope = (this.Y[this.At + 1] - this.Y[this.At]) / (right - left)
                first <- this.Y[this.At] + slope * (low - left)
                last <- this.Y[this.At] + slope * (high - left)

    /// The places between which spectrum and response are linear and absorption is smooth, rising.
    let private places (absorption: Absorption) (redshift: float) (spectrum: Curve) (passband: Passband) : float[] =
        let response = passband.Response.X
        let low, high = response[0], Array.last response
        let stretch = 1.0 + redshift

        let all =
            [| yield! response
               for x in spectrum.X -> x * stretch
               match absorption with
               | Absorption.Nothing -> ()
               | Absorption.Madau1995 ->
                   for edge in Absorption.edges -> edge * stretch
                   // Absorption is curved: Simpson's rule is right to 1e-6 on pieces so short.
                   for rest in 10.0 .. 10.0 .. Absorption.edges[0] -> rest * stretch |]
            |> Array.filter (fun x -> x >= low && x <= high)

        Array.sortInPlace all
        Array.distinct all

    /// The integral of spectrum, absorption and response (times lambda where photons are counted). Simpson's rule on each
    /// piece: without absorption the product of the linear curves is a polynomial of third degree at most, for which the
    /// rule is exact.
    let private integral (absorption: Absorption) (redshift: float) (spectrum: Curve) (passband: Passband) : float =
        let at = places absorption redshift spectrum passband
        let mutable spectrum = Walk.Of(spectrum, 1.0 + redshift)
        let mutable response = Walk.Of(passband.Response, 1.0)
        let mutable sum = 0.0
        let mutable f0, f1, r0, r1 = 0.0, 0.0, 0.0, 0.0

        for i in 0 .. at.Length - 2 do
            let low, high = at[i], at[i + 1]
            let middle = (low + high) / 2.0
            spectrum.Ends(low, high, &f0, &f1)
            response.Ends(low, high, &r0, &r1)

            let weight (x: float) =
                let left =
                    match absorption with
                    | Absorption.Nothing -> 1.0
                    | Absorption.Madau1995 -> Absorption.transmissionWithin middle redshift x

                match passband.Counting with
                | Counting.Photons -> left * x
                | Counting.Energy -> left

            if (f0 <> 0.0 || f1 <> 0.0) && (r0 <> 0.0 || r1 <> 0.0) then
                sum <-
                    sum
                    + (high - low) / 6.0
                      * (f0 * r0 * weight low
                         + (f0 + f1) * (r0 + r1) * weight middle
                         + f1 * r1 * weight high)

        sum

    /// The mean f_nu (erg/s/cm2/Hz) through a filter of a spectrum f_lambda (erg/s/cm2/Å at its own wavelengths), moved to
    /// this redshift, above -1, and absorbed on the way: f_lambda(lambda / (1 + z)), without the dimming of distance. Of
    /// photons, integral f_lambda R lambda / (c integral R / lambda); of energy, integral f_lambda R / (c integral R /
    /// lambda^2). A source of constant f_nu has just this flux: the AB system (Oke and Gunn 1983, doi:10.1086/160817).
    /// The spectrum counts as 0 where it is not given.
    let mean (absorption: Absorption) (redshift: float) (spectrum: Curve) (passband: Passband) : float =
        integral absorption redshift spectrum passband
        / (LightSpeed * passband.Weigh(-1))

    /// The AB magnitude of a flux f_nu in erg/s/cm2/Hz; infinite of 0, NaN below.
    let magnitude (flux: float) : float = -2.5 * Math.Log10 flux - 48.6

    /// The mean f_lambda (per Å) at rest between two wavelengths, of what is given there; NaN where nothing is.
    let internal level (low: float) (high: float) (spectrum: Curve) : float =
        let box = Passband.Create("level", Counting.Energy, Curve([| low; high |], [| 1.0; 1.0 |]))

        match box with
        | Ok box -> integral Absorption.Nothing 0.0 spectrum box / (high - low)
        | Error _ -> nan
