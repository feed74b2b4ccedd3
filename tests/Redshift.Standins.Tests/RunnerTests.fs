module Redshift.Standins.Tests.RunnerTests

open System.Threading
open Expecto
open Expecto.Impl

/// Runs in silence; the exit code and what was counted as passed, ignored, failed, errored.
let private runWith arguments commandLine inner =
    let mutable counts = (0, 0, 0, 0)

    let count (summary: TestRunSummary) =
        counts <- summary.passed.Length, summary.ignored.Length, summary.failed.Length, summary.errored.Length

    let arguments =
        Printer TestPrinters.silent
        :: Append_Summary_Handler(SummaryHandler count)
        :: arguments

    let code = runTestsWithCLIArgs arguments commandLine inner
    code, counts

let private run inner = runWith [ No_Spinner ] [||] (testList "all" inner)

let private pass name = testCase name ignore
let private fail name = testCase name (fun () -> failtest "no")

let private outcomes =
    testList
        "outcomes"
        [ testCase "all passed" (fun () -> Expect.equal (run [ pass "a"; pass "b" ]) (0, (2, 0, 0, 0)) "code, counts")

          testCase "one failed" (fun () -> Expect.equal (run [ pass "a"; fail "b" ]) (1, (1, 0, 1, 0)) "code, counts")

          testCase "one raised an exception" (fun () ->
              let broken = testCase "b" (fun () -> failwith "broken")
              Expect.equal (run [ pass "a"; broken ]) (2, (1, 0, 0, 1)) "code, counts"
              Expect.equal (run [ fail "a"; broken ]) (3, (0, 0, 1, 1)) "code, counts")

          testCase "skipped and pending tests are counted apart" (fun () ->
              let skipped = testCase "a" (fun () -> skiptest "no data")
              let pending = ptestCase "b" (fun () -> failtest "not run")
              Expect.equal (run [ skipped; pending; pass "c" ]) (0, (1, 2, 0, 0)) "code, counts")

          testCase "a focused test runs alone" (fun () ->
              Expect.equal (run [ fail "a"; ftestCase "b" ignore ]) (0, (1, 1, 0, 0)) "code, counts"

              let inner = testList "all" [ ftestCase "b" ignore ]

              Expect.equal
                  (fst (runWith [ No_Spinner; Fail_On_Focused_Tests; Verbosity Logging.LogLevel.Fatal ] [||] inner))
                  1
                  "code")

          testCase "asynchronous tests and tasks" (fun () ->
              let inner =
                  [ testCaseAsync "a" (async { do! Async.Sleep 1 })
                    testAsync "b" { failtest "no" }
                    testTask "c" { do! Tasks.Task.Delay 1 }
                    test "d" { Expect.isTrue true "true" } ]

              Expect.equal (run inner) (1, (3, 0, 1, 0)) "code, counts")

          testCase "names must differ" (fun () ->
              Expect.equal (fst (run [ pass "a"; pass "a" ])) 1 "code"

              let same = testList "all" [ pass "a"; pass "a" ]
              Expect.equal (runWith [ No_Spinner; Allow_Duplicate_Names ] [||] same) (0, (2, 0, 0, 0)) "allowed") ]

let private commandLines =
    let inner =
        testList "all" [ testList "stars" [ pass "a"; fail "b" ]; testList "galaxies" [ pass "a"; pass "c" ] ]

    let runLine line = runWith [] (Array.append [| "--no-spinner" |] line) inner

    testList
        "command lines"
        [ for line, expected in
              [ "--filter all.galaxies", (0, (2, 0, 0, 0))
                "--filter-test-list star", (1, (1, 0, 1, 0))
                "--filter-test-case a", (0, (2, 0, 0, 0))
                "--run all.stars.b all.galaxies.c", (1, (1, 0, 1, 0))
                "--sequenced", (1, (3, 0, 1, 0))
                "--colours 0", (1, (3, 0, 1, 0))
                "--parallel-workers 2", (1, (3, 0, 1, 0)) ] do
              testCase line (fun () -> Expect.equal (runLine (line.Split ' ')) expected "code, counts") ]

let private order =
    testList
        "order"
        [ testCase "sequenced tests run after the others and alone" (fun () ->
              let running = ref 0
              let most = ref 0

              let watched name =
                  testCase name (fun () ->
                      let now = Interlocked.Increment running
                      most.Value <- max most.Value now
                      Thread.Sleep 2
                      Interlocked.Decrement running |> ignore)

              let alone = testSequenced (testList "alone" [ for i in 1..5 -> watched $"{i}" ])
              Expect.equal (run [ alone; pass "z" ]) (0, (6, 0, 0, 0)) "code, counts"
              Expect.equal most.Value 1 "at the same time")

          testCase "results come in the order of the tests" (fun () ->
              let inner = testList "all" [ for i in 1..20 -> testCase $"{i}" (fun () -> Thread.Sleep(20 - i)) ]

              let config =
                  { ExpectoConfig.defaultConfig with
                      printer = TestPrinters.silent }

              let results = evalTests config inner |> Async.RunSynchronously
              let names = results |> List.map (fun (test, _) -> List.last test.name)
              Expect.equal names [ for i in 1..20 -> string i ] "names") ]

let tests = testSequenced (testList "Runner" [ outcomes; commandLines; order ])
