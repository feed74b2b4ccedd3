module Redshift.Api.Tests.Program

open Expecto

let tests = testList "Api" []

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
