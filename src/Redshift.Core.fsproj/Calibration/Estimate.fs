namespace Redshift.Core.Calibration

open System
open Redshift.Core.Distributions
open Redshift.Core.Layers

/// What is said of one object's target other than the redshift.
type TargetEstimate =
    {
        Target: string
        /// The value, of a density its mean; of two classes the probability of the second. NaN where it is not known.
        Value: float
        /// The width of a density (standard deviation); NaN without one.
        Sigma: float
    }

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
        /// Targets other than the redshift; none where outputs are not finite.
        Targets: TargetEstimate list
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

    let private ofRedshift fitted redshift =
        { Redshift = corrected fitted redshift
          Density = ValueNone
          Summary = ValueNone
          Best = nan
          Interval = interval fitted redshift 1.0
          Targets = [] }

    let private undefined (fitted: FittedCalibration) =
        { Redshift = nan
          Density = ValueNone
          Summary = ValueSome DensitySummary.Undefined
          Best = nan
          Interval = interval fitted nan nan
          Targets = [] }

    let private ofDensity fitted density =
        let density = FittedCalibration.density fitted density
        let summary = density.Summary

        { Redshift = corrected fitted summary.Mean
          Density = ValueSome density
          Summary = ValueSome summary
          Best = Risk.best density
          Interval = interval fitted summary.Mean summary.Sigma
          Targets = [] }

    let private ofTarget (fitted: FittedCalibration) (target: string, answer: Answer) : TargetEstimate =
        let own =
            fitted.Targets
            |> List.tryFind (fun t -> t.Target = target)
            |> Option.defaultValue (TargetCalibration.None target)

        match answer with
        | Answer.Density density ->
            let summary = (FittedCalibration.targetDensity own density).Summary

            { Target = target
              Value = summary.Mean
              Sigma = summary.Sigma }
        | Answer.Probabilities shares ->
            let last = Array.last shares

            { Target = target
              Value =
                match own.Logistic with
                | Some logistic -> LogisticCalibration.apply logistic last
                | None -> last
              Sigma = nan }
        | Answer.Values values ->
            { Target = target
              Value =
                match own.Slope with
                | Some slope -> SlopeCorrection.apply slope values[0]
                | None -> values[0]
              Sigma = nan }
        | Answer.Targets _ -> invalidArg (nameof answer) "targets within targets"

    /// What an answer says of one object: of the redshift the value of a point head, or p(z); of other targets as theirs are;
    /// none: a p(z) that is not finite.
    let rec ofAnswer (fitted: FittedCalibration) (answer: Answer voption) : Estimate =
        match answer with
        | ValueNone -> undefined fitted
        | ValueSome(Answer.Density density) -> ofDensity fitted density
        | ValueSome(Answer.Values values)
        | ValueSome(Answer.Probabilities values) -> ofRedshift fitted values[0]
        | ValueSome(Answer.Targets parts) ->
            let others = parts |> List.filter (fun (target, _) -> target <> "redshift")

            { ofAnswer fitted (answer |> ValueOption.bind (Answer.tryTarget "redshift")) with
                Targets = others |> List.map (ofTarget fitted) }

    /// What an ensemble's raw outputs, [members x outputs], say of one object together: the mean of values, of
    /// probabilities, of p(z). None where a p(z) or probabilities are not finite.
    let answer (head: Head) (members: int) (raw: ReadOnlySpan<float32>) : Answer voption =
        let each = Head.outputs head

        match head with
        | Head.Point _ -> Answer.meanValues each raw |> ValueSome
        | Head.Joint _
        | Head.Classes _
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _ ->
            if Head.isFinite raw then
                let answers = Array.zeroCreate members

                for i in 0 .. members - 1 do
                    answers[i] <- ValueSome(Head.decode head (raw.Slice(i * each, each)))

                Answer.pool answers
            else
                ValueNone

    /// What an ensemble's raw outputs, [members x outputs], say of one object. For heads that give a redshift.
    let ofOutputs (head: Head) (fitted: FittedCalibration) (members: int) (raw: ReadOnlySpan<float32>) : Estimate =
        ofAnswer fitted (answer head members raw)
