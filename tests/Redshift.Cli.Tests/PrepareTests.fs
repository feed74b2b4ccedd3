module Redshift.Cli.Tests.PrepareTests

open System.IO
open System.Text.Json
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

let private inFolder (run: string -> unit) =
    Repository.withFolder (fun folder ->
        GaiaSamples.writeBases (Path.Combine(folder, "bases")) |> ignore
        run folder)

let private write (folder: string) name (text: string) = File.WriteAllText(Path.Combine(folder, name), text)

let tests =
    testList
        "prepare gaia"
        [ testCase "spectra with redshifts by position, and the counts as JSON" (fun () ->
              inFolder (fun folder ->
                  let sources = GaiaSamples.sources 1 3
                  write folder "a.csv" (GaiaSamples.csv sources)
                  write folder "sdss.csv" $"ra,dec,redshift\n{sources[1].Ra:R},{sources[1].Dec:R},0.125\n"

                  let finished =
                      succeeds
                          folder
                          [ "prepare"
                            "gaia"
                            "a.csv"
                            "--bases"
                            "bases"
                            "--out"
                            "out.csv"
                            "--json"
                            "--quiet"
                            "--crossmatch"
                            "sdss.csv"
                            "--radius"
                            "0.5" ]

                  Expect.equal finished.Error "" "nothing but results"
                  let json = JsonDocument.Parse(finished.Output).RootElement
                  Expect.equal (json.GetProperty("written").GetInt64()) 3L "written"
                  Expect.equal (json.GetProperty("crossmatch").GetProperty("matched").GetInt64()) 1L "matched"
                  let lines = File.ReadAllLines(Path.Combine(folder, "out.csv"))
                  Expect.stringStarts lines[0] "source_id,redshift,flux_0," "header"
                  Expect.stringStarts lines[2] $"{sources[1].Id},0.125," "joined"))
          testCase "rows at fault are left out, counted and listed" (fun () ->
              inFolder (fun folder ->
                  let sources = GaiaSamples.sources 1 3
                  write folder "a.csv" ((GaiaSamples.csv sources).Replace(sources[2].Id, "?"))
                  let args = [ "prepare"; "gaia"; "a.csv"; "--bases"; "bases"; "--out"; "out.csv" ]
                  let message = "a.csv:4:source_id: expected a whole number, found \"?\""
                  let stopped = redshift folder args
                  Expect.equal (stopped.ExitCode, stopped.ErrorLines) (1, [| message |]) "stops"
                  Expect.isFalse (File.Exists(Path.Combine(folder, "out.csv"))) "no output"
                  let skipped = succeeds folder (args @ [ "--on-bad-row"; "skip" ])
                  Expect.contains skipped.ErrorLines "a.csv: 1 rows skipped" "counted"
                  Expect.contains skipped.ErrorLines $"  {message}" "listed"))
          testCase "wrong usage" (fun () ->
              inFolder (fun folder ->
                  write folder "a.csv" (GaiaSamples.csv (GaiaSamples.sources 1 1))

                  for args, message in
                      [ [ "a.csv" ], "redshift: Option '--out' is required."
                        [ "a.csv"; "--out"; "o.csv"; "--radius"; "1" ],
                        "redshift: --radius: expected --crossmatch with it, found none"
                        [ "a.csv"; "--out"; "o.csv"; "--crossmatch"; "a.csv"; "--radius"; "0" ],
                        "redshift: --radius: expected a number above 0, found 0"
                        [ "a.csv"; "--out"; "a.csv" ],
                        "redshift: expected an output file other than the inputs, found a.csv" ] do
                      let finished = redshift folder ("prepare" :: "gaia" :: args)
                      Expect.equal (finished.ExitCode, finished.ErrorLines[0]) (2, message) "refused")) ]
