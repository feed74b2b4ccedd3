/// Damaged Keras files: one line or a network, never a crash, a hang or much memory.
module Redshift.Api.Tests.KerasMutantTests

open System
open System.Diagnostics
open System.IO
open Expecto
open Redshift
open Redshift.Core
open Redshift.Tests

/// A damaged copy: bytes changed, numbers made extreme, ranges zeroed, the end cut off.
let private mutant (seed: int) (bytes: byte[]) : byte[] =
    let random = RandomStream(uint64 seed)
    let below n = int (random.NextUInt64() % uint64 n)
    let copy = Array.copy bytes

    match below 5 with
    | 0 -> Array.truncate (below bytes.Length) bytes
    | 1 ->
        let from = below bytes.Length
        Array.Clear(copy, from, min (1 + below 64) (bytes.Length - from))
        copy
    | 2 ->
        // Where addresses, sizes and counts stand: at multiples of eight.
        let at = 8 * below (bytes.Length / 8)

        let extreme =
            [| 0UL; 1UL; 0xFFFFUL; 0x7FFFFFFFUL; 0xFFFFFFFFUL; 0x7FFFFFFFFFFFFFFFUL; UInt64.MaxValue |]

        let address = uint64 (8 * below (bytes.Length / 8))

        let value =
            if below 2 = 0 then
                address
            else
                extreme[below extreme.Length]

        BitConverter.TryWriteBytes(Span(copy, at, 8), value) |> ignore
        copy
    | _ ->
        for _ in 0 .. below 4 do
            copy[below bytes.Length] <- byte (below 256)

        copy

let private sameWeights (run: ModelFiles.RunRecord) (other: ModelFiles.RunRecord) =
    run.Recipe.Networks.Value.Network = other.Recipe.Networks.Value.Network
    && run.Members[0].Weights
       |> Seq.forall (fun (KeyValue(name, values)) -> other.Members[0].Weights[name] = values)

/// How many mutants were read, and how many of them to the very same network.
let private tryAll (name: string) (check: ModelFiles.RunRecord -> unit) =
    let bytes = File.ReadAllBytes(KerasSamples.file name)
    let mutable accepted = 0

    Repository.withFolder (fun folder ->
        let path = Path.Combine(folder, name)

        for seed in 1..1000 do
            File.WriteAllBytes(path, mutant seed bytes)
            let before, clock = GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew()

            try
                check (KerasSamples.read path)
                accepted <- accepted + 1
            with :? RedshiftException as e ->
                Expect.isFalse (e.Message.Contains '\n') $"{name}, mutant {seed}: one line, found {e.Message}"
                Expect.stringContains e.Message path $"{name}, mutant {seed}: the file"

            let allocated = GC.GetAllocatedBytesForCurrentThread() - before
            Expect.isLessThan allocated 128_000_000L $"{name}, mutant {seed}: bytes in all"
            Expect.isLessThan clock.Elapsed.TotalSeconds 20.0 $"{name}, mutant {seed}: seconds")

    accepted

let tests =
    testList
        "1,000 mutants of"
        [ for name in [ "small.h5"; "small-latest.h5"; "small-chunks.h5" ] do
              testCase name (fun () ->
                  // The format has no checksum of arrays in one piece, so a changed weight cannot be told from a weight.
                  let accepted =
                      tryAll name (fun run ->
                          for KeyValue(array, values) in run.Members[0].Weights do
                              Expect.isTrue (Array.forall Single.IsFinite values) array)

                  Expect.isLessThan accepted 900 "read")
          testCase "small.keras" (fun () ->
              let whole = KerasSamples.read (KerasSamples.file "small.keras")
              let same run = Expect.isTrue (sameWeights whole run) "the right answer: its checksums hold"
              Expect.isLessThan (tryAll "small.keras" same) 500 "read") ]
