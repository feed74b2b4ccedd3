module Redshift.Core.Tests.Templates.ZcosmosTests

open System.IO
open Expecto
open Redshift.Core.Distributions
open Redshift.Core.Evaluation
open Redshift.Core.Templates
open Redshift.Core.Tests.Templates.TemplateTesting
open Redshift.Tests

let private bands =
    [ "fuv", "FUV_galex"
      "nuv", "NUV_galex"
      "u", "u_megacam"
      "b", "B_subaru"
      "v", "V_subaru"
      "g", "g_subaru"
      "r", "r_subaru"
      "i", "i_subaru"
      "z", "z_subaru"
      "j", "J_wfcam"
      "k", "Ks_wircam" ]

/// The first secure galaxies: redshifts, magnitudes, errors.
let private objects count =
    let lines = File.ReadLines(Repository.sharedData "photometry/zcosmos_dev.csv")
    let at = (Seq.head lines).Split ',' |> Array.mapi (fun i name -> name, i) |> Map

    Seq.tail lines
    |> Seq.map _.Split(',')
    |> Seq.filter (fun cells -> cells[at["secure34"]] = "True" && cells[at["is_star"]] = "0")
    |> Seq.truncate count
    |> Seq.map (fun cells ->
        let numbers prefix = [| for band, _ in bands -> float cells[at[$"{prefix}{band}_photzi25"]] |]
        float cells[at["zpec"]], numbers "", numbers "e")
    |> Array.ofSeq

let private score (redshifts: float[]) (estimates: TemplateEstimate option[]) =
    let predicted =
        estimates
        |> Array.map (fun e -> Risk.best (RedshiftDensity.Binned e.Value.Density))

    let sample, without = Sample.create redshifts predicted |> ok
    Expect.equal without 0 "objects without an estimate"
    Metrics.normalisedMad.Score sample, Metrics.outlier015.Score sample

let tests =
    testCase "CWW and Kinney templates on zCOSMOS" (fun () ->
        let templates =
            [ for name in [ "CWW_E"; "CWW_Sbc"; "CWW_Scd"; "CWW_Im"; "KIN_SB1"; "KIN_SB2"; "KIN_SB3"; "KIN_SB6" ] ->
                  { Name = name
                    Spectrum = published $"templates/CWW_KINNEY/{name}_ext.sed" } ]

        let passbands =
            [ for _, file in bands -> Passband.Create(file, Counting.Photons, published $"filters/{file}.res") |> ok ]

        let settings =
            { TemplateGridSettings.Usual with
                Redshifts =
                    { Lowest = 0.0
                      Highest = 2.6
                      Bins = 130 } }

        let grid = TemplateGrid.create 0 settings templates passbands |> ok
        let objects = objects 800
        let redshifts = objects |> Array.map (fun (z, _, _) -> z)

        let photometry =
            Photometry.ofMagnitudes
                { MagnitudeSettings.Usual with
                    NotObserved = [ -99.0; -99.9; 99.99 ]
                    NotDetected = [] }
                bands.Length
                (objects |> Array.collect (fun (_, m, _) -> m))
                (objects |> Array.collect (fun (_, _, e) -> e))
            |> ok

        let plain = TemplateFit.plain TemplateFitSettings.Usual grid
        let test, train = Array.init objects.Length id |> Array.partition (fun i -> i % 2 = 0)
        let of' rows = rows |> Array.map (Array.get redshifts)

        let fitted =
            TemplateCalibration.fit
                { TemplateCalibrationSettings.Usual with
                    PriorBand = 7
                    Rounds = 2 }
                plain
                (Photometry.pick train photometry)
                (of' train)
            |> ok

        let run fit =
            TemplateFitting.estimate 0 fit (Photometry.pick test photometry)
            |> ok
            |> score (of' test)

        let nmad, outliers = run plain
        Expect.isLessThan nmad 0.06 "nothing fitted"
        Expect.isLessThan outliers 0.06 "outliers, nothing fitted"
        let nmad, outliers = run fitted
        Expect.isLessThan nmad 0.042 "fitted"
        Expect.isLessThan outliers 0.035 "outliers, fitted")
