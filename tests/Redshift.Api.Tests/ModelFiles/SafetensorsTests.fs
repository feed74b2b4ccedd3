module Redshift.Api.Tests.SafetensorsTests

open System
open System.IO
open System.Text
open Expecto
open FsCheck.FSharp
open Redshift
open Redshift.Core
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Tests.Law
open Redshift.Api.Tests.Testing

let private names =
    Gen.elements [ "a"; "body/0/kernel"; "z é"; "\"quoted\\"; "m/body/3/bias"; "tab\t"; "名" ]

let private dimensions = Gen.listOf (Gen.choose (0, 4)) |> Gen.map (List.truncate 4 >> Array.ofList)

let private tensors =
    gen {
        let! picked = Gen.listOf names |> Gen.map List.distinct
        let! shapes = Gen.listOfLength picked.Length dimensions
        let! seed = Gen.choose (0, 1000000)
        let random = RandomStream(uint64 seed)

        return
            [ for name, shape in List.zip picked shapes ->
                  let count = Array.fold (*) 1 shape
                  // Any bits at all: NaN with a payload, infinities, subnormal numbers.
                  name, shape, Array.init count (fun _ -> BitConverter.Int32BitsToSingle(int (random.NextUInt64()))) ]
    }

let private bits (values: float32[]) = values |> Array.map BitConverter.SingleToInt32Bits

let private fileOf (arrays: (string * int[] * float32[]) list) (notes: (string * string) list) =
    let file = TensorFile()

    for name, shape, values in arrays do
        file.Add(name, shape, values)

    for name, text in notes do
        file.Metadata[name] <- text

    file

let private readBytes (bytes: byte[]) : TensorFile =
    Repository.withFolderOf (fun folder ->
        let path = Path.Combine(folder, "t.safetensors")
        File.WriteAllBytes(path, bytes)
        Safetensors.Read path)

let private writtenBytes (file: TensorFile) : byte[] =
    Repository.withFolderOf (fun folder ->
        let path = Path.Combine(folder, "t.safetensors")
        Safetensors.Write(path, file)
        File.ReadAllBytes path)

/// A file by hand: header as given, then data.
let private build (header: string) (data: byte[]) : byte[] =
    let text = Encoding.UTF8.GetBytes header
    Array.concat [ BitConverter.GetBytes(int64 text.Length); text; data ]

let private refusal (what: string) (bytes: byte[]) = faultOf what (fun () -> readBytes bytes |> ignore)

let private refused (what: string) (header: string) (dataBytes: int) (parts: string list) =
    testCase $"refuses {what}" (fun () ->
        expectContains (refusal what (build header (Array.zeroCreate dataBytes))) parts)

let private entry name shape from upto =
    $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[{from},{upto}]}}"

let private header entries = "{" + String.Join(",", (entries: string list)) + "}"

let private example =
    lazy
        (let values = Array.init 24 (fun i -> float32 i / 7.0f)

         fileOf
             [ "body/0/kernel", [| 2; 3; 4 |], values; "body/0/bias", [| 4 |], Array.init 4 float32 ]
             [ "epoch", "3"; "history", "epoch,loss\n1,0.5\n" ]
         |> writtenBytes)

/// A damaged copy: bytes changed, cut off, put in or taken out.
let private mutant (seed: int) (bytes: byte[]) : byte[] =
    let random = RandomStream(uint64 seed)
    let below n = int (random.NextUInt64() % uint64 n)
    // Two of three in the header, where the rules are.
    let place () =
        if below 3 = 0 then
            below bytes.Length
        else
            below (min bytes.Length 300)

    match below 4 with
    | 0 -> Array.truncate (place ()) bytes
    | 1 -> Array.insertAt (place ()) (byte (below 256)) bytes
    | 2 -> Array.removeAt (place ()) bytes
    | _ ->
        let copy = Array.copy bytes

        for _ in 0 .. below 4 do
            copy[place ()] <- byte (below 256)

        copy

