/// Figures of classes: they carry the evaluation's own numbers.
module Redshift.Core.Tests.ClassFigureTests

open System.Text.Json
open Expecto
open Redshift.Core
open Redshift.Core.Evaluation
open Redshift.Core.Figures
open Redshift.Core.Tests.ClassSamples

/// Forty objects, eleven probabilities, one of them missing.
let private stars =
    lazy
        (let random = RandomStream 5UL
         let truth = Array.init 40 (fun i -> i % 3 = 0)

         let probability =
             truth
             |> Array.map (fun isStar -> float (random.NextInt 8 + (if isStar then 3 else 0)) / 10.0)

         probability[7] <- nan
         evaluateBinary few (truth, probability) |> expectOk)

let private types = lazy (evaluateSeveral few (severalOf ()) |> expectOk)

let private figures =
    lazy
        ([ RocCurve.draw stars.Value
           CompletenessPurity.draw stars.Value
           ConfusionMatrix.draw stars.Value
           ConfusionMatrix.draw types.Value ]
         |> List.map Option.get)

let private parts (figure: Figure) =
    let lines = (FigureTests.dataAndLayout figure).Split '\n'
    let parse (text: string) = JsonDocument.Parse(text).RootElement
    List.ofSeq ((parse lines[0]).EnumerateArray()), parse lines[1]

let private numbers (name: string) (trace: JsonElement) = Files.numbers (trace.GetProperty name)

let private near name (actual: float[]) (expected: float[]) =
    Expect.equal actual.Length expected.Length $"{name}: how many"
    Array.iter2 (Files.expectNear 1e-9 name) actual expected

let tests =
    testList
        "classes"
        [ testCase "data and layout are those of the golden files" (fun () ->
              for figure in figures.Value do
                  Files.expectGolden (figure.Id + ".json") (FigureTests.dataAndLayout figure))
          testCase "every caption states n and who is left out, every axis has a title" (fun () ->
              for figure in figures.Value do
                  let _, layout = parts figure
                  Expect.stringContains figure.Caption "n = " figure.Id

                  for axis in [ "xaxis"; "yaxis" ] do
                      let title = layout.GetProperty(axis).GetProperty("title").GetString()
                      Expect.isTrue (title.Length > 3) $"{figure.Id}: {axis}"

              for figure in figures.Value[..2] do
                  Expect.stringContains figure.Caption "n = 39 objects" figure.Id
                  Expect.stringContains figure.Caption "Left out: 1 without a prediction." figure.Id

              Expect.equal (figures.Value |> List.distinctBy _.Id).Length 4 "ids")
          testCase "the ROC curve is the evaluation's, its caption has the area" (fun () ->
              let drawn, _ = parts figures.Value[0]
              let curve = stars.Value.Curve
              near "x" (numbers "x" drawn[1]) (curve |> Array.map (fun p -> 100.0 * p.FalsePositiveRate))
              near "y" (numbers "y" drawn[1]) (curve |> Array.map (fun p -> 100.0 * p.Completeness))
              near "chance" (numbers "y" drawn[0]) (numbers "x" drawn[0])
              let auc = Style.digits 3 (ClassEvaluation.value "auc" stars.Value)
              Expect.stringContains figures.Value[0].Caption $"Area under the curve: {auc} (95 %% interval" "area")
          testCase "completeness and precision are the evaluation's, by ascending threshold" (fun () ->
              let drawn, _ = parts figures.Value[1]
              let rising = stars.Value.Curve |> Array.tail |> Array.rev
              near "thresholds" (numbers "x" drawn[1]) (Array.append [| 0.0 |] (rising |> Array.map _.Threshold))
              let rest name trace = Array.tail (numbers name trace)
              near "completeness" (rest "y" drawn[1]) (rising |> Array.map (fun p -> 100.0 * p.Completeness))
              near "precision" (rest "y" drawn[2]) (rising |> Array.map (fun p -> 100.0 * p.Precision))
              Expect.equal (Array.head (numbers "y" drawn[1])) 100.0 "all are found at 0"
              let half = Style.percent 1 (ClassEvaluation.value "completeness" stars.Value)
              Expect.stringContains figures.Value[1].Caption $"completeness {half}" "at 0.5")
          testCase "the matrix has counts, shares of rows and labels" (fun () ->
              let drawn, layout = parts figures.Value[3]
              let rows = [ for row in drawn[0].GetProperty("z").EnumerateArray() -> Files.numbers row ]

              for row, counts in Seq.zip rows types.Value.Confusion do
                  near "shares" row (counts |> Array.map (fun c -> float c / float (Array.sum counts)))

              let words =
                  [ for a in layout.GetProperty("annotations").EnumerateArray() -> a.GetProperty("text").GetString() ]

              let counts =
                  types.Value.Confusion
                  |> Array.collect (Array.map (fun c -> $"{c}<br>"))
                  |> List.ofArray

              Expect.equal words.Length 9 "cells"

              for word, count in List.zip words counts do
                  Expect.isTrue (word.StartsWith count && word.EndsWith " %") word

              let ticks axis =
                  [| for t in layout.GetProperty(axis: string).GetProperty("ticktext").EnumerateArray() ->
                         t.GetString() |]

              Expect.equal (ticks "xaxis", ticks "yaxis") (labels, labels) "labels")
          testCase "nothing is drawn of nothing, nor curves of one class or of three" (fun () ->
              let binary sample = evaluateBinary few sample |> expectOk
              let none = binary ([||], [||])

              let drawn =
                  [ RocCurve.draw; CompletenessPurity.draw; ConfusionMatrix.draw ]
                  |> List.map (fun draw -> draw none)

              Expect.all drawn Option.isNone "no objects"
              let galaxies = binary ([| false; false |], [| 0.1; 0.9 |])
              Expect.isNone (RocCurve.draw galaxies) "one class"
              Expect.isNone (CompletenessPurity.draw galaxies) "none to be found"
              Expect.isSome (ConfusionMatrix.draw galaxies) "matrix of one class"
              Expect.isNone (RocCurve.draw types.Value) "three"
              Expect.isNone (CompletenessPurity.draw types.Value) "three")
          testCase "a large catalogue's curve is thinned from end to end" (fun () ->
              let large = Array.init 5000 (fun i -> i % 7 = 0), Array.init 5000 (fun i -> float i / 5000.0)
              let drawn, _ = parts (RocCurve.draw (evaluateBinary { few with Resamples = 2 } large |> expectOk)).Value
              let x = numbers "x" drawn[1]
              Expect.equal (x.Length, x[0], Array.last x) (RocCurve.mostPoints, 0.0, 100.0) "points") ]
