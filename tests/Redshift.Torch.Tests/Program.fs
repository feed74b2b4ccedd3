module Redshift.Torch.Tests.Program

open Expecto
open Redshift.Torch.Tests

let tests =
    testList
        "Torch"
        [ ParityTests.tests
          OptimiserTests.tests
          ContractTests.tests
          ResidentTests.tests
          TrainingTests.tests
          MemoryTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
