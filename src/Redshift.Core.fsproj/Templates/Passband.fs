namespace Redshift.Core.Templates

/// What a detector's response to a wavelength says.
[<RequireQualifiedAccess>]
type Counting =
    /// The part of the photons that is counted, as of CCDs and of most published curves.
    | Photons
    /// The part of the energy that is measured, as of bolometers and some older curves.
    | Energy

/// A filter: the response of the whole system, in any unit.
[<Sealed>]
type Passband private (name: string, response: Curve, counting: Counting) =

    member _.Name = name
    /// At least 0; 0 outside the curve.
    member _.Response = response
    member _.Counting = counting

    /// A filter with this response; what is below 0 in it, as noise in a measured curve, becomes 0. An error where nothing
    /// is above 0.
    static member Create(name: string, counting: Counting, response: Curve) : Result<Passband, string> =
        if Array.exists (fun y -> y > 0.0) response.Y then
            Ok(Passband(name, Curve(response.X, Array.map (max 0.0) response.Y), counting))
        else
            Error $"filter {name}: expected a response above 0 somewhere, found none"

    /// The wavelength (Å) in whose units the filter turns f_lambda into f_nu: f_nu = f_lambda lambda^2 / c (Koornneef et
    /// al. 1986; Fukugita et al. 1996, doi:10.1086/117915, of photons).
    member this.Pivot: float = sqrt (this.Weigh(1) / this.Weigh(-1))

    /// The integral of R lambda^(power + k), k = 0 of photons, -1 of energy, for powers 1 and -1, exact for the response
    /// as it is, linear between its points.
    member internal _.Weigh(power: int) : float =
        let exponent =
            match counting with
            | Counting.Photons -> power
            | Counting.Energy -> power - 1

        let x, y = response.X, response.Y
        let mutable sum = 0.0

        for i in 0 .. x.Length - 2 do
            let low, high = x[i], x[i + 1]
            let slope = (y[i + 1] - y[i]) / (high - low)
            let height = y[i] - slope * low

            // (height + slope lambda) lambda^exponent.
            sum <-
                sum
                + match exponent with
                  | -2 -> height * (1.0 / low - 1.0 / high) + slope * log (high / low)
                  | -1 -> height * log (high / low) + slope * (high - low)
                  | 0 -> (y[i] + y[i + 1]) / 2.0 * (high - low)
                  | _ ->
                      height * (high * high - low * low) / 2.0
                      + slope * (high ** 3.0 - low ** 3.0) / 3.0

        sum
