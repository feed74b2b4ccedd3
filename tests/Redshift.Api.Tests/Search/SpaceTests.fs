/// Search spaces: what they draw, how they change a recipe, and how faults in them are told.
module Redshift.Api.Tests.SpaceTests

open System
open System.Diagnostics
open System.IO
open System.Text.Json.Nodes
open Expecto
open Redshift
open Redshift.Core
open Redshift.Core.Models
open Redshift.HyperParameters
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private space (parameters: string) (set: string) =
    SearchSpace.Parse $"""{{ "name": "test", "parameters": [{parameters}], "set": {{{set}}} }}"""

let private small = lazy (Recipe.read (recipeWith []) |> Result.defaultWith failtest)

/// The small recipe varied by a space.
let private recipes (space: SearchSpace) = RecipeSpace(small.Value, space.Content, Surveys.Gaia, TrainingOptions())

let private gaiaCnn = lazy (SearchSpace.FindOrLoad "gaia-cnn")

/// A configuration from the JSON of its parameters.
let private configuration (space: SearchSpace) (json: string) : Configuration =
    match space.Content.Parameters.Read((JsonNode.Parse json).AsObject()) with
    | null -> failtest $"no configuration: {json}"
    | found -> found

let private made (space: SearchSpace) (json: string) : Recipe =
    let mutable reason = ""

    let recipe = (recipes space).Make(configuration space json, &reason)

    if isNull (box recipe) then
        failtest reason

    recipe

let private refusal (space: SearchSpace) (json: string) : string =
    let mutable reason = ""
    Expect.isNull (box ((recipes space).Make(configuration space json, &reason))) "no recipe"
    reason

let private domains: (string * Domain) list =
    [ "float", FloatDomain(-2.0, 7.5, false, 4)
      "log_float", FloatDomain(1e-5, 0.3, true, 4)
      "int", IntDomain(-3, 12, false, Nullable())
      "log_int", IntDomain(2, 300, true, Nullable 5)
      "ordinal", ListDomain([| JsonNode.Parse "8"; JsonNode.Parse "64"; JsonNode.Parse "\"x\"" |], true)
      "categorical", ListDomain([| JsonNode.Parse "true"; null; JsonNode.Parse "{\"a\": 1}" |], false) ]

let private domainLaws (name: string, domain: Domain) =
    testCase name (fun () ->
        let random = RandomStream 3UL

        for _ in 1..300 do
            let value = domain.At(random.NextDouble())
            let place = domain.Position value
            Expect.isTrue (place >= 0.0 && place <= 1.0) $"the position of {value}"
            let again = domain.At place
            Expect.isTrue (abs (again - value) <= 1e-5 * (abs value + 1e-9)) $"{value} and {again}"
            Expect.equal (domain.Read(domain.Write value)) (Nullable value) "write and read"

        for level in domain.Grid do
            Expect.equal (domain.Read(domain.Write level)) (Nullable level) "levels are values"

        Expect.equal (List.ofSeq domain.Grid |> List.distinct |> List.length) domain.Grid.Count "different levels"
        Expect.equal (domain.Read(JsonNode.Parse "\"not a value\"")) (Nullable()) "another text"
        Expect.equal (domain.Read(JsonNode.Parse "1e9")) (Nullable()) "another number")

