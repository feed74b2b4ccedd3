/// The search loop and its journal: whatever interrupts it, whoever shares it, it ends the same.
module Redshift.Api.Tests.JournalTests

open System
open System.Collections.Generic
open System.IO
open System.Threading
open System.Threading.Tasks
open Expecto
open Redshift
open Redshift.Core
open Redshift.HyperParameters
open Redshift.Tests
open Redshift.Api.Tests.Testing
open Redshift.Api.Tests.JournalTesting

let private interruptions =
    [ for name, suggester in methods do
          testCase $"{name}: cut off at any line, and within lines, the journal ends the same" (fun () ->
              two (fun reference cut ->
                  whole suggester reference |> ignore
                  let expected = essence reference
                  let bytes = File.ReadAllBytes(journal reference)
                  let random = RandomStream 1UL

                  let ends =
                      [ yield!
                            bytes
                            |> Seq.indexed
                            |> Seq.filter (fun (_, b) -> b = 10uy)
                            |> Seq.map (fun (i, _) -> i + 1)
                        for _ in 1..20 -> random.NextInt bytes.Length ]

                  // Each cut costs a search: all of them with one method, some with the others.
                  let ends =
                      if name <> "random" then
                          ends |> List.indexed |> List.filter (fun (i, _) -> i % 5 = 0) |> List.map snd
                      else
                          ends

                  for length in ends do
                      Directory.CreateDirectory cut |> ignore
                      File.WriteAllBytes(journal cut, bytes[.. length - 1])

                      run cut (planOf suggester 14 (Nullable 1)) (trialsOf ignore) CancellationToken.None
                      |> ignore

                      Expect.equal (essence cut) expected $"cut after {length} of {bytes.Length} bytes"
                      Expect.equal (Directory.GetFiles(cut, "worker-*").Length) 0 "no worker's file is left"
                      Directory.Delete(cut, true)))
      testCase "a trial that is cancelled in its middle is done again, with the same parameters" (fun () ->
          two (fun reference cut ->
              whole (BayesSuggester()) reference |> ignore
              Directory.CreateDirectory cut |> ignore

              for stop in [ 0; 3; 7 ] do
                  use source = new CancellationTokenSource()

                  let trials =
                      trialsOf (fun trial ->
                          if trial.Number = stop then
                              source.Cancel())

                  Expect.throwsT<OperationCanceledException>
                      (fun () ->
                          run cut (planOf (BayesSuggester()) 14 (Nullable 1)) trials source.Token
                          |> ignore)
                      "cancelled"

              whole (BayesSuggester()) cut |> ignore
              Expect.equal (essence cut) (essence reference) "the same"))
      testCase "more trials go on with the same ones" (fun () ->
          two (fun reference cut ->
              whole (BayesSuggester()) reference |> ignore
              Directory.CreateDirectory cut |> ignore

              run cut (planOf (BayesSuggester()) 6 (Nullable 1)) (trialsOf ignore) CancellationToken.None
              |> ignore

              let first = essence cut
              whole (BayesSuggester()) cut |> ignore
              Expect.equal (essence cut) (essence reference) "the same"
              Expect.equal (List.truncate first.Length (essence reference)) first "a beginning of it")) ]

let private scores (state: SearchState) =
    [ for trial in state.Trials -> trial.Number, trial.Configuration, trial.Ended.Score ]

let private together =
    [ for name, suggester in methods[..1] do
          testCase $"{name}: four workers at once try what one does, each trial once" (fun () ->
              two (fun reference shared ->
                  let plan = planOf suggester 24 (Nullable())
                  Directory.CreateDirectory reference |> ignore
                  Directory.CreateDirectory shared |> ignore
                  let alone = run reference plan (trialsOf ignore) CancellationToken.None
                  let count = Dictionary<int, int>()

                  let trials =
                      trialsOf (fun trial ->
                          lock count (fun () -> count[trial.Number] <- 1 + count.GetValueOrDefault trial.Number)
                          Thread.Sleep 2)

                  let work () = Task.Run(fun () -> run shared plan trials CancellationToken.None)
                  let states = Task.WhenAll [| for _ in 1..4 -> work () |] |> _.Result

                  for state in states do
                      Expect.equal (scores state) (scores alone) "trials and scores"

                  Expect.equal count.Count 24 "all"
                  Expect.isTrue (Seq.forall ((=) 1) count.Values) "once each"))
      testCase "bayes: four workers at once end with as many different trials" (fun () ->
          two (fun _ shared ->
              Directory.CreateDirectory shared |> ignore
              let trials = trialsOf (fun _ -> Thread.Sleep 2)
              let plan = planOf (BayesSuggester()) 16 (Nullable 1)
              let work () = Task.Run(fun () -> run shared plan trials CancellationToken.None)
              let states = Task.WhenAll [| for _ in 1..4 -> work () |] |> _.Result

              for state in states do
                  Expect.equal state.Trials.Count 16 "trials"
                  Expect.isTrue (state.Trials |> Seq.forall (fun t -> not (isNull t.Ended))) "ended"
                  Expect.equal (state.Trials |> Seq.distinctBy _.Configuration |> Seq.length) 16 "different"))
      testCase "a dead worker's trial is taken over, a living one's is waited for" (fun () ->
          two (fun _ shared ->
              Directory.CreateDirectory shared |> ignore
              use source = new CancellationTokenSource()
              use reached = new ManualResetEventSlim()
              let plan = planOf (RandomSuggester()) 3 (Nullable())
              let mutable taken = []

              let first =
                  Task.Run(fun () ->
                      let hanging =
                          trialsOf (fun trial ->
                              if trial.Number = 1 then
                                  reached.Set()
                                  source.Token.WaitHandle.WaitOne() |> ignore)

                      run shared plan hanging source.Token |> ignore)

              Expect.isTrue (reached.Wait 10_000) "the first worker is at its second trial"

              let second =
                  Task.Run(fun () ->
                      run shared plan (trialsOf (fun t -> taken <- t.Number :: taken)) CancellationToken.None)

              while File.ReadLines(journal shared)
                    |> Seq.filter _.Contains("\"ended\"")
                    |> Seq.length
                      <
                      2 do
                  Thread.Sleep 5

              Expect.isFalse (second.Wait 300) "it waits"
              Expect.equal taken [ 2 ] "it has done the third trial alone"
              source.Cancel()
              Expect.throwsT<AggregateException> (fun () -> first.Wait()) "the first is dead"
              let state = second.Result
              Expect.equal taken [ 1; 2 ] "then the second"
              Expect.isTrue (state.Trials |> Seq.forall (fun t -> not (isNull t.Ended))) "ended")) ]

