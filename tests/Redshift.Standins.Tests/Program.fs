module Redshift.Standins.Tests.Program

open Expecto

let tests = testList "Standins" []

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