let private drawing =
    [ testCase "every draw of the thesis's space is written and read again" (fun () ->
          let parameters = gaiaCnn.Value.Content.Parameters
          let random = RandomStream 1UL

          for _ in 1..300 do
              let drawn = parameters.Draw random
              Expect.equal (parameters.Read(parameters.Write drawn)) drawn "the same")
      testCase "members of a group are active as the counter says" (fun () ->
          let json =
              gaiaCnn.Value.Content.Parameters.Write(gaiaCnn.Value.Content.Parameters.Draw(RandomStream 4UL))

          let layers = json["conv_layers"].GetValue<int>()

          for i in 1..5 do
              Expect.equal (json.ContainsKey $"filters_{i}") (i <= layers) $"filters_{i}"
              Expect.equal (json.ContainsKey $"kernel_{i}") (i <= layers) $"kernel_{i}")
      testCase "a draw does not depend on what is active" (fun () ->
          // As many numbers are drawn each time, so that the stream after it is the same.
          let parameters = gaiaCnn.Value.Content.Parameters

          let after (seed: uint64) =
              let random = RandomStream seed
              parameters.Draw random |> ignore
              let aside = RandomStream seed

              for _ in 1 .. parameters.Count do
                  aside.NextDouble() |> ignore

              random.State, aside.State

          for seed in 1UL .. 20UL do
              Expect.equal (fst (after seed)) (snd (after seed)) "the state")
      testCase "the grid meets every configuration once" (fun () ->
          let grid =
              space
                  """{ "name": "n", "type": "int", "low": 1, "high": 3 },
                     { "name": "f", "type": "ordinal", "values": [4, 8], "for_each": "n" },
                     { "name": "a", "type": "categorical", "values": ["relu", "tanh"] },
                     { "name": "m", "type": "float", "low": 0, "high": 1, "grid": 2, "when": { "parameter": "a", "is": ["tanh"] } }"""
                  ""

          let parameters = grid.Content.Parameters
          let points = GridSuggester().Suggest(parameters, 0UL, [||]) |> List.ofSeq
          // (2 + 4 + 8) choices of layers, times relu (1) and tanh (2).
          Expect.equal points.Length 42 "points"

          Expect.equal
              (points
               |> List.map (fun p -> (parameters.Write p).ToJsonString())
               |> List.distinct
               |> List.length)
              42
              "different"
          // From any point on, the rest.
          let rest = GridSuggester().Suggest(parameters, 0UL, [| Observation(points[16], Nullable(), false) |])
          Expect.equal (List.ofSeq rest) points[17..] "the rest") ]

