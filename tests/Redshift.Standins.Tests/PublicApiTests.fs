/// No stand-in has what the genuine package lacks. `standins/ID/PublicAPI.txt` lists what a stand-in has: where the
/// build took the stand-in, the list is compared with it; where it took the genuine package, that must have every line.
module Redshift.Standins.Tests.PublicApiTests

open System.Reflection
open System.IO
open Expecto
open Redshift.Tests

/// Deedle=stand-in, … as the build took them.
let private taken =
    Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
    |> Seq.pick (fun a ->
        if a.Key = "OptionalPackages" then
            Option.ofObj a.Value
        else
            None)
    |> fun all -> all.Split ", " |> Array.toList

let private check (package: string) =
    testCase package (fun () ->
        let file = Repository.file $"standins/{package}/PublicAPI.txt"
        let found = PublicApi.parts (Assembly.Load package)

        if List.contains $"{package}=stand-in" taken then
            PublicApi.isWhatIsIn file found
        else
            Expect.contains taken $"{package}=genuine" "either the one or the other"

            let lacking = File.ReadAllLines file |> Seq.except found |> String.concat "\n"
            Expect.equal lacking "" "what the stand-in has and the genuine package lacks")

let tests = testList "Public API" [ check "Deedle"; check "XPlot.Plotly"; check "Expecto" ]
