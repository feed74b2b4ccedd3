module Redshift.Api.Tests.RunFolderTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Api.Tests.Testing

/// The files of one small run, to be written anew for each damage.
let private run =
    lazy
        (Repository.withFolderOf (fun folder ->
            trainInto folder [] catalogue.Value (options ignore) |> ignore
            snapshot folder))

let private withRun (test: string -> unit) =
    Repository.withFolder (fun folder ->
        for KeyValue(name, bytes) in run.Value do
            let path = Path.Combine(folder, name)
            Directory.CreateDirectory(Path.GetDirectoryName path) |> ignore
            File.WriteAllBytes(path, Convert.FromHexString bytes)

        test folder)

/// Loading says which file is at fault.
let private faulty name (file: string) (damage: string -> unit) (also: string list) =
    testCase $"{file} {name}" (fun () ->
        withRun (fun folder ->
            damage (Path.Combine(folder, file))
            let fault = faultOf $"{file} {name}" (fun () -> (Estimators.Load folder).Dispose())
            expectContains fault (file :: also)))

let private withText (change: string -> string) (path: string) = File.WriteAllText(path, change (File.ReadAllText path))

let private half (path: string) =
    let bytes = File.ReadAllBytes path
    File.WriteAllBytes(path, Array.truncate (bytes.Length / 2) bytes)

let private reshaped (change: string -> int[] -> float32[] -> (int[] * float32[]) option) (path: string) =
    let old = Safetensors.Read path
    let file = TensorFile()

    for struct (name, dimensions, values) in old.Tensors do
        match change name dimensions values with
        | Some(dimensions, values) -> file.Add(name, dimensions, values)
        | None -> ()

    Safetensors.Write(path, file)

let private json =
    [ "recipe.json"; "survey.json"; "preprocessing.json"; "split.json"; "provenance.json" ]

let private needed = json @ [ "history.csv"; "predictions.csv"; "weights.safetensors" ]

let tests =
    testList
        "run folder"
        [ testList
              "a damaged run is one line that names the file"
              [ for file in needed do
                    faulty "missing" file File.Delete []
                    faulty "empty" file (fun path -> File.WriteAllText(path, "")) []

                    faulty
                        "a directory"
                        file
                        (fun path ->
                            File.Delete path
                            Directory.CreateDirectory path |> ignore)
                        []

                for file in json do
                    faulty "cut in half" file half []
                    faulty "a list" file (fun path -> File.WriteAllText(path, "[1, 2]")) []
                    faulty "a number" file (fun path -> File.WriteAllText(path, "3")) []

                for file in List.except [ "provenance.json" ] json do
                    faulty "an empty object" file (fun path -> File.WriteAllText(path, "{}")) []

                faulty "cut in half" "weights.safetensors" half []
                faulty
                    "of another shape"
                    "weights.safetensors"
                    (reshaped (fun _ d v -> Some(Array.append d [| 1 |], v)))
                    [ "body/0" ]
                faulty
                    "without one array"
                    "weights.safetensors"
                    (reshaped (fun name d v -> if name.EndsWith "bias" then None else Some(d, v)))
                    [ "found none" ]
                faulty "of another network" "preprocessing.json" (withText (fun t -> t.Replace("186", "185"))) []
                faulty
                    "with a word for a number"
                    "predictions.csv"
                    (withText (fun t -> t + "1,2,many\n"))
                    [ "predictions.csv:62" ]
                faulty "with a word for a number" "history.csv" (withText (fun t -> t + "4,x,0,0,0,0,0,0\n")) []

                faulty
                    "of another survey"
                    "survey.json"
                    (fun path ->
                        File.WriteAllText(
                            path,
                            (File.ReadAllText path).Replace("\"flux_185\"", "\"flux_185\", \"flux_186\"")
                        ))
                    [] ]
          testCase "no folder, or a file in its place, is one line" (fun () ->
              Repository.withFolder (fun folder ->
                  let load path = faultOf path (fun () -> (Estimators.Load path).Dispose())
                  let missing = Path.Combine(folder, "missing")
                  expectContains (load missing) [ missing; "found nothing" ]
                  File.WriteAllText(missing, "")
                  expectContains (load missing) [ missing; "found a file" ]))
          testCase "a run tells itself apart from other folders" (fun () ->
              withRun (fun folder ->
                  Expect.isTrue (Runs.Exists folder) "a run"
                  Expect.isFalse (Runs.Exists(Path.Combine(folder, "checkpoint"))) "no run"
                  Expect.isFalse (Runs.Exists(Path.Combine(folder, "missing"))) "nothing"))
          testCase "evaluating a run gives its own metrics again" (fun () ->
              withRun (fun folder ->
                  let before = File.ReadAllText(Path.Combine(folder, "metrics.json"))
                  let result = Runs.Evaluate folder
                  Expect.equal result.Json before "metrics.json"
                  Expect.equal result.Count 60 "test objects"))
          testCase "the highest seed is kept in the run" (fun () ->
              Repository.withFolder (fun folder ->
                  let train name =
                      let path = Path.Combine(folder, name)
                      let highest = options (fun o -> o.Seed <- Nullable UInt64.MaxValue)
                      trainInto path [] catalogue.Value highest |> ignore
                      path

                  let path = train "one"
                  expectSameRun (train "two") path
                  use loaded = Estimators.Load path
                  Expect.isTrue loaded.IsFitted "loaded"

                  expectContains
                      (File.ReadAllText(Path.Combine(path, "recipe.json")))
                      [ "\"seed\": 18446744073709551615" ])) ]
