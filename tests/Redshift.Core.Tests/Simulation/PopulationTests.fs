module Redshift.Core.Tests.Simulation.PopulationTests

open System
open Expecto
open Redshift.Core
open Redshift.Core.Simulation

/// Galaxies and their shares, as rows of seed 4.
let private galaxies =
    lazy
        (let weights = Array.zeroCreate Population.componentCount
         let deviates, types = Array.zeroCreate 4, Array.zeroCreate 4

         Array.init 100000 (fun row ->
             let shares = Array.zeroCreate<float> 6
             let random = RandomStream.ForIndex(4UL, uint64 row)
             let galaxy = Population.draw random weights deviates types shares
             galaxy, shares, random.NextNormal()))

let private percentile share (values: float[]) = (Array.sort values)[int (share * float (values.Length - 1))]

let private near name (expected: float) (tolerance: float) (actual: float) =
    Expect.isLessThanOrEqual (abs (actual - expected)) tolerance $"{name}: expected {expected}, found {actual}"

let tests =
    testList
        "Population"
        [ testCase "observed magnitudes are the prototype's" (fun () ->
              // The numpy prototype: 1, 50 and 99 % of m + 1.25 + 0.25 N(0,1) at 15.2, 17.2 and 18.9.
              let observed = galaxies.Value |> Array.map (fun (g, _, n) -> g.Magnitude + 1.25 + 0.25 * n)
              near "1 %" 15.2 0.1 (percentile 0.01 observed)
              near "50 %" 17.2 0.1 (percentile 0.50 observed)
              near "99 %" 18.9 0.1 (percentile 0.99 observed))

          testCase "shares of the light add to one" (fun () ->
              for _, shares, _ in galaxies.Value do
                  near "sum of five shares and none below zero" 1.0 1e-12 (Array.sum shares[0..4])
                  Expect.isTrue (Array.forall (fun s -> s >= 0.0) shares[0..4]) "shares")

          testCase "contaminants are 1 % near and more beyond 0.3" (fun () ->
              let share low high =
                  let inside =
                      galaxies.Value
                      |> Array.filter (fun (g, _, _) -> g.Redshift >= low && g.Redshift < high)

                  let chosen = inside |> Array.filter (fun (_, shares, _) -> shares[4] > 0.0)
                  float chosen.Length / float inside.Length

              near "below 0.3" 0.01 0.002 (share 0.0 0.3)
              // The mean of 0.01 + 0.55 t^2 (3 - 2 t) over 0.40 to 0.45, t = (z - 0.3) / 0.3, weighted to its nearer
              // half.
              near "0.40 to 0.45" 0.20 0.07 (share 0.40 0.45))

          testCase "an active galaxy has most of its light from the nucleus" (fun () ->
              for galaxy, shares, _ in galaxies.Value do
                  Expect.equal galaxy.Active (shares[4] > 0.5) "flag")

          testCase "labels are wrong in 0.15 % of the rows" (fun () ->
              let wrong = galaxies.Value |> Array.filter (fun (g, _, _) -> g.Label <> g.Redshift)
              near "rows of 100,000" 150.0 45.0 (float wrong.Length)
              Expect.isTrue (wrong |> Array.forall (fun (g, _, _) -> g.Label >= 0.0 && g.Label < 0.6)) "range")

          testCase "galaxies further away are older" (fun () ->
              let old low high =
                  galaxies.Value
                  |> Array.filter (fun (g, _, _) -> g.Redshift >= low && g.Redshift < high && not g.Active)
                  |> Array.averageBy (fun (_, shares, _) -> shares[2])

              Expect.isGreaterThan (old 0.25 0.35) (old 0.0 0.05 + 0.1) "share of the old template") ]