let private rules =
    [ testCase "a space without a possible network is one line with the last reason" (fun () ->
          Repository.withFolder (fun folder ->
              let none =
                  { new ITrials with
                      member _.IsPossible(_, reason) =
                          reason <- "too long a kernel"
                          false

                      member _.Run(_, _, _, _) = failtest "nothing runs"
                      member _.HasEnded(_, _) = () }

              for _, suggester in methods do
                  let fault =
                      faultOf "none" (fun () ->
                          run folder (planOf suggester 3 (Nullable())) none CancellationToken.None
                          |> ignore)

                  expectContains fault [ "space: expected networks that are possible"; "too long a kernel" ]))
      testCase "a small space is used up" (fun () ->
          Repository.withFolder (fun folder ->
              let few =
                  SearchSpace
                      .Parse(
                          """{ "name": "s", "parameters": [ { "name": "x", "type": "ordinal", "values": [0, 1, 2] } ] }"""
                      )
                      .Content.Parameters

              for name, suggester in methods do
                  let inner = Directory.CreateDirectory(Path.Combine(folder, name)).FullName
                  let plan = SearchPlan(few, head [], suggester, 1UL, 50, Halving(Nullable(), 3, epochs))
                  // x is the place in the list here: 1 and 2 are impossible.
                  let state = run inner plan (trialsOf ignore) CancellationToken.None
                  Expect.equal state.Trials.Count 1 name))
      testCase "halving: the second of six goes on, the second of five does not" (fun () ->
          Repository.withFolder (fun folder ->
              let scores = [| 5.0; 4.0; 6.0; 7.0; 4.5; 4.4; 4.45 |]

              let trials =
                  { new ITrials with
                      member _.IsPossible(_, reason) =
                          reason <- ""
                          true

                      member _.Run(trial, goesOn, _, _) =
                          let epoch = if goesOn.Invoke(1, scores[trial.Number]) then epochs else 1
                          TrialResult(Nullable scores[trial.Number], 1, epoch, "")

                      member _.HasEnded(_, _) = () }

              let state =
                  run folder (planOf (RandomSuggester()) scores.Length (Nullable 1)) trials CancellationToken.None

              Expect.equal
                  [ for trial in state.Trials -> trial.Rungs[0].GoesOn ]
                  [ true; true; false; false; false; true; false ]
                  "decisions"))
      testCase "halving: of three at a rung one goes on, the first always" (fun () ->
          Repository.withFolder (fun folder ->
              let state =
                  run folder (planOf (RandomSuggester()) 30 (Nullable 1)) (trialsOf ignore) CancellationToken.None

              let rungs epoch =
                  state.Trials
                  |> Seq.collect _.Rungs
                  |> Seq.filter (fun r -> r.Epochs = epoch)
                  |> List.ofSeq

              let sound =
                  state.Trials
                  |> Seq.filter (fun t -> t.Ended.Outcome <> TrialOutcome.Failed)
                  |> Seq.length

              Expect.equal (rungs 1).Length sound "all that did not fail reach the first rung"
              Expect.isTrue ((rungs 1).Head.GoesOn && (rungs 3).Head.GoesOn) "the first goes on"

              Expect.equal
                  (rungs 3).Length
                  ((rungs 1) |> List.filter _.GoesOn |> List.length)
                  "those who went on reach the next"

              Expect.isEmpty (rungs 9) "the end is no rung"
              Expect.isLessThan (rungs 3).Length (sound / 2) "most were stopped"

              for trial in state.Trials do
                  let stopped = trial.Rungs.Exists(fun r -> not r.GoesOn)
                  Expect.equal (trial.Ended.Outcome = TrialOutcome.Pruned) stopped "pruned"

              // Each decision by the rungs before it alone.
              let before = ResizeArray<float>()

              for rung in rungs 1 do
                  let better = before |> Seq.filter (fun s -> s <= rung.Score) |> Seq.length
                  Expect.equal rung.GoesOn (better < max 1 ((before.Count + 1) / 3)) $"trial {rung.Trial}"
                  before.Add rung.Score)) ]

let tests =
    testList
        "search journal"
        [ testList "interrupted" interruptions
          testList "several workers" together
          testList "rules" rules ]
