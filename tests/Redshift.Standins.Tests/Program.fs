module Redshift.Standins.Tests.Program

open Expecto

/// What the packages and the stand-ins have in common; with the packages served, these tests run against them.
let tests =
    testList
        "Standins"
        [ SeriesTests.tests
          FrameTests.tests
          StatsTests.tests
          ChartTests.tests
          RunnerTests.tests
          ExpectTests.tests
          PublicApiTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
