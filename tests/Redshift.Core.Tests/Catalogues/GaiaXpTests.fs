module Redshift.Core.Tests.Catalogues.GaiaXpTests

open System
open System.IO
open Expecto
open FsCheck.FSharp
open Redshift.Core.Catalogues
open Redshift.Core.Tests.Catalogues.GaiaXpTesting
open Redshift.Core.Tests.Catalogues.Tables
open Redshift.Core.Tests.Files
open Redshift.Tests
open Redshift.Tests.Law

let private expected = lazy (reference "gaia-xp.json")

/// Against numpy and scipy.
let private numbersTests =
    testList
        "against numpy and scipy"
        [ testCase "samples and errors of continuous spectra" (fun () ->
              let e = expected.Value
              let b = e.GetProperty "basis"
              let norm = numbers (b.GetProperty "norm")

              let text =
                  GaiaSamples.basisFile
                      (b.GetProperty("hermite").GetInt32())
                      (b.GetProperty("count").GetInt32())
                      (norm[0], norm[1])
                      (numbers (b.GetProperty "transformation"))

              let pixels = numbers (e.GetProperty "pixels")
              let band = GaiaXpBand(ok (readBasis text), pixels, e.GetProperty("width").GetDouble())

              for spectrum in e.GetProperty("spectra").EnumerateArray() do
                  let get (name: string) = numbers (spectrum.GetProperty name)
                  let flux, errors = Array.zeroCreate pixels.Length, Array.zeroCreate pixels.Length
                  band.Flux(get "coefficients", flux, 0)
                  let fault = band.Errors(get "errors", get "correlations", errors, 0)
                  Expect.equal fault -1 "no negative variance"
                  expectAllNear 1e-11 "flux" flux (get "flux")
                  expectAllNear 1e-11 "flux error" errors (get "flux_errors"))
          testCase "interpolation of sampled spectra" (fun () ->
              let get (name: string) = numbers (expected.Value.GetProperty name)
              let places = get "places"
              let sampling = ok (GaiaXpSampling.Create(get "points", places))
              let flux = Array.zeroCreate places.Length
              sampling.Flux(get "values", 0.5, flux, 0)
              expectAllNear 1e-11 "flux" flux (get "interpolated"))
          testCase "nearest neighbours in the sky" (fun () ->
              let pairs (name: string) =
                  [| for pair in expected.Value.GetProperty(name).EnumerateArray() -> numbers pair |]

              let sky, queries, matches = pairs "sky", pairs "queries", pairs "matches"
              let radius = expected.Value.GetProperty("radius").GetDouble()
              let index = SkyIndex(Array.map Array.head sky, Array.map Array.last sky)

              for query, found in Array.zip queries matches do
                  let m = index.Nearest(query[0], query[1], radius)
                  Expect.equal (float m.Index, float m.Count) (found[0], found[2]) $"at {query[0]} {query[1]}"
                  expectNear 1e-6 "separation" m.Separation found[1]) ]

/// A coefficient vector, errors and the correlations of a random matrix A A'.
let private anyCovariance =
    gen {
        let! seed = Gen.choose (0, 1_000_000)
        let random = Random seed
        let n = GaiaSamples.functions
        let a = Array.init n (fun _ -> Array.init n (fun _ -> random.NextDouble() - 0.5))
        let dot (x: float[]) (y: float[]) = Array.fold2 (fun sum p q -> sum + p * q) 0.0 x y
        let r i j = dot a[i] a[j] / sqrt (dot a[i] a[i] * dot a[j] a[j])
        let errors = Array.init n (fun _ -> 10.0 * random.NextDouble())
        return errors, r
    }

