module Redshift.Core.Tests.Layers.LayerTests

open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Layers
open Redshift.Core.Models
open Redshift.Tests.Law

let private create body = Network.create "n" (Shape.Signal(1, 186)) body (Head.Point [ "redshift" ])

let private errorOf body =
    match create body with
    | Ok network -> failtest $"expected an error, found {network.ParameterCount} parameters"
    | Error e -> string e

let private composition =
    testList
        "-->"
        [ lawFor "is associative" (Gen.zip3 Generators.layer Generators.layer Generators.layer) (fun (a, b, c) ->
              (a --> b) --> c = a --> (b --> c))
          lawFor "has the empty sequence as identity" Generators.layer (fun a ->
              Layer.identity --> a = a && a --> Layer.identity = a)
          testCase "keeps the order" (fun () ->
              Expect.equal (Layer.toList (dense 2 --> relu --> dense 1)) [ dense 2; relu; dense 1 ] "left to right") ]

let private inference =
    testList
        "shapes"
        [ lawFor "never throws, and says a path" (Gen.zip Generators.layer Generators.shape) (fun (body, input) ->
              match Network.create "n" input body (Head.Point [ "redshift" ]) with
              | Ok network -> network.Steps |> Seq.forall (fun s -> s.Output.Size > 0)
              | Error e -> e.Path <> "" && e.Expected <> "" && e.Found <> "")
          lawFor "parameters add up to the count" (Gen.zip Generators.layer Generators.shape) (fun (body, input) ->
              match Network.create "n" input (body --> flatten --> dense 1) (Head.Point [ "redshift" ]) with
              | Ok network ->
                  let names = network.Parameters |> Seq.map _.Name |> Seq.toList

                  network.ParameterCount = (network.Steps |> Seq.sumBy _.ParameterCount)
                  && names = List.distinct names
              | Error _ -> true)
          testCase "a dense layer on a signal" (fun () ->
              Expect.equal
                  (errorOf (conv1d 16 5 --> relu --> maxPool1d 2 --> dense 1))
                  "body/3: expects features; add Flatten first (input: signal [16 x 91])"
                  "message")
          testCase "a signal shorter than the kernel" (fun () ->
              Expect.equal
                  (errorOf (conv1d 1 200))
                  "body/0: expects a signal of at least 200 positions (input: signal [1 x 186])"
                  "message")
          testCase "a residual that changes the shape" (fun () ->
              Expect.equal
                  (errorOf (flatten --> residual (dense 3)))
                  "body/1: expects inner layers that keep the shape features [186] (inner output: features [3])"
                  "message")
          testCase "a body that does not end in what the head needs" (fun () ->
              Expect.equal
                  (errorOf (flatten --> dense 2))
                  "head: expects features [1]; end the body in Dense 1 (body's output: features [2])"
                  "message")
          testCase "identities widen a graph's nodes, without weights" (fun () ->
              match
                  Network.create "n" (Shape.Graph(11, 2)) (graphIdentity --> flatten --> dense 1) (Head.Point [ "z" ])
              with
              | Error e -> failtest (string e)
              | Ok network ->
                  Expect.equal network.Steps[0].Output (Shape.Graph(11, 13)) "shape"
                  Expect.equal (network.Steps[0].ParameterCount, network.ParameterCount) (0, 144) "weights")
          testCase "identities of a signal" (fun () ->
              Expect.equal (errorOf graphIdentity) "body/0: expects a graph (input: signal [1 x 186])" "message")
          testCase "identities of too many nodes" (fun () ->
              match Network.create "n" (Shape.Graph(16384, 1)) (graphIdentity --> graphMean) (Head.Point [ "z" ]) with
              | Ok _ -> failtest "expected an error"
              | Error e -> Expect.stringContains (string e) "body/0: expects at most 268435456 outputs" "message")
          testCase "a layer too large for memory" (fun () ->
              Expect.stringContains
                  (errorOf (flatten --> dense 2000000000))
                  "body/1: expects units from 1 to"
                  "message")
          testCase "every window is inside the padded signal" (fun () ->
              // PyTorch 1.13.1: conv1d of length 10, kernel 4, stride 3, padding 1 gives 3 positions.
              Expect.equal (Shape.windows 10 4 3 1) 3 "positions") ]

let private json =
    let read text = JsonReader.Parse(text, LayerJson.read)

    testList
        "JSON"
        [ lawFor "read (write layer) = layer" Generators.layer (fun layer ->
              JsonReader.Parse(
                  Json.text (Json.object [ "body", LayerJson.write layer ]),
                  fun j -> j.Object(fun o -> o.Required("body", LayerJson.read))
              )
                  =
                  Ok layer)
          testCase "what a constructor takes as given may be left out" (fun () ->
              Expect.equal
                  (read """[{"type":"conv1d","filters":4,"kernel":3},{"type":"flatten"},{"type":"dense","units":1}]""")
                  (Ok(conv1d 4 3 --> flatten --> dense 1))
                  "layers")
          testCase "a misspelt field is an error" (fun () ->
              Expect.equal
                  (read """[{"type":"dense","units":1,"biass":false}]""")
                  (Error "0: expected only the fields bias, initialiser, type, units, found \"biass\"")
                  "message")
          testCase "an unknown layer is an error" (fun () ->
              Expect.isTrue (Result.isError (read """[{"type":"lstm"}]""")) "error") ]

/// Trainable and other parameters of each layer of the thesis's listing.
let private thesis = [ 1536; 327936; 98432; 16448; 147712; 65792; 32896; 8256; 65 ]

let private gaia =
    testList
        "gaia-cnn"
        [ testCase "has the thesis's parameters, layer by layer" (fun () ->
              let counts =
                  GaiaCnn.recipe.Networks.Value.Network.Steps
                  |> Seq.map _.ParameterCount
                  |> Seq.filter (fun n -> n > 0)

              Expect.sequenceEqual counts thesis "parameters"
              Expect.equal GaiaCnn.recipe.Networks.Value.Network.ParameterCount 699073 "all")
          testCase "prints its table" (fun () ->
              let text = Network.summary GaiaCnn.recipe.Networks.Value.Network
              Expect.stringContains text "body/3   Conv1d 256 x 5" "a layer"
              Expect.stringContains text "signal [256 x 87]" "a shape"
              Expect.stringContains text "327,936" "a count"
              Expect.stringContains text "Parameters: 699,073" "the sum") ]

let private recipes =
    testList
        "recipes"
        [ for recipe in Recipes.all do
              testCase $"{recipe.Name} survives JSON" (fun () ->
                  Expect.equal (Recipe.read (Recipe.write recipe)) (Ok recipe) "the same recipe")
          testCase "an error names the path" (fun () ->
              let text = (Recipe.write GaiaCnn.recipe).Replace("\"units\": 64", "\"units\": \"many\"")

              Expect.equal
                  (Recipe.read text)
                  (Error "network/body/19/units: expected a whole number, found \"many\"")
                  "message")
          testCase "a network that does not fit is an error" (fun () ->
              let text = (Recipe.write GaiaCnn.recipe).Replace("\"length\": 186", "\"length\": 20")

              match Recipe.read text with
              | Ok _ -> failtest "expected an error"
              | Error message ->
                  Expect.stringContains message "network: expected a network whose shapes fit; body/" "message") ]

let tests = testList "layers" [ composition; inference; json; gaia; recipes ]
