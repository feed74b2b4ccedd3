module Redshift.Core.Tests.Simulation.SimulatorTablesTests

open Expecto
open FsCheck
open FsCheck.FSharp
open Redshift.Core.Simulation
open Redshift.Core.Tests.Simulation.SharedTables

let private header = "lambda_nm,bp_pwl,bp_response,rp_pwl,rp_response"

let private errorOf parse (lines: string list) =
    match parse (String.concat "\n" lines) with
    | Ok _ -> "accepted"
    | Error(error: TableError) -> error.Message "table.csv"

let private refused name lines expected =
    testCase $"instrument: {name}" (fun () ->
        Expect.equal (errorOf SimulatorTables.parseInstrument lines) expected "message")

let tests =
    testList
        "SimulatorTables"
        [ refused "too few columns" [ "lambda_nm,bp_pwl"; "1,2" ] $"table.csv:1: expected 5 columns ({header}), found 2"
          refused
              "another column"
              [ "lambda_nm,bp_pwl,bp,rp_pwl,rp_response"; "1,2,3,4,5" ]
              "table.csv:1:3: expected the column bp_response, found 'bp'"
          refused
              "text among numbers"
              [ header; "320,54,0,-120,0"; "321,x,0,-119,0" ]
              "table.csv:3:bp_pwl: expected a finite number, found 'x'"
          refused
              "an empty cell"
              [ header; "320,54,0,-120,"; "321,53,0,-119,0" ]
              "table.csv:2:rp_response: expected a finite number, found an empty cell"
          refused "a short row" [ header; "320,54,0,-120,0"; "321,53" ] "table.csv:3: expected 5 cells, found 2"
          refused
              "wavelengths that fall"
              [ header; "320,54,0,-120,0"; ""; "319,53,0,-119,0" ]
              "table.csv:4:lambda_nm: expected a value above 320, found 319"
          refused
              "BP pixels that rise"
              [ header; "320,54,0,-120,0"; "321,55,0,-119,0" ]
              "table.csv:3:bp_pwl: expected a value below 54, found 55"
          refused
              "a response above 1"
              [ header; "320,54,0,-120,0"; "321,53,1.5,-119,0" ]
              "table.csv:3:bp_response: expected 0 to 1, found 1.5"
          refused
              "no rows"
              [ header; "320,54,0,-120,0" ]
              "table.csv:3: expected two rows of numbers or more, found the end of the file"

          testCase "templates: a negative flux" (fun () ->
              let lines = [ "lambda_rest_nm,T0_young,T1,T2,T3,T4,T5"; "200,1,1,1,1,1,0"; "201,1,1,-1,1,1,0" ]

              Expect.equal
                  (errorOf SimulatorTables.parseTemplates lines)
                  "table.csv:3:T2: expected a flux of zero or more, found -1"
                  "message")

          testCase "no text makes the readers throw" (fun () ->
              let pieces = Gen.elements [ header; "1,2,3,4,5"; ","; "\n"; "NaN"; "1e400"; "\uFEFF"; "-"; "\r\n"; "λ" ]

              let property =
                  Prop.forAll (Arb.fromGen (Gen.listOf pieces)) (fun parts ->
                      let text = String.concat "" parts
                      SimulatorTables.parseInstrument text |> ignore
                      SimulatorTables.parseTemplates text |> ignore)

              Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), property))

          testCase "the full tables are read" (fun () ->
              let instrument = ok (SimulatorTables.parseInstrument (read "instrument.csv"))
              Expect.equal instrument.Wavelength.Length 761 "1 nm from 320 to 1080"
              Expect.equal instrument.BluePixel[0] 54.8848 "first BP pixel"
              let templates = ok (SimulatorTables.parseTemplates (read "templates.csv"))
              Expect.equal (templates.Flux |> Array.map Array.length) (Array.create 6 640) "bins"
              Expect.equal templates.Flux[5].[0] 0.0 "no line at 200 nm") ]
