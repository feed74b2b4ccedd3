module Redshift.Core.Tests.ScaledBatchTests

open Expecto
open Redshift.Core.Layers
open Redshift.Core.Models

let private trainingOf (recipe: Recipe) =
    match recipe.Learner with
    | Learner.Networks networks -> networks.Training
    | Learner.Neighbours _
    | Learner.Templates _
    | Learner.PerTarget _ -> failtest "expected networks"

let private thesis = GaiaCnn.recipe

let private scaled epochs optimiser schedule size =
    thesis
    |> Recipe.withTraining (fun training ->
        { training with
            Epochs = epochs
            BatchSize = 16
            LearningRate = 0.001
            Optimiser = optimiser
            Schedule = schedule })
    |> Recipe.withScaledBatch size

let tests =
    testList
        "batches of another size"
        [ testCase "the rate goes with the root of the size, and is risen to" (fun () ->
              let training = trainingOf (scaled 20 Optimiser.adamax Schedule.Constant 256)
              Expect.equal training.BatchSize 256 "size"
              Expect.floatClose Accuracy.high training.LearningRate 0.004 "rate"
              Expect.equal training.Schedule (Schedule.WarmUp(5, Schedule.Constant)) "schedule")
          testCase "with gradient descent it goes with the size" (fun () ->
              let training = trainingOf (scaled 2 (Optimiser.sgd 0.9) (Schedule.Cosine 0.1) 64)
              Expect.floatClose Accuracy.high training.LearningRate 0.004 "rate"
              Expect.equal training.Schedule (Schedule.WarmUp(1, Schedule.Cosine 0.1)) "schedule")
          testCase "smaller batches, a single epoch and a schedule that rises by itself need no warm-up" (fun () ->
              let one = Schedule.OneCycle(0.3, 25.0, 1e4)

              for epochs, schedule, size in [ 20, Schedule.Constant, 4; 1, Schedule.Constant, 64; 20, one, 64 ] do
                  Expect.equal
                      (trainingOf (scaled epochs Optimiser.adam schedule size)).Schedule
                      schedule
                      $"{schedule}")
          testCase "a recipe keeps its warm-up when written and read" (fun () ->
              let recipe = scaled 20 Optimiser.adam (Schedule.StepDecay(3, 0.5)) 64
              Expect.equal (Recipe.read (Recipe.write recipe)) (Ok recipe) "read (write x)") ]
