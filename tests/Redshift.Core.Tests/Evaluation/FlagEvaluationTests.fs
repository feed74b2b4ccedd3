/// How good predictions are by flag.
module Redshift.Core.Tests.FlagEvaluationTests

open System
open Expecto
open Redshift.Core
open Redshift.Core.Evaluation
open Redshift.Core.Flags
open Redshift.Core.Tests.Files

let tests =
    testList
        "flags"
        [ testCase "an object counts in each of its flags, one without any in none" (fun () ->
              let truth = [| 0.1; 0.1; 0.1; 0.5 |]
              let predicted = [| 0.2; 0.1; nan; 1.0 |]
              let both = RedshiftFlags.SeveralPeaks ||| RedshiftFlags.GridEdge
              let flags = [| both; RedshiftFlags.None; RedshiftFlags.GridEdge; RedshiftFlags.GridEdge |]
              let scores = FlagEvaluation.evaluate truth predicted flags
              let of' name = scores |> List.find (fun s -> s.Name = name)
              Expect.equal (scores |> List.map _.Value) [ 0; 1; 2; 4; 8; 16; 32 ] "all of them, in order"
              Expect.equal ((of' "none").N, (of' "several_peaks").N, (of' "grid_edge").N) (1, 1, 3) "counts"
              expectNear 1e-12 "share" (of' "grid_edge").Share 0.75
              // |0.1| and |0.5|; the one without a finite prediction is not scored.
              expectNear 1e-12 "mean |error|" (of' "grid_edge").Mae 0.3
              expectNear 1e-12 "outliers: 0.5 / 1.5 is one, 0.1 / 1.1 is not" (of' "grid_edge").Outlier015 0.5
              Expect.isTrue (Double.IsNaN (of' "low_signal").Mae) "of no objects"
              let json = Json.object (FlagEvaluation.toFields scores)
              let stored name key = json.["flags"].[name: string].[key: string]
              Expect.equal (string (stored "grid_edge" "n")) "3" "in metrics.json"
              Expect.isNull (stored "low_signal" "mae") "what is not defined is null") ]
