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
    }

    /// Nothing.
    static member None =
        { Pit = false
          Conformal = None
          Slope = None }

/// A calibration as fitted on a validation part: a value, stored with the model.
type FittedCalibration =
    { Pit: PitCalibration option
      Conformal: Conformal option
      Slope: SlopeCorrection option }

    /// Changes nothing.
    static member None =
        { Pit = None
          Conformal = None
          Slope = None }

/// Calibrations as JSON.
module Calibration =

    /// Why a network with this head cannot be calibrated so, if it cannot: what the recipe should say.
    let misfit (head: Head) (calibration: Calibration) : string option =
        match head with
        | Head.Binned _ -> None
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
              "slope", calibration.Slope |> Json.option SlopeCorrection.writeSpace ]

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
              Slope = o.Optional("slope", SlopeCorrection.readSpace) })

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

    /// The recalibrated p(z).
    let density (fitted: FittedCalibration) (p: RedshiftDensity) : RedshiftDensity =
        match fitted.Pit, p with
        | Some pit, RedshiftDensity.Binned binned -> RedshiftDensity.Binned(PitCalibration.apply pit binned)
        | _, RedshiftDensity.Binned _
        | _, RedshiftDensity.Normal _
        | _, RedshiftDensity.Mixture _ -> p

    /// `calibration.json`.
    let write (fitted: FittedCalibration) : string =
        Json.object
            [ "pit", fitted.Pit |> Json.option PitCalibration.write
              "conformal", fitted.Conformal |> Json.option Conformal.write
              "slope", fitted.Slope |> Json.option SlopeCorrection.write ]
        |> Json.text

    /// Reads `calibration.json`; an error is one line with the path.
    let read (text: string) : Result<FittedCalibration, string> =
        JsonReader.Parse(
            text,
            _.Object(fun o ->
                { Pit = o.Optional("pit", PitCalibration.read)
                  Conformal = o.Optional("conformal", Conformal.read)
                  Slope = o.Optional("slope", SlopeCorrection.read) })
        )
