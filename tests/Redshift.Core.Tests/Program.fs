module Redshift.Core.Tests.Program

open Expecto

let tests = testList "Core" []

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
