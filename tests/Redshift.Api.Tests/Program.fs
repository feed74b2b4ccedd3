module Redshift.Api.Tests.Program

open Expecto

let tests = testList "Api" [ GradientTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
