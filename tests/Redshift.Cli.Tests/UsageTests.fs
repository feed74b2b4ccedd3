/// What a user meets first: help, versions, lists, and the refusal of what cannot be meant.
module Redshift.Cli.Tests.UsageTests

open System
open System.IO
open System.Text.Json
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private here = Samples.folder

let private help =
    [ []
      [ "demo" ]
      [ "simulate" ]
      [ "simulate"; "gaia" ]
      [ "explore" ]
      [ "prepare" ]
      [ "prepare"; "gaia" ]
      [ "train" ]
      [ "evaluate" ]
      [ "predict" ]
      [ "search" ]
      [ "compare" ]
      [ "import" ]
      [ "import"; "keras" ]
      [ "export" ]
      [ "recipes" ]
      [ "info" ] ]
    |> List.map (fun command ->
        testCase $"""of redshift {String.concat " " command}""" (fun () ->
            let said = (succeeds here (command @ [ "--help" ])).Output
            Expect.stringContains said "Example: redshift " "an example"
            Expect.stringContains said "--help" "the options"))

/// Arguments, and words of the message.
let private wrong =
    [ "bogus",
      "expected a command (demo, simulate, explore, prepare, impute, train, evaluate, predict, search, compare, import, export, recipes, info), found bogus"
      "", "expected a command"
      "simulate", "expected a command (gaia), found none"
      "train --bogus", "--bogus"
      "train --recipe gaia-cnn", "'--data' is required"
      "predict run --data x.csv", "'--out' is required"
      "import", "expected a command (keras), found none"
      "import keras model.h5", "'--out' is required"
      "export run", "'--out' is required"
      "export run --format pmml --out x", "pmml"
      "simulate gaia --count 0 --out x.csv", "--count: expected a whole number of at least 1, found 0"
      "simulate gaia --count many --out x.csv", "--count: expected a whole number of at least 1, found many"
      "simulate gaia --seed -1 --out x.csv", "--seed: expected a whole number of at least 0, found -1"
      "demo --count 19", "--count: expected a whole number of at least 20, found 19"
      "demo --threads 0", "--threads: expected a whole number of at least 1, found 0"
      "demo --threads 1.5", "--threads: expected a whole number of at least 1, found 1.5"
      "demo --epochs 0", "--epochs: expected a whole number of at least 1, found 0"
      "train --recipe gaia-cnn --data x --out r --epochs 0", "--epochs: expected a whole number of at least 1, found 0"
      "train --recipe gaia-cnn --data x --out r --batch-size x",
      "--batch-size: expected a whole number of at least 1, found x"
      "train --recipe gaia-cnn --data x --out r --max-redshift nan",
      "--max-redshift: expected a number above 0, found nan"
      "train --recipe gaia-cnn --data x --out r --device gpu", "gpu"
      "train --recipe gaia-cnn --data x --out r --device cuda", "use --backend torch"
      "train --recipe gaia-cnn --data x --out r --precision bfloat16", "use --backend torch"
      "train --recipe gaia-cnn --data x --out r --backend torch --device cuda:99", "cuda"
      "search --recipe gaia-cnn --data x --space gaia-cnn --out r --device cuda", "use --backend torch"
      "train --recipe gaia-cnn --data x --out r --backend jax", "jax"
      "train --recipe gaia-cnn --data x --out r --on-bad-row drop", "drop" ]
    |> List.map (fun (line, message) ->
        testCase $"redshift {line}" (fun () ->
            let finished = redshift here (List.ofArray (line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            Expect.equal finished.ExitCode 2 "the exit code"
            Expect.stringContains finished.Error message "the message"
            Expect.isFalse (finished.Error.Contains "System.") "no type of the runtime"
            Expect.equal finished.Output "" "no result"))

let private hints =
    testCase "a hint names the command" (fun () ->
        let hint args = Array.last (redshift here args).ErrorLines
        Expect.equal (hint [ "simulate"; "gaia" ]) "Try: redshift simulate gaia --help" "a command's"
        Expect.equal (hint [ "bogus" ]) "Try: redshift --help" "the root's")

let private parses (text: string) =
    use document = JsonDocument.Parse text
    document.RootElement.ValueKind

let private lists =
    [ testCase "--version prints one line" (fun () ->
          let said = (succeeds here [ "--version" ]).Output
          Expect.isTrue (Text.RegularExpressions.Regex.IsMatch(said, "^redshift [0-9]+\.[0-9]+\.[0-9]+\n$")) said)
      testCase "recipes" (fun () ->
          let said = (succeeds here [ "recipes" ]).Output
          Expect.stringStarts said "gaia-cnn " "the thesis's first"
          Expect.stringContains said "\npears-cnn " "the other"
          Expect.equal (parses (succeeds here [ "recipes"; "--json" ]).Output) JsonValueKind.Array "as JSON")
      testCase "recipes gaia-cnn: the layers and 699,073 parameters" (fun () ->
          let said = (succeeds here [ "recipes"; "gaia-cnn" ]).Output

          for number in
              [ "1,536"; "327,936"; "98,432"; "16,448"; "147,712"; "65,792"; "32,896"; "8,256"; "65"; "699,073" ] do
              Expect.isTrue (Text.RegularExpressions.Regex.IsMatch(said, $"[^0-9,]{number}\n")) number)
      testCase "an edited recipe trains" (fun () ->
          Repository.withFolder (fun folder ->
              let text = (succeeds folder [ "recipes"; "gaia-cnn"; "--json" ]).Output
              File.WriteAllText(Path.Combine(folder, "my.json"), text.Replace("\"filters\": 256", "\"filters\": 8"))

              let said =
                  (succeeds
                      folder
                      [ "train"
                        "--recipe"
                        "my.json"
                        "--data"
                        Samples.galaxies.Value
                        "--out"
                        "r"
                        "--epochs"
                        "1"
                        "--json" ])
                      .Output

              Expect.equal (parses said) JsonValueKind.Object "the metrics as JSON"
              Expect.equal said (File.ReadAllText(Path.Combine(folder, "r", "metrics.json"))) "as in metrics.json"))
      testCase "an unknown recipe names those there are" (fun () ->
          let finished = redshift here [ "recipes"; "nosuch" ]
          Expect.equal finished.ExitCode 1 "the exit code"

          Expect.equal
              finished.Error
              ("recipe: expected one of "
               + String.concat ", " Redshift.Core.Models.Recipes.names
               + ", found nosuch\n")
              "the message")
      testCase "info" (fun () ->
          let said = (succeeds here [ "info" ]).Output

          for name in
              [ "package Deedle"
                "package XPlot.Plotly"
                "package TorchSharp"
                "backend simd"
                "backend torch"
                "vectors" ] do
              Expect.stringContains said $"{name} " name

          Expect.equal (parses (succeeds here [ "info"; "--json" ]).Output) JsonValueKind.Object "as JSON")
      testCase "without the backend torch: what to do" (fun () ->
          if (succeeds here [ "info" ]).Output.Contains "not here: build Redshift" then
              Repository.withFolder (fun folder ->
                  let args =
                      [ "train"
                        "--recipe"
                        "gaia-cnn"
                        "--data"
                        Samples.galaxies.Value
                        "--out"
                        "r"
                        "--backend"
                        "torch" ]

                  let finished = redshift folder args
                  Expect.equal finished.ExitCode 2 "the exit code"
                  Expect.stringContains finished.Error "TorchSharp (-p:TorchRuntime=cpu" "what to install"
                  Expect.stringContains finished.Error "--backend simd" "what works"
                  Expect.isEmpty (Directory.GetFileSystemEntries folder) "nothing is left")
          else
              skiptest "the backend torch is installed here") ]

let tests =
    testList "Usage" [ testList "--help" help; testList "refuses" wrong; hints; testList "tells" lists ]
