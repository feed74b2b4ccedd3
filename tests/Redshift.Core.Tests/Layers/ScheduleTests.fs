module Redshift.Core.Tests.Layers.ScheduleTests

open Expecto
open FsCheck.FSharp
open Redshift.Core.Layers
open Redshift.Tests.Law

let private rates schedule steps = [ for s in 0L .. steps - 1L -> Schedule.rate schedule 0.1 10L steps s ]

let private close expected actual = List.iter2 (fun e a -> Expect.floatClose Accuracy.high a e "rate") expected actual

let tests =
    testList
        "schedules"
        [ testCase "constant" (fun () -> Expect.equal (rates Schedule.Constant 3L) [ 0.1; 0.1; 0.1 ] "rates")
          testCase "step decay" (fun () ->
              close
                  [ 0.1; 0.05; 0.025 ]
                  [ for s in [ 19L; 20L; 40L ] -> Schedule.rate (Schedule.StepDecay(2, 0.5)) 0.1 10L 100L s ])
          testCase "one cycle is PyTorch's" (fun () ->
              // torch 1.13.1: OneCycleLR(SGD, max_lr=0.1, total_steps=10, pct_start=0.3, div_factor=25,
              // final_div_factor=1e4), get_last_lr() before each step.
              close
                  [ 0.004
                    0.052
                    0.1
                    0.09504846320134738
                    0.0811745653949763
                    0.06112620219362893
                    0.03887419780637107
                    0.0188258346050237
                    0.004951936798652629
                    4e-07 ]
                  (rates (Schedule.OneCycle(0.3, 25.0, 1e4)) 10L))
          testCase "a warm-up rises evenly to the schedule after it" (fun () ->
              let after = Schedule.Cosine 0.1

              let warm =
                  [ for s in [ 0L; 4L; 18L; 19L; 57L ] -> Schedule.rate (Schedule.WarmUp(2, after)) 0.1 10L 100L s ]

              let expected =
                  [ for s, share in [ 0L, 0.05; 4L, 0.25; 18L, 0.95; 19L, 1.0; 57L, 1.0 ] ->
                        share * Schedule.rate after 0.1 10L 100L s ]

              close expected warm)
          lawFor
              "rates stay between zero and the named rate"
              (Gen.zip (Gen.choose (1, 300)) (Gen.choose (0, 400)))
              (fun (total, step) ->
                  [ Schedule.Constant
                    Schedule.Cosine 0.01
                    Schedule.OneCycle(0.3, 25.0, 1e4)
                    Schedule.StepDecay(1, 0.9)
                    Schedule.WarmUp(3, Schedule.Cosine 0.01) ]
                  |> List.forall (fun schedule ->
                      let r = Schedule.rate schedule 0.1 10L (int64 total) (int64 step)
                      r >= 0.0 && r <= 0.1 + 1e-12)) ]
