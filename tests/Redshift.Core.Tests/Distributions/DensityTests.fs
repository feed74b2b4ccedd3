/// Densities of redshift: laws, and numbers from SciPy 1.10.1 (scripts/reference/distributions.py).
module Redshift.Core.Tests.Distributions.DensityTests

open System
open System.Text.Json
open Expecto
open FsCheck.FSharp
open Redshift.Core.Distributions
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private reference = lazy (reference "distributions.json")
let private levels = lazy (numbers (reference.Value.GetProperty "levels"))

let private grid lowest highest bins =
    { Lowest = lowest
      Highest = highest
      Bins = bins }

let private binned grid masses =
    match BinnedDensity.Create(grid, masses) with
    | Ok density -> density
    | Error e -> failtest e

/// Grids of any place and width, and bins of which some are empty.
let private densities =
    gen {
        let! bins = Gen.choose (1, 40)
        let! lowest = Gen.choose (-50, 300) |> Gen.map (fun n -> float n / 100.0)
        let! width = Gen.choose (1, 700) |> Gen.map (fun n -> float n / 100.0)

        let! masses =
            Gen.arrayOfLength bins (Gen.frequency [ 1, Gen.constant 0; 2, Gen.choose (0, 1000) ])
            |> Gen.map (Array.map float)

        let! sure = Gen.choose (0, bins - 1)
        masses[sure] <- masses[sure] + 1.0
        return binned (grid lowest (lowest + width) bins) masses
    }

let private share = Gen.choose (0, 1000000) |> Gen.map (fun n -> float n / 1e6)

let private mixtures =
    gen {
        let! count = Gen.choose (1, 6)
        let! weights = Gen.arrayOfLength count (Gen.choose (1, 100) |> Gen.map float)
        let! means = Gen.arrayOfLength count (Gen.choose (-10, 300) |> Gen.map (fun n -> float n / 100.0))
        let! widths = Gen.arrayOfLength count (Gen.choose (1, 300) |> Gen.map (fun n -> float n / 1000.0))

        return
            RedshiftDensity.Mixture
                { Weights = weights |> Array.map (fun w -> w / Array.sum weights)
                  Means = means
                  Widths = widths }
    }

let private near tolerance (a: float) (b: float) = abs (a - b) <= tolerance * max 1.0 (abs b)

let private gridLaws =
    testList
        "grid"
        [ lawFor "a redshift is in the bin that its edges say" (Gen.zip densities share) (fun (density, part) ->
              let g = density.Grid
              let z = g.Lowest + part * (g.Highest - g.Lowest)
              let bin = g.IndexOf z
              z >= g.Edge bin && (z < g.Edge(bin + 1) || bin = g.Bins - 1 && z <= g.Highest))
          lawFor "an edge belongs to the bin above it, the last to the last" densities (fun density ->
              let g = density.Grid

              Seq.forall (fun i -> g.IndexOf(g.Edge i) = min i (g.Bins - 1)) [ 0 .. g.Bins ]
              && g.IndexOf(g.Lowest - 1.0) = 0
              && g.IndexOf(g.Highest + 1.0) = g.Bins - 1) ]

