/// Losses, with and without weights, against PyTorch 1.13.1 (scripts/reference/pytorch-losses.py), and their refusals.
module Redshift.Api.Tests.LossTests

open System
open Expecto
open Redshift.Core.Distributions
open Redshift.Core.Layers
open Redshift.Engine
open EngineTesting

let private reference = reference "pytorch-losses.json"
let private doubles json (name: string) = numbersAt json [ name ]

let private count = 6

let private grid =
    { Lowest = 0.0
      Highest = 1.0
      Bins = 8 }

/// Three targets in one head: 3 bins, 2 classes, 4 classes.
let private joint =
    let part target head =
        { Target = target
          Weight = 1.0
          Head = head }

    Head.Joint
        [ part "redshift" (Head.Binned({ grid with Bins = 3 }, 0.1))
          part "stellarity" (Head.Classes [ "galaxy"; "star" ])
          part "kind" (Head.Classes [ "a"; "b"; "c"; "d" ]) ]

let private cases =
    let point = Head.Point [ "a"; "b"; "c" ]

    [ "mse", point, Loss.Mse
      "mae", point, Loss.Mae
      "huber", point, Loss.Huber 0.7
      "gaussian_nll", Head.Gaussian, Loss.GaussianNll
      "mixture_nll", Head.Mixture 3, Loss.MixtureNll
      "binned", Head.Binned(grid, 0.1), Loss.CrossEntropy
      "classes", Head.Classes [ "a"; "b"; "c"; "d" ], Loss.CrossEntropy
      "joint", joint, Loss.CrossEntropy ]

/// A network that gives each object a row of its kernel, so that the kernel's gradient is the outputs'.
let private rowOfKernel head (inputs: int) : Network =
    match Network.create "rows" (Shape.Features inputs) (dense (Head.outputs head)) head with
    | Ok network -> network
    | Error e -> failwith (string e)

let private oneHot: float32[] =
    Array.init (count * count) (fun i -> if i / count = i % count then 1f else 0f)

let private asPyTorch (name: string, head: Head, loss: Loss) =
    let case = reference.Value.GetProperty name

    let outputs, targets =
        doubles case "outputs" |> Array.map float32, doubles case "targets" |> Array.map float32

    let weights = doubles case "weights" |> Array.map float32
    use model = backend.Compile(rowOfKernel head count, 1UL, 1)

    for part, weights in [ "plain", [||]; "weighted", weights ] do
        let expected = case.GetProperty part
        model.SetWeights("body/0/kernel", ReadOnlySpan outputs)
        model.SetWeights("body/0/bias", ReadOnlySpan(Array.zeroCreate<float32>(Head.outputs head)))
        model.BeginTraining(plan loss (Optimiser.sgd 0.0), 1UL)
        let found = Array.zeroCreate outputs.Length

        let value =
            model.Step(ReadOnlySpan oneHot, ReadOnlySpan targets, ReadOnlySpan weights, count, 1.0, Span found)

        sameBits found outputs "the outputs are the kernel"
        let wanted = expected.GetProperty("loss").GetDouble()
        Expect.floatClose { absolute = 1e-7; relative = 1e-7 } value wanted $"{part} loss"
        let again = model.Loss(ReadOnlySpan outputs, ReadOnlySpan targets, ReadOnlySpan weights, count, loss)
        Expect.equal again value $"{part} loss on its own"

        let rows = Array.chunkBySize (Head.outputs head)
        let gradient = Array.map2 (fun a b -> float a - float b) outputs (model.GetWeights "body/0/kernel")

        for i, (a, e) in Seq.zip (rows gradient) (rows (doubles expected "gradient")) |> Seq.indexed do
            Expect.isLessThan (relativeError 0.2 a e) 1e-5 $"{part} gradient of object {i}"

/// Loss and gradient of one object with given outputs.
let private single head loss (outputs: float32[]) (target: float32) =
    use model = backend.Compile(rowOfKernel head 1, 1UL, 1)
    model.SetWeights("body/0/kernel", ReadOnlySpan outputs)
    model.BeginTraining(plan loss (Optimiser.sgd 0.0), 1UL)
    let value = step model [| 1f |] [| target |] 1 1.0
    value, Array.map2 (fun a b -> float a - float b) outputs (model.GetWeights "body/0/kernel")

/// Beyond the ends a log width counts as the end, and its gradient leads back only.
let private heldWidths () =
    let value width target = single Head.Gaussian Loss.GaussianNll [| 0f; width |] target
    let far, farGradient = value -40f 0f
    Expect.equal far (fst (value -12f 0f)) "as at the end"
    Expect.equal farGradient[1] 0.0 "no way out where the likelihood would grow"
    // A target one narrowest width and a half away pulls the width up again.
    let _, back = value -40f (1.5f * exp -12f)
    Expect.floatClose Accuracy.medium back[1] (1.0 - 1.5 ** 2.0) "the way back"
    let _, wide = value 40f 1f
    Expect.floatClose Accuracy.medium wide[1] 1.0 "the way back from too wide"
    let mixture, _ = single (Head.Mixture 2) Loss.MixtureNll [| 0f; 0f; 0.5f; 0.5f; -80f; -80f |] 0.5f
    Expect.floatClose Accuracy.high mixture (0.5 * log (2.0 * Math.PI) - 12.0) "a mixture's likelihood stays finite"

/// Logits far apart, likelihoods far below the smallest number.
let private extremes () =
    let value, gradient = single (Head.Mixture 2) Loss.MixtureNll [| 200f; -200f; 0f; 1f; -5f; -5f |] 500f
    Expect.isTrue (Double.IsFinite value && Array.forall Double.IsFinite gradient) "a target far away"
    let logits = [| 3e4f; -3e4f |]
    let head = Head.Classes [ "a"; "b" ]
    use model = backend.Compile(rowOfKernel head 1, 1UL, 1)
    let loss (target: float32[]) = model.Loss(ReadOnlySpan logits, ReadOnlySpan target, 1, Loss.CrossEntropy)
    Expect.equal (loss [| 1f; 0f |]) 0.0 "sure and right"
    Expect.equal (loss [| 0f; 1f |]) 6e4 "sure and wrong"

let private messageOf run =
    try
        run ()
        failtest "expected an ArgumentException"
    with :? ArgumentException as e ->
        e.Message

let private refusals () =
    use model = backend.Compile(rowOfKernel Head.Gaussian 1, 1UL, 1)
    let said = messageOf (fun () -> model.BeginTraining(plan Loss.Mse Optimiser.adam, 1UL))
    Expect.stringContains said "loss: expects gaussian_nll for a gaussian head, found Mse" "loss"
    model.BeginTraining(plan Loss.GaussianNll Optimiser.adam, 1UL)
    let said = messageOf (fun () -> step model [| 1f |] [| 1f; 2f |] 1 0.1 |> ignore)
    Expect.stringContains said "targets: expects 1 x 1 values, found 2" "targets"
    let one = [| 1f |]

    let said =
        messageOf (fun () ->
            let outputs = Array.zeroCreate<float32> 2
            let weights = ReadOnlySpan [| 1f; 1f |]

            model.Step(ReadOnlySpan one, ReadOnlySpan one, weights, 1, 0.1, Span outputs)
            |> ignore)

    Expect.stringContains said "weights: expects 1 x 1 values, found 2" "weights"

let tests =
    testList
        "Losses"
        [ for case in cases do
              let name, _, _ = case
              testCase $"as PyTorch: {name}" (fun () -> asPyTorch case)
          testCase "log widths are held within the ends" heldWidths
          testCase "outputs far apart" extremes
          testCase "what does not fit is refused" refusals ]
