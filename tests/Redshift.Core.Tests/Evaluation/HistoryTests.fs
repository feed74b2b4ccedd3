module Redshift.Core.Tests.HistoryTests

open Expecto
open Redshift.Core.Evaluation

let private rows =
    [ for epoch in 1..3 ->
          { Epoch = epoch
            Loss = 0.1 / float epoch
            Mae = 1e-7
            ValLoss = if epoch = 2 then nan else 0.3
            ValMae = 0.2
            LearningRate = 0.001
            TrainSeconds = 1.25
            Seconds = 2.0 } ]

let private refused =
    [ "epoch,loss\n", $"1: expected the header {History.header}, found \"epoch,loss\""
      History.header + "\n1,2\n", "2: expected 8 cells, found 2"
      History.header + "\nx,1,1,1,1,1,1,1\n", "2:epoch: expected a whole number of at least 0, found \"x\""
      History.header + "\n1,1,1,many,1,1,1,1\n", "2:val_loss: expected a number, found \"many\"" ]

let tests =
    testList
        "history"
        [ testCase "what is written is read back" (fun () ->
              let text = History.write rows
              Expect.equal (History.parse text |> Result.map History.write) (Ok text) "the same text"
              Expect.equal (History.parse text |> Result.map (List.map _.Loss)) (Ok(rows |> List.map _.Loss)) "losses")
          testCase "a missing value is an empty cell" (fun () ->
              Expect.equal (History.writeRow rows[1]) "2,0.05,1E-07,,0.2,0.001,1.25,2" "the line")
          testCase "the header alone is no epochs" (fun () ->
              Expect.equal (History.parse (History.header + "\r\n")) (Ok []) "rows")
          testCase "a fault says its line and column" (fun () ->
              for text, fault in refused do
                  Expect.equal (History.parse text) (Error fault) "message") ]
