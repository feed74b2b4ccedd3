module Redshift.Api.Tests.GaiaFilesTests

open System
open System.Globalization
open System.IO
open System.IO.Compression
open System.Threading
open Expecto
open Redshift
open Redshift.Api.Tests.Testing
open Redshift.Tests

let private prepare (inputs: string list) output (options: GaiaFilesOptions) =
    GaiaFiles.Prepare(inputs, output, options)

/// A folder with small bases, and options that name them.
let private withBases (run: string -> GaiaFilesOptions -> unit) =
    Repository.withFolder (fun folder ->
        run folder (GaiaFilesOptions(BasesFolder = GaiaSamples.writeBases (Path.Combine(folder, "bases")))))

let private write (folder: string) name (text: string) =
    let file = Path.Combine(folder, name)
    File.WriteAllText(file, text)
    file

let private writeBytes (folder: string) name (bytes: byte[]) =
    let file = Path.Combine(folder, name)
    File.WriteAllBytes(file, bytes)
    file

/// The cells of a file's rows, its header first.
let private cells (file: string) = File.ReadAllLines file |> Array.map (fun line -> line.Split ',')

let private gzip (text: string) =
    use target = new MemoryStream()

    (use stream = new GZipStream(target, CompressionLevel.Fastest)
     stream.Write(Text.Encoding.UTF8.GetBytes text))

    target.ToArray()

let private number (x: float) = x.ToString("R", CultureInfo.InvariantCulture)

/// A second catalogue: each source's place shifted to the north by so many arcseconds, with a redshift.
let private secondCatalogue (objects: (GaiaSamples.Source * float * float) list) =
    let lines =
        [ for source, arcseconds, z in objects do
              // Near the north pole it would go over it.
              let shift = if source.Dec > 0.0 then -arcseconds else arcseconds
              $"{number source.Ra},{number (source.Dec + shift / 3600.0)},{number z}" ]

    "RA,Dec,z\n" + String.Join("\n", lines) + "\n"

