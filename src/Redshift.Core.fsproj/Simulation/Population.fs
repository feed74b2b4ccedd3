namespace Redshift.Core.Simulation

open System
open MathNet.Numerics.Distributions
open MathNet.Numerics.Interpolation
open MathNet.Numerics.LinearAlgebra
open Redshift.Core

/// The redshifts of Gaia's galaxies, as published: a distribution function and its inverse.
module Redshifts =

    /// Redshift and the share of galaxies below it: the percentiles and the bins of 0.05 of the 520,393 galaxies.
    let private points =
        [| 0.0, 0.0
           0.0256442, 0.01
           0.0446271, 0.05
           0.05, 0.0662
           0.0595731, 0.10
           0.0843112, 0.25
           0.10, 0.3439
           0.1257327, 0.50
           0.15, 0.6338
           0.1810663, 0.75
           0.20, 0.7999
           0.25, 0.8879
           0.258597, 0.90
           0.30, 0.9479
           0.3022804, 0.95
           0.35, 0.9834
           0.3693763, 0.99
           0.40, 0.9949
           0.45, 0.9979
           0.50, 0.9990
           0.55, 0.9996
           0.60, 1.0 |]

    let private curve = CubicSpline.InterpolatePchipSorted(Array.map snd points, Array.map fst points)

    /// The redshift below which a share of 0 to 1 of the galaxies lies: 0 to 0.6, by a monotone cubic (Fritsch &
    /// Carlson 1980, doi:10.1137/0717021).
    let quantile (share: float) : float = Math.Clamp(curve.Interpolate share, 0.0, 0.6)

    /// Draws a galaxy's redshift and the one that the catalogue gives it: in 0.15 % of the rows that of another
    /// object, any from 0 to 0.6. Always three deviates.
    let draw (random: RandomStream) : struct (float * float) =
        let redshift = quantile (random.NextDouble())
        let mistaken = random.NextDouble() < 0.0015
        let other = 0.6 * random.NextDouble()
        struct (redshift, (if mistaken then other else redshift))

/// One galaxy's intrinsic properties.
[<Struct>]
type internal Galaxy =
    {
        Redshift: float
        /// The redshift that the catalogue gives.
        Label: float
        /// Apparent magnitude before what Gaia loses of it.
        Magnitude: float
        /// Whether an active nucleus gives more than half of the light.
        Active: bool
    }

/// Types and brightness of galaxies at a redshift.
module internal Population =

    /// A component of the mixture, given its first variable: what depends on that variable's value is worked out per
    /// galaxy.
    type private Component =
        {
            Weight: float
            Mean: float[]
            Variance: float
            /// Slope of the four others' means against the first variable.
            Slope: float[]
            /// Lower Cholesky factor of the others' covariance given the first.
            Factor: float[,]
        }

    let private others = 4

    let private toComponent (numbers: float[]) =
        let covariance i j =
            let row, column = max i j, min i j
            numbers[6 + row * (row + 1) / 2 + column]

        let variance = covariance 0 0

        let schur i j =
            covariance (i + 1) (j + 1)
            - covariance (i + 1) 0 * covariance (j + 1) 0 / variance

        { Weight = numbers[0]
          Mean = numbers[1..5]
          Variance = variance
          Slope = Array.init others (fun i -> covariance (i + 1) 0 / variance)
          Factor = (Matrix<float>.Build.Dense(others, others, schur).Cholesky().Factor).ToArray() }

    let private components = EmbeddedTables.rows 21 EmbeddedMixture.Components |> Array.map toComponent

    /// Number of components, the length of `draw`'s workspace for weights.
    let componentCount = components.Length

    /// Beyond this redshift the calibrating galaxies are too few: types stay as they are here.
    let private furthest = 0.36

    let private choose (random: RandomStream) y (weights: float[]) =
        let mutable total = 0.0

        for k = 0 to components.Length - 1 do
            let c = components[k]
            total <- total + c.Weight * Normal.PDF(c.Mean[0], sqrt c.Variance, y)
            weights[k] <- total

        let target = random.NextDouble() * total
        let mutable k = 0

        while k < components.Length - 1 && weights[k] <= target do
            k <- k + 1

        components[k]

    /// The shares of the light at rest 550 nm of young, intermediate, old and burst.
    let private stellarShares (x: float[]) (shares: float[]) =
        let e0, e1, e3 = exp x[0], exp x[1], exp x[2]
        let old = 1.0 / (1.0 + e0 + e1 + e3)
        // The logarithms were taken of shares raised by 0.004.
        shares[0] <- max (e0 * old - 0.004) 0.0
        shares[1] <- max (e1 * old - 0.004) 0.0
        shares[2] <- old
        shares[3] <- max (e3 * old - 0.004) 0.0
        let sum = shares[0] + shares[1] + shares[2] + shares[3]

        for k = 0 to 3 do
            shares[k] <- shares[k] / sum

    /// How often a galaxy is an active nucleus or another blue contaminant: 1 % near, more beyond 0.3.
    let private contaminated redshift =
        let t = Math.Clamp((redshift - 0.30) / 0.30, 0.0, 1.0)
        0.01 + 0.55 * t * t * (3.0 - 2.0 * t)

    /// Draws a galaxy and the shares of the six templates in its light. Always in this order: three deviates of the
    /// redshift, the component, four normals of type and brightness, one of the lines, whether contaminated, and by
    /// how much.
    let draw (random: RandomStream) (weights: float[]) (deviates: float[]) (x: float[]) (shares: float[]) : Galaxy =
        let struct (redshift, label) = Redshifts.draw random
        let y = log (min redshift furthest + 0.02)
        let c = choose random y weights

        for i = 0 to others - 1 do
            deviates[i] <- random.NextNormal()

        for i = 0 to others - 1 do
            let mutable value = c.Mean[i + 1] + c.Slope[i] * (y - c.Mean[0])

            for j = 0 to i do
                value <- value + c.Factor[i, j] * deviates[j]

            x[i] <-
                if i < 3 then
                    Math.Clamp(value, -5.6, 3.5)
                else
                    Math.Clamp(value, 11.5, 17.4)

        stellarShares x shares
        shares[4] <- 0.0
        // Template 0 holds the mean lines already; this is their scatter.
        shares[5] <- 0.5 * (shares[0] + 0.3 * shares[3]) * random.NextNormal()
        let chosen = random.NextDouble() < contaminated redshift
        let share = 0.3 + 0.7 * random.NextDouble()

        if chosen then
            for k = 0 to 5 do
                shares[k] <- shares[k] * (1.0 - share)

            shares[4] <- share

        { Redshift = redshift
          Label = label
          Magnitude = x[3] + 4.0 * max (redshift - furthest) 0.0
          Active = chosen && share > 0.5 }
