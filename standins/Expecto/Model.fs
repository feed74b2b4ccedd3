namespace Expecto

open System
open System.Threading

/// The code of one test.
type TestCode =
    /// Runs on the calling thread.
    | Sync of stest: (unit -> unit)
    /// Runs on the calling thread and is told of cancellation.
    | SyncWithCancel of stest: (CancellationToken -> unit)
    /// Runs as an asynchronous computation.
    | Async of atest: Async<unit>

/// Whether a test, or a list of tests, is singled out. Lists hand it down: see `Test.computeChildFocusState`.
type FocusState =
    /// Runs unless some other test is focused.
    | Normal
    /// Never runs.
    | Pending
    /// Runs, and keeps normal tests from running.
    | Focused

/// How a test runs relative to others.
type SequenceMethod =
    /// Alone, after all parallel tests.
    | Synchronous
    /// One after another within the named group.
    | SynchronousGroup of string
    /// At any time on any thread.
    | InParallel

/// A tree of tests.
type Test =
    /// The code of one test; its name comes from the labels above it.
    | TestCase of code: TestCode * state: FocusState
    /// Several tests.
    | TestList of tests: Test list * state: FocusState
    /// One part of the name of the tests below.
    | TestLabel of label: string * test: Test * state: FocusState
    /// How the tests below run relative to others.
    | Sequenced of SequenceMethod * Test

/// Base of the exceptions by which a test tells its outcome.
type ExpectoException(msg) =
    inherit Exception(msg)

/// The test failed; reported with the place it was raised.
type AssertException(msg) =
    inherit ExpectoException(msg)

/// The test failed; reported without a stack trace.
type FailedException(msg) =
    inherit ExpectoException(msg)

/// The test is skipped for the reason in the message.
type IgnoreException(msg) =
    inherit ExpectoException(msg)

/// Tests could not be collected from an assembly.
type TestDiscoveryException(msg) =
    inherit ExpectoException(msg)

/// A member marked as tests holds null.
type NullTestDiscoveryException(msg) =
    inherit TestDiscoveryException(msg)

/// Marks a value of type `Test` to be found by `runTestsInAssemblyWithCLIArgs`.
[<AttributeUsage(AttributeTargets.Method ||| AttributeTargets.Property ||| AttributeTargets.Field)>]
type TestsAttribute() =
    inherit Attribute()

/// As `TestsAttribute`, but all its tests are pending, unless another of the attributes is present.
[<AttributeUsage(AttributeTargets.Method ||| AttributeTargets.Property ||| AttributeTargets.Field)>]
type PTestsAttribute() =
    inherit Attribute()

/// As `TestsAttribute`, but all its tests are focused.
[<AttributeUsage(AttributeTargets.Method ||| AttributeTargets.Property ||| AttributeTargets.Field)>]
type FTestsAttribute() =
    inherit Attribute()

type internal TestNameHolder() =
    [<ThreadStatic; DefaultValue>]
    static val mutable private name: string

    static member Name
        with get () = TestNameHolder.name
        and set value = TestNameHolder.name <- value
