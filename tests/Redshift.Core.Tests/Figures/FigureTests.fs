module Redshift.Core.Tests.FigureTests

open System
open System.Text.Json
open System.Text.RegularExpressions
open Expecto
open Redshift.Core
open Redshift.Core.Baselines
open Redshift.Core.Evaluation
open Redshift.Core.Figures
open Redshift.Core.Flags
open Redshift.Core.Frames

/// The value; an error fails the test.
let expectOk (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

/// Numbers of few digits, so that golden files do not hang on the last bit of a machine's exp and log.
let rounded (value: float) = Math.Round(value, 3)

/// A search of nine trials, one of them stopped early and one failed; the second layer is there in some.
let private search =
    let trial number outcome score positions labels : SearchedTrial =
        { Number = number
          Outcome = outcome
          Score = score
          Epochs = 4
          Seconds = 1.5
          Positions = positions
          Labels = labels }

    let layered number score =
        let two = number % 2 = 1
        let place = rounded (float number / 9.0)

        trial
            number
            "complete"
            score
            [| (if two then 0.75 else 0.25); place; (if two then place else nan); 0.5 |]
            [| (if two then "2" else "1"); $"{place}"; (if two then $"{place}" else ""); "tanh" |]

    { ScoreTitle = "Validation MAE"
      Method = "random"
      Parameters =
        [ { Name = "layers"
            Values = [ "1"; "2" ]
            Listed = false
            Importance = 0.6 }
          { Name = "units_1"
            Values = [ "16"; "256" ]
            Listed = false
            Importance = 0.1 }
          { Name = "units_2"
            Values = [ "16"; "256" ]
            Listed = false
            Importance = nan }
          { Name = "activation"
            Values = [ "relu"; "tanh"; "gelu" ]
            Listed = true
            Importance = 0.2 } ]
      Trials =
        [ for number in 0..6 do
              layered number (rounded (0.05 - 0.004 * float number + 0.01 * float (number % 3)))
          trial 7 "pruned" 0.08 [| 0.25; 0.5; nan; 0.5 |] [| "1"; "9"; ""; "tanh" |]
          trial 8 "failed" nan [| 0.25; 0.5; nan; 0.5 |] [| "1"; "9"; ""; "tanh" |] ]
      Refused = 3L }

/// Some sixty galaxies with four samples each, five epochs and predictions that flatten.
let input =
    lazy
        (let random = RandomStream 3UL
         let redshifts = Array.init 60 (fun i -> rounded (0.01 + 0.58 * float i / 59.0))

         let fluxes =
             Array.init 240 (fun i -> float32 (rounded (1.0 + 0.1 * float (i % 4) + 0.01 * random.NextDouble())))

         fluxes[7] <- nanf

         let predicted =
             redshifts
             |> Array.map (fun z -> rounded (0.05 + 0.75 * z + 0.04 * (random.NextDouble() - 0.5)))

         predicted[5] <- nan

         let density: DensityScore[] =
             Array.init 60 (fun _ ->
                 { Pit = rounded (random.NextDouble())
                   Density = 5.0
                   SquaredIntegral = 6.0
                   Crps = 0.02 })

         let options =
             { BootstrapOptions.Default with
                 Resamples = 50 }

         let row epoch =
             { Epoch = epoch
               Loss = rounded (0.1 / float epoch)
               Mae = rounded (0.2 / float epoch)
               ValLoss = rounded (0.11 / float epoch)
               ValMae = rounded (0.21 / float epoch)
               LearningRate = 0.001
               TrainSeconds = 1.0
               Seconds = 2.0 }

         { FigureInput.Empty with
             Redshifts = redshifts
             Statistics =
                 Some(
                     Statistics.compute 1UL redshifts fluxes 4 (Some [| 400.0; 500.0; 600.0; 700.0 |])
                     |> expectOk
                 )
             Spectrum =
                 Some
                     { Name = "row 1"
                       Redshift = redshifts[1]
                       Flux = fluxes[4..7] |> Array.map float }
             FluxTitle = "flux (arbitrary unit)"
             History = List.map row [ 1..5 ]
             Neighbours =
                 [ for weights in [ NeighbourWeights.Uniform; NeighbourWeights.Distance ] do
                       for k in [ 1; 5; 20 ] ->
                           { Settings =
                               { Neighbours = k
                                 Weights = weights
                                 Estimate = NeighbourEstimate.Mean }
                             MeanSquaredError = 0.01 + float ((k - 5) * (k - 5)) / 1e4 } ]
             Search = Some search
             Results =
                 Some
                     { Truth = redshifts
                       Predicted = predicted
                       Evaluation = PointEvaluation.evaluate options LeftOut.None redshifts predicted |> expectOk
                       Density =
                         let sigma = redshifts |> Array.map (fun z -> rounded (0.02 + 0.05 * z))
                         Some(DensityEvaluation.evaluate options redshifts predicted sigma density)
                       Targets = []
                       Values = []
                       Flags =
                         Array.init 60 (fun i -> enum<RedshiftFlags>(i % 5))
                         |> FlagEvaluation.evaluate redshifts predicted
                         |> Some } })

let figures =
    lazy
        ([ Section.Search; Section.Data; Section.Training; Section.Evaluation; Section.Uncertainty ]
         |> List.collect (fun s -> Figures.draw s input.Value))

/// Data and layout alone: the rest of a chart's script is the package's own.
let dataAndLayout (figure: Figure) =
    let script = figure.Chart.GetPlottingJS()

    let found =
        Regex.Match(script, @"var data = (.*);\s+var layout = (.*);\s+Plotly\.newPlot", RegexOptions.Singleline)

    Expect.isTrue found.Success "the script has data and layout"
    found.Groups[1].Value + "\n" + found.Groups[2].Value + "\n"

let tests =
    testList
        "figures"
        [ testCase "every kind is drawn" (fun () ->
              Expect.equal figures.Value.Length Figures.all.Length "figures"
              Expect.equal (figures.Value |> List.distinctBy _.Id).Length Figures.all.Length "different ids")
          testCase "data and layout are those of the golden files" (fun () ->
              for figure in figures.Value do
                  Files.expectGolden (figure.Id + ".json") (dataAndLayout figure))
          testCase "the same input draws the same" (fun () ->
              let again = Figures.draw Section.Evaluation input.Value |> List.map dataAndLayout

              Expect.equal
                  again
                  (Figures.draw Section.Evaluation input.Value |> List.map dataAndLayout)
                  "data and layout")
          testCase "every caption states n, every axis has a title" (fun () ->
              for figure in figures.Value do
                  Expect.stringContains figure.Caption "n = " figure.Id

                  let layout = JsonDocument.Parse((dataAndLayout figure).Split('\n')[1]).RootElement

                  for axis in [ "xaxis"; "yaxis" ] do
                      let title = layout.GetProperty(axis).GetProperty("title").GetString()
                      Expect.isTrue (title.Length > 3) $"{figure.Id}: {axis}")
          testCase "nothing is drawn of nothing" (fun () ->
              let none =
                  PointEvaluation.evaluate BootstrapOptions.Default LeftOut.None [||] [||]
                  |> expectOk

              let empty =
                  { FigureInput.Empty with
                      Statistics = Some(Statistics.compute 0UL [||] [||] 0 None |> expectOk)
                      Results =
                          Some
                              { Truth = [||]
                                Predicted = [||]
                                Evaluation = none
                                Density = Some(DensityEvaluation.evaluate BootstrapOptions.Default [||] [||] [||] [||])
                                Targets = []
                                Values = []
                                Flags = None } }

              let drawn = Figures.all |> List.choose (fun (_, draw) -> draw empty)
              Expect.isEmpty drawn "figures")
          testCase "one object, missing and wild numbers are drawn" (fun () ->
              for truth, predicted in
                  [ [| 0.1 |], [| 0.1 |]; [| 0.1; 0.2 |], [| nan; 1e300 |]; [| 0.3; 0.3 |], [| -5.0; 90.0 |] ] do
                  let evaluation =
                      PointEvaluation.evaluate BootstrapOptions.Default LeftOut.None truth predicted
                      |> expectOk

                  let score: DensityScore =
                      { Pit = 0.5
                        Density = 1.0
                        SquaredIntegral = 1.0
                        Crps = 0.1 }

                  let density =
                      DensityEvaluation.evaluate
                          BootstrapOptions.Default
                          truth
                          predicted
                          (truth |> Array.map (fun z -> 0.1 * z))
                          (truth |> Array.map (fun _ -> score))

                  let input =
                      { FigureInput.Empty with
                          Redshifts = truth
                          Results =
                              Some
                                  { Truth = truth
                                    Predicted = predicted
                                    Evaluation = evaluation
                                    Density = Some density
                                    Targets = []
                                    Values = []
                                    Flags = None } }

                  Expect.equal (Figures.draw Section.Evaluation input).Length 5 "figures"
                  let uncertainty = Figures.draw Section.Uncertainty input
                  // The square of 1e300 is not a number to be drawn.
                  let errors = if Array.exists (fun z -> z > 1e100) predicted then 0 else 1
                  Expect.equal uncertainty.Length (3 + errors) "of p(z)"

                  for figure in uncertainty do
                      JsonDocument.Parse((dataAndLayout figure).Split('\n')[0]) |> ignore)
          testCase "a search without a complete trial, or of one alone, is drawn as far as it goes" (fun () ->
              let drawn trials =
                  Figures.draw
                      Section.Search
                      { FigureInput.Empty with
                          Search = Some { search with Trials = trials } }
                  |> List.map _.Id

              Expect.equal (drawn search.Trials[7..]) [ "search-importance" ] "no complete one"

              Expect.equal
                  (drawn search.Trials[..0])
                  [ "search-history"; "search-importance"; "search-parallel" ]
                  "one")
          testCase "a parameter that is not active is a gap in its trial's line" (fun () ->
              let data = (dataAndLayout (ParallelCoordinates.draw search).Value).Split('\n')[0]
              let best = (JsonDocument.Parse data).RootElement.EnumerateArray() |> Seq.last
              let heights = [ for y in best.GetProperty("y").EnumerateArray() -> y.ValueKind ]
              let number, gap = JsonValueKind.Number, JsonValueKind.Null
              // Trial 6 has one layer: the second one's units, drawn last, are not there; the other gap parts the lines.
              Expect.equal heights [ number; number; number; gap; gap ] "trial 6")
          testCase "many residuals are drawn as a seeded sample" (fun () ->
              let z = Array.init 5000 (fun i -> float i / 10000.0)
              let script seed = (ErrorsByRedshift.residuals seed z z).Value |> dataAndLayout
              Expect.equal (script 1UL) (script 1UL) "the same seed"
              Expect.notEqual (script 1UL) (script 2UL) "another seed") ]