let private binnedLaws =
    testList
        "binned"
        [ lawFor "shares add up to 1, the density integrates to 1" densities (fun density ->
              let g = density.Grid
              let sum = density.Shares.ToArray() |> Array.sum
              let area = Seq.sum [ for i in 0 .. g.Bins - 1 -> density.Density(g.Centre i) * g.Width ]
              near 1e-12 sum 1.0 && near 1e-12 area 1.0)
          lawFor
              "cdf rises from 0 to 1 and is 0 and 1 beyond the grid"
              (Gen.three share |> Gen.zip densities)
              (fun (density, (a, b, c)) ->
                  let g = density.Grid

                  let at =
                      [ a; b; c ]
                      |> List.sort
                      |> List.map (fun p -> g.Lowest + p * (g.Highest - g.Lowest))

                  let values = at |> List.map density.Cdf

                  values = List.sort values
                  && density.Cdf g.Lowest = 0.0
                  && density.Cdf g.Highest = 1.0
                  && density.Cdf(g.Lowest - 1.0) = 0.0
                  && density.Cdf(g.Highest + 1.0) = 1.0
                  && density.Density(g.Highest + 1e-9) = 0.0)
          lawFor
              "cdf (quantile tau) = tau, and no lower redshift reaches it"
              (Gen.zip densities share)
              (fun (density, tau) ->
                  let z = density.Quantile tau
                  let g = density.Grid

                  near 1e-9 (density.Cdf z) tau
                  && g.Contains z
                  && (tau <= 1e-9 || density.Cdf(z - 1e-6 * (g.Highest - g.Lowest)) < tau))
          lawFor "quantiles rise" (Gen.zip densities (Gen.two share)) (fun (density, (a, b)) ->
              density.Quantile(min a b) <= density.Quantile(max a b))
          lawFor "the ends of the quantiles are the ends of what has a share" densities (fun density ->
              let shares, g = density.Shares.ToArray(), density.Grid
              let first = Array.findIndex (fun s -> s > 0.0) shares
              let last = Array.findIndexBack (fun s -> s > 0.0) shares
              density.Quantile 0.0 = g.Edge first && density.Quantile 1.0 = g.Edge(last + 1))
          lawFor "the mode has the largest share" densities (fun density ->
              let largest = density.Shares.ToArray() |> Array.max
              near 1e-12 (density.Density density.Mode * density.Grid.Width) largest)
          testCase "what is no density is refused" (fun () ->
              let g = grid 0.0 1.0 2

              for masses in [ [| 1.0 |]; [| 0.0; 0.0 |]; [| -1.0; 2.0 |]; [| nan; 1.0 |]; [| infinity; 1.0 |] ] do
                  Expect.isError (BinnedDensity.Create(g, masses)) $"%A{masses}")
          for i, case in Seq.indexed (reference.Value.GetProperty("binned").EnumerateArray()) do
              testCase $"as SciPy's rv_histogram {i}" (fun () ->
                  let number (name: string) = case.GetProperty(name).GetDouble()
                  let masses = numbers (case.GetProperty "masses")
                  let density = binned (grid (number "lowest") (number "highest") masses.Length) masses
                  expectNear 1e-12 "mean" density.Mean (number "mean")
                  expectNear 1e-12 "sigma" density.Sigma (number "sigma")

                  let each (name: string) f at =
                      Array.iter2 (expectNear 1e-12 name) (Array.map f at) (numbers (case.GetProperty name))

                  each "quantiles" density.Quantile levels.Value
                  let at = numbers (case.GetProperty "at")
                  each "density" density.Density at
                  each "cdf" density.Cdf at) ]