let private changing =
    [ testCase "the thesis's network is a point of the thesis's space" (fun () ->
          let json =
              """{ "conv_layers": 4, "filters_1": 256, "filters_2": 256, "filters_3": 128, "filters_4": 64,
                   "kernel_1": 5, "kernel_2": 5, "kernel_3": 3, "kernel_4": 2, "dense_layers": 4,
                   "units_1": 256, "units_2": 256, "units_3": 128, "units_4": 64, "activation": "relu",
                   "loss": { "type": "huber", "delta": 1 }, "optimiser": { "type": "adamax" } }"""

          let gaia = RecipeSpace(GaiaCnn.recipe, gaiaCnn.Value.Content, Surveys.Gaia, TrainingOptions())
          let mutable reason = ""
          let recipe = gaia.Make(configuration gaiaCnn.Value json, &reason)
          Expect.equal recipe.Networks.Value.Network.ParameterCount 699_073 "parameters"
          Expect.equal (Recipe.write recipe) (Recipe.write GaiaCnn.recipe) "the same recipe")
      testCase "most of the thesis's space is possible, and what is not is refused by shapes" (fun () ->
          let parameters = gaiaCnn.Value.Content.Parameters
          let random = RandomStream 2UL
          let reasons = ResizeArray<string>()

          for _ in 1..200 do
              let mutable reason = ""

              if isNull (box ((recipes gaiaCnn.Value).Make(parameters.Draw random, &reason))) then
                  reasons.Add reason

          Expect.isTrue (reasons.Count > 0 && reasons.Count < 100) $"{reasons.Count} of 200"

          for reason in reasons do
              Expect.stringContains reason "shapes fit" "the reason")
      testCase "optional parameters take part where they are asked for" (fun () ->
          Expect.isFalse (gaiaCnn.Value.Parameters |> Seq.contains "learning_rate") "not by itself"
          let varied = gaiaCnn.Value.With("batch_size", "learning_rate")
          Expect.isTrue (varied.Parameters |> Seq.contains "learning_rate") "asked for"
          Expect.notEqual varied.Hash gaiaCnn.Value.Hash "another search"
          Expect.throwsT<ArgumentException> (fun () -> gaiaCnn.Value.With "momentum" |> ignore) "unknown")
      testCase "a path sets a field of the recipe, also a new one and one in a list" (fun () ->
          let varied =
              space
                  """{ "name": "rate", "type": "log_float", "low": 0.001, "high": 0.1, "path": "learning_rate" },
                     { "name": "clip", "type": "float", "low": 1, "high": 2, "path": "clip_norm" },
                     { "name": "filters", "type": "int", "low": 2, "high": 9, "path": "network/body/0/filters" },
                     { "name": "scaling", "type": "categorical", "values": ["min_max", "standard"], "path": "scaling" }"""
                  ""

          let recipe = made varied """{ "rate": 0.02, "clip": 1.5, "filters": 7, "scaling": "standard" }"""
          Expect.equal recipe.Networks.Value.Training.LearningRate 0.02 "rate"
          Expect.equal recipe.Networks.Value.Training.ClipNorm (Some 1.5) "clip"
          Expect.equal recipe.Scaling Frames.Scaling.Standard "scaling"
          Expect.stringContains (Recipe.write recipe) "\"filters\": 7" "filters")
      testCase "templates repeat, choose and leave out" (fun () ->
          let varied =
              space
                  """{ "name": "n", "type": "int", "low": 0, "high": 2 },
                     { "name": "units", "type": "int", "low": 1, "high": 99, "for_each": "n" },
                     { "name": "drop", "type": "categorical", "values": [true, false] },
                     { "name": "rate", "type": "float", "low": 0, "high": 0.5, "when": { "parameter": "drop", "is": [true] } },
                     { "name": "bias", "type": "categorical", "values": [false], "when": { "parameter": "n", "at_least": 2 } }"""
                  """ "network/body": [ { "type": "flatten" },
                        { "repeat": "n", "items": [ { "type": "dense", "units": { "parameter": "units" }, "bias": { "parameter": "bias" } } ] },
                        { "when": "drop", "is": [true], "items": [ { "type": "dropout", "rate": { "parameter": "rate" } } ] },
                        { "type": "dense", "units": 1 } ] """

          let layers (recipe: Recipe) =
              (JsonNode.Parse(Recipe.write recipe)).["network"].["body"].AsArray()
              |> Seq.map (fun layer -> $"""{layer["type"]} {layer["units"]}{layer["rate"]} {layer["bias"]}""".Trim())
              |> String.concat "; "

          Expect.equal
              (layers (
                  made varied """{ "n": 2, "units_1": 5, "units_2": 6, "drop": true, "rate": 0.25, "bias": false }"""
              ))
              "flatten; dense 5 false; dense 6 false; dropout 0.25; dense 1 true"
              "all"

          Expect.equal (layers (made varied """{ "n": 0, "drop": false }""")) "flatten; dense 1 true" "little"

          Expect.equal
              (layers (made varied """{ "n": 1, "units_1": 5, "drop": false }"""))
              "flatten; dense 5 true; dense 1 true"
              "a field whose parameter is not active is left out")
      testCase "what makes no recipe is refused with the reason" (fun () ->
          let one path = space $"""{{ "name": "p", "type": "int", "low": 1, "high": 900, "path": "{path}" }}""" ""
          expectContains (refusal (one "network/body/0/kernel") """{ "p": 200 }""") [ "shapes fit"; "body/0" ]
          expectContains (refusal (one "learning_rat") """{ "p": 1 }""") [ "learning_rat" ]
          expectContains (refusal (one "network/bodi/0") """{ "p": 1 }""") [ "found no bodi" ]
          expectContains (refusal (one "network/body/99/units") """{ "p": 1 }""") [ "found no 99" ]

          let many =
              space
                  """{ "name": "p", "type": "int", "low": 1, "high": 2000000000 }"""
                  "\"network/body\": [{ \"repeat\": \"p\", \"items\": [] }]"

          expectContains (refusal many """{ "p": 2000000000 }""") [ "at most 20000 values" ]) ]

