/// Memory does not grow with the steps.
module Redshift.Torch.Tests.MemoryTests

open System
open System.Diagnostics
open Expecto
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Api.Tests.EngineTesting
open ParityTests

let private resident () =
    GC.Collect()
    GC.WaitForPendingFinalizers()
    use self = Process.GetCurrentProcess()
    self.WorkingSet64

/// Every kind of layer that makes something of its own at each step.
let private network =
    network
        (Shape.Signal(1, 8))
        1
        (conv1d 3 3
         --> batchNorm
         --> relu
         --> dropout 0.2
         --> flatten
         --> dense 4
         --> layerNorm
         --> dense 1)

let private flat () =
    use model = torch.Compile(network, 1UL, 1) :?> IResidentModel
    let plan = TrainingPlan(Loss.Huber 0.1, Optimiser.adamax, { L1 = 1e-5; L2 = 0.0 }, Nullable 1.0)
    model.BeginTraining(plan, 1UL)
    let inputs, targets, outputs = normals 1UL 128, normals 2UL 16, Array.zeroCreate<float32> 16

    let steps count =
        for i in 1..count do
            model.Step(ReadOnlySpan inputs, ReadOnlySpan targets, 16, 1e-3, Span outputs)
            |> ignore

            if i % 10 = 0 then
                model.Predict(ReadOnlySpan inputs, Span outputs, 16)

    use placed = model.Place(64, false)
    normals 3UL (64 * 8) |> fun values -> values.AsSpan().CopyTo placed.Inputs
    normals 4UL 64 |> fun values -> values.AsSpan().CopyTo placed.Targets
    placed.Send 64
    placed.Arrange(ReadOnlySpan [| 0..63 |])

    /// As an epoch: many steps, one reading.
    let residentSteps count =
        for i in 1..count do
            model.Step(placed, i % 4 * 16, 16, 1e-3)

        let struct (losses, outputs) = model.Read()
        Expect.equal (losses.Length, outputs.Length) (count, 16 * count) "losses and outputs"

    let steps count =
        steps (count / 2)
        residentSteps (count / 2)

    steps 2000
    let tensors = TorchSharp.torch.Tensor.TotalCount
    let before = resident ()
    steps 10000
    Expect.equal TorchSharp.torch.Tensor.TotalCount tensors "tensors alive"
    Expect.isLessThan (resident () - before) (16L * 1024L * 1024L) "bytes more in the process"

let tests = testList "Memory" [ testSequenced (testCase "flat over 10,000 steps" flat) ]
