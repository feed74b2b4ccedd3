/// Outputs, losses and gradients of drawn networks, as the built-in backend has them.
module Redshift.Torch.Tests.ParityTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Tests.Law
open Redshift.Torch
open Redshift.Api.Tests.EngineTesting
open Networks

let torch: IBackend = TorchBackend().On("cpu", Precision.Full)

/// The same network on both backends, with the same random weights.
let both (network: Network) (seed: uint64) : IModel * IModel =
    let mine, theirs = backend.Compile(network, seed, 2), torch.Compile(network, seed, 2)
    scramble seed mine
    scramble seed theirs
    mine, theirs

let private floats = Array.map float

let private holds (limit: float) (what: string) (actual: float32[]) (expected: float32[]) =
    let error = relativeError 1.0 (floats actual) (floats expected)

    if error < limit then
        true
    else
        failwith $"{what}: differ by {error}"

let private sameOutputs (drawn: Drawn) =
    let mine, theirs = both drawn.Network drawn.Seed
    use mine = mine
    use theirs = theirs
    let inputs, _, _ = examples drawn.Network drawn.Loss drawn.Seed 5
    holds 1e-5 "outputs" (predict theirs inputs 5) (predict mine inputs 5)

/// The gradient by one plain step of rate 1, with what came out before it.
let private gradientOf (model: IModel) (drawn: Drawn) weighted =
    let count = 4
    let inputs, targets, each = examples drawn.Network drawn.Loss drawn.Seed count
    let before = trainable model
    let outputs = Array.zeroCreate (count * drawn.Network.Outputs)
    model.BeginTraining(plan drawn.Loss (Optimiser.sgd 0.0), drawn.Seed)
    let each = if weighted then ReadOnlySpan each else ReadOnlySpan.Empty
    let loss = model.Step(ReadOnlySpan inputs, ReadOnlySpan targets, each, count, 1.0, Span outputs)

    loss,
    outputs,
    [ for (name, a), (_, b) in List.zip before (trainable model) -> name, Array.map2 (fun x y -> float x - float y) a b ]

let private sameGradients weighted (drawn: Drawn) =
    let mine, theirs = both drawn.Network drawn.Seed
    use mine = mine
    use theirs = theirs
    let expectedLoss, expectedOutputs, expected = gradientOf mine drawn weighted
    let loss, outputs, actual = gradientOf theirs drawn weighted

    // Of a gradient that is small beside the network's largest, the digits that both can have.
    let largest =
        expected
        |> List.map (snd >> Array.fold (fun m v -> max m (abs v)) 0.0)
        |> List.fold max 0.1

    holds 1e-5 "outputs in training" outputs expectedOutputs
    && (abs (loss - expectedLoss) < 1e-5 * max 1.0 (abs expectedLoss)
        || failwith $"loss: {loss} and {expectedLoss}")
    && List.forall2
        (fun (name, a) (_, e) ->
            let error = relativeError (0.1 * largest) a e
            error < 1e-4 || failwith $"gradient of {name}: differ by {error}")
        actual
        expected

/// All averages after a step: they move as the built-in backend's.
let private sameAverages () =
    let mine, theirs = both normalised 3UL
    use mine = mine
    use theirs = theirs
    let inputs, targets, _ = examples normalised Loss.Mse 3UL 6

    for model in [ mine; theirs ] do
        model.BeginTraining(plan Loss.Mse (Optimiser.sgd 0.0), 1UL)
        step model inputs targets 6 0.01 |> ignore

    for (name, a), (_, e) in List.zip (weights theirs) (weights mine) do
        Expect.isLessThan (relativeError 1.0 (floats a) (floats e)) 1e-5 name

let private sameStart () =
    for network in [ miniature; normalised; attentive ] do
        use mine = backend.Compile(network, 7UL, 1)
        use theirs = torch.Compile(network, 7UL, 1)
        sameWeights theirs mine "the same seed"

let private sameMasks () =
    let network = network (Shape.Features 700) 700 (dropout 0.3 --> dropout 0.5)

    let outputs (backend: IBackend) =
        use model = backend.Compile(network, 1UL, 2)
        model.BeginTraining(plan Loss.Mse (Optimiser.sgd 0.0), 0xFEDCBA9876543210UL)
        let ones = Array.create 2100 1f

        [| for _ in 1..3 do
               let outputs = Array.zeroCreate 2100
               model.Step(ReadOnlySpan ones, ReadOnlySpan ones, 3, 0.1, Span outputs) |> ignore
               yield! outputs |]

    sameBits (outputs torch) (outputs backend) "masks"

/// A signal's mask is drawn position by position.
let private sameMaskOfSignal () =
    let network = network (Shape.Signal(3, 20)) 60 (dropout 0.4 --> flatten)
    use mine = backend.Compile(network, 1UL, 1)
    use theirs = torch.Compile(network, 1UL, 1)
    let inputs = normals 3UL 120

    let outputs (model: IModel) =
        model.BeginTraining(plan Loss.Mse (Optimiser.sgd 0.0), 5UL)
        let outputs = Array.zeroCreate 120

        model.Step(ReadOnlySpan inputs, ReadOnlySpan inputs, 2, 0.1, Span outputs)
        |> ignore

        outputs

    sameBits (outputs theirs) (outputs mine) "outputs"

/// Log widths beyond the head's ends, where the gradient leads back only: one object at a time, as their sizes differ.
let private sameBeyondEnds () =
    for head, loss, outputs, target in
        [ Head.Gaussian, Loss.GaussianNll, [| 0.2f; -13f |], 0.2f // outwards
          Head.Gaussian, Loss.GaussianNll, [| 0.5f; -13f |], 0.2f // back
          Head.Gaussian, Loss.GaussianNll, [| 0.3f; 14f |], 1e6f // outwards
          Head.Gaussian, Loss.GaussianNll, [| 0.3f; 14f |], 0.2f // back
          Head.Mixture 2, Loss.MixtureNll, [| 1f; 0f; 0.2f; 0.3f; -13f; -1f |], 0.2f
          Head.Mixture 2, Loss.MixtureNll, [| 1f; 0f; 0.2f; 0.3f; 13f; 14f |], 1e6f ] do
        let size = Head.outputs head

        let network =
            match Network.create "ends" (Shape.Features size) (dense size) head with
            | Ok n -> n
            | Error e -> failwith (string e)

        let identity = Array.init (size * size) (fun i -> if i % (size + 1) = 0 then 1f else 0f)

        let gradient (backend: IBackend) =
            use model = backend.Compile(network, 1UL, 1)
            model.SetWeights("body/0/kernel", ReadOnlySpan identity)
            model.BeginTraining(plan loss (Optimiser.sgd 0.0), 1UL)
            step model outputs [| target |] 1 1.0 |> ignore
            floats (model.GetWeights "body/0/bias")

        Expect.isLessThan (relativeError 0.1 (gradient torch) (gradient backend)) 1e-4 $"%A{outputs}"

let tests =
    testList
        "Parity"
        [ lawFor "outputs to 1e-5" drawn sameOutputs
          lawFor "gradients to 1e-4" drawn (sameGradients false)
          lawFor "gradients to 1e-4, objects weighing differently" drawn (sameGradients true)
          testCase "running averages" sameAverages
          testCase "the same seed gives the same weights" sameStart
          testCase "dropout's masks are the same" sameMasks
          testCase "dropout's mask of a signal is the same" sameMaskOfSignal
          testCase "likelihoods beyond the widest and the narrowest" sameBeyondEnds ]
