module Redshift.Api.Tests.ResumeTests

open System
open System.IO
open System.Threading
open Expecto
open Redshift
open Redshift.Core
open Redshift.Tests
open Redshift.Api.Tests.Testing

/// Steps so small and many that an epoch takes long enough for progress to be told in its middle.
let private slow =
    [ "batch_size", "1"
      "epochs", "4"
      "network",
      """{ "name": "slow", "input": { "channels": 1, "length": 186 },
           "body": [
             { "type": "conv1d", "filters": 48, "kernel": 9 }, { "type": "relu" },
             { "type": "conv1d", "filters": 48, "kernel": 9 }, { "type": "relu" },
             { "type": "max_pool1d", "size": 4 }, { "type": "flatten" }, { "type": "dropout", "rate": 0.2 },
             { "type": "dense", "units": 1 } ],
           "head": { "type": "point", "targets": ["redshift"] } }"""
      "schedule", """{ "type": "cosine", "final": 0.1 }""" ]

let private few = lazy (simulated 6UL 300)

let private state (folder: string) = Path.Combine(folder, "checkpoint", "state.safetensors")

let private resume = options (fun o -> o.Resume <- true)

/// Trains until `stop` says so; returns whether it was interrupted.
let private interrupted (folder: string) changes (catalogue: Catalogue) (stop: TrainingProgress -> bool) : bool =
    use source = new CancellationTokenSource()
    use made = estimatorWith changes

    let tell =
        onProgress (fun p ->
            if stop p then
                source.Cancel())

    try
        Runs.TrainAsync(made, catalogue, folder, options ignore, tell, null, source.Token).GetAwaiter().GetResult()
        |> ignore

        false
    with :? OperationCanceledException ->
        true

let private folders (names: string list) (run: string list -> unit) =
    Repository.withFolder (fun folder -> run [ for name in names -> Path.Combine(folder, name) ])

/// A run of two epochs in a folder that does not exist before.
let private twoEpochs (folder: string) =
    trainInto folder [] catalogue.Value (options (fun o -> o.Epochs <- Nullable 2))
    |> ignore

/// Resuming is refused with these words, and nothing in the folder changes.
let private refusedResume
    name
    (expected: string list)
    changes
    (catalogue: unit -> Catalogue)
    (change: TrainingOptions -> unit)
    =
    testCase name (fun () ->
        folders [ "run" ] (fun paths ->
            twoEpochs paths[0]
            let before = snapshot paths[0]

            let again =
                options (fun o ->
                    o.Resume <- true
                    o.Epochs <- Nullable 3
                    change o)

            let fault = faultOf name (fun () -> trainInto paths[0] changes (catalogue ()) again |> ignore)
            expectContains fault expected
            Expect.equal (snapshot paths[0]) before "the run folder is as it was"))

let private another = [ "state.safetensors"; "same recipe, data and seed" ]

let private damaged name (damage: byte[] -> byte[]) =
    testCase $"a checkpoint {name} is one line that names it" (fun () ->
        folders [ "run" ] (fun paths ->
            twoEpochs paths[0]
            let path = state paths[0]
            File.WriteAllBytes(path, damage (File.ReadAllBytes path))

            let again =
                options (fun o ->
                    o.Resume <- true
                    o.Epochs <- Nullable 3)

            expectContains
                (faultOf name (fun () -> trainInto paths[0] [] catalogue.Value again |> ignore))
                [ "state.safetensors" ]))

/// The checkpoint with its notes or arrays changed; the rest as it was.
let private rewritten (change: ModelFiles.TensorFile -> unit) (bytes: byte[]) : byte[] =
    Repository.withFolderOf (fun folder ->
        let path = Path.Combine(folder, "state.safetensors")
        File.WriteAllBytes(path, bytes)
        let file = ModelFiles.Safetensors.Read path
        change file
        ModelFiles.Safetensors.Write(path, file)
        File.ReadAllBytes path)

let private without (prefix: string) (file: ModelFiles.TensorFile) =
    let index =
        file.Tensors.FindIndex(fun (struct (name, _, _)) -> name.StartsWith(prefix, StringComparison.Ordinal))

    file.Tensors.RemoveAt index

