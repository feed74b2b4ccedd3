module Redshift.Core.Tests.Catalogues.GaiaXpyTests

open System.IO
open Expecto
open Redshift.Core.Catalogues
open Redshift.Core.Tests.Catalogues.GaiaXpTesting
open Redshift.Core.Tests.Catalogues.Tables
open Redshift.Core.Tests.Files
open Redshift.Tests

/// The largest difference, relative to each number, and relative to the largest of them.
let private worst (actual: float[]) (expected: float[]) =
    Expect.equal actual.Length expected.Length "how many"
    let differences = Array.map2 (fun a e -> abs (a - e)) actual expected

    Array.max (Array.map2 (fun d e -> d / abs e) differences expected),
    Array.max differences / (expected |> Array.map abs |> Array.max)

let private shared name = File.ReadAllBytes(Repository.sharedData $"gaia-xp/{name}")

let private sharedBasis name =
    use stream = new MemoryStream(shared name)
    ok (GaiaXpBasis.read name stream)

/// GaiaXPy's bases and numbers.
let private genuine = lazy (sharedBasis "bpC03_v375wi_bases.csv", sharedBasis "rpC03_v142r_bases.csv")

let private genuineTools grid =
    let blue, red = genuine.Value

    { toolsFor GaiaXpSampling.usual (Some(GaiaXpBands.Create(blue, red, grid))) with
        Grid = grid }

/// The arrays of GaiaXPy's expected output: for each source and band its fluxes and errors.
let private converterArrays () =
    use stream = new MemoryStream(shared "converter.csv")
    use table = ok (Tables.openTable "converter.csv" stream)
    table.Want(Array.ofList (ok (Tables.columns table [ "source_id"; "xp"; "flux"; "flux_error" ])))
    let row = TableRow 4

    [ while table.Next row = Next.Record do
          Expect.isTrue (table.Part row).IsNone "a good row"
          let flux, errors = Array.zeroCreate 600, Array.zeroCreate 600
          Expect.equal (table.Numbers(row, 2, flux, 600), table.Numbers(row, 3, errors, 600)) (600, 600) "600 points"
          yield table.Text(row, 0), table.Text(row, 1), flux, errors ]

/// The genuine continuous spectra at all 600 points, by their file's own reader.
let private atAllPoints name =
    let blue, red = genuine.Value
    let band basis = GaiaXpBand(basis, GaiaXpSampling.usual, 1.0)
    use stream = new MemoryStream(shared name)
    use table = ok (Tables.openTable name stream)

    let cells =
        [ for b in [ "bp"; "rp" ] do
              yield! [ $"{b}_coefficients"; $"{b}_coefficient_errors"; $"{b}_coefficient_correlations" ] ]

    table.Want(Array.ofList (ok (Tables.columns table ("source_id" :: cells))))
    let row = TableRow 7

    [ while table.Next row = Next.Record do
          Expect.isTrue (table.Part row).IsNone "a good row"

          for first, name, band in [ 1, "BP", band blue; 4, "RP", band red ] do
              let take cell count =
                  let into = Array.zeroCreate count
                  Expect.equal (table.Numbers(row, cell, into, count)) count "numbers"
                  into

              let flux, errors = Array.zeroCreate 600, Array.zeroCreate 600
              band.Flux(take first 55, flux, 0)
              Expect.equal (band.Errors(take (first + 1) 55, take (first + 2) 1485, errors, 0)) -1 "variances"
              yield table.Text(row, 0), name, flux, errors ]

/// Against the expected output of GaiaXPy's own tests.
let tests =
    testList
        "Gaia files against GaiaXPy"
        [ for file in [ "XP_CONTINUOUS_RAW.csv"; "XP_CONTINUOUS_RAW.ecsv"; "XP_CONTINUOUS_RAW.fits" ] do
              testCase $"{file}: the expected converter output" (fun () ->
                  let converted, expected = atAllPoints file, converterArrays ()
                  Expect.equal converted.Length 4 "two sources, two bands"

                  for (id, band, flux, errors), (id', band', flux', errors') in List.zip converted expected do
                      Expect.equal (id, band) (id', band') "the same spectrum"
                      // The basis matrices have ten digits: a flux of a hundredth of the peak has no more than eight.
                      let each, ofPeak = worst flux flux'
                      Expect.isLessThan ofPeak 2e-10 $"{id} {band}: flux, of the peak"
                      Expect.isLessThan each 2e-8 $"{id} {band}: flux"
                      Expect.isLessThan (fst (worst errors errors')) 1e-9 $"{id} {band}: flux error")
          testCase "from convert output come the samples of the continuous spectra" (fun () ->
              let tools = genuineTools GaiaXpGrid.usual
              let direct = spectra tools "c.csv" (shared "XP_CONTINUOUS_RAW.csv")
              let join = GaiaXpJoin()

              let joined =
                  spectra tools "converter.csv" (shared "converter.csv")
                  |> Array.map (fun row -> ok (join.Add("converter.csv", row)))
                  |> Array.choose ValueOption.toOption

              for a, b in Array.zip joined direct do
                  Expect.equal (a.SourceId, a.Part) (b.SourceId, GaiaXpPart.Both) "the same source"
                  expectAllNear 1e-3 "flux" a.Flux b.Flux
                  expectAllNear 1e-3 "flux error" a.Errors b.Errors)
          testCase "the sampling file is GaiaXPy's usual sampling" (fun () ->
              use stream = new MemoryStream(shared "converter_sampling.csv")
              let points = ok (GaiaXpSampling.read "converter_sampling.csv" stream)
              Expect.equal points.Length 600 "points"
              Array.iter2 (fun a b -> expectNear 1e-14 "point" a b) points GaiaXpSampling.usual)
          testCase "the grid is that of the table of samples" (fun () ->
              let lines = File.ReadAllLines(Repository.sharedData "simulator/samples186.csv")
              let cells = lines |> Array.skip 1 |> Array.map (fun line -> line.Split ',')
              let pixels = cells |> Array.map (fun c -> float c[3])
              let grid = GaiaXpGrid.usual

              Array.iter2
                  (fun a b -> Expect.isLessThan (abs (a - b)) 5e-5 "px")
                  (Array.append grid.BluePixels grid.RedPixels)
                  pixels

              Expect.isLessThan (abs (grid.BlueStep - float cells[0].[5])) 2e-6 "BP step"
              Expect.isLessThan (abs (grid.RedStep - float cells[185].[5])) 2e-6 "RP step") ]
