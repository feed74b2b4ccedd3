/// Heads: what they take, what they say, which losses they go with.
module Redshift.Core.Tests.Layers.HeadTests

open System
open Expecto
open FsCheck.FSharp
open Redshift.Core.Distributions
open Redshift.Core.Layers
open Redshift.Core.Models
open Redshift.Core.Tests.Files
open Redshift.Tests.Law

let private grid =
    { Lowest = 0.0
      Highest = 0.6
      Bins = 6 }

let private encode head (truth: float list) =
    let into = Array.create (Head.targets head) 9f
    Head.encode head (ReadOnlySpan(Array.ofList truth)) (Span into)
    into

let private decode head (raw: float32 list) = Head.decode head (ReadOnlySpan(Array.ofList raw))

let private density head raw =
    match decode head raw with
    | Answer.Density density -> density
    | Answer.Values _
    | Answer.Probabilities _
    | Answer.Targets _ -> failtest "expected p(z)"

let private errorOf head (raw: float32 list) (truth: float list) =
    Head.absoluteError head (ReadOnlySpan(Array.ofList raw)) (ReadOnlySpan(Array.ofList truth))

let private classes = Head.Classes [ "star"; "galaxy"; "quasar" ]
let private point = Head.Point [ "redshift"; "stellar_mass" ]

let private part target weight head =
    { Target = target
      Weight = weight
      Head = head }

/// An answer as numbers that can be compared.
let rec private shown (answer: Answer) : float list =
    match answer with
    | Answer.Values values
    | Answer.Probabilities values -> List.ofArray values
    | Answer.Density density ->
        density.Mean
        :: density.Sigma
        :: [ for tau in 1..9 -> density.Quantile(float tau / 10.0) ]
    | Answer.Targets parts -> parts |> List.collect (snd >> shown)

/// 6 bins of redshift, 2 classes, 6 bins of something else of twice the weight.
let private joint =
    Head.Joint
        [ part "redshift" 1.0 (Head.Binned(grid, 0.0))
          part "stellarity" 1.0 (Head.Classes [ "galaxy"; "star" ])
          part "stellar_mass" 2.0 (Head.Binned(grid, 0.0)) ]

let private encoding =
    testList
        "encode"
        [ testCase "targets as they are" (fun () ->
              Expect.equal (encode point [ 0.3; 10.5 ]) [| 0.3f; 10.5f |] "point"
              Expect.equal (encode Head.Gaussian [ 0.3 ]) [| 0.3f |] "gaussian"
              Expect.equal (encode (Head.Mixture 4) [ 0.3 ]) [| 0.3f |] "mixture")
          testCase "a class in its place" (fun () -> Expect.equal (encode classes [ 2.0 ]) [| 0f; 0f; 1f |] "classes")
          testCase "several targets one after the other, each by its weight, none where it is not known" (fun () ->
              let known = encode joint [ 0.31; 1.0; 0.05 ]
              Expect.equal known [| 0f; 0f; 0f; 1f; 0f; 0f; 0f; 1f; 2f; 0f; 0f; 0f; 0f; 0f |] "all known"
              let unknown = encode joint [ nan; 0.0; nan ]
              Expect.equal unknown [| 0f; 0f; 0f; 0f; 0f; 0f; 1f; 0f; 0f; 0f; 0f; 0f; 0f; 0f |] "one known"
              let beyond = encode joint [ nan; nan; 77.0 ]
              Expect.equal beyond[13] 2f "beyond the bins counts as their end")
          testCase "a redshift in its bin" (fun () ->
              Expect.equal (encode (Head.Binned(grid, 0.0)) [ 0.31 ]) [| 0f; 0f; 0f; 1f; 0f; 0f |] "one bin"
              let soft = encode (Head.Binned(grid, 0.05)) [ 0.3 ]
              Expect.equal soft[2] soft[3] "either side of an edge"
              Expect.isTrue (soft |> Array.forall (fun share -> share > 0f)) "all bins") ]

let private logits =
    Gen.listOfLength 3 (Gen.choose (-40000, 40000) |> Gen.map (fun n -> float32 n / 100.0f))

