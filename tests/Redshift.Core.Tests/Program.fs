module Redshift.Core.Tests.Program

open Expecto

let tests =
    testList
        "Core"
        [ Frames.ScalingTests.tests
          Frames.SplitTests.tests
          Frames.PreprocessingTests.tests
          Layers.LayerTests.tests
          Layers.ScheduleTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
