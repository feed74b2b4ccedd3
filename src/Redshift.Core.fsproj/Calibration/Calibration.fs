namespace Redshift.Core.Calibration

open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Layers

/// What a recipe wants fitted on the validation part, to be applied to whatever the network says.
type Calibration =
    {
        /// Whether p(z) is recalibrated, so that PIT values are uniform; for binned heads.
        Pit: bool
        /// The rate at which the conformal interval holds the true redshift, in (0, 1); none: no such interval.
        Conformal: float option
        /// The space in which predicted redshifts are stretched against regression to the mean; none: they are left.
        Slope: CorrectionSpace option
        /// Whether probabilities of classes are made true to their rates.
        Logistic: bool
    }

    /// Nothing.
    static member None =
        { Pit = false
          Conformal = None
          Slope = None
          Logistic = false }

/// What was fitted for a target other than the redshift.
type TargetCalibration =
    {
        /// Which.
        Target: string
        /// Of densities.
        Pit: PitCalibration option
        /// Of values, in their own unit.
        Slope: SlopeCorrection option
        /// Of the probability of the second of two classes.
        Logistic: LogisticCalibration option
    }

    /// Nothing fitted.
    static member None(target: string) =
        { Target = target
          Pit = None
          Slope = None
          Logistic = None }

/// A calibration as fitted on a validation part: a value, stored with the model.
type FittedCalibration =
    {
        Pit: PitCalibration option
        Conformal: Conformal option
        Slope: SlopeCorrection option
        /// Of targets other than the redshift; none where nothing was fitted for one.
        Targets: TargetCalibration list
    }

    /// Changes nothing.
    static member None =
        { Pit = None
          Conformal = None
          Slope = None
          Targets = [] }

/// Calibrations as JSON.
module Calibration =

    /// Why a network with this head cannot be calibrated so, if it cannot: what the recipe should say.
    let misfit (head: Head) (calibration: Calibration) : string option =
        match head with
        | Head.Binned _
        | Head.Joint _ -> None
        | Head.Point _
        | Head.Gaussian
        | Head.Mixture _ ->
            if calibration.Pit then
                Some "pit: false, for a head without bins"
            else
                None
        | Head.Classes _ ->
            if calibration = Calibration.None then
                None
            else
                Some "no calibration for a head of classes"

    let internal write (calibration: Calibration) : JsonValue =
        Json.object
            [ "pit", Json.bool calibration.Pit
              "conformal", calibration.Conformal |> Json.option Json.float
              "slope", calibration.Slope |> Json.option SlopeCorrection.writeSpace
              if calibration.Logistic then
                  "logistic", Json.bool true ]

    let internal read (json: JsonReader) : Calibration =
        let level (j: JsonReader) =
            let level = j.Positive

            if level < 1.0 then
                level
            else
                j.Fail("a level below 1", string level)

        json.Object(fun o ->
            { Pit = o.Default("pit", false, _.Bool)
              Conformal = o.Optional("conformal", level)
              Slope = o.Optional("slope", SlopeCorrection.readSpace)
              Logistic = o.Default("logistic", false, _.Bool) })