let private decoding =
    testList
        "decode"
        [ testCase "a point's values" (fun () ->
              Expect.equal (decode point [ 0.25f; 9f ]) (Answer.Values [| 0.25; 9.0 |]) "values")
          testCase "a Gaussian's mean and width" (fun () ->
              let density = density Head.Gaussian [ 0.25f; -2f ]
              expectNear 1e-15 "mean" density.Mean 0.25
              expectNear 1e-15 "sigma" density.Sigma (exp -2.0)
              expectNear 1e-9 "q84" (density.Quantile 0.84) (0.25 + exp -2.0 * 0.9944578832097535))
          testCase "widths are held within the ends" (fun () ->
              expectNear 1e-15 "narrow" (density Head.Gaussian [ 0f; -99f ]).Sigma (exp -12.0)
              expectNear 1e-15 "wide" (density Head.Gaussian [ 0f; 99f ]).Sigma (exp 12.0))
          testCase "a mixture's logits, means and log widths, in this order" (fun () ->
              let density = density (Head.Mixture 2) [ 0f; log 3f; 0.2f; 0.6f; -3f; -2f ]
              expectNear 1e-6 "mean" density.Mean (0.25 * 0.2 + 0.75 * 0.6)

              expectNear
                  1e-6
                  "density"
                  (density.Density 0.6)
                  ((0.75 / exp -2.0 + 0.25 / exp -3.0 * exp (-0.5 * (0.4 / exp -3.0) ** 2.0))
                   / sqrt (2.0 * Math.PI)))
          lawFor "probabilities of classes add up to 1, whatever the logits" logits (fun raw ->
              match decode classes raw with
              | Answer.Probabilities shares ->
                  abs (Array.sum shares - 1.0) < 1e-12
                  && Array.forall (fun share -> share >= 0.0 && share <= 1.0) shares
              | Answer.Values _
              | Answer.Density _
              | Answer.Targets _ -> false)
          testCase "several targets by name, each as its own head reads it" (fun () ->
              let raw = [ 0f; 9f; 0f; 0f; 0f; 0f; 0f; log 3f; 0f; 0f; 0f; 0f; 0f; 9f ]

              match decode joint raw with
              | Answer.Targets [ "redshift", z; "stellarity", star; "stellar_mass", mass ] ->
                  let own head first size = decode head raw[first .. first + size - 1]
                  Expect.equal (shown z) (shown (own (Head.Binned(grid, 0.0)) 0 6)) "redshift"
                  Expect.equal (shown star) (shown (own (Head.Classes [ "galaxy"; "star" ]) 6 2)) "stellarity"
                  Expect.equal (shown mass) (shown (own (Head.Binned(grid, 0.0)) 8 6)) "mass"
                  let named target = decode joint raw |> Answer.tryTarget target
                  Expect.equal (ValueOption.map shown (named "stellar_mass")) (ValueSome(shown mass)) "by name"
                  Expect.isTrue (named "age").IsNone "no such target"
              | other -> failtest $"expected three targets, found {other}")
          testCase "several answers of several targets are pooled target by target" (fun () ->
              let answer a = decode joint ([ 1..14 ] |> List.map (fun i -> float32 ((i * a) % 7)))
              let pooled = Answer.pool [| ValueSome(answer 1); ValueSome(answer 3) |]

              for target in Head.targetNames joint do
                  let own = [| answer 1; answer 3 |] |> Array.map (Answer.tryTarget target)
                  let together = pooled |> ValueOption.bind (Answer.tryTarget target)
                  Expect.equal (ValueOption.map shown together) (ValueOption.map shown (Answer.pool own)) target

              Expect.isTrue (Answer.pool [| ValueSome(answer 1); ValueNone |]).IsNone "one is none")
          testCase "bins' logits" (fun () ->
              let density = density (Head.Binned(grid, 0.1)) [ 0f; 900f; 900f; 0f; 0f; 0f ]
              expectNear 1e-15 "mean" density.Mean 0.2
              expectNear 1e-15 "mode" density.Mode 0.15
              expectNear 1e-12 "median" (density.Quantile 0.5) 0.2)
          lawFor "what is encoded is found again" (Gen.choose (0, 600)) (fun n ->
              let z = float n / 1000.0
              let head = Head.Binned({ grid with Bins = 60 }, 0.03)
              let raw = encode head [ z ] |> Array.map (fun share -> log (max share 1e-30f))
              // At the ends of the grid half of the label is cut off.
              abs ((density head (List.ofArray raw)).Quantile 0.5 - z) < (if z < 0.1 || z > 0.5 then 0.025 else 0.001)) ]

