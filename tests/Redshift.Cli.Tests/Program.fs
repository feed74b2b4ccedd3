module Redshift.Cli.Tests.Program

open Expecto

let tests =
    testList
        "Cli"
        [ UsageTests.tests
          BadInputTests.tests
          CatalogueTests.tests
          PrepareTests.tests
          TargetTests.tests
          ImputeTests.tests
          PredictTests.tests
          ImportTests.tests
          ExportTests.tests
          DemoTests.tests
          VectorWidthTests.tests
          InterruptTests.tests
          SearchTests.tests
          ReportTests.tests
          CompareTests.tests
          ReadmeTests.tests
          ScriptTests.tests ]

[<EntryPoint>]
let main args =
    try
        runTestsWithCLIArgs [] args tests
    finally
        Samples.remove ()
