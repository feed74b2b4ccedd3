namespace Expecto.CSharp

open System
open System.Collections.Generic
open System.Runtime.CompilerServices
open System.Threading.Tasks
open Expecto
open Expecto.Impl

/// The library as C# sees it: static methods with delegates and sequences.
[<AutoOpen; Extension>]
module Runner =
    let private awaited (task: Func<Task>) = async { do! Async.AwaitTask(task.Invoke()) }

    /// Runs the tests with a configuration; the exit code.
    let RunTests (config, tests) = runEval config tests

    /// Runs the tests as the program and then its command line ask; the exit code.
    let RunTestsWithCLIArgs (cliArgs, args, tests) = runTestsWithCLIArgs cliArgs args tests

    /// As `RunTestsWithCLIArgs`, with cancellation.
    let RunTestsWithCLIArgsAndCancel (ct, cliArgs, args, tests) = runTestsWithCLIArgsAndCancel ct cliArgs args tests

    /// Runs the marked tests of this program; the exit code.
    let RunTestsInAssemblyWithCLIArgs (cliArgs, args) = runTestsInAssemblyWithCLIArgs cliArgs args

    /// As `RunTestsInAssemblyWithCLIArgs`, with cancellation.
    let RunTestsInAssemblyWithCLIArgsAndCancel (ct, cliArgs, args) =
        runTestsInAssemblyWithCLIArgsAndCancel ct cliArgs args

    /// Prints the names of the tests.
    let ListTests (config, tests) = listTests config tests

    /// A named list of tests.
    let TestList (name, tests: IEnumerable<Test>) = testList name (List.ofSeq tests)

    /// A test.
    [<CompiledName("TestCase")>]
    let TestCaseA (name, test: Action) = testCase name test.Invoke

    /// A test that has been started.
    [<CompiledName("TestCase")>]
    let TestCaseT (name, test: Task) = testCaseAsync name (Async.AwaitTask test)

    /// An asynchronous test.
    [<CompiledName("TestCase")>]
    let TestCaseFT (name, test: Func<Task>) = testCaseAsync name (awaited test)

    /// A test that does not run.
    [<CompiledName("PendingTestCase")>]
    let PendingTestCaseA (name, test: Action) = ptestCase name test.Invoke

    /// An asynchronous test that does not run.
    [<CompiledName("PendingTestCase")>]
    let PendingTestCaseFT (name, test: Func<Task>) = ptestCaseAsync name (awaited test)

    /// A test that keeps others from running.
    [<CompiledName("FocusedTestCase")>]
    let FocusedTestCaseA (name, test: Action) = ftestCase name test.Invoke

    /// An asynchronous test that keeps others from running.
    [<CompiledName("FocusedTestCase")>]
    let FocusedTestCaseFT (name, test: Func<Task>) = ftestCaseAsync name (awaited test)

    /// These tests run alone.
    let TestSequenced (test: Test) = testSequenced test

    /// The default configuration.
    let DefaultConfig = defaultConfig

    type Expecto.Impl.ExpectoConfig with

        /// Whether tests run in parallel.
        [<Extension; CompiledName("WithParallel")>]
        member x.WithParallel(``parallel``) = { x with runInParallel = ``parallel`` }

        /// How many tests run at once.
        [<Extension; CompiledName("WithParallelWorkers")>]
        member x.WithParallelWorkers(parallelWorkers) =
            { x with
                parallelWorkers = parallelWorkers }

        /// Replaces the printer.
        [<Extension; CompiledName("WithPrinter")>]
        member x.WithPrinter(printer) = { x with printer = printer }

        /// From which importance on messages are printed.
        [<Extension; CompiledName("WithVerbosity")>]
        member x.WithVerbosity(verbosity) = { x with verbosity = verbosity }
