/// Spectra unlike those of the training part.
module Redshift.Core.Tests.NoveltyTests

open System
open Expecto
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open Redshift.Core
open Redshift.Core.Flags
open Redshift.Core.Tests.Files
open Redshift.Tests
open Redshift.Tests.Law

let private ok (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

let private range first count = Array.init count (fun i -> first + i)

/// 6,000 simulated galaxies to train, 2,500 to validate.
let private galaxies = lazy (Aliens.galaxies 41UL 8500)

let private fitted =
    lazy (ok (Flagging.fit Aliens.samples galaxies.Value [||] (range 0 6000) (range 6000 2500)))

let private flagsOf (flagging: Flagging) (fluxes: float32[]) =
    fluxes
    |> Array.chunkBySize flagging.Samples
    |> Array.map (fun row -> Flagging.inspect flagging (ReadOnlySpan row) ReadOnlySpan.Empty ValueNone)

let private alien = RedshiftFlags.OutOfTrainingRange ||| RedshiftFlags.UnlikeTraining

let private share (flags: RedshiftFlags[]) =
    let found = flags |> Array.filter (fun f -> f &&& alien <> RedshiftFlags.None)
    float found.Length / float flags.Length

let private rateTests =
    [ testCase "two of a hundred galaxies at most, and nearly all that are none" (fun () ->
          let like = Aliens.galaxies 42UL 2000
          let some = Array.truncate (1000 * Aliens.samples) like
          let rate = share (flagsOf fitted.Value like)
          Expect.isLessThanOrEqual rate 0.02 "galaxies of another seed"
          Expect.isGreaterThan rate 0.003 "the thresholds are no higher than they need be"

          let constant (row: float32[]) = Array.create row.Length (Array.average row)

          for name, floor, spectra in
              [ "stars", 0.95, Aliens.stars 43UL some
                "the sky's noise", 0.99, Aliens.noise 44UL some
                "white noise", 0.99, Aliens.whiteNoise 45UL some
                "flipped", 0.99, Aliens.eachRow Array.rev some
                "bands flipped", 0.99, Aliens.eachRow Aliens.flippedBands some
                "20 samples up", 0.98, Aliens.eachRow (Aliens.shifted 20) some
                "10 samples up", 0.92, Aliens.eachRow (Aliens.shifted 10) some
                "10 samples down", 0.90, Aliens.eachRow (Aliens.shifted -10) some
                "10 samples around", 0.97, Aliens.eachRow (Aliens.rolled 10) some
                "5 samples around", 0.90, Aliens.eachRow (Aliens.rolled 5) some
                "a thousandfold", 0.99, Array.map ((*) 1000.0f) some
                "a thousandth", 0.99, Array.map ((*) 0.001f) some
                "negative", 0.99, Array.map (~-) some
                "constant", 0.95, Aliens.eachRow constant some ] do
              Expect.isGreaterThan (share (flagsOf fitted.Value spectra)) floor name)
      testCase "a few hundred galaxies already tell" (fun () ->
          let few = ok (Flagging.fit Aliens.samples galaxies.Value [||] (range 0 300) (range 6000 130))
          let like = Aliens.galaxies 46UL 1000
          Expect.isLessThan (share (flagsOf few like)) 0.05 "galaxies"
          Expect.isGreaterThan (share (flagsOf few (Aliens.eachRow Array.rev like))) 0.9 "flipped"
          Expect.isGreaterThan (share (flagsOf few (Aliens.whiteNoise 47UL like))) 0.99 "noise")
      testCase "too few objects hold nothing to be unlike them" (fun () ->
          let few = ok (Flagging.fit Aliens.samples galaxies.Value [||] (range 0 49) (range 6000 2500))
          Expect.equal few.Novelty None "49 to train"
          let few = ok (Flagging.fit Aliens.samples galaxies.Value [||] (range 0 6000) (range 6000 49))
          Expect.equal few.Novelty None "49 to validate"
          let noise = Aliens.whiteNoise 48UL (Array.truncate 18600 galaxies.Value)
          let unlike = flagsOf few noise |> Array.filter _.HasFlag(RedshiftFlags.UnlikeTraining)
          Expect.isEmpty unlike "never") ]

/// Numbers of a survey's CSV file: the cells of columns whose names begin so, NaN where blank.
let private columns (path: string) (prefix: string) =
    let lines = IO.File.ReadAllLines path
    let header = lines[0].Split ','

    let places =
        range 0 header.Length
        |> Array.filter (fun i -> header[i].StartsWith prefix && header[i].Length = 5)

    let cell (text: string) =
        if text = "" then
            nanf
        else
            Single.Parse(text, Globalization.CultureInfo.InvariantCulture)

    places.Length,
    lines
    |> Array.tail
    |> Array.collect (fun line -> let cells = line.Split ',' in places |> Array.map (fun i -> cell cells[i]))

let private surveyTests =
    [ testCase "PEARS grism spectra with gaps" (fun () ->
          let samples, fluxes = columns (Repository.sharedData "spectra/pears_grism_dev.csv") "F"
          Expect.equal samples 21 "samples"
          let random = RandomStream 7UL
          let order = range 0 (fluxes.Length / samples)
          random.Shuffle order
          let flagging = ok (Flagging.fit samples fluxes [||] order[..1199] order[1200..1699])

          let held =
              order[1700..]
              |> Array.collect (fun r -> fluxes[r * samples .. r * samples + samples - 1])

          Expect.isLessThan (share (flagsOf flagging held)) 0.03 "galaxies"
          let alternating = held |> Array.mapi (fun i f -> if i % 2 = 0 then f else -f)
          Expect.isGreaterThan (share (flagsOf flagging alternating)) 0.95 "every second sample negative") ]

let private lawTests =
    [ testCase "what is inspected before does not matter" (fun () ->
          let rows = Array.truncate (200 * Aliens.samples) (Aliens.galaxies 49UL 200)
          let mixed = Array.append (Aliens.whiteNoise 50UL rows) rows
          let alone = flagsOf fitted.Value rows
          let after = flagsOf fitted.Value mixed |> Array.skip 200

          let together =
              Array.Parallel.map (fun r -> flagsOf fitted.Value rows[r * 186 .. r * 186 + 185]) (range 0 200)

          Expect.equal after alone "after noise"
          Expect.equal (Array.concat together) alone "by several threads")
      testCase "rows outside the parts do not matter, nor threads" (fun () ->
          let fluxes = Array.truncate (2500 * Aliens.samples) galaxies.Value

          let text fluxes = Flagging.write (ok (Flagging.fit 186 fluxes [||] (range 100 1500) (range 1600 500)))

          let expected = text fluxes

          let changed =
              fluxes
              |> Array.mapi (fun i f -> if i < 100 * 186 || i >= 2100 * 186 then nanf else f)

          let texts = Array.Parallel.map text [| changed; changed; fluxes |]
          Expect.isTrue (texts |> Array.forall ((=) expected)) "the same text")
      testCase "are written and read" (fun () ->
          let text = Flagging.write fitted.Value
          Expect.equal (Flagging.read text) (Ok fitted.Value) "the same"
          let none = { fitted.Value with Novelty = None }
          Expect.equal (Flagging.read (Flagging.write none)) (Ok none) "none"
          let other = text.Replace("\"samples\": 186", "\"samples\": 185")

          Expect.equal
              (Flagging.read other)
              (Error
                  "novelty/subspace: expected a mean and axes of 185 numbers, and one deviation an axis, found an object")
              "other samples"

          let bent = text.Replace("\"level_deviation\": ", "\"level_deviation\": -")
          Expect.isError (Flagging.read bent) "a negative deviation")
      testCase "the share of an exponential tail that few scores show" (fun () ->
          // Scores at the quantiles of an exponential distribution: ln(1 / share) is exceeded by the share.
          let scores count = Array.init count (fun i -> -log((float i + 0.5) / float count))
          expectNear 0.02 "5,000 scores" (Novelty.exceededBy 0.005 (scores 5000)) (log 200.0)
          expectNear 0.05 "200 scores" (Novelty.exceededBy 0.005 (scores 200)) (log 200.0))
      testCase "rows of no use are left out" (fun () ->
          let fluxes = Array.truncate (300 * 186) galaxies.Value |> Array.copy
          fluxes[5 * 186 + 3] <- infinityf
          Array.fill fluxes (6 * 186) 186 nanf
          let with5and6 = ok (Flagging.fit 186 fluxes [||] (range 0 200) (range 200 100))
          let without = ok (Flagging.fit 186 fluxes [||] (Array.except [ 5; 6 ] (range 0 200)) (range 200 100))
          Expect.equal with5and6 without "an infinite flux, none observed") ]

let private referenceTests =
    let rows (element: Text.Json.JsonElement) = [| for row in element.EnumerateArray() -> numbers row |]

    let subspaceOf count =
        let json = reference "novelty.json"
        let fluxes = json.GetProperty "flux" |> numbers |> Array.map float32
        let shapes = SpectrumShapes.create (json.GetProperty("samples").GetInt32()) fluxes (range 0 count)
        shapes, Subspace.fit shapes (ByLevel.groups (SpectrumShapes.logLevels shapes))

    let expectSame (expected: Text.Json.JsonElement) (found: Subspace) =
        let axes = expected.GetProperty "axes" |> rows
        Expect.equal found.Axes.Length axes.Length "components"
        let near name a b = Array.iteri2 (fun i -> expectNear 1e-6 $"{name} {i}") a b
        near "mean" found.Mean (expected.GetProperty "mean" |> numbers)
        near "deviation" found.Deviations (expected.GetProperty "deviations" |> numbers)

        for axis, expected in Array.zip found.Axes axes do
            let sign = float (sign (Array.fold2 (fun s a b -> s + a * b) 0.0 axis expected))
            near "axis" (axis |> Array.map ((*) sign)) expected

    // scikit-learn 1.2.1, SciPy 1.10.1, NumPy 1.24.2: scripts/reference/novelty.py
    [ testCase "components of one group are scikit-learn's" (fun () ->
          let json = reference "novelty.json"
          expectSame (json.GetProperty "plain") (snd (subspaceOf (json.GetProperty("plain_rows").GetInt32()))))
      testCase "components of objects weighted by level are NumPy's" (fun () ->
          let expected = (reference "novelty.json").GetProperty "weighted"
          let shapes, subspace = subspaceOf 120
          expectSame expected subspace
          let inside = expected.GetProperty "inside" |> rows
          let shape, components = Array.zeroCreate<float> 10, Array.zeroCreate<float> 2

          (expected.GetProperty "squared" |> numbers)
          |> Array.iteri (fun r squared ->
              SpectrumShapes.fill (SpectrumShapes.flux shapes r) (Span shape) |> ignore
              expectNear 1e-6 $"distance of row {r}" (Subspace.apply subspace (Span shape) (Span components)) squared

              for k in 0..1 do
                  let along = abs (components[k] * subspace.Deviations[k])
                  expectNear 1e-6 $"component {k} of row {r}" along (abs inside[r].[k])))
      testCase "log densities of a mixture are SciPy's" (fun () ->
          let json = (reference "novelty.json").GetProperty "mixture"
          let field (name: string) = json.GetProperty name

          let covariances =
              [| for c in (field "covariances").EnumerateArray() -> Matrix<float>.Build.DenseOfRowArrays(rows c) |]

          let mixture = ShapeMixture.ofMoments (numbers (field "weights")) (rows (field "means")) covariances

          Array.iter2
              (fun (point: float[]) ->
                  expectNear 1e-9 "log density" (ShapeMixture.logDensity mixture (ReadOnlySpan point)))
              (rows (field "points"))
              (numbers (field "log_density")))
      testCase "a mixture finds two clouds" (fun () ->
          let random = RandomStream 9UL

          let points =
              Array.init 1200 (fun i -> if i % 3 = 0 then 5.0, -2.0, 0.5 else -3.0, 1.0, 1.0)
              |> Array.collect (fun (x, y, width) ->
                  [| x + width * random.NextNormal(); y + width * random.NextNormal() |])

          let mixture = ShapeMixture.fit 2 points
          let density x y = exp (ShapeMixture.logDensity mixture (ReadOnlySpan [| x; y |]))
          // A third of the objects of width 0.5, two thirds of width 1.
          expectNear 0.03 "the narrow one" (density 5.0 -2.0) (1.0 / 3.0 / (2.0 * Math.PI * 0.25))
          expectNear 0.03 "the wide one" (density -3.0 1.0) (2.0 / 3.0 / (2.0 * Math.PI))
          Expect.isLessThan (density 1.0 -0.5) 1e-3 "between them") ]

let tests =
    testList
        "Novelty"
        [ testList "rates" rateTests
          testList "surveys" surveyTests
          testList "laws" lawTests
          testList "reference" referenceTests ]
