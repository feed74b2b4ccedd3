/// Catalogues, recipes and runs that several tests use; made once, on first use.
module Redshift.Cli.Tests.Samples

open System
open System.IO
open System.Text.Json.Nodes
open Redshift.Cli.Tests.Command

/// A folder that lives as long as the tests.
let folder = Directory.CreateTempSubdirectory("redshift-cli-tests-").FullName

let private inFolder name = Path.Combine(folder, name)

/// 150 simulated galaxies: a header and 150 rows of 187 cells.
let galaxies =
    lazy
        (succeeds folder [ "simulate"; "gaia"; "--count"; "150"; "--seed"; "5"; "--out"; "galaxies.csv"; "--quiet" ]
         |> ignore

         inFolder "galaxies.csv")

/// Its lines, the header first.
let galaxyLines = lazy (File.ReadAllLines galaxies.Value)

/// The recipe gaia-cnn with another network's body, given as JSON, and other settings of its training.
let recipeWith (name: string) (body: string) (settings: (string * string) list) =
    let recipe = JsonNode.Parse((succeeds folder [ "recipes"; "gaia-cnn"; "--json" ]).Output)
    recipe["network"].["body"] <- JsonNode.Parse body

    for key, value in settings do
        recipe[key] <- JsonNode.Parse value

    let file = inFolder name
    File.WriteAllText(file, recipe.ToJsonString())
    file

/// A network of a few hundred weights.
let small =
    lazy
        (let body =
            """[ { "type": "conv1d", "filters": 4, "kernel": 5, "stride": 2, "padding": 0, "bias": true, "initialiser": "glorot-uniform" },
                 { "type": "relu" }, { "type": "max_pool1d", "size": 4, "stride": 4 }, { "type": "flatten" },
                 { "type": "dense", "units": 1, "bias": true, "initialiser": "glorot-uniform" } ]"""

         recipeWith "small.json" body [ "name", "\"small\""; "epochs", "2" ])

/// The small network trained on the 150 galaxies.
let run =
    lazy
        (let trained = inFolder "run"

         succeeds folder [ "train"; "--recipe"; small.Value; "--data"; galaxies.Value; "--out"; trained; "--quiet" ]
         |> ignore

         trained)

/// Writes a file into a folder, its lines ended by line feeds.
let write (folder: string) (name: string) (lines: string seq) =
    let file = Path.Combine(folder, name)
    File.WriteAllText(file, String.Join("\n", lines) + "\n")
    file

/// The last column of a file of predictions, as it is written.
let predicted (file: string) =
    File.ReadAllLines file
    |> Array.skip 1
    |> Array.map (fun line -> line.Substring(line.LastIndexOf ',' + 1))

/// Predicts a catalogue with the run and gives the last column.
let predict (folder: string) (catalogue: string) (more: string list) =
    let file = Path.Combine(folder, Path.GetFileName catalogue + ".predicted.csv")

    succeeds folder ([ "predict"; run.Value; "--data"; catalogue; "--out"; file; "--quiet" ] @ more)
    |> ignore

    predicted file

/// The same bytes in a file of two folders.
let sameFile (name: string) (one: string) (other: string) =
    let bytes folder = File.ReadAllBytes(Path.Combine(folder, name))
    Expecto.Expect.isTrue ((bytes one).AsSpan().SequenceEqual(bytes other)) $"{name} of {one} and {other} are the same"

/// Removes what the tests made.
let remove () = Directory.Delete(folder, true)
