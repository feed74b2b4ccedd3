/// Training on objects in the device's memory: the steps that the host would hand over.
module Redshift.Torch.Tests.ResidentTests

open System
open Expecto
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Training
open Redshift.Api.Tests.EngineTesting
open ParityTests

let private network =
    networkFor
        Loss.Mse
        (Shape.Signal(1, 12))
        1
        (conv1d 4 3
         --> batchNorm
         --> relu
         --> dropout 0.2
         --> flatten
         --> dense 8
         --> tanh
         --> dense 1)

/// Sixty objects whose targets follow from their inputs; noise shifts the inputs.
let private examplesOf (augmented: bool) : IExamples =
    let inputs, weights = normals 8UL (60 * 12), normals 9UL 60 |> Array.map abs
    let target row = inputs[row * 12] - inputs[row * 12 + 5]

    { new IExamples with
        member _.InputSize = 12
        member _.Targets = 1
        member _.Weighted = true
        member _.Augmented = augmented

        member _.Fill(rows, into, targets, each, noise) =
            let shift =
                if augmented && noise.HasValue then
                    float32 (noise.Value % 7UL) / 70f
                else
                    0f

            for i in 0 .. rows.Length - 1 do
                for j in 0..11 do
                    into[i * 12 + j] <- inputs[rows[i] * 12 + j] + shift

                targets[i] <- target rows[i]
                each[i] <- weights[rows[i]]

        member _.AbsoluteError(rows, outputs) =
            let mutable sum = 0.0

            for i in 0 .. rows.Length - 1 do
                sum <- sum + abs (float outputs[i] - float (target rows[i]))

            sum / float rows.Length }

/// The model, in whose device there is room for so many objects.
let private withRoomFor (capacity: int) (model: IResidentModel) : IResidentModel =
    { new IResidentModel with
        member _.Place(wanted, weighted) = model.Place(min wanted capacity, weighted)

        member _.Step(examples: IPlacedExamples, first: int, count: int, rate: float) =
            model.Step(examples, first, count, rate)

        member _.Read() = model.Read()
      interface IModel with
          member _.Network = model.Network
          member _.Predict(inputs, outputs, count) = model.Predict(inputs, outputs, count)
          member _.Loss(outputs, targets, weights, count, loss) = model.Loss(outputs, targets, weights, count, loss)
          member _.BeginTraining(plan, seed) = model.BeginTraining(plan, seed)

          member _.Step(inputs: ReadOnlySpan<float32>, targets, weights, count, rate, outputs) =
              model.Step(inputs, targets, weights, count, rate, outputs)

          member _.GetWeights name = model.GetWeights name
          member _.SetWeights(name, values) = model.SetWeights(name, values)
          member _.GetOptimiserState() = model.GetOptimiserState()
          member _.StepCount = model.StepCount
          member _.SetOptimiserState(state, steps) = model.SetOptimiserState(state, steps)
      interface IDisposable with
          member _.Dispose() = model.Dispose() }

/// Three epochs in batches of 7 of the 50 training rows; what the steps gave, and the weights.
let private epochs (augmented: bool) (stepsOf: IResidentModel -> IExamples -> int[] -> ISteps) =
    use model = torch.Compile(network, 3UL, 1) :?> IResidentModel
    model.BeginTraining(plan Loss.Mse Optimiser.adam, 5UL)
    let train = [| 5..54 |]
    use steps = stepsOf model (examplesOf augmented) train

    let taken =
        [ for epoch in 1..3 do
              let order = Array.init 50 (fun i -> (i * 7 + epoch) % 50)
              steps.Begin(order, uint64 epoch)

              for first in 0..7..49 do
                  steps.Step(first, min 7 (50 - first), 1e-2)

                  if steps.KnownAtOnce then
                      yield! steps.Read()

              if not steps.KnownAtOnce then
                  yield! steps.Read() ]

    taken, weights model

let private host model examples train : ISteps = new HostSteps(model, examples, train, 7)

let private resident capacity model examples train : ISteps =
    new ResidentSteps(withRoomFor capacity model, examples, train, 7)

/// The numbers are the same bit for bit: the same operations on the same objects.
let private sameSteps augmented capacity =
    let expected, expectedWeights = epochs augmented host
    let actual, actualWeights = epochs augmented (resident capacity)
    Expect.equal actual.Length expected.Length "steps"

    for a, e in List.zip actual expected do
        Expect.equal a.Count e.Count "objects"
        Expect.isLessThan (abs (a.Loss - e.Loss)) (1e-9 * max 1.0 e.Loss) "loss"
        Expect.equal a.AbsoluteError e.AbsoluteError "absolute error"

    for (name, a), (_, e) in List.zip actualWeights expectedWeights do
        sameBits a e name

let private notFinite () =
    use model = torch.Compile(network, 3UL, 1) :?> IResidentModel
    model.BeginTraining(plan Loss.Mse Optimiser.adam, 5UL)
    use placed = model.Place(4, false)
    normals 1UL 48 |> fun values -> values.AsSpan().CopyTo placed.Inputs
    [| 1f; 2f; Single.NaN; 3f |].AsSpan().CopyTo placed.Targets
    placed.Send 4
    placed.Arrange(ReadOnlySpan [| 3; 1; 0; 2 |])
    model.Step(placed, 0, 2, 1e-3)
    model.Step(placed, 2, 2, 1e-3)
    let struct (losses, _) = model.Read()
    Expect.isTrue (Double.IsFinite losses[0] && Double.IsNaN losses[1]) $"losses {losses[0]}, {losses[1]}"

let tests =
    testList
        "Resident"
        [ testCase "the whole training part" (fun () -> sameSteps false 50)
          testCase "in chunks" (fun () -> sameSteps false 17)
          testCase "in chunks of one batch" (fun () -> sameSteps false 7)
          testCase "the whole training part with noise" (fun () -> sameSteps true 50)
          testCase "in chunks with noise" (fun () -> sameSteps true 17)
          testCase "no room for a batch is refused" (fun () ->
              Expect.throwsT<Redshift.RedshiftException> (fun () -> sameSteps false 6) "refused")
          testCase "a loss that is not finite is told when read" notFinite ]
