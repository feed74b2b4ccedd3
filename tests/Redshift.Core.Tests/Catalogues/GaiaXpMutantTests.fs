module Redshift.Core.Tests.Catalogues.GaiaXpMutantTests

open System
open System.IO
open System.IO.Compression
open Expecto
open Redshift.Core.Catalogues
open Redshift.Core.Tests.Catalogues.GaiaXpTesting
open Redshift.Tests

/// A mutant: some bytes changed, a piece removed or doubled, or the end cut off.
let private mutate (random: Random) (bytes: byte[]) : byte[] =
    let at () = random.Next bytes.Length
    let piece () = min (1 + random.Next 200) (bytes.Length - 1)

    match random.Next 6 with
    | 0 -> bytes[.. at () - 1]
    | 1 ->
        let first = at ()
        Array.append bytes[.. first - 1] bytes[first + piece () ..]
    | 2 ->
        let first = at ()
        Array.concat [ bytes[..first]; bytes[max 0 (first - piece ()) .. first]; bytes[first + 1 ..] ]
    | 3 ->
        // Bytes that mean something in texts and headers.
        let copy = Array.copy bytes
        let special = "0123456789-+.eE,;\"()[]\n\r #'/=TKDEPQA"B

        for _ in 0 .. random.Next 4 do
            copy[at ()] <- special[random.Next special.Length]

        copy
    | _ ->
        let copy = Array.copy bytes

        for _ in 0 .. random.Next 8 do
            copy[at ()] <- byte (random.Next 256)

        copy

/// Where headers end and data begin most goes wrong.
let private isSound (row: GaiaXpRow) =
    let count =
        match row.Part with
        | GaiaXpPart.Both -> 186
        | GaiaXpPart.Blue -> 80
        | _ -> 106

    row.Flux.Length = count
    && Array.forall (fun x -> abs x <= 3.4e38) row.Flux
    && (row.Errors.Length = 0
        || row.Errors.Length = count
           && Array.forall (fun x -> x >= 0.0 && x <= 3.4e38) row.Errors)

let private isOneLine (file: string) (error: CatalogueError) =
    let text = string error

    text.StartsWith(file, StringComparison.Ordinal)
    && text.Contains ": expected "
    && text.Contains ", found "
    && not (Seq.exists (fun c -> c = '\n' || c = '\r') text)

/// 1,000 mutants of a file: each gives sound rows or errors of one line. Little memory each.
let private survives
    name
    (seed: int)
    (bytes: byte[])
    (read: byte[] -> Result<Result<GaiaXpRow, CatalogueError>[], CatalogueError>)
    =
    testCase name (fun () ->
        let random = Random seed
        let mutable refused = 0
        let before = GC.GetAllocatedBytesForCurrentThread()

        for i in 1..1000 do
            let mutant = mutate random bytes

            let sound =
                match read mutant with
                | Ok rows ->
                    rows
                    |> Array.forall (function
                        | Ok row -> isSound row
                        | Error error -> isOneLine "m.dat" error)
                | Error error ->
                    refused <- refused + 1
                    isOneLine "m.dat" error

            Expect.isTrue sound $"mutant {i}"

        let each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000L
        Expect.isLessThan each (16L <<< 20) "bytes allocated for each"

        Expect.isTrue
            (refused > 10 && refused < 1000)
            $"some mutants are refused whole and others not, found {refused}")

let tests =
    let few = GaiaSamples.sources 6 3
    let whole (bytes: byte[]) = readSpectra tools.Value "m.dat" bytes
    let names = String.Join(",", Seq.init 240 (fun i -> $"flux_{i}"))
    let values = String.Join(",", Seq.init 240 (fun i -> $"{i}.5"))

    let gzip (bytes: byte[]) =
        use target = new MemoryStream()

        (use stream = new GZipStream(target, CompressionLevel.Fastest)
         stream.Write bytes)

        target.ToArray()

    let unpacked (bytes: byte[]) =
        use stream = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)
        readAll tools.Value 1 "m.dat" stream

    /// Readers of single values count as files without rows.
    let valued (read: string -> Stream -> Result<'T, CatalogueError>) (bytes: byte[]) =
        use stream = new MemoryStream(bytes)
        read "m.dat" stream |> Result.map (fun _ -> [||])

    let sky =
        { RaColumn = "ra"
          DecColumn = "dec"
          RedshiftColumn = ""
          OnBadRow = OnBadRow.Error }

    let objects = String.Join("\n", Seq.init 30 (fun i -> $"{i}.5,{i - 20}.25,0.{i}"))

    testList
        "Gaia files by the thousand mutants"
        [ survives "CSV" 1 (bytesOf (GaiaSamples.csv few)) whole
          survives "ECSV" 2 (bytesOf (GaiaSamples.ecsv few)) whole
          survives "FITS, arrays in cells" 3 (GaiaSamples.fits false few) whole
          survives "FITS, arrays in the heap" 4 (GaiaSamples.fits true few) whole
          survives "convert output" 5 (bytesOf (GaiaSamples.convertedSources 2)) whole
          survives "240 samples" 6 (bytesOf $"source_id,{names}\n1,{values}\n2,{values}\n") whole
          survives "CSV by gzip" 7 (gzip (bytesOf (GaiaSamples.csv few))) unpacked
          survives "a basis" 8 (bytesOf (GaiaSamples.basis 1)) (valued GaiaXpBasis.read)
          survives "a sampling" 9 (bytesOf GaiaSamples.samplingFile) (valued GaiaXpSampling.read)
          survives "a second catalogue" 10 (bytesOf $"ra,dec,z\n{objects}\n") (valued (SkyCatalogue.read sky))
          survives
              "a table of positions"
              11
              (GaiaSamples.fits false few)
              (valued (fun name stream -> SkyCatalogue.readPositions name stream)) ]