let private laws =
    testList
        "laws"
        [ lawFor "errors are the diagonal of D C D'" anyCovariance (fun (errors, r) ->
              let basis = ok (readBasis (GaiaSamples.basis 3))
              let pixels = [| 1.0; 20.0; 33.3; 58.0; 30.0 |]
              let design = GaiaXpBasis.design basis pixels
              let n = errors.Length
              let found = Array.zeroCreate pixels.Length

              let packed =
                  [| for j in 0 .. n - 1 do
                         for i in 0 .. j - 1 -> r i j |]

              let fault = GaiaXpBand(basis, pixels, 1.0).Errors(errors, packed, found, 0)

              fault = -1
              && Seq.forall
                  (fun p ->
                      let d i = design[i * pixels.Length + p]

                      let full =
                          Seq.sum
                              [ for i in 0 .. n - 1 do
                                    for j in 0 .. n - 1 -> d i * errors[i] * r i j * errors[j] * d j ]

                      abs (found[p] * found[p] - full) <= 1e-10 * (abs full + 1e-9))
                  [ 0 .. pixels.Length - 1 ])
          lawFor
              "interpolation is exact for cubic spectra"
              (Gen.four (Gen.map float (Gen.choose (-9, 9))))
              (fun (a, b, c, d) ->
                  let cubic u = a + u * (b + u * (c + u * d) / 60.0) / 60.0
                  let places = [| 0.0; 0.3; 17.77; 59.99; 60.0 |]
                  let sampling = ok (GaiaXpSampling.Create(GaiaSamples.points, places))
                  let found = Array.zeroCreate places.Length
                  sampling.Flux(Array.map cubic GaiaSamples.points, 1.0, found, 0)
                  Array.forall2 (fun x u -> abs (x - cubic u) < 1e-9) found places)
          lawFor
              "the index finds what a search through all finds"
              (Gen.zip3
                  (Gen.choose (0, 1_000_000))
                  (Gen.choose (0, 70))
                  (Gen.elements [ 0.5; 40.0; 3600.0; 300_000.0; 648_000.0 ]))
              (fun (seed, count, radius) ->
                  let random = Random seed
                  // Around a pole, around right ascension 0, anywhere; some places twice.
                  let place () =
                      match random.Next 4 with
                      | 0 -> 360.0 * random.NextDouble(), 90.0 - random.NextDouble() / 60.0
                      | 1 -> 360.0 * random.NextDouble(), random.NextDouble() / 60.0 - 90.0
                      | 2 -> (360.0 + (random.NextDouble() - 0.5) / 60.0) % 360.0, random.NextDouble() / 60.0
                      | _ -> 10.0 * float (random.Next 36), 10.0 * float (random.Next 18) - 90.0

                  let places = Array.init count (fun _ -> place ())
                  let index = SkyIndex(Array.map fst places, Array.map snd places)

                  let vector (ra, dec) =
                      let a, d = ra * Math.PI / 180.0, dec * Math.PI / 180.0
                      [| cos d * cos a; cos d * sin a; sin d |]

                  /// By the angle between unit vectors, from their difference and sum (Kahan).
                  let separation p q =
                      let u, v = vector p, vector q
                      let length (f: float -> float -> float) = sqrt (Array.sumBy (fun x -> x * x) (Array.map2 f u v))
                      2.0 * atan2 (length (-)) (length (+)) * 180.0 / Math.PI * 3600.0

                  Seq.forall
                      (fun _ ->
                          let query = place ()
                          let all = places |> Array.map (separation query)
                          let near = all |> Array.filter (fun s -> s <= radius)
                          let found = index.Nearest(fst query, snd query, radius)
                          // A place within rounding errors of the radius may go either way.
                          let unsure = all |> Array.exists (fun s -> abs (s - radius) < 1e-6)

                          unsure
                          || found.Count = near.Length
                             && (if near.Length = 0 then
                                     found.Index = -1
                                 else
                                     abs (all[found.Index] - Array.min near) < 1e-6
                                     && abs (found.Separation - Array.min near) < 1e-4))
                      (seq { 1..8 })) ]

