// Template-fitting redshifts of zCOSMOS galaxies: with nothing fitted, and with zero points, floors and prior fitted on the
// other folds. Prints the metrics of each.
//
//     dotnet build -c Release src/Redshift.Cli
//     dotnet fsi scripts/templates.fsx ../shared/data [cww|cosmos|sum] [OBJECTS]
//
// The folder holds photometry/zcosmos_dev.csv, templates/ and filters/ as two-column files.
#load "common.fsx"

open System
open System.IO
open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Evaluation
open Redshift.Core.Templates

let arguments = fsi.CommandLineArgs |> Array.tail

let folder =
    if arguments.Length > 0 then
        arguments[0]
    else
        "../shared/data"

let kind = if arguments.Length > 1 then arguments[1] else "cww"

let most =
    if arguments.Length > 2 then
        int arguments[2]
    else
        Int32.MaxValue

let folds = 5

let ok (result: Result<'T, 'E>) =
    match result with
    | Ok value -> value
    | Error fault -> failwith $"{fault}"

let curve (path: string) =
    Curve.read path WavelengthUnit.Angstrom (File.ReadLines(Path.Combine(folder, path)))
    |> ok

let bands =
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

let cosmos =
    [ yield! [ for i in 1..7 -> $"Ell{i}_A_0" ]
      yield! [ "S0_A_0"; "Sa_A_0"; "Sa_A_1"; "Sb_A_0"; "Sb_A_1"; "Sc_A_0"; "Sc_A_1"; "Sc_A_2"; "Sd_A_0" ]
      yield! [ "Sd_A_1"; "Sd_A_2"; "Sdm_A_0" ]
      yield! [ for i in 0..11 -> $"SB{i}_A_0" ] ]

let names, between =
    if kind = "cosmos" then
        [ for name in cosmos -> $"templates/COSMOS_SED/{name}.sed" ], 1
    else
        [ for name in [ "CWW_E"; "CWW_Sbc"; "CWW_Scd"; "CWW_Im"; "KIN_SB1"; "KIN_SB2"; "KIN_SB3"; "KIN_SB6" ] ->
              $"templates/CWW_KINNEY/{name}_ext.sed" ],
        4

let grid =
    TemplateGrid.create
        2
        { TemplateGridSettings.Usual with
            Between = between }
        [ for name in names ->
              { Name = Path.GetFileNameWithoutExtension name
                Spectrum = curve name } ]
        [ for _, file in bands -> Passband.Create(file, Counting.Photons, curve $"filters/{file}.res") |> ok ]
    |> ok

/// Secure galaxies: magnitudes, errors, redshifts.
let objects =
    let lines = File.ReadAllLines(Path.Combine(folder, "photometry/zcosmos_dev.csv"))
    let at = lines[0].Split ',' |> Array.mapi (fun i name -> name, i) |> Map

    lines[1..]
    |> Array.map (fun line -> line.Split ',')
    |> Array.filter (fun cells ->
        cells[at["secure34"]] = "True"
        && cells[at["is_star"]] = "0"
        && cells[at["zpec"]] <> "")
    |> Array.truncate most
    |> Array.map (fun cells ->
        let number name =
            let text = cells[at[name]]
            if text = "" then nan else float text

        number "zpec",
        [| for band, _ in bands -> number $"{band}_photzi25" |],
        [| for band, _ in bands -> number $"e{band}_photzi25" |])

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

let settings =
    { TemplateFitSettings.Usual with
        Method =
            if kind = "sum" then
                TemplateMethod.Combination
            else
                TemplateMethod.Single }

let show title (estimates: TemplateEstimate option[]) =
    let scored of' = estimates |> Array.map (Option.map of' >> Option.defaultValue nan)

    for name, predicted in
        [ "best", scored _.Redshift
          "least risk", scored (fun e -> Risk.best (RedshiftDensity.Binned e.Density)) ] do
        let sample, without = Sample.create redshifts predicted |> ok

        let metrics =
            [ for metric in Metrics.all do
                  if List.contains metric.Key [ "nmad"; "outlier_0.15"; "bias_median"; "r2" ] then
                      $"{metric.Key} {metric.Score sample:F4}" ]
            |> String.concat "  "

        printfn $"{title}, {name}: n {sample.Count} (without {without})  {metrics}"

let plain = TemplateFit.plain settings grid
let clock = Diagnostics.Stopwatch.StartNew()
let estimates = TemplateFitting.estimate 2 plain photometry |> ok

printfn
    $"{grid.Models} models, {grid.Redshifts.Bins} redshifts: {float photometry.Count / clock.Elapsed.TotalSeconds:F0} objects/s, compilation included"

show "nothing fitted" estimates

/// Every object by a fit to the other folds.
let outOfFold (calibration: TemplateCalibrationSettings) =
    let result = Array.create objects.Length None

    for fold in 0 .. folds - 1 do
        let test, train = Array.init objects.Length id |> Array.partition (fun i -> i % folds = fold)
        let pick = Array.map (Array.get redshifts)

        let fit =
            TemplateCalibration.fit calibration plain (Photometry.pick train photometry) (pick train)
            |> ok

        if fold = 0 then
            let text (values: float[]) = values |> Array.map (sprintf "%.3f") |> String.concat " "
            printfn $"zero points {text fit.ZeroPoints}; floors {text fit.FluxFloors}"

        TemplateFitting.estimate 2 fit (Photometry.pick test photometry)
        |> ok
        |> Array.iter2 (fun i estimate -> result[i] <- estimate) test

    result

let usual =
    { TemplateCalibrationSettings.Usual with
        PriorBand = 7 }

show "zero points" (outOfFold { usual with Classes = 0; Rounds = 0 })
show "zero points and floors" (outOfFold { usual with Classes = 0 })
show "zero points, floors and prior" (outOfFold usual)