let private conversion =
    testList
        "conversion"
        [ testCase "several files become one catalogue that survey gaia reads" (fun () ->
              withBases (fun folder options ->
                  let sources = GaiaSamples.sources 1 5
                  let first = write folder "a.csv" (GaiaSamples.csv sources[..1])
                  let second = writeBytes folder "b.fits" (GaiaSamples.fits true sources[2..3])
                  let third = writeBytes folder "c.ecsv.gz" (gzip (GaiaSamples.ecsv sources[4..]))
                  let output = Path.Combine(folder, "out.csv")
                  let summary = prepare [ first; second; third ] output options

                  Expect.equal
                      (summary.Files, summary.Rows, summary.Written, summary.SkippedCount)
                      (3, 5L, 5L, 0L)
                      "counts"

                  let rows = cells output
                  let names stem = List.init 186 (fun i -> $"{stem}{i}")
                  Expect.equal (List.ofArray rows[0]) ("source_id" :: names "flux_" @ names "flux_error_") "header"
                  let catalogue = Catalogue.Load(output, Surveys.Gaia)
                  Expect.sequenceEqual catalogue.Ids (sources |> Array.map _.Id) "ids of 19 digits"

                  for row in 0..4 do
                      let read = catalogue.Samples(row).ToArray()
                      Expect.equal read (Array.map float32 rows[row + 1].[1..186]) $"row {row}: as written"
                      Expect.isTrue (Array.exists (fun f -> abs f > 1.0f) read) "no row of nothing"

                  // What was made passes through unchanged.
                  let again = Path.Combine(folder, "again.csv")
                  prepare [ output ] again (GaiaFilesOptions()) |> ignore
                  Expect.equal (File.ReadAllText again) (File.ReadAllText output) "passes through"))
          testCase "the same bytes for any number of threads" (fun () ->
              withBases (fun folder options ->
                  let sources = GaiaSamples.sources 2 600
                  let input = write folder "a.csv" (GaiaSamples.csv sources)

                  let bytes threads =
                      options.Threads <- threads
                      let output = Path.Combine(folder, $"{threads}.csv")
                      prepare [ input ] output options |> ignore
                      Convert.ToHexString(File.ReadAllBytes output)

                  Expect.equal (bytes 5) (bytes 1) "bytes"
                  let read = Catalogue.Load(Path.Combine(folder, "1.csv"), Surveys.Gaia)
                  Expect.sequenceEqual read.Ids (sources |> Array.map _.Id) "whole rows in their order"))
          testCase "made spectra pass through as they are, also where texts fill the writer's buffer" (fun () ->
              Repository.withFolder (fun folder ->
                  let flux = String.Join(",", Seq.init 186 (fun i -> $"flux_{i}"))
                  let row i = String('x', 150) + $"{i}," + String.Join(",", Seq.replicate 186 "1.5")
                  let rows = String.Join("\n", Seq.init 2000 row)
                  let input = write folder "a.csv" $"source_id,{flux}\n{rows}\n"
                  let output = Path.Combine(folder, "out.csv")
                  prepare [ input ] output (GaiaFilesOptions()) |> ignore
                  Expect.equal (File.ReadAllText output) (File.ReadAllText input) "text"))
          testCase "convert output with a sampling of its own" (fun () ->
              withBases (fun folder _ ->
                  let input = write folder "a.csv" (GaiaSamples.convertedSources 3)
                  let sampling = write folder "sampling.csv" GaiaSamples.samplingFile
                  let output = Path.Combine(folder, "out.csv")
                  let summary = prepare [ input ] output (GaiaFilesOptions(SamplingFile = sampling))
                  Expect.equal (summary.Rows, summary.Written) (6L, 3L) "two rows a source"

                  Expect.equal
                      (cells output |> Array.skip 1 |> Array.map Array.head)
                      [| "1000"; "1001"; "1002" |]
                      "ids"

                  Expect.stringContains
                      (faultOf "the usual sampling" (fun () ->
                          prepare [ input ] output (GaiaFilesOptions()) |> ignore))
                      "a.csv:2:flux: expected 600 finite fluxes, found 121"
                      "message")) ]