let private mixtureLaws =
    testList
        "mixture"
        [ lawFor "cdf (quantile tau) = tau" (Gen.zip mixtures share) (fun (density, tau) ->
              let tau = 0.001 + 0.998 * tau
              near 1e-9 (density.Cdf(density.Quantile tau)) tau)
          lawFor "no component's mean is likelier than the mode" mixtures (fun density ->
              match density with
              | RedshiftDensity.Mixture mixture ->
                  mixture.Means
                  |> Array.forall (fun mean -> density.Density mean <= density.Density density.Mode * (1.0 + 1e-12))
              | RedshiftDensity.Normal _
              | RedshiftDensity.Binned _ -> false)
          lawFor "on a fine grid around all of it, mean, spread and quantiles stay" mixtures (fun density ->
              let fine = grid (density.Mean - 4.0) (density.Mean + 4.0) 4000

              match density.OnGrid fine with
              | None -> false
              | Some binned ->
                  near 1e-4 binned.Mean density.Mean
                  && near 1e-3 binned.Sigma density.Sigma
                  && near 2e-3 (binned.Quantile 0.16) (density.Quantile 0.16))
          testCase "no share of a grid far away" (fun () ->
              Expect.isNone ((RedshiftDensity.Normal(0.1, 0.01)).OnGrid(grid 5.0 6.0 4)) "grid")
          for i, case in Seq.indexed (reference.Value.GetProperty("mixtures").EnumerateArray()) do
              testCase $"as SciPy's sums {i}" (fun () ->
                  let array (name: string) = numbers (case.GetProperty name)
                  let number (name: string) = case.GetProperty(name).GetDouble()

                  let mixture =
                      { Weights = array "weights"
                        Means = array "means"
                        Widths = array "widths" }

                  let densities =
                      [ RedshiftDensity.Mixture mixture
                        if mixture.Weights.Length = 1 then
                            RedshiftDensity.Normal(mixture.Means[0], mixture.Widths[0]) ]

                  for density in densities do
                      expectNear 1e-12 "mean" density.Mean (number "mean")
                      expectNear 1e-12 "sigma" density.Sigma (number "sigma")
                      expectNear 1e-6 "mode" density.Mode (number "mode")
                      let each (name: string) f at = Array.iter2 (expectNear 1e-9 name) (Array.map f at) (array name)
                      each "quantiles" density.Quantile levels.Value
                      each "density" density.Density [| 0.0; 0.3; 1.1 |]
                      each "cdf" density.Cdf [| 0.0; 0.3; 1.1 |]

                  let summary = (RedshiftDensity.Mixture mixture).Summary

                  Expect.equal
                      [| summary.Q025; summary.Q16; summary.Q50; summary.Q84; summary.Q975 |]
                      (levels.Value |> Array.map mixture.Quantile)
                      "the summary's quantiles") ]

let private fill grid width redshift =
    let into = Array.zeroCreate<float32> grid.Bins
    SoftLabels.fill grid width redshift (Span into)
    into

let private labels =
    let drawn =
        gen {
            let! density = densities
            let! part = share
            let! width = Gen.choose (0, 200) |> Gen.map (fun n -> float n / 100.0)
            let g = density.Grid
            return g, width * g.Width, g.Lowest + part * (g.Highest - g.Lowest)
        }

    testList
        "soft labels"
        [ lawFor "add up to 1, and the redshift's bin or a neighbour has the most" drawn (fun (g, width, z) ->
              let label = fill g width z
              let largest = Array.max label
              let at = g.IndexOf z

              near 1e-5 (label |> Array.sumBy float) 1.0
              && Seq.exists (fun i -> i >= 0 && i < g.Bins && label[i] >= largest * 0.99999f) [ at - 1; at; at + 1 ])
          lawFor "of width 0 are one in the redshift's bin" drawn (fun (g, _, z) ->
              fill g 0.0 z = Array.init g.Bins (fun i -> if i = g.IndexOf z then 1f else 0f))
          testCase "outside the grid count as its end" (fun () ->
              let g = grid 0.0 0.6 12
              Expect.equal (fill g 0.05 -3.0) (fill g 0.05 0.0) "below"
              Expect.equal (fill g 0.05 9.0) (fill g 0.05 0.6) "above")
          for i, case in Seq.indexed (reference.Value.GetProperty("labels").EnumerateArray()) do
              testCase $"as SciPy's truncnorm {i}" (fun () ->
                  let number (name: string) = case.GetProperty(name).GetDouble()
                  let g = grid (number "lowest") (number "highest") (case.GetProperty("bins").GetInt32())
                  let found = fill g (number "width") (number "redshift") |> Array.map float
                  Array.iter2 (expectNear 1e-7 "share") found (numbers (case.GetProperty "shares"))) ]

let tests = testList "densities" [ gridLaws; binnedLaws; mixtureLaws; labels ]
