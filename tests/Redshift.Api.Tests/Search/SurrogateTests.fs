/// The Gaussian process and the expected improvement against scikit-learn 1.2.1 and scipy
/// (scripts/reference/gaussian_process.py).
module Redshift.Api.Tests.SurrogateTests

open System
open System.IO
open System.Text.Json
open Expecto
open Redshift
open Redshift.Core
open Redshift.HyperParameters
open Redshift.Tests

let private reference =
    lazy
        (JsonDocument
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "gaussian-process.json")))
            .RootElement)

let private numbers (json: JsonElement) = [| for item in json.EnumerateArray() -> item.GetDouble() |]

let private table (name: string) = [| for row in reference.Value.GetProperty(name).EnumerateArray() -> numbers row |]

let private number (name: string) = reference.Value.GetProperty(name).GetDouble()

let private squared (a: float[]) (b: float[]) = Array.map2 (fun p q -> (p - q) * (p - q)) a b

let private close (expected: float) (actual: float) what =
    Expect.isTrue
        (abs (actual - expected) <= 1e-8 * (1.0 + abs expected))
        $"{what}: expected {expected}, found {actual}"

let private settings () =
    KernelSettings(numbers (reference.Value.GetProperty "lengths"), number "variance", number "noise")

let private fitted =
    lazy
        (let x = table "x"
         let distances = x |> Array.map (fun a -> x |> Array.map (squared a))
         GaussianProcess(settings (), distances, numbers (reference.Value.GetProperty "y")))

let private space =
    lazy
        (SearchSpace.Parse(
            """{ "name": "s", "parameters": [
              { "name": "layers", "type": "int", "low": 1, "high": 3 },
              { "name": "units", "type": "ordinal", "values": [8, 16, 32], "for_each": "layers" },
              { "name": "act", "type": "categorical", "values": ["relu", "tanh", "gelu"] },
              { "name": "pool", "type": "categorical", "values": ["max", "mean", "none"], "for_each": "layers" },
              { "name": "momentum", "type": "float", "low": 0, "high": 1, "when": { "parameter": "act", "is": ["tanh"] } } ] }"""
        ))
            .Content.Parameters

let private apart (a: Configuration) (b: Configuration) =
    Coordinates.Squared(space.Value, Coordinates.Of(space.Value, a), Coordinates.Of(space.Value, b))

let tests =
    testList
        "surrogate"
        [ testCase "likelihood and gradient as scikit-learn's" (fun () ->
              let gradient = reference.Value.GetProperty "gradient"

              let expected =
                  Array.concat
                      [ numbers (gradient.GetProperty "lengths")
                        [| gradient.GetProperty("variance").GetDouble(); gradient.GetProperty("noise").GetDouble() |] ]

              close (number "log_likelihood") fitted.Value.LogLikelihood "likelihood"
              Expect.equal fitted.Value.Gradient.Length 5 "settings"

              for i in 0..4 do
                  close expected[i] fitted.Value.Gradient[i] $"derivative {i}")
          testCase "mean and variance as scikit-learn's" (fun () ->
              let x = table "x"

              let mean, spread =
                  numbers (reference.Value.GetProperty "mean"), numbers (reference.Value.GetProperty "spread")

              for i, point in Array.indexed (table "points") do
                  let struct (m, v) = fitted.Value.At(x |> Array.map (squared point))
                  close mean[i] m $"mean {i}"
                  close spread[i] v $"variance {i}")
          testCase "expected improvement as scipy's normal gives it" (fun () ->
              for row in table "improvement" do
                  close
                      row[3]
                      (SurrogateModel.ExpectedImprovement(row[0], row[1], row[2]))
                      $"{row[0]} {row[1]} {row[2]}"

              Expect.equal (SurrogateModel.ExpectedImprovement(1.0, 0.5, 0.0)) 0.5 "without doubt")
          testCase "distances of mixed and conditional parameters give a positive definite kernel" (fun () ->
              // Cholesky without noise would throw: a hundred different configurations, all lengths.
              let random = RandomStream 5UL

              let points =
                  List.init 300 (fun _ -> space.Value.Draw random)
                  |> List.distinct
                  |> Array.ofList

              Expect.isGreaterThan points.Length 100 "different ones"

              let distances = points |> Array.map (fun a -> points |> Array.map (apart a))

              for length in [ 0.2; 1.0; 5.0 ] do
                  let lengths = Array.create space.Value.Count length

                  GaussianProcess(KernelSettings(lengths, 1.0, 1e-9), distances, Array.zeroCreate points.Length)
                  |> ignore)
          testCase "distances are those of a metric" (fun () ->
              let random = RandomStream 6UL
              let root (a: Configuration) b = apart a b |> Array.map sqrt

              for _ in 1..200 do
                  let a, b, c = space.Value.Draw random, space.Value.Draw random, space.Value.Draw random
                  Expect.equal (root a b) (root b a) "symmetry"
                  Expect.isTrue (Array.forall ((=) 0.0) (root a a)) "identity"

                  for i in 0 .. space.Value.Count - 1 do
                      Expect.isTrue ((root a c)[i] <= (root a b)[i] + (root b c)[i] + 1e-12) "triangle")
          testCase "scores all alike, or a hundred orders apart, are borne" (fun () ->
              let random = RandomStream 8UL
              let drawn = Array.init 12 (fun _ -> space.Value.Draw random)

              for scores in
                  [ fun _ -> 0.5
                    fun i -> 10.0 ** float (i * 20 - 100)
                    fun i -> float i - 5.0 ] do
                  let past =
                      drawn
                      |> Array.mapi (fun i c -> Observation(c, Nullable(scores i), false))
                      |> Array.append [| Observation(space.Value.Draw random, Nullable(), true) |]

                  let model = SurrogateModel.Of(space.Value, past)

                  for _ in 1..20 do
                      let gain = model.ExpectedImprovement(space.Value.Draw random)
                      Expect.isTrue (Double.IsFinite gain && gain >= 0.0) $"gain {gain}") ]
