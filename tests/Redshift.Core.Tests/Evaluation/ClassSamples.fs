/// Classes to be scored, for the tests of metrics and of figures.
module Redshift.Core.Tests.ClassSamples

open System.Text.Json
open Expecto
open Redshift.Core
open Redshift.Core.Evaluation

let few =
    { BootstrapOptions.Default with
        Resamples = 100 }

let expectOk (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

/// numpy 1.24.2, scikit-learn 1.2.1: scripts/reference/class-metrics.py.
let expected = lazy Files.reference "class-metrics.json"

let integers (element: JsonElement) = element |> Files.numbers |> Array.map int

/// The samples of two classes by name, with what scikit-learn says of them.
let binaries = [ "plain"; "ties"; "imbalanced"; "perfect"; "random"; "certain" ]

let binaryReference (name: string) = expected.Value.GetProperty("binary").GetProperty name

let binaryOf (name: string) =
    let found = binaryReference name
    integers (found.GetProperty "truth") |> Array.map ((=) 1), Files.numbers (found.GetProperty "probability")

let severalOf () =
    let found = expected.Value.GetProperty "several"

    integers (found.GetProperty "truth"),
    [| for row in (found.GetProperty "probabilities").EnumerateArray() -> Files.numbers row |]

let evaluateBinary options (truth, probability) =
    ClassEvaluation.binary options LeftOut.None "stellarity" ("galaxy", "star") truth probability

let labels = [| "galaxy"; "Star"; "QSO 2" |]

let evaluateSeveral options (truth, rows) = ClassEvaluation.several options LeftOut.None "object_type" labels truth rows