let private faults =
    [ "no parameters", "", "", [ "at least one parameter" ]
      "two of one name",
      """{ "name": "a", "type": "int", "low": 1, "high": 2 }, { "name": "a", "type": "int", "low": 1, "high": 2 }""",
      "",
      [ "parameters/1"; "a twice" ]
      "ends the wrong way round", """{ "name": "a", "type": "float", "low": 2, "high": 1 }""", "", [ "low < high" ]
      "a logarithm of zero", """{ "name": "a", "type": "log_float", "low": 0, "high": 1 }""", "", [ "0 < low" ]
      "an unknown type", """{ "name": "a", "type": "real", "low": 0, "high": 1 }""", "", [ "log_float"; "real" ]
      "an unknown field",
      """{ "name": "a", "type": "int", "low": 0, "high": 1, "step": 2 }""",
      "",
      [ "parameters/0"; "step" ]
      "values twice", """{ "name": "a", "type": "ordinal", "values": [1, 1] }""", "", [ "different values" ]
      "a condition on a later one",
      """{ "name": "a", "type": "int", "low": 0, "high": 1, "when": { "parameter": "b", "at_least": 1 } }""",
      "",
      [ "the name of a parameter above"; "\"b\"" ]
      "a group without end",
      """{ "name": "n", "type": "int", "low": 1, "high": 2000000000 }, { "name": "a", "type": "int", "low": 0, "high": 1, "for_each": "n" }""",
      "",
      [ "at most 200" ]
      "the seed varied",
      """{ "name": "a", "type": "int", "low": 0, "high": 1, "path": "seed" }""",
      "",
      [ "which all trials share"; "seed" ]
      "the split varied",
      """{ "name": "a", "type": "int", "low": 0, "high": 1 }""",
      "\"split/test\": 0.5",
      [ "which all trials share" ]
      "a template of an unknown parameter",
      """{ "name": "a", "type": "int", "low": 0, "high": 1 }""",
      "\"epochs\": { \"parameter\": \"b\" }",
      [ "\"b\"" ]
      "a field twice",
      """{ "name": "a", "type": "ordinal", "values": [{ "x": 1, "x": 2 }] }""",
      "",
      [ "each field once" ] ]
    |> List.map (fun (name, parameters, set, expected) ->
        testCase name (fun () -> expectContains (faultOf name (fun () -> space parameters set |> ignore)) expected))

/// Seeded damage: a byte changed, dropped, doubled, a piece cut out or moved, the end lost.
let mutate (random: RandomStream) (bytes: byte[]) : byte[] =
    let mutable text = Array.copy bytes

    for _ in 0 .. random.NextInt 3 do
        let at = random.NextInt text.Length
        let length = min (1 + random.NextInt 20) (text.Length - at)

        text <-
            match random.NextInt 6 with
            | 0 -> Array.append text[.. at - 1] (Array.append [| byte (random.NextInt 256) |] text[at + 1 ..])
            | 1 -> Array.append text[.. at - 1] text[at + length ..]
            | 2 -> Array.append text[.. at + length - 1] text[at..]
            | 3 -> Array.append text [| text[at] |]
            | 4 -> Array.append text[.. at - 1] (Array.append "99999999999"B text[at..])
            | _ -> text[..at]

    text

let private mutants =
    testCase "a thousand damaged spaces: one line, or a space that draws" (fun () ->
        Repository.withFolder (fun folder ->
            let bytes = Text.Encoding.UTF8.GetBytes gaiaCnn.Value.Json
            let random = RandomStream 2026UL
            let path = Path.Combine(folder, "space.json")
            let before = GC.GetTotalAllocatedBytes()
            let clock = Stopwatch.StartNew()
            let mutable sound = 0

            for i in 1..1000 do
                File.WriteAllBytes(path, mutate random bytes)

                try
                    let damaged = SearchSpace.FindOrLoad path
                    let drawn = damaged.Content.Parameters.Draw(RandomStream(uint64 i))
                    let mutable reason = ""
                    (recipes damaged).Make(drawn, &reason) |> ignore

                    GridSuggester().Suggest(damaged.Content.Parameters, 1UL, [||])
                    |> Seq.head
                    |> ignore

                    Expect.isFalse (reason.Contains '\n') reason
                    sound <- sound + 1
                with :? RedshiftException as e ->
                    Expect.isFalse (e.Message.Contains '\n') e.Message
                    Expect.stringContains e.Message "space.json" "the file"

            // 1 GiB a mutant would be a thousand of these.
            Expect.isLessThan (GC.GetTotalAllocatedBytes() - before) (1L <<< 30) "bytes"
            Expect.isTrue (sound > 0 && sound < 900) $"{sound} were spaces still"
            Expect.isLessThan clock.Elapsed (TimeSpan.FromMinutes 3.0) "no hang"))

let tests =
    testList
        "space"
        [ testList "domains" (List.map domainLaws domains)
          testList "draws" drawing
          testList "recipes" changing
          testList "faults" faults
          mutants ]
