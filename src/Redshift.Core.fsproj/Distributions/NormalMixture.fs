namespace Redshift.Core.Distributions

open MathNet.Numerics.Distributions
open MathNet.Numerics.RootFinding

/// A weighted sum of normal distributions; weights add up to 1, widths are above 0. One array item a component.
type NormalMixture =
    { Weights: float[]
      Means: float[]
      Widths: float[] }

    member private this.Sum(term: int -> float) =
        let mutable sum = 0.0

        for k in 0 .. this.Weights.Length - 1 do
            sum <- sum + this.Weights[k] * term k

        sum

    member this.Mean = this.Sum(fun k -> this.Means[k])

    /// The standard deviation.
    member this.Sigma =
        let mean = this.Mean
        sqrt (this.Sum(fun k -> this.Widths[k] ** 2.0 + (this.Means[k] - mean) ** 2.0))

    member this.Density(redshift: float) = this.Sum(fun k -> Normal.PDF(this.Means[k], this.Widths[k], redshift))

    member this.Cdf(redshift: float) = this.Sum(fun k -> Normal.CDF(this.Means[k], this.Widths[k], redshift))

    /// The redshift whose `Cdf` is `tau`, in (0, 1), to 1e-12; it lies between the least and the greatest of the
    /// components' quantiles.
    member this.Quantile(tau: float) =
        let each = Array.map2 (fun mean width -> Normal.InvCDF(mean, width, tau)) this.Means this.Widths
        let low, high = Array.min each, Array.max each
        let above redshift = this.Cdf redshift - tau

        if above low >= 0.0 then low
        elif above high <= 0.0 then high
        else Brent.FindRoot(above, low, high, 1e-12, 200)

    /// The highest of the peaks that mean shift (Carreira-Perpinan 2000, doi:10.1109/34.888716, eq. 8) climbs to from the
    /// components' means, the first of several. The density never falls on the way.
    member this.Mode =
        let shift (redshift: float) =
            let mutable pull, weight = 0.0, 0.0

            for k in 0 .. this.Weights.Length - 1 do
                let w =
                    this.Weights[k] * Normal.PDF(this.Means[k], this.Widths[k], redshift)
                    / this.Widths[k] ** 2.0

                pull <- pull + w * this.Means[k]
                weight <- weight + w

            if weight > 0.0 then pull / weight else redshift

        let rec climb steps redshift =
            let next = shift redshift

            if steps = 0 || abs (next - redshift) <= 1e-10 * (1.0 + abs redshift) then
                next
            else
                climb (steps - 1) next

        this.Means |> Array.map (climb 1000) |> Array.maxBy this.Density
