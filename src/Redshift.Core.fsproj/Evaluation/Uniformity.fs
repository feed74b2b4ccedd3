namespace Redshift.Core.Evaluation

/// How far numbers in [0, 1] are from being uniform there, as PIT values of honest densities are. All take the numbers in
/// ascending order and give NaN of none.
module Uniformity =

    /// Kolmogorov and Smirnov's D, two-sided: the largest distance between the empirical and the uniform distribution.
    let kolmogorovSmirnov (sorted: float[]) : float =
        let n = float sorted.Length
        let mutable largest = if sorted.Length = 0 then nan else 0.0

        for i in 0 .. sorted.Length - 1 do
            largest <- max largest (max (float (i + 1) / n - sorted[i]) (sorted[i] - float i / n))

        largest

    /// Cramer and von Mises's W^2 = 1 / (12 n) + sum (u_i - (2 i - 1) / (2 n))^2.
    let cramerVonMises (sorted: float[]) : float =
        let n = float sorted.Length
        let mutable sum = 1.0 / (12.0 * n)

        for i in 0 .. sorted.Length - 1 do
            sum <- sum + (sorted[i] - (2.0 * float i + 1.0) / (2.0 * n)) ** 2.0

        if sorted.Length = 0 then nan else sum

    /// The ends between which PIT values are taken for `andersonDarling`: Schmidt et al. 2020 (doi:10.1093/mnras/staa2799).
    let andersonDarlingRange = 0.01, 0.99

    /// Anderson and Darling's A^2 = -n - (1 / n) sum (2 i - 1) (ln v_i + ln (1 - v_(n + 1 - i))) of the numbers inside
    /// `andersonDarlingRange`, stretched to (0, 1): one number at 0 or 1 would make it infinite.
    let andersonDarling (sorted: float[]) : float =
        let low, high = andersonDarlingRange

        let inside =
            sorted
            |> Array.filter (fun u -> u > low && u < high)
            |> Array.map (fun u -> (u - low) / (high - low))

        let n = inside.Length
        let mutable sum = 0.0

        for i in 0 .. n - 1 do
            sum <- sum + (2.0 * float i + 1.0) * (log inside[i] + log (1.0 - inside[n - 1 - i]))

        if n = 0 then nan else -(float n) - sum / float n
