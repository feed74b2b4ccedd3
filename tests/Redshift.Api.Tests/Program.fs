module Redshift.Api.Tests.Program

open Expecto

let tests =
    testList "Api" [ GradientTests.tests; PyTorchTests.tests; DeterminismTests.tests; SimdBackendTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
