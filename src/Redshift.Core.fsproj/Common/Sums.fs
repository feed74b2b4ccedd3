namespace Redshift.Core

open System

/// Sums in a fixed order.
module internal Sums =

    /// The sum of products of two spans of one length, by four sums side by side, which do not wait for one another.
    let dot (a: ReadOnlySpan<float>) (b: ReadOnlySpan<float>) : float =
        let mutable s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        let mutable i = 0

        while i + 4 <= a.Length do
            s0 <- s0 + a[i] * b[i]
            s1 <- s1 + a[i + 1] * b[i + 1]
            s2 <- s2 + a[i + 2] * b[i + 2]
            s3 <- s3 + a[i + 3] * b[i + 3]
            i <- i + 4

        while i < a.Length do
            s0 <- s0 + a[i] * b[i]
            i <- i + 1

        (s0 + s1) + (s2 + s3)
