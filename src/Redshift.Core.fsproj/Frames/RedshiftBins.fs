namespace Redshift.Core.Frames

/// Bins of redshift, 0.05 wide.
module RedshiftBins =

    /// Bins in a unit of redshift. A whole number, because k / 20 is the double nearest to an edge where k * 0.05 is not.
    let perUnit = 20

    /// More bins than this in a row would be a table of gaps: then only those that hold something are listed.
    let private contiguousAtMost = 400

    /// The lower edge of bin k.
    let edge (k: int64) : float = float k / float perUnit

    /// The number k of the bin [k / 20, (k + 1) / 20) that holds z, which is finite.
    let indexOf (z: float) : int64 =
        let k = int64 (floor (z * float perUnit))

        if z < edge k then k - 1L
        elif z >= edge (k + 1L) then k + 1L
        else k

    /// The bins from that of the least value to that of the greatest, and each value's. Bins are half-open [lo, hi); the
    /// last is closed: a greatest value that is itself an edge is in the bin below it. Values are finite.
    let assign (values: float[]) : int64[] * int64[] =
        if Array.isEmpty values then
            [||], [||]
        else
            let top = Array.max values
            let last = indexOf top
            let first = indexOf (Array.min values)
            let last = if last > first && edge last = top then last - 1L else last
            let each = values |> Array.map (fun z -> min last (indexOf z))

            let listed =
                if last - first < int64 contiguousAtMost then
                    [| first..last |]
                else
                    each |> Array.distinct |> Array.sort

            listed, each
