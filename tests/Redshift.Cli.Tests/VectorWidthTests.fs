/// The same bytes on processors with narrower vectors, which the runtime's switches stand in for.
module Redshift.Cli.Tests.VectorWidthTests

open System.IO
open System.Runtime.Intrinsics.X86
open Expecto
open Redshift.Cli.Tests.Command

let private here = Samples.folder

/// A narrow convolution, a wide one that goes by minimal filtering, pooling and a dense layer.
let private body =
    """[ { "type": "conv1d", "filters": 64, "kernel": 5, "stride": 8, "padding": 0, "bias": true, "initialiser": "glorot-uniform" },
         { "type": "relu" },
         { "type": "conv1d", "filters": 64, "kernel": 5, "stride": 1, "padding": 0, "bias": true, "initialiser": "glorot-uniform" },
         { "type": "relu" }, { "type": "max_pool1d", "size": 2, "stride": 2 }, { "type": "flatten" },
         { "type": "dense", "units": 1, "bias": true, "initialiser": "glorot-uniform" } ]"""

/// Simulates, trains and predicts; the backend's description and the bytes of all that was written.
let private work (name: string) (switches: (string * string) list) =
    let recipe = Samples.recipeWith "widths.json" body [ "epochs", "1" ]
    let run args = succeedsWith switches here args |> ignore
    let file part = $"width-{name}-{part}"
    run [ "simulate"; "gaia"; "--count"; "60"; "--seed"; "3"; "--out"; file "galaxies.csv"; "--quiet" ]
    run [ "train"; "--recipe"; recipe; "--data"; file "galaxies.csv"; "--out"; file "run"; "--quiet" ]
    run [ "predict"; file "run"; "--data"; file "galaxies.csv"; "--out"; file "predicted.csv"; "--quiet" ]
    let info = (succeedsWith switches here [ "info" ]).Output

    info,
    [ file "galaxies.csv"
      file "run/weights.safetensors"
      file "run/preprocessing.json"
      file "predicted.csv" ]
    |> List.map (fun path -> Path.GetFileName path, File.ReadAllBytes(Path.Combine(here, path)))

/// By this processor's own vectors; once, as both tests compare with it.
let private own = lazy (work "own" [] |> snd)

let private widths =
    [ "256", "AVX2", [ "DOTNET_EnableAVX512", "0" ]
      "128", "128-bit", [ "DOTNET_EnableAVX512", "0"; "DOTNET_EnableAVX2", "0"; "DOTNET_EnableAVX", "0" ] ]

let tests =
    testList
        "Vector widths"
        [ for bits, said, switches in widths do
              testCase $"{bits} bits give the same catalogue, weights and predictions" (fun () ->
                  if not Avx512F.IsSupported then
                      skiptest "this processor's own vectors are not of 512 bits"

                  let expected = own.Value
                  let info, found = work bits switches
                  Expect.stringContains info said "the switch is obeyed"

                  for (name, bytes), (_, same) in List.zip expected found do
                      Expect.isTrue (bytes = same) $"{name} at {bits} bits") ]
