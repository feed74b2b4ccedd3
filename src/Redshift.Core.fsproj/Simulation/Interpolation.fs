namespace Redshift.Core.Simulation

open System

/// Interpolation in tables whose abscissae rise strictly.
module internal Interpolation =

    /// The last index whose abscissa is not above `x`, kept within `0 .. length - 2`.
    let segment (xs: float[]) (x: float) =
        let found = Array.BinarySearch(xs, x)
        let index = if found >= 0 then found else ~~~found - 1
        Math.Clamp(index, 0, xs.Length - 2)

    /// Linear interpolation; outside the table the nearest end's value.
    let linear (xs: float[]) (ys: float[]) (x: float) =
        let i = segment xs x
        let t = Math.Clamp((x - xs[i]) / (xs[i + 1] - xs[i]), 0.0, 1.0)
        ys[i] + t * (ys[i + 1] - ys[i])
