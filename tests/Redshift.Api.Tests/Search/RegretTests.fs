/// Bayesian search against random search on standard test functions: how far the best of so many trials is from the minimum.
module Redshift.Api.Tests.RegretTests

open System
open Expecto
open Redshift
open Redshift.HyperParameters

/// A function of named numbers with its least value.
type private Problem =
    { Name: string
      Space: string
      Value: (string -> float) -> (string -> string) -> float
      Least: float
      Trials: int }

let private floats names low high =
    names
    |> List.map (fun name -> $"""{{ "name": "{name}", "type": "float", "low": {low}, "high": {high} }}""")
    |> String.concat ", "

let private spaceOf parameters = $"""{{ "name": "test", "parameters": [ {parameters} ] }}"""

/// Branin's function (Dixon and Szego 1978), least 0.397887 at three places.
let private branin (x: float) (y: float) =
    let a = y - 5.1 / (4.0 * Math.PI * Math.PI) * x * x + 5.0 / Math.PI * x - 6.0
    a * a + 10.0 * (1.0 - 1.0 / (8.0 * Math.PI)) * cos x + 10.0

/// Hartmann's function of six variables (Dixon and Szego 1978), least -3.32237.
let private hartmann (x: float[]) =
    let alpha = [| 1.0; 1.2; 3.0; 3.2 |]

    let a =
        [| [| 10.0; 3.0; 17.0; 3.5; 1.7; 8.0 |]
           [| 0.05; 10.0; 17.0; 0.1; 8.0; 14.0 |]
           [| 3.0; 3.5; 1.7; 10.0; 17.0; 8.0 |]
           [| 17.0; 8.0; 0.05; 10.0; 0.1; 14.0 |] |]

    let p =
        [| [| 1312.0; 1696.0; 5569.0; 124.0; 8283.0; 5886.0 |]
           [| 2329.0; 4135.0; 8307.0; 3736.0; 1004.0; 9991.0 |]
           [| 2348.0; 1451.0; 3522.0; 2883.0; 3047.0; 6650.0 |]
           [| 4047.0; 8828.0; 8732.0; 5743.0; 1091.0; 381.0 |] |]

    -Seq.sum(
        seq {
            for i in 0..3 ->
                alpha[i]
                * exp (-Seq.sum(seq { for j in 0..5 -> a[i][j] * (x[j] - p[i][j] / 10000.0) ** 2.0 }))
        }
    )

let private problems =
    [ { Name = "Branin"
        Space =
          spaceOf (
              """{ "name": "x", "type": "float", "low": -5, "high": 10 },"""
              + """{ "name": "y", "type": "float", "low": 0, "high": 15 }"""
          )
        Value = fun at _ -> branin (at "x") (at "y")
        Least = 0.397887
        Trials = 30 }
      { Name = "Hartmann 6"
        Space = spaceOf (floats [ for i in 1..6 -> $"x{i}" ] 0 1)
        Value = fun at _ -> hartmann [| for i in 1..6 -> at $"x{i}" |]
        Least = -3.32237
        Trials = 35 }
      // Mixed and conditional: as a network's, with a learning rate, a number of layers and what only some optimisers have.
      { Name = "mixed"
        Space =
          spaceOf (
              """{ "name": "rate", "type": "log_float", "low": 0.0001, "high": 0.1 },
                 { "name": "layers", "type": "int", "low": 1, "high": 6 },
                 { "name": "units", "type": "ordinal", "values": [8, 16, 32, 64, 128, 256] },
                 { "name": "optimiser", "type": "categorical", "values": ["sgd", "adam", "rmsprop"] },
                 { "name": "momentum", "type": "float", "low": 0, "high": 1, "when": { "parameter": "optimiser", "is": ["sgd"] } },
                 { "name": "width", "type": "float", "low": 0, "high": 1, "when": { "parameter": "layers", "at_least": 4 } }"""
          )
        Value =
          fun at text ->
              let optimiser, rate =
                  match text "optimiser" with
                  | "\"sgd\"" -> 0.1 + (at "momentum" - 0.9) ** 2.0, -1.5
                  | "\"adam\"" -> 0.0, -3.0
                  | _ -> 0.3, -2.5

              let depth = 0.05 * (at "layers" - 4.0) ** 2.0

              let width =
                  if at "layers" >= 4.0 then
                      (at "width" - 0.3) ** 2.0
                  else
                      0.3

              optimiser
              + 0.4 * (log10 (at "rate") - rate) ** 2.0
              + depth
              + width
              + 0.04 * (log (at "units" / 64.0)) ** 2.0
        Least = 0.0
        Trials = 30 } ]

/// The regret of the best of a search's trials.
let private regret (problem: Problem) (suggester: ISuggester) (seed: uint64) : float =
    let parameters = SearchSpace.Parse(problem.Space).Content.Parameters
    let past = ResizeArray<Observation>()

    for _ in 1 .. problem.Trials do
        let tried = past |> Seq.map _.Configuration |> System.Collections.Generic.HashSet
        let next = suggester.Suggest(parameters, seed, past) |> Seq.find (tried.Contains >> not)
        let json = parameters.Write next
        let at (name: string) = Double.Parse(json[name].ToJsonString(), Globalization.CultureInfo.InvariantCulture)
        let text (name: string) = json[name].ToJsonString()
        past.Add(Observation(next, Nullable(problem.Value at text), false))

    (past |> Seq.map (fun o -> o.Score.Value) |> Seq.min) - problem.Least

let private seeds = [| 1UL .. 20UL |]

let private beats (problem: Problem) =
    testCase problem.Name (fun () ->
        let regrets (suggester: ISuggester) = seeds |> Array.map (regret problem suggester)
        let random, bayes = regrets (RandomSuggester()), regrets (BayesSuggester())
        let wins = Array.map2 (fun r b -> if b < r then 1 else 0) random bayes |> Array.sum
        let middle = Array.sort >> fun (values: float[]) -> (values[9] + values[10]) / 2.0

        let told =
            $"wins {wins} of 20; median regret {middle bayes:G3} against {middle random:G3}, mean {Array.average bayes:G3} against {Array.average random:G3}"

        if not (isNull (Environment.GetEnvironmentVariable "REDSHIFT_SHOW_REGRET")) then
            printfn $"{problem.Name}: {told}"

        Expect.isTrue (Array.forall (fun r -> r > -1e-4) bayes) "nothing is below the minimum"
        // By chance 16 or more of 20 happen in 0.6 % of cases.
        Expect.isGreaterThanOrEqual wins 16 told
        Expect.isLessThan (Array.average bayes) (0.5 * Array.average random) told)

let tests = testList "regret over 20 seeds" (problems |> List.map beats)