let private redshifts =
    testList
        "redshift"
        [ testCase "heads that give it" (fun () ->
              let gives = [ Head.Point [ "redshift" ]; Head.Gaussian; Head.Mixture 2; Head.Binned(grid, 0.0) ]
              Expect.isTrue (List.forall Head.givesRedshift gives) "give"
              Expect.isFalse (List.exists Head.givesRedshift [ point; classes; Head.Point [ "age" ] ]) "do not")
          testCase "bins refuse a redshift outside them" (fun () ->
              let binned = Head.Binned(grid, 0.1)
              let refuses head (truth: float list) = Head.refuses head (ReadOnlySpan(Array.ofList truth))

              Expect.equal (refuses binned [ 0.6 ]) None "the end"
              let expected = "a redshift in [0, 0.6], the head's bins"
              Expect.equal (refuses binned [ 0.61 ]) (Some(expected, 0.61)) "beyond"
              Expect.equal (refuses Head.Gaussian [ 9.0 ]) None "others take any"
              Expect.equal (refuses joint [ 0.61; 0.0; 0.3 ]) (Some(expected, 0.61)) "of several targets"
              Expect.equal (refuses joint [ nan; nan; 99.0 ]) None "others are held within theirs")
          testCase "absolute errors" (fun () ->
              expectNear 1e-7 "point" (errorOf point [ 0.5f; 10f ] [ 0.25; 9.5 ]) 0.375
              expectNear 1e-7 "gaussian" (errorOf Head.Gaussian [ 0.5f; 3f ] [ 0.25 ]) 0.25
              expectNear 1e-7 "bins" (errorOf (Head.Binned(grid, 0.1)) [ 0f; 99f; 0f; 0f; 0f; 0f ] [ 0.25 ]) 0.1
              expectNear 1e-6 "classes" (errorOf classes [ 0f; log 2f; 0f ] [ 1.0 ]) 0.5) ]

let private losses =
    [ Loss.Mse; Loss.Mae; Loss.Huber 1.0; Loss.CrossEntropy; Loss.GaussianNll; Loss.MixtureNll ]

let private fitting =
    testList
        "losses"
        [ testCase "each head has its own" (fun () ->
              let fit head = losses |> List.filter (fun loss -> (Loss.misfit head loss).IsNone)
              Expect.equal (fit point) [ Loss.Mse; Loss.Mae; Loss.Huber 1.0 ] "point"
              Expect.equal (fit Head.Gaussian) [ Loss.GaussianNll ] "gaussian"
              Expect.equal (fit (Head.Mixture 3)) [ Loss.MixtureNll ] "mixture"
              Expect.equal (fit (Head.Binned(grid, 0.0))) [ Loss.CrossEntropy ] "binned"
              Expect.equal (fit classes) [ Loss.CrossEntropy ] "classes")
          testCase "a recipe whose loss does not fit its head is refused at its path" (fun () ->
              let wrong =
                  GaiaCnn.recipe
                  |> Recipe.withTraining (fun training ->
                      { training with
                          Loss = Loss.GaussianNll })

              Expect.equal
                  (Recipe.read (Recipe.write wrong))
                  (Error "loss: expected mse, mae or huber for a point head, found gaussian_nll")
                  "message")
          for head, body, loss in
              [ Head.Gaussian, 2, Loss.GaussianNll
                Head.Mixture 3, 9, Loss.MixtureNll
                Head.Binned(grid, 0.05), 6, Loss.CrossEntropy ] do
              testCase $"a recipe with %A{loss} survives JSON" (fun () ->
                  match Network.create "n" (Shape.Signal(1, 186)) (flatten --> dense body) head with
                  | Error e -> failtest (string e)
                  | Ok network ->
                      let recipe =
                          { GaiaCnn.recipe with
                              Learner =
                                  Learner.Networks
                                      { Network = network
                                        Training =
                                          { GaiaCnn.recipe.Networks.Value.Training with
                                              Loss = loss } } }

                      Expect.equal (Recipe.read (Recipe.write recipe)) (Ok recipe) "the same recipe") ]

let tests = testList "heads" [ encoding; decoding; redshifts; fitting ]