let private layouts =
    let samples = GaiaSamples.sources 1 20

    testList
        "formats"
        [ testCase "CSV, ECSV and FITS give the same spectra" (fun () ->
              let bitsOf name bytes =
                  spectra tools.Value name bytes
                  |> Array.map (fun row -> row.SourceId, row.Ra, row.Dec, row.Flux, row.Errors)

              let expected = bitsOf "x.fits" (GaiaSamples.fits false samples)
              Expect.equal (expected |> Array.map (fun (id, _, _, _, _) -> id)) (samples |> Array.map _.Id) "ids"
              Expect.equal (bitsOf "x.fits" (GaiaSamples.fits true samples)) expected "arrays in the heap"

              for name, text in [ "x.csv", GaiaSamples.csv samples; "x.ecsv", GaiaSamples.ecsv samples ] do
                  Expect.equal (bitsOf name (bytesOf text)) expected name)
          law "float32 numbers from FITS are those of their shortest text" (fun (x: float32) ->
              let text = x.ToString("R", Globalization.CultureInfo.InvariantCulture)

              not (Single.IsFinite x)
              || float32 (Singles.shortest x) = x
                 && (abs x < 1e-13f || abs x > 1e15f || Singles.shortest x = float text))
          testCase "the same bits for any number of threads" (fun () ->
              let bytes = bytesOf (GaiaSamples.csv (GaiaSamples.sources 9 700))

              let bits threads =
                  use stream = new MemoryStream(bytes)

                  ok (readAll tools.Value threads "x.csv" stream)
                  |> Array.map (fun r -> (ok r).SourceId, (ok r).Flux, (ok r).Errors)

              Expect.equal (bits 7) (bits 1) "rows")
          testCase "names of columns in capitals, a blank between cells" (fun () ->
              let text = GaiaSamples.csv samples
              let header = GaiaSamples.header
              let upper = text.Replace(header, header.ToUpperInvariant().Replace(",", ", "))
              Expect.equal (spectra tools.Value "x.csv" (bytesOf upper)).Length 20 "rows")
          testCase "240 samples lose their ends" (fun () ->
              let names stem = String.Join(",", Seq.init 240 (fun i -> $"{stem}{i}"))
              let values (first: int) = String.Join(",", Seq.init 240 (fun i -> string (first + i)))

              let text =
                  $"""source_id,z,{names "flux_"},{names "flux_error_"}{'\n'}77,0.25,{values 0},{values 1000}{'\n'}"""

              let row = (spectra tools.Value "x.csv" (bytesOf text))[0]
              let kept = Array.append [| 34.0 .. 113.0 |] [| 124.0 .. 229.0 |]
              Expect.equal row.Flux kept "flux"
              Expect.equal row.Errors (kept |> Array.map (fun x -> x + 1000.0)) "errors"
              Expect.equal (row.SourceId, row.Redshift) ("77", 0.25) "id and redshift")
          testCase "rows of 187 numbers without a header" (fun () ->
              let text = String.Join(",", Seq.init 187 (fun i -> string (float i / 8.0)))
              let row = (spectra tools.Value "x.csv" (bytesOf $"{text}\n{text}\n"))[1]
              Expect.equal (row.Redshift, row.Flux[0], row.Flux[185], row.Errors.Length) (0.0, 0.125, 23.25, 0) "row")
          testCase "ECSV parted by blanks" (fun () ->
              let names = Seq.init 186 (fun i -> $"flux_{i}")
              let text = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: source_id, datatype: int64}\n"
              let row = String.Join(" ", Seq.init 186 string)
              let text = text + "source_id " + String.Join(" ", names) + "\n123 " + row + "\n"
              let row = (spectra tools.Value "x.ecsv" (bytesOf text))[0]
              Expect.equal (row.SourceId, row.Flux[185]) ("123", 185.0) "row")
          testCase "convert output in FITS is that in CSV" (fun () ->
              let forms = [ "SOURCE_ID", "K"; "xp", "2A"; "flux", "121D"; "flux_error", "121E" ]
              let flux = GaiaSamples.points |> Array.map (fun u -> 3.0 + sin (u / 9.0))
              let error = GaiaSamples.points |> Array.map (fun u -> float32 (0.1 + 0.001 * u))

              let row (band: string) =
                  [| GaiaSamples.int64Bytes 11L
                     bytesOf band
                     Array.collect GaiaSamples.doubleBytes flux
                     Array.collect GaiaSamples.singleBytes error |]

              let arrays (rows: GaiaXpRow[]) = rows |> Array.map (fun r -> r.SourceId, r.Part, r.Flux, r.Errors)
              let fits = GaiaSamples.fitsTable forms [ row "BP"; row "RP" ] [||]
              let csv = GaiaSamples.converted [ for b in [ "BP"; "RP" ] -> GaiaSamples.convertedRow "11" b 3.0 ]
              let fits, csv = spectra tools.Value "x.fits" fits, spectra tools.Value "x.csv" (bytesOf csv)

              Expect.equal
                  (arrays fits |> Array.map (fun (a, b, c, _) -> a, b, c))
                  (arrays csv |> Array.map (fun (a, b, c, _) -> a, b, c))
                  "fluxes"

              Array.iter2 (fun (f: GaiaXpRow) (c: GaiaXpRow) -> expectAllNear 1e-6 "errors" f.Errors c.Errors) fits csv)
          testCase "convert output in any order, with its own sampling" (fun () ->
              let rows =
                  [ for band, level in [ "RP", 4.0; "BP", 3.0 ] do
                        for id in [ "11"; "12" ] -> GaiaSamples.convertedRow id band level ]

              let join = GaiaXpJoin()

              let whole =
                  spectra tools.Value "x.csv" (bytesOf (GaiaSamples.converted rows))
                  |> Array.choose (fun row -> ok (join.Add("x.csv", row)) |> ValueOption.toOption)

              Expect.equal (whole |> Array.map _.SourceId) [| "11"; "12" |] "sources"
              let grid = GaiaXpGrid.usual
              let at level width u = (level + sin (u / 9.0)) * width

              let flux =
                  Array.append
                      (grid.BluePixels |> Array.map (at 3.0 grid.BlueStep))
                      (grid.RedPixels |> Array.map (at 4.0 grid.RedStep))

              expectAllNear 1e-6 "flux" whole[1].Flux flux
              expectNear 1e-9 "an error" whole[0].Errors[80] ((0.1 + 0.001 * grid.RedPixels[0]) * grid.RedStep)) ]

let tests = testList "Gaia files" [ numbersTests; laws; layouts ]