let private faults =
    testList
        "faults"
        [ testCase "a row at fault stops, or is left out, counted and listed" (fun () ->
              withBases (fun folder options ->
                  let sources = GaiaSamples.sources 3 4
                  let text = (GaiaSamples.csv sources).Replace(sources[1].Id, sources[0].Id)
                  let input = write folder "a.csv" (text.Replace(sources[2].Id, ""))
                  let output = write folder "out.csv" "as before"
                  let message = faultOf "stops" (fun () -> prepare [ input ] output options |> ignore)

                  Expect.equal
                      message
                      $"{input}:3:source_id: expected each source once, found {sources[0].Id} again"
                      "message"

                  Expect.equal (File.ReadAllText output) "as before" "the older file stays"
                  Expect.equal (Directory.GetFiles folder).Length 2 "nothing else is left"
                  options.OnBadRow <- BadRow.Skip
                  let summary = prepare [ input ] output options
                  Expect.equal (summary.Rows, summary.Written, summary.SkippedCount) (4L, 2L, 2L) "counts"

                  Expect.equal
                      summary.Skipped[1]
                      $"{input}:4:source_id: expected a source's id, found nothing"
                      "listed"))
          testCase "no good row" (fun () ->
              withBases (fun folder options ->
                  options.OnBadRow <- BadRow.Skip
                  let rows = [ GaiaSamples.convertedRow "1" "BP" 1.0; GaiaSamples.convertedRow "2" "BP" 1.0 ]
                  let input = write folder "a.csv" (GaiaSamples.converted rows)
                  options.SamplingFile <- write folder "s.csv" GaiaSamples.samplingFile

                  Expect.stringContains
                      (faultOf "no pair" (fun () ->
                          prepare [ input ] (Path.Combine(folder, "o.csv")) options |> ignore))
                      "a.csv:2:xp: expected RP of 1 as well, found BP alone; none of the 2 rows is good"
                      "message"))
          testCase "files that do not fit together" (fun () ->
              withBases (fun folder options ->
                  let first = write folder "a.csv" (GaiaSamples.csv (GaiaSamples.sources 1 1))
                  let flux = String.Join(",", Seq.init 186 (fun i -> $"flux_{i}"))
                  let row = String.Join(",", Seq.replicate 186 "1")
                  let second = write folder "b.csv" $"source_id,{flux}\n7,{row}\n"

                  Expect.stringContains
                      (faultOf "errors" (fun () ->
                          prepare [ first; second ] (Path.Combine(folder, "o.csv")) options |> ignore))
                      "b.csv:1: expected spectra with ids, without redshifts, with errors, as "
                      "message"))
          testCase "bases and inputs that are not there" (fun () ->
              withBases (fun folder options ->
                  let output = Path.Combine(folder, "o.csv")
                  let message input = faultOf input (fun () -> prepare [ input ] output options |> ignore)
                  expectContains (message "none.csv") [ "none.csv: expected a file of Gaia spectra, found no file" ]
                  File.Delete(Path.Combine(options.BasesFolder, "rpC03_small_bases.csv"))
                  expectContains (message "none.csv") [ "bases: expected one file rp*_bases.csv, found 0" ]))
          testCase "gzip data cut off anywhere, or damaged" (fun () ->
              withBases (fun folder options ->
                  let packed = gzip (GaiaSamples.csv (GaiaSamples.sources 1 40))
                  let output = Path.Combine(folder, "o.csv")

                  let refused (bytes: byte[]) =
                      let input = writeBytes folder "a.csv.gz" bytes
                      let message = faultOf "refused" (fun () -> prepare [ input ] output options |> ignore)
                      Expect.stringStarts message input "the file"

                  for cut in [ 1; 4; 7; 8; 9; 12; 100; packed.Length / 2; packed.Length - 2 ] do
                      refused packed[.. packed.Length - cut - 1]

                  let damaged = Array.copy packed
                  damaged[packed.Length - 6] <- damaged[packed.Length - 6] ^^^ 1uy
                  refused damaged))
          testCase "arguments out of range" (fun () ->
              withBases (fun folder options ->
                  let input = write folder "a.csv" (GaiaSamples.csv (GaiaSamples.sources 1 1))

                  let refuse (change: GaiaFilesOptions -> unit) inputs output =
                      change options
                      Expect.throwsT<ArgumentException> (fun () -> prepare inputs output options |> ignore) "refused"

                  let output = Path.Combine(folder, "o.csv")
                  refuse ignore [] output
                  refuse ignore [ input ] input
                  refuse (fun o -> o.MatchedOnly <- true) [ input ] output

                  refuse
                      (fun o ->
                          o.CrossmatchFile <- input
                          o.RadiusArcseconds <- 0.0)
                      [ input ]
                      output

                  refuse (fun o -> o.RadiusArcseconds <- nan) [ input ] output))
          testCase "cancelled: nothing is left behind" (fun () ->
              withBases (fun folder options ->
                  let input = write folder "a.csv" (GaiaSamples.csv (GaiaSamples.sources 1 600))
                  use source = new CancellationTokenSource()

                  let progress =
                      { new IProgress<struct (int64 * float)> with
                          member _.Report _ = source.Cancel() }

                  Expect.throwsT<OperationCanceledException>
                      (fun () ->
                          GaiaFiles.Prepare(
                              [ input ],
                              Path.Combine(folder, "o.csv"),
                              options,
                              progress,
                              source.Token
                          )
                          |> ignore)
                      "cancelled"

                  Expect.equal (Directory.GetFiles folder) [| input |] "files")) ]

