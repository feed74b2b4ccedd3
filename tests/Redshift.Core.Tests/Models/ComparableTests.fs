module Redshift.Core.Tests.ComparableTests

open Expecto
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Models

let private neighbours = BrownNeighbours.standard Surveys.gaia
let private binned = GaiaBinned.recipe
let private stopping = BrownFcnn.recipe Surveys.gaia

let private named name (recipe: Recipe) = { recipe with Name = name }

let private within range (recipe: Recipe) =
    { recipe with
        Cleaning = { RedshiftRange = Some range } }

let private prepare folds highest recipes =
    match Comparable.prepare folds 7UL highest recipes with
    | Ok prepared -> prepared
    | Error fault -> failtest fault

let private fault recipes =
    match Comparable.prepare 5 7UL None recipes with
    | Ok _ -> failtest "expected an error"
    | Error fault -> fault

let tests =
    testList
        "recipes made comparable"
        [ testCase "all have the seed, the folds and the range that is common to all" (fun () ->
              for recipe in prepare 4 None [ neighbours; binned; stopping |> within (0.1, 2.0) ] do
                  Expect.equal recipe.Seed 7UL "seed"
                  Expect.equal recipe.Cleaning.RedshiftRange (Some(0.1, 0.6)) "range"

                  match recipe.Split with
                  | Division.Folds(4, _) -> ()
                  | other -> failtest $"expected 4 folds, found {other}")
          testCase "only what chooses by objects that watch sets some aside" (fun () ->
              let own =
                  { neighbours with
                      Split = Division.Folds(3, 0.1) }
                  |> named "own"

              let split = prepare 5 None [ neighbours; binned; stopping; own ] |> List.map _.Split

              Expect.equal
                  split
                  [ Division.Folds(5, 0.0); Division.Folds(5, 0.0); Division.Folds(5, 0.2); Division.Folds(5, 0.1) ]
                  "shares")
          testCase "no folds: the thesis's parts" (fun () ->
              for recipe in prepare 0 None [ neighbours; stopping ] do
                  Expect.equal recipe.Split Division.Thesis "parts")
          testCase "a highest redshift narrows, and does not widen" (fun () ->
              let range highest recipes = (prepare 5 highest recipes).Head.Cleaning.RedshiftRange
              Expect.equal (range (Some 0.4) [ binned; neighbours ]) (Some(0.0, 0.4)) "below the range's end"
              Expect.equal (range (Some 2.0) [ binned; neighbours ]) (Some(0.0, 0.6)) "above it"
              Expect.equal (range (Some 2.0) [ stopping; neighbours ]) (Some(0.0, 2.0)) "of recipes without one"
              Expect.equal (range None [ stopping; neighbours ]) None "of none")
          testCase "what else a recipe says is left as it is" (fun () ->
              for before, after in List.zip [ neighbours; binned ] (prepare 5 None [ neighbours; binned ]) do
                  Expect.equal
                      { after with
                          Seed = before.Seed
                          Split = before.Split
                          Cleaning = before.Cleaning }
                      before
                      before.Name)
          testCase "ranges that do not overlap are refused" (fun () ->
              let found = fault [ stopping |> within (0.0, 0.5); neighbours |> within (0.5, 2.0) ]

              Expect.equal
                  found
                  "expected recipes whose redshift ranges overlap, found none in common (from 0.5 to 0.5)"
                  "")
          testCase "two of one name are refused, also where only the case differs" (fun () ->
              let found = fault [ neighbours |> named "Mine"; binned; stopping |> named "mine" ]
              Expect.stringContains found "different names, found 2 called mine" "the fault")
          testCase "a name that could not be a folder, or would leave it, is refused" (fun () ->
              for name in
                  [ ""; "a/b"; ".."; "."; "..\\x"; "a b"; "x."; "comparison.json"; "é"; String.replicate 81 "x" ] do
                  Expect.stringContains (fault [ binned; neighbours |> named name ]) "can be folders" name

              prepare 5 None [ binned; neighbours |> named "Mine_v1.2-b" ] |> ignore) ]
