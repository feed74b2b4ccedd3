/// `simulate` and `explore`.
module Redshift.Cli.Tests.CatalogueTests

open System.IO
open System.Text.Json
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private simulate folder (count: int) (seed: int) (threads: int) =
    let file = $"{count}-{seed}-{threads}.csv"

    succeeds
        folder
        [ "simulate"
          "gaia"
          "--count"
          string count
          "--seed"
          string seed
          "--threads"
          string threads
          "--out"
          file ]
    |> ignore

    File.ReadAllText(Path.Combine(folder, file))

let private simulating =
    [ testCase "the same bytes for any number of threads" (fun () ->
          Repository.withFolder (fun folder ->
              let one = simulate folder 700 3 1
              Expect.isTrue (one = simulate folder 700 3 2) "1 and 2 threads"
              Expect.isTrue (one.StartsWith(simulate folder 60 3 2)) "the first rows of a longer catalogue"
              Expect.isFalse (one.StartsWith(simulate folder 60 4 1)) "another seed, other galaxies"
              Expect.equal (one.Split('\n').Length) 702 "a header and a line a galaxy")) ]

let private exploring =
    [ testCase "statistics.json, report.html and a table" (fun () ->
          Repository.withFolder (fun folder ->
              let said = (succeeds folder [ "explore"; Samples.galaxies.Value; "--out"; "e" ]).Output

              for name in [ "mean"; "median"; "std"; "skewness"; "kurtosis"; "p1"; "p99" ] do
                  Expect.stringContains said $"\n  {name} " name

              Expect.isTrue (File.Exists(Path.Combine(folder, "e", "report.html"))) "the report"
              let text = File.ReadAllText(Path.Combine(folder, "e", "statistics.json"))
              use statistics = JsonDocument.Parse text
              let redshift = statistics.RootElement.GetProperty "redshift"
              Expect.equal (redshift.GetProperty("count").GetInt32()) 150 "count"
              Expect.isTrue (redshift.GetProperty("mean").GetDouble() > 0.05) "mean"

              Expect.equal
                  (succeeds folder [ "explore"; Samples.galaxies.Value; "--out"; "f"; "--json" ]).Output
                  text
                  "--json prints it")) ]

let tests = testList "Catalogues" [ testList "simulate" simulating; testList "explore" exploring ]
