namespace Redshift.Core.Evaluation

open MathNet.Numerics

/// How much a share of n objects may differ from the probability of each by chance alone.
module BinomialBand =

    /// P(K <= k) of n objects with probability p each, k in 0 .. n - 1: the regularised incomplete beta function
    /// I_(1-p)(n - k, k + 1).
    let private cumulative (n: int) (p: float) (k: int) =
        SpecialFunctions.BetaRegularized(float (n - k), float k + 1.0, 1.0 - p)

    /// The least k with P(K <= k) >= tau.
    let private quantile n p tau =
        let mutable low, high = 0, n

        while low < high do
            let middle = low + (high - low) / 2

            if cumulative n p middle >= tau then
                high <- middle
            else
                low <- middle + 1

        low

    /// The central counts that hold `confidence` of the probability at least: quantiles (1 - c) / 2 and (1 + c) / 2 of the
    /// binomial distribution of n >= 0 objects with probability p in [0, 1] each.
    let counts (confidence: float) (n: int) (p: float) : int * int =
        if p <= 0.0 then
            0, 0
        elif p >= 1.0 then
            n, n
        else
            quantile n p ((1.0 - confidence) / 2.0), quantile n p ((1.0 + confidence) / 2.0)

    /// The same as shares of the n objects; the whole range [0, 1] of no objects.
    let shares (confidence: float) (n: int) (p: float) : float * float =
        let low, high = counts confidence n p

        if n = 0 then
            0.0, 1.0
        else
            float low / float n, float high / float n
