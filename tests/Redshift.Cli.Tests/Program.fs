module Redshift.Cli.Tests.Program

open Expecto

let tests = testList "Cli" []

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
