module Redshift.Standins.Tests.ExpectTests

open System
open Expecto

let private accepts name (assertion: unit -> unit) = testCase $"{name} accepts" assertion

let private rejects name (part: string) (assertion: unit -> unit) =
    testCase $"{name} rejects" (fun () ->
        let message =
            try
                assertion ()
                None
            with :? AssertException as e ->
                Some e.Message

        match message with
        | None -> failtest "nothing was raised"
        | Some message -> Expect.stringContains message part "message")

let private both name part accepted rejected = [ accepts name accepted; rejects name part rejected ]

let private values =
    testList "values"
    <| List.concat
        [ both "equal" "expected: [1; 2]" (fun () -> Expect.equal [ 1 ] [ 1 ] "m") (fun () ->
              Expect.equal [ 1 ] [ 1; 2 ] "m")
          both "equal of texts" "position 1" (fun () -> Expect.equal "ab" "ab" "m") (fun () ->
              Expect.equal "ab" "ac" "m")
          both "notEqual" "non-equal" (fun () -> Expect.notEqual 1 2 "m") (fun () -> Expect.notEqual 1 1 "m")
          both "isTrue" "false" (fun () -> Expect.isTrue true "m") (fun () -> Expect.isTrue false "m")
          both "isNull" "null" (fun () -> Expect.isNull null "m") (fun () -> Expect.isNull "a" "m")
          both "isSome" "None" (fun () -> Expect.isSome (Some 1) "m") (fun () -> Expect.isSome (None: int option) "m")
          both "isOk" "bad" (fun () -> Expect.isOk (Ok 1: Result<int, string>) "m") (fun () ->
              Expect.isOk (Error "bad": Result<int, string>) "m")
          both "isLessThan" "less than" (fun () -> Expect.isLessThan 1 2 "m") (fun () -> Expect.isLessThan 2 2 "m")
          both "isGreaterThan" "greater than" (fun () -> Expect.isGreaterThan 2.0 1.0 "m") (fun () ->
              Expect.isGreaterThan nan 1.0 "m") ]

let private floats =
    testList "floats"
    <| List.concat
        [ both "floatClose" "difference" (fun () -> Expect.floatClose Accuracy.low 1.0 1.0005 "m") (fun () ->
              Expect.floatClose Accuracy.high 1.0 1.0005 "m")
          [ rejects "floatClose of NaN" "difference" (fun () -> Expect.floatClose Accuracy.low nan nan "m")
            rejects "floatClose of infinity" "infinity" (fun () -> Expect.floatClose Accuracy.low infinity infinity "m") ]
          both "isNotInfinity" "negative infinity" (fun () -> Expect.isNotInfinity 1.0 "m") (fun () ->
              Expect.isNotInfinity -infinity "m")
          both "isNaN" "NaN" (fun () -> Expect.isNaN nan "m") (fun () -> Expect.isNaN 0.0 "m") ]

let private sequences =
    testList "sequences"
    <| List.concat
        [ both "sequenceEqual" "shorter" (fun () -> Expect.sequenceEqual [ 1 ] [ 1 ] "m") (fun () ->
              Expect.sequenceEqual [ 1 ] [ 1; 2 ] "m")
          both "hasLength" "length 2" (fun () -> Expect.hasLength [ 1; 2 ] 2 "m") (fun () ->
              Expect.hasLength [ 1 ] 2 "m")
          both "contains" "3" (fun () -> Expect.contains [ 1; 3 ] 3 "m") (fun () -> Expect.contains [ 1 ] 3 "m")
          both "containsAll" "Missing" (fun () -> Expect.containsAll [ 2; 1 ] [ 1 ] "m") (fun () ->
              Expect.containsAll [ 1 ] [ 1; 2 ] "m")
          both "all" "index: 1" (fun () -> Expect.all [ 2; 4 ] (fun i -> i % 2 = 0) "m") (fun () ->
              Expect.all [ 2; 3 ] (fun i -> i % 2 = 0) "m")
          both "isEmpty" "empty" (fun () -> Expect.isEmpty [] "m") (fun () -> Expect.isEmpty [ 1 ] "m")
          both "stringStarts" "prefix" (fun () -> Expect.stringStarts "abc" "ab" "m") (fun () ->
              Expect.stringStarts "abc" "b" "m")
          both "stringContains" "substring" (fun () -> Expect.stringContains "abc" "b" "m") (fun () ->
              Expect.stringContains "abc" "x" "m") ]

let private exceptions =
    testList "exceptions"
    <| List.concat
        [ both "throws" "to throw" (fun () -> Expect.throws (fun () -> failwith "x") "m") (fun () ->
              Expect.throws ignore "m")
          both
              "throwsT"
              "ArgumentException"
              (fun () -> Expect.throwsT<ArgumentException> (fun () -> invalidArg "a" "b") "m")
              (fun () -> Expect.throwsT<ArgumentException> (fun () -> failwith "x") "m") ]

let tests = testList "Expect" [ values; floats; sequences; exceptions ]
