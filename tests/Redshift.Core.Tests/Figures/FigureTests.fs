module Redshift.Core.Tests.FigureTests

open System
open System.Text.Json
open System.Text.RegularExpressions
open Expecto
open Redshift.Core
open Redshift.Core.Evaluation
open Redshift.Core.Figures
open Redshift.Core.Frames

let private expectOk (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error fault -> failtest fault

/// Numbers of few digits, so that golden files do not hang on the last bit of a machine's exp and log.
let private rounded (value: float) = Math.Round(value, 3)

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
             Results =
                 Some
                     { Truth = redshifts
                       Predicted = predicted
                       Evaluation = PointEvaluation.evaluate options LeftOut.None redshifts predicted |> expectOk } })

let figures =
    lazy
        ([ Section.Data; Section.Training; Section.Evaluation ]
         |> List.collect (fun s -> Figures.draw s input.Value))

/// Data and layout alone: the rest of a chart's script is the package's own.
let private dataAndLayout (figure: Figure) =
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
                                Evaluation = none } }

              let drawn = Figures.all |> List.choose (fun (_, draw) -> draw empty)
              Expect.isEmpty drawn "figures")
          testCase "one object, missing and wild numbers are drawn" (fun () ->
              for truth, predicted in
                  [ [| 0.1 |], [| 0.1 |]; [| 0.1; 0.2 |], [| nan; 1e300 |]; [| 0.3; 0.3 |], [| -5.0; 90.0 |] ] do
                  let evaluation =
                      PointEvaluation.evaluate BootstrapOptions.Default LeftOut.None truth predicted
                      |> expectOk

                  let results =
                      { Truth = truth
                        Predicted = predicted
                        Evaluation = evaluation }

                  let drawn =
                      Figures.draw
                          Section.Evaluation
                          { FigureInput.Empty with
                              Redshifts = truth
                              Results = Some results }

                  Expect.equal drawn.Length 5 "figures")
          testCase "many residuals are drawn as a seeded sample" (fun () ->
              let z = Array.init 5000 (fun i -> float i / 10000.0)
              let script seed = (ErrorsByRedshift.residuals seed z z).Value |> dataAndLayout
              Expect.equal (script 1UL) (script 1UL) "the same seed"
              Expect.notEqual (script 1UL) (script 2UL) "another seed") ]