/// Fitting in two steps, since what is fitted in the second depends on the first, and applying.
module FittedCalibration =

    /// The first step: how PIT values map. One predicted redshift (mean of p(z)) and PIT value a validation object, all finite.
    let fitDensities (calibration: Calibration) (predicted: float[]) (pits: float[]) : FittedCalibration =
        { FittedCalibration.None with
            Pit =
                if calibration.Pit then
                    Some(PitCalibration.fit predicted pits)
                else
                    None }

    /// The second step: intervals and the slope, from what the first step's p(z) say of the validation objects. `sigma` is
    /// 1 for heads without a width. An error where a slope cannot be fitted.
    let fitRedshifts
        (calibration: Calibration)
        (truth: float[])
        (predicted: float[])
        (sigma: float[])
        (first: FittedCalibration)
        : Result<FittedCalibration, string> =
        let orNone fit option =
            match option with
            | Some given -> fit given |> Result.map Some
            | None -> Ok None

        calibration.Conformal
        |> orNone (fun level -> Conformal.fit level truth predicted sigma)
        |> Result.bind (fun conformal ->
            calibration.Slope
            |> orNone (fun space -> SlopeCorrection.fit space truth predicted)
            |> Result.map (fun slope ->
                { first with
                    Conformal = conformal
                    Slope = slope }))

    let private recalibrated (pit: PitCalibration option) (p: RedshiftDensity) : RedshiftDensity =
        match pit, p with
        | Some pit, RedshiftDensity.Binned binned -> RedshiftDensity.Binned(PitCalibration.apply pit binned)
        | _, RedshiftDensity.Binned _
        | _, RedshiftDensity.Normal _
        | _, RedshiftDensity.Mixture _ -> p

    /// What is fitted for the densities of a target other than the redshift: means and PIT values of validation objects, all
    /// finite, and at least one.
    let ofTargetDensities
        (calibration: Calibration)
        (target: string)
        (means: float[])
        (pits: float[])
        : TargetCalibration =
        { TargetCalibration.None target with
            Pit =
                if calibration.Pit then
                    Some(PitCalibration.fit means pits)
                else
                    None }

    /// What is fitted for the values of a target other than the redshift: a slope, in the target's own unit. An error where
    /// it cannot be fitted.
    let ofTargetValues
        (calibration: Calibration)
        (target: string)
        (truth: float[])
        (predicted: float[])
        : Result<TargetCalibration, string> =
        match calibration.Slope with
        | Some _ ->
            SlopeCorrection.fit CorrectionSpace.Redshift truth predicted
            |> Result.map (fun slope ->
                { TargetCalibration.None target with
                    Slope = Some slope })
        | None -> Ok(TargetCalibration.None target)

    /// What is fitted for the probability of the second of two classes. An error where a class is lacking.
    let ofTargetProbabilities
        (calibration: Calibration)
        (target: string)
        (truth: bool[])
        (probability: float[])
        : Result<TargetCalibration, string> =
        if calibration.Logistic then
            LogisticCalibration.fit truth probability
            |> Result.map (fun logistic ->
                { TargetCalibration.None target with
                    Logistic = Some logistic })
        else
            Ok(TargetCalibration.None target)

    /// The recalibrated density of a target other than the redshift.
    let targetDensity (fitted: TargetCalibration) (p: RedshiftDensity) : RedshiftDensity = recalibrated fitted.Pit p

    /// The recalibrated p(z).
    let density (fitted: FittedCalibration) (p: RedshiftDensity) : RedshiftDensity = recalibrated fitted.Pit p

    let private writeTarget (target: TargetCalibration) =
        Json.object
            [ "target", Json.string target.Target
              "pit", target.Pit |> Json.option PitCalibration.write
              "slope", target.Slope |> Json.option SlopeCorrection.write
              "logistic", target.Logistic |> Json.option LogisticCalibration.write ]

    let private readTarget (json: JsonReader) : TargetCalibration =
        json.Object(fun o ->
            { Target = o.Required("target", _.String)
              Pit = o.Optional("pit", PitCalibration.read)
              Slope = o.Optional("slope", SlopeCorrection.read)
              Logistic = o.Optional("logistic", LogisticCalibration.read) })

    /// `calibration.json`.
    let write (fitted: FittedCalibration) : string =
        Json.object
            [ "pit", fitted.Pit |> Json.option PitCalibration.write
              "conformal", fitted.Conformal |> Json.option Conformal.write
              "slope", fitted.Slope |> Json.option SlopeCorrection.write
              if not fitted.Targets.IsEmpty then
                  "targets", fitted.Targets |> List.map writeTarget |> Json.list ]
        |> Json.text

    /// Reads `calibration.json`; an error is one line with the path.
    let read (text: string) : Result<FittedCalibration, string> =
        JsonReader.Parse(
            text,
            _.Object(fun o ->
                { Pit = o.Optional("pit", PitCalibration.read)
                  Conformal = o.Optional("conformal", Conformal.read)
                  Slope = o.Optional("slope", SlopeCorrection.read)
                  Targets = o.Default("targets", [], _.List(readTarget)) })
        )