let tests =
    testList
        "resume"
        [ testCase "interrupted in the middle of an epoch, a run ends as if it had not been" (fun () ->
              folders [ "whole"; "cut" ] (fun paths ->
                  trainInto paths[0] slow few.Value (options ignore) |> ignore

                  let inside (p: TrainingProgress) =
                      p.Epoch = 3 && not p.ValidationLoss.HasValue && p.Examples < p.ExamplesPerEpoch

                  Expect.isTrue (interrupted paths[1] slow few.Value inside) "interrupted inside epoch 3"
                  Expect.equal (historyOf paths[1]).Length 3 "a header and two whole epochs are kept"
                  Expect.isFalse (File.Exists(Path.Combine(paths[1], "weights.safetensors"))) "not finished"
                  let run = trainInto paths[1] slow few.Value resume
                  Expect.equal run.History.Count 4 "epochs"
                  expectSameRun paths[1] paths[0]))
          testCase "killed at an epoch's end, a run ends as if it had not been" (fun () ->
              folders [ "whole"; "killed"; "copy" ] (fun paths ->
                  let changes = [ "epochs", "5"; "early_stopping", """{ "patience": 4 }""" ]
                  trainInto paths[0] changes catalogue.Value (options ignore) |> ignore

                  // At this moment epoch 3 is over and its checkpoint not yet written: what lies there is epoch 2's.
                  let kill (p: TrainingProgress) =
                      if p.Epoch = 3 && p.ValidationLoss.HasValue && not (Directory.Exists paths[2]) then
                          copyFolder paths[1] paths[2]

                      false

                  interrupted paths[1] changes catalogue.Value kill |> ignore
                  Expect.equal (historyOf paths[2]).Length 3 "two epochs in the copy"
                  trainInto paths[2] changes catalogue.Value resume |> ignore
                  expectSameRun paths[1] paths[0]
                  expectSameRun paths[2] paths[0]))
          testCase "resuming where nothing has been written yet starts anew" (fun () ->
              folders [ "whole"; "resumed" ] (fun paths ->
                  trainInto paths[0] [] catalogue.Value (options ignore) |> ignore
                  trainInto paths[1] [] catalogue.Value resume |> ignore
                  expectSameRun paths[1] paths[0]))
          testCase "a finished run trains on under a constant rate as if it had been that long" (fun () ->
              folders [ "two"; "four" ] (fun paths ->
                  twoEpochs paths[0]

                  trainInto paths[1] [] catalogue.Value (options (fun o -> o.Epochs <- Nullable 4))
                  |> ignore

                  let more =
                      options (fun o ->
                          o.Resume <- true
                          o.Epochs <- Nullable 4)

                  trainInto paths[0] [] catalogue.Value more |> ignore
                  expectSameRun paths[0] paths[1]))
          testCase "a finished run that is resumed stays as it is" (fun () ->
              folders [ "run"; "copy" ] (fun paths ->
                  twoEpochs paths[0]
                  copyFolder paths[0] paths[1]

                  let same =
                      options (fun o ->
                          o.Resume <- true
                          o.Epochs <- Nullable 2)

                  trainInto paths[0] [] catalogue.Value same |> ignore
                  expectSameRun paths[0] paths[1]))
          refusedResume "another seed is refused" another [] catalogue.Force (fun o -> o.Seed <- Nullable 2UL)
          refusedResume "another learning rate is refused" another [ "learning_rate", "0.001" ] catalogue.Force ignore
          refusedResume "other data are refused" another [] (fun () -> simulated 7UL 600) ignore
          refusedResume "fewer epochs are refused" [ "at most 1 epochs"; "2" ] [] catalogue.Force (fun o ->
              o.Epochs <- Nullable 1)
          refusedResume
              "another last epoch is refused where the schedule looks ahead to it"
              another
              [ "schedule", """{ "type": "cosine", "final": 0.1 }""" ]
              catalogue.Force
              ignore
          damaged "cut in half" (fun bytes -> Array.truncate (bytes.Length / 2) bytes)
          damaged "of no bytes" (fun _ -> [||])
          damaged "of garbage" (fun bytes ->
              let random = RandomStream 3UL
              bytes |> Array.map (fun _ -> byte (random.NextUInt64())))
          damaged "without a note" (rewritten (fun file -> file.Metadata.Remove "epoch" |> ignore))
          damaged "with an epoch that is no number" (rewritten (fun file -> file.Metadata["epoch"] <- "two"))
          damaged "with a row of history missing" (rewritten (fun file -> file.Metadata["epoch"] <- "1"))
          damaged "without an array of weights" (rewritten (without "weights/"))
          damaged "without an array of the optimiser" (rewritten (without "optimiser/"))
          testCase "wrong options leave an older run alone" (fun () ->
              folders [ "run" ] (fun paths ->
                  twoEpochs paths[0]
                  let before = snapshot paths[0]
                  let train change = trainInto paths[0] [] catalogue.Value (options change) |> ignore
                  Expect.throws (fun () -> train (fun o -> o.Epochs <- Nullable 0)) "no epochs"
                  Expect.throws (fun () -> train (fun o -> o.Backend <- "abacus")) "no such backend"
                  let few () = trainInto paths[0] [] (simulated 1UL 3) (options ignore) |> ignore
                  expectContains (faultOf "three galaxies" few) [ "enough rows" ]
                  Expect.equal (snapshot paths[0]) before "the run folder is as it was"))
          testCase "a new run removes what an older one left" (fun () ->
              folders [ "run"; "fresh" ] (fun paths ->
                  twoEpochs paths[0]
                  let other = Path.Combine(paths[0], "notes.txt")
                  File.WriteAllText(other, "mine")
                  trainInto paths[0] [] catalogue.Value (options ignore) |> ignore
                  trainInto paths[1] [] catalogue.Value (options ignore) |> ignore
                  expectSameRun paths[0] paths[1]
                  Expect.equal (File.ReadAllText other) "mine" "another's file stays")) ]
