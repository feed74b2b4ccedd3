/// Several targets on the command line: types prepared, trained on, predicted.
module Redshift.Cli.Tests.TargetTests

open System
open System.IO
open System.Text.Json
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private typesOf folder file (more: string list) =
    [ "prepare"
      "types"
      file
      "--survey"
      "zcosmos"
      "--templates"
      Path.GetDirectoryName(Repository.sharedData "templates/CWW_KINNEY/CWW_E_ext.sed")
      "--filters"
      Path.GetDirectoryName(Repository.sharedData "filters/FUV_galex.res") ]
    @ more
    |> redshift folder

let private unusable =
    [ testCase "what makes no sense is refused with a line" (fun () ->
          Repository.withFolder (fun folder ->
              for args, message in
                  [ [ "predict"; "run"; "--data"; "a.csv"; "--out"; "b.csv"; "--monte-carlo"; "1" ],
                    "redshift: --monte-carlo: expected a number from 2 to 10,000"
                    [ "prepare"; "types"; "a.csv"; "--out"; "b.csv" ], "redshift: Option '--survey' is required."
                    [ "prepare"; "types"; "a.csv"; "--survey"; "zcosmos"; "--out"; "a.csv" ],
                    "redshift: expected an output file other than the catalogue, found a.csv" ] do
                  let finished = redshift folder args
                  Expect.equal (finished.ExitCode, finished.ErrorLines[0]) (2, message) "refused")) ]

let private whole =
    testCase "zCOSMOS: types at known redshifts, four networks, predictions with their scatter" (fun () ->
        let catalogue = Repository.sharedData "photometry/zcosmos_dev.csv"

        Repository.withFolder (fun folder ->
            let at name = Path.Combine(folder, name)
            File.WriteAllLines(at "some.csv", File.ReadLines catalogue |> Seq.truncate 2001)
            Expect.equal (typesOf folder "some.csv" [ "--out"; "typed.csv"; "--quiet" ]).ExitCode 0 "types"
            let before, after = File.ReadAllLines(at "some.csv"), File.ReadAllLines(at "typed.csv")
            Expect.equal after[0] (before[0] + ",spectral_type") "header"

            for was, line in Array.zip before after do
                Expect.stringStarts line (was + ",") "the rest is as it was"

            let types = after[1..] |> Array.map (fun line -> line[line.LastIndexOf ',' + 1 ..])
            // 8 templates, with redshifts for all.
            Expect.isTrue (types |> Array.forall (fun cell -> float cell >= 1.0 && float cell <= 8.0)) "types"
            Expect.isGreaterThan (Array.distinct types).Length 8 "and between them"
            let again = typesOf folder "typed.csv" [ "--out"; "again.csv" ]
            Expect.equal again.ExitCode 1 "twice"
            Expect.stringContains again.Error "typed.csv:1: expected no column spectral_type" "twice"

            let training =
                [ "train"
                  "--recipe"
                  "alhambra"
                  "--survey"
                  "zcosmos"
                  "--data"
                  "typed.csv"
                  "--out"
                  "run"
                  "--json"
                  "--quiet" ]

            let metrics = JsonDocument.Parse((succeeds folder training).Output).RootElement

            for key in [ "r2"; "stellarity_accuracy"; "spectral_type_rmse" ] do
                Expect.isTrue (Double.IsFinite(metrics.GetProperty(key).GetDouble())) key

            Expect.isTrue (File.Exists(at "run/history-3.csv")) "a history each"
            let report = File.ReadAllText(at "run/report.html")

            for part in
                [ "Other targets"
                  "Loss by epoch: spectral type"
                  "True and predicted classes: stellarity"
                  "how well the fit is imitated" ] do
                Expect.stringContains report part "the report"

            succeeds
                folder
                [ "predict"; "run"; "--data"; "some.csv"; "--out"; "out.csv"; "--monte-carlo"; "4"; "--quiet" ]
            |> ignore

            let header = Seq.head (File.ReadLines(at "out.csv"))

            Expect.equal
                header
                "row,id,redshift_true,redshift,star_probability,spectral_type,redshift_mc_sigma,star_probability_mc_sigma,spectral_type_mc_sigma"
                "columns"

            let evaluated = succeeds folder [ "evaluate"; "run"; "--json"; "--quiet" ]
            Expect.equal evaluated.Output (File.ReadAllText(at "run/metrics.json")) "scored again"))

let tests = testList "targets" (whole :: unusable)
