/// The contract's other promises: what is refused, what is found, on what it runs.
module Redshift.Torch.Tests.ContractTests

open System
open Expecto
open Redshift
open Redshift.Core.Layers
open Redshift.Engine
open Redshift.Torch
open Redshift.Api.Tests
open Redshift.Api.Tests.EngineTesting
open ParityTests

/// The message of an ArgumentException.
let private message (f: unit -> unit) =
    try
        f ()
        failtest "expected an exception"
    with :? ArgumentException as e ->
        e.Message

let private devices () =
    let find device () = TorchBackend().On(device, Precision.Full) |> ignore

    for name in [ "gpu"; "cuda:-1"; "cuda:x"; "cuda:" ] do
        Expect.stringContains (message (find name)) "--device: expected auto, cpu, cuda or cuda:N" name

    Expect.stringContains (message (find "cuda:99")) "--device: expected cpu" "a device that is not there"
    Expect.contains (TorchBackend().Devices |> Seq.map (fun struct (name, _) -> name)) "cpu" "devices"

    if TorchBackend().Devices.Count = 1 then
        Expect.stringContains (message (find "cuda")) "-p:TorchRuntime=cuda-linux" "what to do"

/// The application finds the backend by the name of its assembly.
let private found () =
    let backend = Backends.Find("torch", "cpu", Precision.BFloat16)
    Expect.equal (backend.GetType()) typeof<TorchBackend> "type"
    Expect.stringContains backend.Description "TorchSharp" "description"
    Expect.stringContains backend.Description "on cpu, bfloat16" "description"

/// Many objects in a call come in blocks, each as alone.
let private manyAtOnce () =
    use model = torch.Compile(miniature, 1UL, 2)
    let inputs = normals 4UL (2500 * 46)
    let whole = predict model inputs 2500

    for i in [ 0; 1023; 1024; 2499 ] do
        let alone = predict model inputs[i * 46 .. i * 46 + 45] 1
        Expect.isLessThan (abs (alone[0] - whole[i])) 1e-5f $"object {i}"

let private fromManyThreads () =
    use model = torch.Compile(attentive, 1UL, 1)
    let inputs = normals 4UL (40 * attentive.Input.Size)
    let expected = predict model inputs 40

    [| for _ in 1..4 -> Threading.Tasks.Task.Run(fun () -> [ for _ in 1..5 -> predict model inputs 40 ]) |]
    |> Array.iter (fun task ->
        for actual in task.Result do
            Expect.isLessThan
                (relativeError 1.0 (Array.map float actual) (Array.map float expected))
                1e-6
                "from another thread")

/// Products of 8 bits: outputs near those of 24, weights still of 24, and it learns the same.
let private brain () =
    let half = TorchBackend().On("cpu", Precision.BFloat16)

    let train (backend: IBackend) =
        use model = backend.Compile(miniature, 1UL, 2)
        let inputs = normals 1UL (64 * 46)
        let targets = Array.init 64 (fun i -> inputs[i * 46] + 0.5f * inputs[i * 46 + 7])
        let outputs = predict model inputs 64
        model.BeginTraining(plan Loss.Mse Optimiser.adam, 1UL)
        let losses = [ for _ in 1..60 -> step model inputs targets 64 3e-3 ]
        outputs, List.last losses, model.GetWeights "body/0/kernel"

    let outputs, loss, kernel = train half
    let expected, expectedLoss, _ = train torch
    let error = relativeError 0.1 (Array.map float outputs) (Array.map float expected)
    Expect.isTrue (error > 1e-6 && error < 0.03) $"outputs differ by {error}"
    Expect.isLessThan loss (1.3 * expectedLoss + 0.02) "loss after 60 steps"
    Expect.exists kernel (fun w -> BitConverter.SingleToInt32Bits w &&& 0xFFFF <> 0) "weights of more than 16 bits"

/// Nothing but Redshift.Torch names TorchSharp: the rest finds it at run time, or not.
let private names () =
    for assembly in [ typeof<Network>.Assembly; typeof<IBackend>.Assembly ] do
        for name in assembly.GetReferencedAssemblies() do
            Expect.isFalse (name.Name.Contains "Torch") $"{assembly.GetName().Name} refers to {name.Name}"

let tests =
    testList
        "Contract"
        [ yield! BackendContract.tests torch
          testCase "a device that is not there is refused, with what to do" devices
          testCase "found beside the application" found
          testCase "many objects in a call" manyAtOnce
          testCase "predicting from many threads" fromManyThreads
          testCase "bfloat16" brain
          testCase "nothing in Core and Api refers to TorchSharp" names ]
