module Redshift.Core.Tests.Program

open Expecto

let tests =
    testList
        "Core"
        [ StatisticsTests.tests
          MetricTests.tests
          HistoryTests.tests
          FigureTests.tests
          ReportTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