let private crossmatch =
    testList
        "cross-match"
        [ testCase "the nearest within the radius, ambiguities and duplicates counted" (fun () ->
              withBases (fun folder options ->
                  let sources = GaiaSamples.sources 8 5
                  // The fifth lies where the first does.
                  sources[4] <-
                      { sources[4] with
                          Ra = sources[0].Ra
                          Dec = sources[0].Dec }

                  let objects =
                      [ sources[0], 0.7, 0.1
                        sources[0], 0.2, 0.2
                        sources[1], 1.4, 0.3
                        sources[2], 1.6, 0.4
                        sources[3], 0.1, -99.0 ]

                  options.CrossmatchFile <- write folder "sdss.csv" (secondCatalogue objects)
                  let input = write folder "a.csv" (GaiaSamples.csv sources)
                  let output = Path.Combine(folder, "out.csv")
                  let summary = (prepare [ input ] output options).Crossmatch
                  Expect.equal (summary.Objects, summary.WithoutRedshift) (4, 1L) "objects"

                  Expect.equal
                      (summary.Matched, summary.Unmatched, summary.Ambiguous, summary.Duplicates)
                      (3L, 2L, 2L, 1L)
                      "matches"

                  let joined = cells output |> Array.map (fun row -> row[1])
                  Expect.equal joined [| "redshift"; "0.2"; "0.3"; ""; ""; "0.2" |] "redshifts"
                  let read = Catalogue.Load(output, Surveys.Gaia)

                  Expect.equal
                      (read.Redshifts |> Seq.map Double.IsNaN |> List.ofSeq)
                      [ false; false; true; true; false ]
                      "read"

                  options.MatchedOnly <- true
                  Expect.equal (prepare [ input ] output options).Written 3L "matched only"))
          testCase "positions of a file of their own" (fun () ->
              withBases (fun folder options ->
                  let sources = GaiaSamples.sources 8 3
                  let text = (GaiaSamples.csv sources).Replace(",ra,dec", ",x,y")
                  let input = write folder "a.csv" text
                  let output = Path.Combine(folder, "out.csv")
                  options.CrossmatchFile <- write folder "sdss.csv" (secondCatalogue [ sources[2], 0.5, 0.25 ])

                  expectContains
                      (faultOf "no positions" (fun () -> prepare [ input ] output options |> ignore))
                      [ "a.csv:1: expected columns \"ra\" and \"dec\""; "(--positions FILE), found none" ]

                  let places (known: GaiaSamples.Source[]) =
                      let lines = known |> Array.map (fun s -> $"{s.Id},{number s.Ra},{number s.Dec}\n")
                      options.PositionsFile <- write folder "places.csv" ("source_id,ra,dec\n" + String.Concat lines)

                  places sources
                  prepare [ input ] output options |> ignore

                  Expect.equal
                      (cells output |> Array.map (fun row -> row[1]))
                      [| "redshift"; ""; ""; "0.25" |]
                      "redshifts"

                  places sources[1..]

                  expectContains
                      (faultOf "one unknown" (fun () -> prepare [ input ] output options |> ignore))
                      [ "a.csv:2:source_id: expected a source of "; sources[0].Id ]))
          testCase "a place that is none" (fun () ->
              withBases (fun folder options ->
                  let sources = GaiaSamples.sources 8 2
                  options.CrossmatchFile <- write folder "sdss.csv" "ra,dec,redshift\n1,91,0.5\n"
                  let input = write folder "a.csv" (GaiaSamples.csv sources)
                  let run () = prepare [ input ] (Path.Combine(folder, "out.csv")) options |> ignore

                  expectContains
                      (faultOf "declination" run)
                      [ "sdss.csv:2:dec: expected degrees from -90 to 90, found 91" ]

                  options.CrossmatchDec <- "delta"

                  expectContains
                      (faultOf "column" run)
                      [ "sdss.csv:1: expected a column \"delta\", found \"ra, dec, redshift\"" ])) ]

let tests = testList "Gaia files" [ conversion; faults; crossmatch ]
