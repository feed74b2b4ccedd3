namespace Expecto

#nowarn "46"
#nowarn "3511" // the builder decides how to run the task only once it has it

open System
open System.Reflection
open System.Threading
open System.Threading.Tasks

/// How tests are written and run.
[<AutoOpen>]
module Tests =
    open Impl
    open Expecto.Logging

    /// Atomic: lines of parallel tests do not mix.
    let printfn format = Printf.ksprintf (fun (s: string) -> Console.Write(s.PadRight 40 + "\n")) format

    /// Atomic: lines of parallel tests do not mix.
    let eprintfn format = Printf.ksprintf (fun (s: string) -> Console.Error.Write(s.PadRight 40 + "\n")) format

    /// The full name of the test running on this thread.
    let testName<'unused> = TestNameHolder.Name

    /// Fails this test.
    let inline failtest msg = raise <| AssertException msg
    /// Fails this test.
    let inline failtestf fmt = Printf.ksprintf failtest fmt
    /// Fails this test without a stack trace.
    let inline failtestNoStack msg = raise <| FailedException msg
    /// Fails this test without a stack trace.
    let inline failtestNoStackf fmt = Printf.ksprintf (FailedException >> raise) fmt

    /// Skips this test for the given reason.
    let inline skiptest msg = raise <| IgnoreException msg
    /// Skips this test for the given reason.
    let inline skiptestf fmt = Printf.ksprintf (IgnoreException >> raise) fmt

    /// A named list of tests.
    let inline testList name tests = TestLabel(name, TestList(tests, Normal), Normal)

    /// A list of tests that keeps others from running.
    let inline ftestList name tests = TestLabel(name, TestList(tests, Focused), Focused)

    /// A list of tests that does not run.
    let inline ptestList name tests = TestLabel(name, TestList(tests, Pending), Pending)

    /// Puts a label before the names of the test.
    let inline testLabel name test = TestLabel(name, test, Normal)

    let private deferred (task: unit -> Task<unit>) = async { do! task () |> Async.AwaitTask }

    let private labelled name state code = TestLabel(name, TestCase(code, state), state)

    /// A test.
    let inline testCase name test = TestLabel(name, TestCase(Sync test, Normal), Normal)

    /// A test that can look for cancellation.
    let inline testCaseWithCancel name test = TestLabel(name, TestCase(SyncWithCancel test, Normal), Normal)

    /// An asynchronous test.
    let inline testCaseAsync name test = TestLabel(name, TestCase(Async test, Normal), Normal)

    /// A test that is a task.
    let testCaseTask name test = labelled name Normal (Async(deferred test))

    /// A test that keeps others from running.
    let inline ftestCase name test = TestLabel(name, TestCase(Sync test, Focused), Focused)

    /// An asynchronous test that keeps others from running.
    let inline ftestCaseAsync name test = TestLabel(name, TestCase(Async test, Focused), Focused)

    /// A test that is a task and keeps others from running.
    let ftestCaseTask name test = labelled name Focused (Async(deferred test))

    /// A test that does not run.
    let inline ptestCase name test = TestLabel(name, TestCase(Sync test, Pending), Pending)

    /// An asynchronous test that does not run.
    let inline ptestCaseAsync name test = TestLabel(name, TestCase(Async test, Pending), Pending)

    /// A test that is a task and does not run.
    let ptestCaseTask name test = labelled name Pending (Async(deferred test))

    /// These tests run alone, after those that run in parallel.
    let inline testSequenced test = Sequenced(Synchronous, test)

    /// These tests run one after another with others of the same group.
    let inline testSequencedGroup name test = Sequenced(SynchronousGroup name, test)

    /// Tests that share a set-up.
    let inline testFixture setup = Seq.map (fun (name, partialTest) -> testCase name (setup partialTest))

    /// Tests that share an argument.
    let inline testParam param = Seq.map (fun (name, partialTest) -> testCase name (partialTest param))

    /// One test for each case, named after it.
    let testTheory name (cases: seq<'a>) (test: 'a -> 'b) =
        let nameOf (case: 'a) =
            match box case with
            | null when typeof<'a> = typeof<string> -> "null"
            | :? string as text -> $"\"{text}\""
            | _ -> string case

        testList name [ for case in cases -> testCase (nameOf case) (fun () -> test case |> ignore) ]

    /// Builder of `test "name" { ... }`.
    type TestCaseBuilder(name, focusState) =
        member _.TryFinally(f, compensation) =
            try
                f ()
            finally
                compensation ()

        member _.TryWith(f, catchHandler) =
            try
                f ()
            with e ->
                catchHandler e

        member _.Using(disposable: #IDisposable, f) = using disposable f

        member _.For(sequence, f) =
            for i in sequence do
                f i

        member _.While(gd, prog) =
            while gd () do
                prog ()

        member _.Combine(f1, f2) =
            f2 ()
            f1

        member _.Zero() = ()
        member _.Delay f = f
        member _.Run f = labelled name focusState (Sync f)

    /// A test.
    let inline test name = TestCaseBuilder(name, Normal)
    /// A test that keeps others from running.
    let inline ftest name = TestCaseBuilder(name, Focused)
    /// A test that does not run.
    let inline ptest name = TestCaseBuilder(name, Pending)

    /// Builder of `testAsync "name" { ... }`.
    type TestAsyncBuilder(name, focusState) =
        member _.Zero() = async.Zero()
        member _.Delay(f) = async.Delay(f)
        member _.Return(x) = async.Return(x)
        member _.ReturnFrom(x) = async.ReturnFrom(x)
        member _.Bind(p1, p2) = async.Bind(p1, p2)
        member _.Using(g, p) = async.Using(g, p)
        member _.While(gd, prog) = async.While(gd, prog)
        member _.For(e, prog) = async.For(e, prog)
        member _.Combine(p1, p2) = async.Combine(p1, p2)
        member _.TryFinally(p, cf) = async.TryFinally(p, cf)
        member _.TryWith(p, cf) = async.TryWith(p, cf)
        member _.Run f = labelled name focusState (Async f)

    /// An asynchronous test.
    let inline testAsync name = TestAsyncBuilder(name, Normal)
    /// An asynchronous test that keeps others from running.
    let inline ftestAsync name = TestAsyncBuilder(name, Focused)
    /// An asynchronous test that does not run.
    let inline ptestAsync name = TestAsyncBuilder(name, Pending)

    /// Builder of `testTask "name" { ... }`.
    type TestTaskBuilder(name, focusState) =
        member inline _.Zero() = task.Zero()
        member inline _.Delay(f) = task.Delay(f)
        member inline _.Return(x) = task.Return(x)
        member inline _.ReturnFrom(x) = task.ReturnFrom(x)
        member inline _.Bind(p1: Task<'a>, p2: 'a -> _) = task.Bind(p1, p2)
        member inline _.Bind(p1: Task, p2: unit -> _) = task.Bind(p1, p2)
        member inline _.Using(g, p) = task.Using(g, p)
        member inline _.While(gd, prog) = task.While(gd, prog)
        member inline _.For(e, prog) = task.For(e, prog)
        member inline _.Combine(p1, p2) = task.Combine(p1, p2)
        member inline _.TryFinally(p, cf) = task.TryFinally(p, cf)
        member inline _.TryWith(p, cf) = task.TryWith(p, cf)

        member _.Run f = labelled name focusState (Async(deferred (fun () -> task.Run f)))

    /// A test that is a task.
    let inline testTask name = TestTaskBuilder(name, Normal)
    /// A test that is a task and keeps others from running.
    let inline ftestTask name = TestTaskBuilder(name, Focused)
    /// A test that is a task and does not run.
    let inline ptestTask name = TestTaskBuilder(name, Pending)

    /// The default configuration.
    let defaultConfig = ExpectoConfig.defaultConfig

    /// Called with the summary of a run.
    [<ReferenceEquality>]
    type SummaryHandler = SummaryHandler of (TestRunSummary -> unit)

    /// What a command line, or the program itself, may ask of a run.
    type CLIArguments =
        | Sequenced
        | Parallel
        | Parallel_Workers of int
        | Fail_On_Focused_Tests
        | Debug
        | Log_Name of name: string
        | Filter of hiera: string
        | Filter_Test_List of substring: string
        | Filter_Test_Case of substring: string
        | Run of tests: string list
        | List_Tests of listStates: FocusState list
        | Summary
        | Version
        | Allow_Duplicate_Names
        | No_Spinner
        | Colours of int
        | Printer of TestPrinters
        | Verbosity of LogLevel
        | Append_Summary_Handler of SummaryHandler
        | JoinWith of split: string

    let private focusState (text: string) =
        match text.ToLowerInvariant() with
        | "focused" -> Ok Focused
        | "pending" -> Ok Pending
        | "normal" -> Ok Normal
        | _ -> Result.Error $"Cannot parse parameter '{text}'"

    let private options =
        [ "--sequenced", "Don't run the tests in parallel.", ArgsParser.none Sequenced
          "--parallel", "Run all tests in parallel (default).", ArgsParser.none Parallel
          "--parallel-workers",
          "Number of parallel workers (default: the processors).",
          ArgsParser.number Parallel_Workers
          "--fail-on-focused-tests", "Fail if focused tests exist.", ArgsParser.none Fail_On_Focused_Tests
          "--debug", "Extra verbose printing.", ArgsParser.none Debug
          "--log-name", "Set the process name to log under (default: \"Expecto\").", ArgsParser.string Log_Name
          "--filter", "Run the tests whose full name starts so.", ArgsParser.string Filter
          "--filter-test-list", "Run the test lists whose name contains this.", ArgsParser.string Filter_Test_List
          "--filter-test-case", "Run the test cases whose name contains this.", ArgsParser.string Filter_Test_Case
          "--run", "Run only the tests of these full names.", ArgsParser.list Ok Run
          "--list-tests", "Print the tests, or those of the given states.", ArgsParser.list focusState List_Tests
          "--summary", "Print out a summary after all tests are finished.", ArgsParser.none Summary
          "--version", "Print out version information.", ArgsParser.none Version
          "--allow-duplicate-names", "Allow duplicate test names.", ArgsParser.none Allow_Duplicate_Names
          "--colours", "Level of colours: 0, 8 (default) or 256.", ArgsParser.number Colours
          "--no-spinner", "Disable the spinner progress update.", ArgsParser.none No_Spinner
          "--join-with", "Joins names: \".\" (default) or \"/\".", ArgsParser.string JoinWith ]

    let private byName pred (config: ExpectoConfig) =
        { config with
            filter = Test.filter config.joinWith.asString (pred config.joinWith) }

    let private apply (config: ExpectoConfig) argument =
        let contains (part: string) (label: string) = label.Contains part

        match argument with
        | Sequenced -> { config with runInParallel = false }
        | Parallel -> { config with runInParallel = true }
        | Parallel_Workers n -> { config with parallelWorkers = n }
        | Fail_On_Focused_Tests ->
            { config with
                failOnFocusedTests = true }
        | Debug ->
            { config with
                verbosity = LogLevel.Debug }
        | Log_Name name -> { config with logName = Some name }
        | Filter start ->
            config
            |> byName (fun join name -> (join.format name).StartsWith(start, StringComparison.Ordinal))
        | Filter_Test_List part ->
            config
            |> byName (fun _ name -> List.truncate (name.Length - 1) name |> List.exists (contains part))
        | Filter_Test_Case part ->
            config
            |> byName (fun _ name -> List.tryLast name |> Option.exists (contains part))
        | Run names -> config |> byName (fun join name -> List.contains (join.format name) names)
        | List_Tests states -> { config with listStates = states }
        | Summary ->
            { config with
                printer = TestPrinters.summaryPrinter config.printer }
        | Version -> config
        | Allow_Duplicate_Names ->
            { config with
                allowDuplicateNames = true }
        | No_Spinner -> { config with noSpinner = true }
        | Colours n ->
            { config with
                colour =
                    if n >= 256 then Colour256
                    elif n >= 8 then Colour8
                    else Colour0 }
        | Printer printer -> { config with printer = printer }
        | Verbosity level -> { config with verbosity = level }
        | Append_Summary_Handler(SummaryHandler handler) -> config.appendSummaryHandler handler
        | JoinWith "/" -> { config with joinWith = Slash }
        | JoinWith _ -> { config with joinWith = Dot }

    /// Prints the names of the tests; with their states unless all are normal.
    let listTests config test =
        let letter state =
            match state with
            | Normal -> "N"
            | Pending -> "P"
            | Focused -> "F"

        let listed =
            Test.toTestCodeList test
            |> List.filter (fun test -> config.listStates.IsEmpty || List.contains test.state config.listStates)

        let plain = listed |> List.forall (fun test -> test.state = Normal)

        [ for test in listed do
              let name = config.joinWith.format test.name

              if plain then
                  $"\n{name}"
              else
                  $"\n{letter test.state} {name}" ]
        |> String.concat ""
        |> fun names -> Console.log LogLevel.Info (names + "\n")
        |> Async.RunSynchronously

    /// The names that more than one test has.
    let duplicatedNames (join: JoinWith) test =
        Test.toTestCodeList test
        |> List.countBy (fun test -> join.format test.name, test.name)
        |> List.filter (fun (_, count) -> count > 1)
        |> List.map (fun ((_, name), _) -> name)

    let private runWith ct config tests =
        Console.threshold <- config.verbosity
        config.logName |> Option.iter (fun name -> Console.source <- name)

        if config.failOnFocusedTests && not (passesFocusTestCheck config tests) then
            1
        else
            let filtered = config.filter tests

            match
                (if config.allowDuplicateNames then
                     []
                 else
                     duplicatedNames config.joinWith filtered)
            with
            | [] -> runEvalWithCancel ct config filtered |> Async.RunSynchronously
            | duplicates ->
                $"Found duplicated test names, these names are: %A{duplicates}"
                |> config.printer.info
                |> Async.RunSynchronously

                1

    let private version =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyFileVersionAttribute>().Version

    let private programName () =
        let file = IO.Path.GetFileName(Environment.GetCommandLineArgs()[0])
        if file.EndsWith ".dll" then "dotnet " + file else file

    /// Runs the tests as the program and then its command line ask. Returns 0 if all passed, or were skipped;
    /// 1 if one failed, 2 if one raised another exception, 3 if both; 1 for a wrong command line.
    let runTestsWithCLIArgsAndCancel (ct: CancellationToken) (cliArgs: seq<CLIArguments>) (args: string[]) tests =
        match ArgsParser.parse options args with
        | ArgsParser.Usage errors ->
            if not errors.IsEmpty then
                let errors = String.concat " " errors
                printfn $"ERROR: {errors}\n"

            printfn $"EXPECTO! v{version}\n\n{ArgsParser.usage (programName ()) options}"
            if errors.IsEmpty then 0 else 1
        | ArgsParser.Options arguments ->
            let config = Seq.append cliArgs arguments |> Seq.fold apply defaultConfig

            if List.exists (fun (a: CLIArguments) -> a.IsList_Tests) arguments then
                listTests config tests
                0
            else
                if List.exists (fun (a: CLIArguments) -> a.IsVersion) arguments then
                    printfn $"EXPECTO! v{version}\n"

                runWith ct config tests

    /// As `runTestsWithCLIArgsAndCancel`, without cancellation.
    let runTestsWithCLIArgs cliArgs args tests = runTestsWithCLIArgsAndCancel CancellationToken.None cliArgs args tests

    /// Runs the marked tests of this program.
    let runTestsInAssemblyWithCLIArgsAndCancel (ct: CancellationToken) cliArgs args =
        let tests = testFromThisAssembly () |> Option.defaultValue (TestList([], Normal))
        runTestsWithCLIArgsAndCancel ct cliArgs args tests

    /// Runs the marked tests of this program.
    let runTestsInAssemblyWithCLIArgs cliArgs args =
        runTestsInAssemblyWithCLIArgsAndCancel CancellationToken.None cliArgs args
