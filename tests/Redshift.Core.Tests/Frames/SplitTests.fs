module Redshift.Core.Tests.Frames.SplitTests

open Expecto
open FsCheck.FSharp
open Redshift.Core.Frames
open Redshift.Tests.Law

let private create seed count =
    match Split.create SplitFractions.Thesis seed count with
    | Ok split -> split
    | Error message -> failtest message

let tests =
    testList
        "split"
        [ lawFor
              "parts are disjoint and together everything"
              (Gen.zip (Gen.choose (5, 500)) (Gen.choose (0, 99)))
              (fun (count, seed) ->
                  let split = create (uint64 seed) count
                  Array.sort (Array.concat [ split.Train; split.Validation; split.Test ]) = [| 0 .. count - 1 |])
          testCase "the thesis's catalogue" (fun () ->
              let split = create 1UL 520393
              Expect.equal split.Train.Length 327848 "training, as the thesis prints it"
              Expect.equal (split.Validation.Length, split.Test.Length) (140506, 52039) "validation and test")
          testCase "a seed gives one split, another seed another" (fun () ->
              Expect.equal (create 7UL 100) (create 7UL 100) "the same"
              Expect.notEqual (create 7UL 100) (create 8UL 100) "another")
          lawFor
              "folds: test parts are disjoint and together everything, and so are the parts of each split"
              (Gen.zip3 (Gen.choose (2, 12)) (Gen.choose (15, 300)) (Gen.elements [ 0.0; 0.1; 0.3; 0.7 ]))
              (fun (count, rows, validation) ->
                  match Split.folds count validation (uint64 rows) rows with
                  | Error _ -> false
                  | Ok splits ->
                      let everything = [| 0 .. rows - 1 |]
                      let all parts = Array.sort (Array.concat parts)
                      let sizes = splits |> Array.map _.Test.Length
                      let ascending (part: int[]) = part = Array.sort part

                      splits.Length = count
                      && all (splits |> Array.map _.Test) = everything
                      && splits
                         |> Array.forall (fun s -> all [| s.Train; s.Validation; s.Test |] = everything)
                      && splits
                         |> Array.forall (fun s -> ascending s.Train && ascending s.Validation && ascending s.Test)
                      && Array.max sizes - Array.min sizes <= 1
                      && splits
                         |> Array.forall (fun s ->
                             let rest = rows - s.Test.Length
                             abs (float s.Validation.Length - validation * float rest) <= 0.5))
          testCase "folds: sizes are scikit-learn's, a seed gives one division, another seed another" (fun () ->
              let folds seed =
                  match Split.folds 3 0.25 seed 11 with
                  | Ok splits -> splits
                  | Error message -> failtest message

              // scikit-learn 1.2.1: KFold(3) of 11 rows.
              Expect.equal (folds 1UL |> Array.map _.Test.Length) [| 4; 4; 3 |] "sizes"
              Expect.equal (folds 1UL) (folds 1UL) "the same"
              Expect.notEqual (folds 1UL) (folds 2UL) "another"
              Expect.notEqual (folds 1UL).[0].Test [| 0..3 |] "shuffled")
          testCase "folds: what cannot be divided is refused" (fun () ->
              for count, validation, rows in [ 1, 0.0, 10; 0, 0.0, 10; 5, 0.0, 4; 2, 1.0, 10; 2, 0.9, 3; 2, nan, 9 ] do
                  Expect.isError (Split.folds count validation 1UL rows) $"{count} folds of {rows}, {validation}")
          testCase "too few rows" (fun () ->
              match Split.create SplitFractions.Thesis 1UL 3 with
              | Ok _ -> failtest "expected an error"
              | Error message -> Expect.stringContains message "found 3 usable rows" "message") ]
