/// Recipes of several targets: what is known of a catalogue's rows, and recipes made for it.
module Redshift.Core.Tests.TargetTests

open System
open System.IO
open System.Text
open Expecto
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Layers
open Redshift.Core.Models
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private expectOk (result: Result<'T, string>) =
    match result with
    | Ok value -> value
    | Error message -> failtest message

let private survey =
    """{ "name": "small", "description": "", "redshift": { "columns": ["z"], "filters": [{ "column": "good", "value": "true" }] },
         "targets": [{ "name": "stellarity", "columns": ["star"], "is_class": true },
                     { "name": "stellar_mass", "columns": ["mass"], "filters": [{ "column": "good", "value": "true" }] }],
         "samples": { "columns": ["a", "b"], "kind": "magnitude", "unit": "mag", "required": false },
         "texts": ["good"], "redshift_range": [0, 2] }"""
    |> Survey.parse
    |> expectOk

let private catalogue (text: string) =
    use stream = new MemoryStream(Encoding.UTF8.GetBytes text)

    Catalogue.read ReadOptions.Default "small.csv" stream survey
    |> Result.mapError string
    |> expectOk

let private rows =
    catalogue
        "a,b,z,star,mass,good\n20,21,0.5,0,10.5,true\n20,21,,1,,false\n20,21,0.7,galaxy,,true\n20,21,1.5,,9,true\n20,21,0.2,STAR,,false\n20,21,3,0.5,,true\n20,21,0.4,0,8,false\n20,21,0.9,,,true\n"

let private modern = Alhambra.modern survey

let private ofRecipe =
    Selection.ofRecipe
        { modern with
            Cleaning = { RedshiftRange = Some(0.0, 2.0) } }

let private known target (usable: Usable) =
    (usable.Others |> List.find (fun truth -> truth.Target = target)).Values
    |> List.ofArray

/// NaN as -1, so that lists can be compared.
let private shown (values: float list) = values |> List.map (fun value -> if Double.IsNaN value then -1.0 else value)

let private reading =
    [ testCase "a class by name, number, or probability of the second; one half is not known" (fun () ->
          let usable = ofRecipe rows |> expectOk
          Expect.equal (shown (known "stellarity" usable)) [ 0.0; 1.0; 0.0; -1.0; 1.0; -1.0; 0.0; -1.0 ] "stellarity")
      testCase "rows take part where any target is known; a redshift only where filter and range let it" (fun () ->
          let usable = ofRecipe rows |> expectOk
          Expect.equal (shown (List.ofArray usable.Redshift)) [ 0.5; -1.0; 0.7; 1.5; -1.0; -1.0; -1.0; 0.9 ] "redshifts"
          Expect.equal (List.ofArray usable.Rows) [ 0; 1; 2; 3; 4; 6; 7 ] "rows"
          Expect.equal usable.Filtered 1 "beyond the range, and nothing else known"
          Expect.equal (shown (known "stellar_mass" usable)) [ 10.5; -1.0; -1.0; 9.0; -1.0; -1.0; -1.0; -1.0 ] "mass, by its own filter")
      testCase "a recipe of the redshift alone takes the rows it always took" (fun () ->
          let usable = Selection.ofRecipe (Photoz.recipe survey) rows |> expectOk
          Expect.equal (List.ofArray usable.Rows) [ 0; 2; 3; 7 ] "rows"
          Expect.isEmpty usable.Others "others")
      testCase "a cell that is no class is said with its row" (fun () ->
          let fault =
              catalogue "a,b,z,star,mass,good\n20,21,0.5,0,,true\n20,21,0.5,2,,true\n"
              |> ofRecipe

          match fault with
          | Error message ->
              Expect.stringContains message "row 1 (from 0): stellarity: expected galaxy or star" "message"
          | Ok _ -> failtest "expected a fault")
      testCase "a row whose redshift is missing and of which nothing else is known is refused" (fun () ->
          Expect.isError (catalogue "a,b,z,star,mass,good\n20,21,,,,true\n20,21,1,1,,true\n" |> ofRecipe) "refused") ]

let private outputs (recipe: Recipe) =
    match recipe.Learner with
    | Learner.Networks networks -> networks.Network.Outputs, Head.targetNames networks.Network.Head
    | Learner.PerTarget learners -> learners.Length, learners |> List.map _.Target
    | Learner.Neighbours _
    | Learner.Templates _ -> failtest "expected networks"

let private narrowing =
    [ testCase "recipes are made of a survey's targets" (fun () ->
          Expect.equal (outputs modern) (200 + 2 + 180, [ "redshift"; "stellarity"; "stellar_mass" ]) "modern"

          Expect.equal
              (outputs (Alhambra.recipe survey))
              (3, [ "redshift"; "stellarity"; "stellar_mass" ])
              "four networks"

          let all = outputs (Alhambra.recipe Surveys.alhambra) |> snd
          Expect.equal all [ "redshift"; "stellarity"; "spectral_type"; "stellar_mass" ] "ALHAMBRA has all")
      testCase "targets that a catalogue does not know are left out, outputs and all" (fun () ->
          let without = catalogue "a,b,z,star,good\n20,21,0.5,0,true\n20,21,0.5,1,true\n"

          for recipe, expected in [ modern, 202; Alhambra.recipe survey, 2 ] do
              let narrowed = Selection.forCatalogue recipe without |> expectOk
              Expect.equal (outputs narrowed) (expected, [ "redshift"; "stellarity" ]) recipe.Name
              Expect.equal (Recipe.read (Recipe.write narrowed)) (Ok narrowed) "round trip"

          Expect.equal (Selection.forCatalogue modern rows) (Ok modern) "all known: as it was")
      testCase "comparisons are of the redshift alone, on the rows of all" (fun () ->
          let compared = Comparable.prepare 5 1UL None [ modern; Photoz.recipe survey ] |> expectOk
          Expect.equal (outputs compared[0]) (200, [ "redshift" ]) "outputs"
          let rowsOf recipe = (Selection.ofRecipe recipe rows |> expectOk).Rows
          Expect.equal (rowsOf compared[0]) (rowsOf compared[1]) "rows") ]

let private written =
    [ for recipe in
          [ modern
            Alhambra.recipe survey
            Alhambra.recipe Surveys.alhambra
            Alhambra.modern Surveys.zcosmos ] do
          testCase $"{recipe.Name} of {recipe.Survey}: JSON and back" (fun () ->
              Expect.equal (Recipe.read (Recipe.write recipe)) (Ok recipe) "round trip")
      testCase "the four networks are the published ones" (fun () ->
          match (Alhambra.recipe Surveys.alhambra).Learner with
          | Learner.PerTarget learners ->
              let widths (l: TargetLearner) =
                  Layer.toList l.Networks.Network.Body
                  |> List.choose (fun layer ->
                      match layer with
                      | Layer.Dense dense -> Some dense.Units
                      | _ -> None)

              let epochs = learners |> List.map _.Networks.Training.Epochs

              Expect.equal
                  (List.map widths learners)
                  [ [ 75; 120; 1 ]; [ 75; 2; 3; 2 ]; [ 75; 20; 10; 1 ]; [ 75; 120; 200; 50; 1 ] ]
                  "widths"

              Expect.equal epochs [ 80; 20; 10; 7 ] "epochs"
          | _ -> failtest "expected a network a target")
      testCase "10 % train, 1 % validates" (fun () ->
          let parts = Split.divide (Alhambra.recipe survey).Split 1UL 1000 |> expectOk
          let sizes = parts[0].Train.Length, parts[0].Validation.Length, parts[0].Test.Length
          Expect.equal sizes (100, 10, 890) "parts")
      testCase "what cannot be is refused with its place" (fun () ->
          let changed (from: string) (into: string) =
              let text = Recipe.write (Alhambra.recipe survey)
              Expect.stringContains text from "the text to be changed"
              Recipe.read (text.Replace(from, into))

          for from, into, place in
              [ "\"target\": \"redshift\"", "\"target\": \"age\"", "targets"
                "\"target\": \"stellar_mass\"", "\"target\": \"stellarity\"", "targets"
                "\"pit\": false", "\"pit\": true", "calibration" ] do
              match changed from into with
              | Error message -> Expect.stringContains message place $"{into}"
              | Ok _ -> failtest $"expected {into} to be refused") ]

let tests = testList "Targets" (reading @ narrowing @ written)
