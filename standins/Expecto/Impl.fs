namespace Expecto

open System
open System.Diagnostics
open System.Reflection
open System.Threading
open Expecto.Logging

/// Results, printers, configuration and the evaluation of tests.
module Impl =

    /// What joins the labels of a name.
    type JoinWith =
        | Dot
        | Slash

        member x.asString =
            match x with
            | Dot -> "."
            | Slash -> "/"

        member x.format(parts: string list) = String.concat x.asString parts

    /// Outcome of one test.
    type TestResult =
        | Passed
        | Ignored of string
        | Failed of string
        | Error of exn

        override x.ToString() =
            match x with
            | Passed -> "Passed"
            | Ignored reason -> "Ignored: " + reason
            | Failed error -> "Failed: " + error
            | Error e -> $"Exception: {e}"

        member x.isPassed = x.IsPassed
        member x.isIgnored = x.IsIgnored
        member x.isFailed = x.IsFailed
        member x.isException = x.IsError

    /// Outcome and duration (milliseconds) of one test.
    type TestSummary =
        { result: TestResult
          count: int
          meanDuration: float
          maxDuration: float }

        member x.duration = TimeSpan.FromMilliseconds x.meanDuration

        static member single result duration =
            { result = result
              count = 1
              meanDuration = duration
              maxDuration = duration }

    /// Outcomes of a run, in the order of the tests in the tree.
    type TestRunSummary =
        { results: (FlatTest * TestSummary) list
          duration: TimeSpan
          maxMemory: int64
          memoryLimit: int64
          timedOut: FlatTest list }

        member x.passed = List.filter (fun (_, r) -> r.result.isPassed) x.results
        member x.ignored = List.filter (fun (_, r) -> r.result.isIgnored) x.results
        member x.failed = List.filter (fun (_, r) -> r.result.isFailed) x.results
        member x.errored = List.filter (fun (_, r) -> r.result.isException) x.results

        /// 0, or the sum of 1 if a test failed and 2 if one raised another exception.
        member x.errorCode =
            (if List.isEmpty x.failed then 0 else 1)
            ||| (if List.isEmpty x.errored then 0 else 2)

        member x.successful = x.errorCode = 0

    let private total results = results |> List.sumBy (fun (_, r: TestSummary) -> r.count)

    let private sectionsOf joinWith (summary: TestRunSummary) =
        let names results = [ for test: FlatTest, _ in results -> test.fullName joinWith ]

        Summary.sections
            [ "Passed", total summary.passed, names summary.passed
              "Ignored", total summary.ignored, names summary.ignored
              "Failed", total summary.failed, names summary.failed
              "Errored", total summary.errored, names summary.errored ]

    /// Called as a run goes on; each may be replaced by the `with` functions.
    [<ReferenceEquality>]
    type TestPrinters =
        { beforeRun: Test -> Async<unit>
          beforeEach: string -> bool -> Async<unit>
          info: string -> Async<unit>
          passed: string -> TimeSpan -> Async<unit>
          ignored: string -> string -> Async<unit>
          failed: string -> string -> TimeSpan -> Async<unit>
          exn: string -> exn -> TimeSpan -> Async<unit>
          summary: ExpectoConfig -> TestRunSummary -> Async<unit> }

        /// Prints one result by the printer of the configuration.
        static member printResult config (test: FlatTest) (result: TestSummary) =
            let name = config.joinWith.format test.name

            match result.result with
            | Passed -> config.printer.passed name result.duration
            | Ignored reason -> config.printer.ignored name reason
            | Failed message -> config.printer.failed name message result.duration
            | Error e -> config.printer.exn name e result.duration

        /// Prints nothing.
        static member silent =
            { beforeRun = fun _ -> async.Zero()
              beforeEach = fun _ _ -> async.Zero()
              info = fun _ -> async.Zero()
              passed = fun _ _ -> async.Zero()
              ignored = fun _ _ -> async.Zero()
              failed = fun _ _ _ -> async.Zero()
              exn = fun _ _ _ -> async.Zero()
              summary = fun _ _ -> async.Zero() }

        /// Prints what failed and what was skipped, and a closing line.
        static member defaultPrinter =
            { beforeRun = fun _ -> Console.log LogLevel.Info "EXPECTO? Running tests..."
              beforeEach = fun name _ -> Console.log LogLevel.Debug $"{name} starting..."
              info = Console.log LogLevel.Info
              passed = fun name time -> Console.log LogLevel.Debug $"{name} passed in {time}."
              ignored = fun name reason -> Console.log LogLevel.Info $"{name} was ignored. {reason}"
              failed = fun name message time -> Console.log LogLevel.Error $"{name} failed in {time}. {message}"
              exn = fun name e time -> Console.log LogLevel.Error $"{name} errored in {time}\n{e}"
              summary =
                fun config summary ->
                    let run = total summary.results - total summary.ignored
                    let names = [ for test, _ in summary.results -> test.name ]
                    let count = total >> Summary.commaString

                    $"EXPECTO! {Summary.commaString run} tests run in {summary.duration} "
                    + $"for {Summary.commonAncestor config.joinWith.asString names} – "
                    + $"{count summary.passed} passed, {count summary.ignored} ignored, "
                    + $"{count summary.failed} failed, {count summary.errored} errored. "
                    + (if summary.successful then "Success!" else "")
                    |> Console.log LogLevel.Info }

        /// As the inner printer, and at the end the names of all tests by outcome.
        static member summaryPrinter innerPrinter =
            { innerPrinter with
                summary =
                    fun config summary ->
                        async {
                            do! innerPrinter.summary config summary
                            do! Console.log LogLevel.Info (sectionsOf config.joinWith.asString summary)
                        } }

    /// Settings of a run.
    and ExpectoConfig =
        {
            /// Tests not marked as sequenced run in parallel.
            runInParallel: bool
            /// 0: as many as there are tests; negative: that many times the processors.
            parallelWorkers: int
            /// A focused test makes the run fail before it starts.
            failOnFocusedTests: bool
            filter: Test -> Test
            listStates: FocusState list
            printer: TestPrinters
            verbosity: LogLevel
            logName: string option
            allowDuplicateNames: bool
            noSpinner: bool
            colour: ColourLevel
            joinWith: JoinWith
        }

        static member defaultConfig =
            { runInParallel = true
              parallelWorkers = Environment.ProcessorCount
              failOnFocusedTests = false
              filter = id
              listStates = []
              printer = TestPrinters.defaultPrinter
              verbosity = LogLevel.Info
              logName = None
              allowDuplicateNames = false
              noSpinner = false
              colour = Colour8
              joinWith = Dot }

        /// Calls the handler after the printer's own summary.
        member x.appendSummaryHandler handleSummary =
            let summary config run =
                async {
                    do! x.printer.summary config run
                    handleSummary run
                }

            { x with
                printer = { x.printer with summary = summary } }

    /// The message and where it came from: the first lines of the stack outside this library.
    let private located (e: exn) =
        let lines =
            (string e.StackTrace).Split '\n'
            |> Seq.skipWhile _.StartsWith("   at Expecto.Expect.")
            |> Seq.truncate 5

        "\n" + e.Message + "\n" + String.concat "\n" lines

    let rec private outcomeOf (e: exn) =
        match e with
        | :? AssertException -> Failed(located e)
        | :? FailedException -> Failed("\n" + e.Message)
        | :? IgnoreException -> Ignored e.Message
        | :? AggregateException as several when several.InnerExceptions.Count = 1 ->
            match e.InnerException with
            | :? IgnoreException as inner -> Ignored inner.Message
            | inner -> Error inner
        | _ -> Error e

    /// Runs one test.
    let execTestAsync (ct: CancellationToken) config (test: FlatTest) : Async<TestSummary> =
        async {
            match test.shouldSkipEvaluation with
            | Some reason -> return TestSummary.single (Ignored reason) 0.0
            | None ->
                let watch = Stopwatch.StartNew()

                try
                    TestNameHolder.Name <- config.joinWith.format test.name

                    match test.test with
                    | Sync test -> test ()
                    | SyncWithCancel test -> test ct
                    | Async test -> do! test

                    return TestSummary.single Passed (float watch.ElapsedMilliseconds)
                with e ->
                    return TestSummary.single (outcomeOf e) (float watch.ElapsedMilliseconds)
        }

    let private runAndPrint ct config (test: FlatTest) =
        async {
            do! config.printer.beforeEach (config.joinWith.format test.name) (Option.isSome test.shouldSkipEvaluation)
            let! result = execTestAsync ct config test
            do! TestPrinters.printResult config test result
            return test, result
        }

    let private oneAfterAnother (ct: CancellationToken) jobs =
        async {
            let results = ResizeArray()

            for job in jobs do
                if not ct.IsCancellationRequested then
                    let! result = job
                    results.Add result

            return List.ofSeq results
        }

    let private inParallel config (ct: CancellationToken) (jobs: Async<'a list>[]) =
        let workers =
            if config.parallelWorkers < 0 then
                -config.parallelWorkers * Environment.ProcessorCount
            elif config.parallelWorkers = 0 then
                jobs.Length
            else
                config.parallelWorkers

        async {
            let results = Array.create jobs.Length []
            let next = ref -1

            let worker =
                async {
                    let mutable running = true

                    while running && not ct.IsCancellationRequested do
                        let i = Interlocked.Increment next

                        if i < jobs.Length then
                            let! result = jobs[i]
                            results[i] <- result
                        else
                            running <- false
                }

            do! Seq.replicate (min workers jobs.Length) worker |> Async.Parallel |> Async.Ignore
            return List.concat results
        }

    /// Runs the tests; the results come in the order of the tests in the tree, however they ran.
    let evalTestsWithCancel (ct: CancellationToken) config test (progressStarted: bool) =
        ignore progressStarted

        async {
            let tests = Test.toTestCodeList test

            if not config.runInParallel || config.parallelWorkers = 1 then
                return! tests |> List.map (runAndPrint ct config) |> oneAfterAnother ct
            else
                let alone, others = tests |> List.partition (fun t -> t.sequenced = Synchronous)

                let jobs =
                    List.groupBy _.sequenced others
                    |> List.collect (fun (method, group) ->
                        match method with
                        | SynchronousGroup _ -> [ group ]
                        | InParallel
                        | Synchronous -> List.map List.singleton group)
                    |> List.map (List.map (runAndPrint ct config) >> oneAfterAnother ct)
                    |> Array.ofList

                let! parallelResults = inParallel config ct jobs

                if not (List.isEmpty alone || List.isEmpty others) then
                    do! config.printer.info "Starting sequenced tests..."

                let! results = alone |> List.map (runAndPrint ct config) |> oneAfterAnother ct
                let place = dict [ for i, test in List.indexed tests -> test, i ]
                return parallelResults @ results |> List.sortBy (fun (test, _) -> place[test])
        }

    /// Runs the tests with the given configuration.
    let evalTests config test = evalTestsWithCancel CancellationToken.None config test false

    /// Runs the tests one after another and prints nothing.
    let evalTestsSilent test =
        let config =
            { ExpectoConfig.defaultConfig with
                runInParallel = false
                verbosity = LogLevel.Fatal
                printer = TestPrinters.silent }

        evalTests config test

    /// Runs and prints; returns the exit code.
    let runEvalWithCancel (ct: CancellationToken) config test =
        async {
            do! config.printer.beforeRun test
            let watch = Stopwatch.StartNew()
            let! results = evalTestsWithCancel ct config test false

            let summary =
                { results = results
                  duration = watch.Elapsed
                  maxMemory = 0L
                  memoryLimit = 0L
                  timedOut = [] }

            do! config.printer.summary config summary
            return summary.errorCode
        }

    /// Runs and prints; returns the exit code.
    let runEval config test = runEvalWithCancel CancellationToken.None config test

    /// The marked tests of the exported types that satisfy the predicate.
    let testFromAssemblyWithFilter typeFilter (a: Assembly) : Test option = Discovery.inAssembly typeFilter a

    /// The marked tests of an assembly.
    let testFromAssembly: Assembly -> Test option = Discovery.inAssembly (fun _ -> true)

    /// The marked tests of the running program.
    let testFromThisAssembly () : Test option = testFromAssembly (Assembly.GetEntryAssembly())

    /// Whether there is no focused test; prints those there are.
    let passesFocusTestCheck config tests =
        let focused = Test.toTestCodeList tests |> List.filter (fun test -> test.state = Focused)

        if List.isEmpty focused then
            true
        else
            let names =
                focused
                |> List.map (fun test -> config.joinWith.format test.name)
                |> String.concat Environment.NewLine

            $"It was requested that no focused tests exist, but {focused.Length} focused tests were found:\n{names}"
            |> Console.log LogLevel.Error
            |> Async.RunSynchronously

            false
