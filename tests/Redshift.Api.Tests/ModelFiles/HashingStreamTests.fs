module Redshift.Api.Tests.HashingStreamTests

open System
open System.IO
open System.Security.Cryptography
open System.Threading
open Expecto
open FsCheck.FSharp
open Redshift
open Redshift.Tests.Law

let private blockSize = 1 <<< 20

let private bytes seed count =
    let bytes = Array.zeroCreate<byte> count
    Random(seed).NextBytes bytes
    bytes

/// All that a stream gives, asked for in pieces of those sizes in turn.
let private drain (sizes: int list) (stream: Stream) =
    use all = new MemoryStream()
    let piece = Array.zeroCreate<byte>(List.max sizes)
    let mutable at = 0
    let mutable go = true

    while go do
        let read = stream.Read(piece, 0, sizes[at % sizes.Length])
        all.Write(piece, 0, read)
        at <- at + 1
        go <- read > 0

    all.ToArray()

/// Gives some bytes, then fails.
type private Broken(good: int) =
    inherit MemoryStream(bytes 1 good)

    override this.Read(buffer: Span<byte>) =
        if this.Position = this.Length then
            raise (IOException "the disk is gone")
        else
            base.Read buffer

let private lengths =
    Gen.zip
        (Gen.elements [ 0; 1; 1000; blockSize - 1; blockSize; blockSize + 1; 3 * blockSize + 7 ])
        (Gen.nonEmptyListOf (Gen.elements [ 1000; 4096; 65536; blockSize - 1; blockSize; 2 * blockSize ]))

let tests =
    testList
        "Hashing stream"
        [ lawFor "gives the bytes and their hash, in pieces of any size" lengths (fun (length, sizes) ->
              let expected = bytes length length
              use stream = new HashingStream(new MemoryStream(expected), CancellationToken.None)
              let found = drain sizes stream

              found.AsSpan().SequenceEqual(ReadOnlySpan expected)
              && stream.Sha256 = Convert.ToHexStringLower(SHA256.HashData expected))
          testCase "a fault read ahead is told when its block is due" (fun () ->
              use stream = new HashingStream(new Broken(blockSize + 10), CancellationToken.None)
              let buffer = Array.zeroCreate<byte> blockSize
              Expect.equal (stream.Read(buffer, 0, blockSize)) blockSize "the first block is good"
              Expect.equal (stream.Read(buffer, 0, blockSize)) 10 "what came before the fault"
              Expect.throwsT<IOException> (fun () -> stream.Read(buffer, 0, 1) |> ignore) "the fault")
          testCase "closing waits for the block read ahead" (fun () ->
              let inner = new MemoryStream(bytes 2 (5 * blockSize))
              let stream = new HashingStream(inner, CancellationToken.None)
              stream.ReadByte() |> ignore
              stream.Dispose()
              Expect.isFalse inner.CanRead "closed")
          testCase "a cancelled reader stops" (fun () ->
              use source = new CancellationTokenSource()
              use stream = new HashingStream(new MemoryStream(bytes 3 100), source.Token)
              stream.ReadByte() |> ignore
              source.Cancel()
              Expect.throwsT<OperationCanceledException> (fun () -> stream.ReadByte() |> ignore) "the next read") ]