let tests =
    testList
        "safetensors"
        [ lawFor "reading gives back what was written, bit for bit" tensors (fun arrays ->
              let back = fileOf arrays [ "n", "1\n\"é\"" ] |> writtenBytes |> readBytes

              back.Metadata["n"] = "1\n\"é\""
              && [ for struct (name, shape, values) in back.Tensors -> name, shape, bits values ] =
                  [ for name, shape, values in arrays -> name, shape, bits values ])
          testCase "has the bytes of the format" (fun () ->
              // By the format's own page: u64 little-endian header length, JSON padded by blanks, data at 8 + length.
              let bytes = fileOf [ "w", [| 2 |], [| 1.0f; -2.5f |] ] [] |> writtenBytes
              let text = """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"""
              let padded = text.PadRight((text.Length + 7) / 8 * 8)
              let data = [| 0uy; 0uy; 128uy; 63uy; 0uy; 0uy; 32uy; 192uy |]
              Expect.sequenceEqual bytes (build padded data) "bytes"
              Expect.equal (padded.Length % 8) 0 "the data are aligned")
          testCase "arrays may stand in another order than the header" (fun () ->
              let text = header [ entry "b" "[1]" 4 8; entry "a" "[1]" 0 4 ]

              let file =
                  readBytes (build text (Array.append (BitConverter.GetBytes 1.0f) (BitConverter.GetBytes 2.0f)))

              let values = file.ToDictionary()
              Expect.equal (values["a"], values["b"]) ([| 1.0f |], [| 2.0f |]) "values")
          refused "another type" """{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""" 8 [ "F32"; "w"; "F64" ]
          refused "half floats" """{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""" 4 [ "F32"; "F16" ]
          refused "a shape that does not fit its bytes" (header [ entry "w" "[3]" 0 8 ]) 8 [ "w"; "0 to 8" ]
          refused "a negative dimension" (header [ entry "w" "[-1]" 0 4 ]) 4 [ "w" ]
          refused "offsets beyond the file" (header [ entry "w" "[4]" 0 16 ]) 8 [ "w"; "16" ]
          refused "overlapping arrays" (header [ entry "a" "[2]" 0 8; entry "b" "[2]" 0 8 ]) 8 [ "b"; "0 to 8" ]
          refused "a gap" (header [ entry "a" "[1]" 0 4; entry "b" "[1]" 8 12 ]) 12 [ "b"; "byte 4" ]
          refused "bytes left over" (header [ entry "a" "[1]" 0 4 ]) 8 [ "4 bytes"; "8" ]
          refused
              "a product of dimensions that wraps around"
              (header [ entry "a" "[65536,65536,65536,65536,65536,65536,65536,65536]" 0 0 ])
              0
              [ "a" ]
          refused "a name twice" (header [ entry "a" "[1]" 0 4; entry "a" "[1]" 4 8 ]) 8 [ "twice" ]
          refused "a list for a header" "[1, 2, 3]" 0 [ "header" ]
          refused "notes that are no texts" """{"__metadata__":{"n":3}}""" 0 [ "header" ]
          testCase "refuses a header longer than the file" (fun () ->
              for length in [ -1L; 0L; 1L; 100L; Int64.MaxValue ] do
                  let bytes = Array.append (BitConverter.GetBytes length) (Array.zeroCreate 20)
                  expectContains (refusal $"length {length}" bytes) [ "header"; string length ])
          testCase "a file at every shorter length is refused" (fun () ->
              let whole = example.Value

              for length in 0 .. whole.Length - 1 do
                  refusal $"{length} bytes" (Array.truncate length whole) |> ignore)
          testSequenced (
              testCase "1,000 damaged files: a fault in one line or a right answer, and little memory" (fun () ->
                  let whole = example.Value
                  let before = GC.GetAllocatedBytesForCurrentThread()
                  let mutable faults = 0

                  for seed in 1..1000 do
                      try
                          let read = readBytes (mutant seed whole)

                          for struct (name, shape, values) in read.Tensors do
                              Expect.equal values.Length (Array.fold (*) 1 shape) $"{name} of mutant {seed}"
                      with :? RedshiftException as e ->
                          faults <- faults + 1
                          Expect.isFalse (e.Message.Contains '\n') $"mutant {seed}: {e.Message}"

                  let perFile = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000L
                  Expect.isGreaterThan faults 500 "most damage is seen"
                  Expect.isLessThan perFile 1_000_000L "bytes of memory for a file of 500 bytes")
          ) ]
