namespace Redshift.Core.Calibration

open System
open Redshift.Core.Distributions
open Redshift.Core.Layers

/// What is said of one object.
type Estimate =
    {
        /// The redshift: of p(z) the mean; corrected where a slope is. NaN where a network's outputs are not finite.
        Redshift: float
        /// The recalibrated p(z); none for point heads, and where outputs are not finite.
        Density: RedshiftDensity voption
        /// The numbers of p(z), NaN where outputs are not finite; none for point heads.
        Summary: DensitySummary voption
        /// The redshift of least risk (`Risk.best`); NaN where there is no p(z).
        Best: float
        /// The conformal interval, where one is fitted; around the mean before any slope correction.
        Interval: struct (float * float) voption
    }

/// From what networks put out to what is said.
module Estimate =

    let private interval (fitted: FittedCalibration) predicted sigma =
        match fitted.Conformal with
        | Some conformal -> ValueSome(Conformal.interval conformal predicted sigma)
        | None -> ValueNone

    let private corrected (fitted: FittedCalibration) redshift =
        match fitted.Slope with
        | Some slope -> SlopeCorrection.apply slope redshift
        | None -> redshift

    let private ofPoint fitted (members: int) (raw: ReadOnlySpan<float32>) =
        let mutable sum = 0.0

        for output in raw do
            sum <- sum + float output

        let redshift = sum / float members

        { Redshift = corrected fitted redshift
          Density = ValueNone
          Summary = ValueNone
          Best = nan
          Interval = interval fitted redshift 1.0 }

    let private undefined (fitted: FittedCalibration) =
        { Redshift = nan
          Density = ValueNone
          Summary = ValueSome DensitySummary.Undefined
          Best = nan
          Interval = interval fitted nan nan }

    /// The pooled p(z) of an ensemble, not recalibrated; none for heads without p(z), and where outputs are not finite.
    let pooled (head: Head) (members: int) (raw: ReadOnlySpan<float32>) : RedshiftDensity voption =
        let each = Head.outputs head

        match head with
        | Head.Point _
        | Head.Classes _ -> ValueNone
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _ ->
            if Head.isFinite raw then
                let densities = Array.zeroCreate members

                for i in 0 .. members - 1 do
                    match Head.decode head (raw.Slice(i * each, each)) with
                    | Answer.Density density -> densities[i] <- density
                    | Answer.Values _
                    | Answer.Probabilities _ -> invalidOp $"%A{head} decodes to no p(z)"

                ValueSome(RedshiftDensity.Pool densities)
            else
                ValueNone

    /// What an ensemble's raw outputs, [members x outputs], say of one object. For heads that give a redshift.
    let ofOutputs (head: Head) (fitted: FittedCalibration) (members: int) (raw: ReadOnlySpan<float32>) : Estimate =
        match head with
        | Head.Point _
        | Head.Classes _ -> ofPoint fitted members raw
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _ ->
            match pooled head members raw with
            | ValueNone -> undefined fitted
            | ValueSome density ->
                let density = FittedCalibration.density fitted density
                let summary = density.Summary

                { Redshift = corrected fitted summary.Mean
                  Density = ValueSome density
                  Summary = ValueSome summary
                  Best = Risk.best density
                  Interval = interval fitted summary.Mean summary.Sigma }
