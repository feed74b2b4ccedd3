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
          testCase "too few rows" (fun () ->
              match Split.create SplitFractions.Thesis 1UL 3 with
              | Ok _ -> failtest "expected an error"
              | Error message -> Expect.stringContains message "found 3 usable rows" "message") ]
