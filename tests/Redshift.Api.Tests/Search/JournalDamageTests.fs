/// Damaged journals, and those of other searches: one line that says where, or the same end.
module Redshift.Api.Tests.JournalDamageTests

open System
open System.Diagnostics
open System.IO
open System.Text.Json.Nodes
open System.Threading
open Expecto
open Redshift
open Redshift.Core
open Redshift.HyperParameters
open Redshift.Tests
open Redshift.Api.Tests.Testing
open Redshift.Api.Tests.JournalTesting

let tests =
    testList
        "damaged search journal"
        [ testCase "a thousand damaged journals: one line, or the same end" (fun () ->
              two (fun reference cut ->
                  let plan = planOf (RandomSuggester()) 4 (Nullable 1)
                  Directory.CreateDirectory reference |> ignore
                  run reference plan (trialsOf ignore) CancellationToken.None |> ignore
                  let expected = essence reference
                  let bytes = File.ReadAllBytes(journal reference)
                  let random = RandomStream 99UL
                  let before = GC.GetAllocatedBytesForCurrentThread()
                  let clock = Stopwatch.StartNew()
                  let mutable same = 0
                  Directory.CreateDirectory cut |> ignore

                  for i in 1..1000 do
                      // The last write of a killed process may be torn as well.
                      let damaged =
                          if i % 10 = 0 then
                              bytes[.. random.NextInt bytes.Length]
                          else
                              SpaceTests.mutate random bytes

                      File.WriteAllBytes(journal cut, damaged)

                      try
                          run cut plan (trialsOf ignore) CancellationToken.None |> ignore
                          Expect.equal (essence cut) expected $"mutant {i}"
                          same <- same + 1
                      with :? RedshiftException as e ->
                          Expect.isFalse (e.Message.Contains '\n') e.Message
                          expectContains e.Message [ "journal.jsonl:"; "expected" ]

                  Expect.isTrue (same >= 100 && same < 600) $"{same} were journals still"

                  Expect.isLessThan
                      (GC.GetAllocatedBytesForCurrentThread() - before)
                      (4L <<< 30)
                      "bytes, of a thousand searches"

                  Expect.isLessThan clock.Elapsed (TimeSpan.FromMinutes 3.0) "no hang"))
          testCase "a score that was changed, a line that is missing, two that changed places: found out" (fun () ->
              two (fun reference cut ->
                  whole (RandomSuggester()) reference |> ignore
                  let lines = File.ReadAllLines(journal reference)
                  let place = lines |> Array.findIndex _.Contains("\"ended\"")

                  for name, changed in
                      [ "a score",
                        lines
                        |> Array.mapi (fun i l ->
                            if i = place then
                                l.Replace("\"score\":1", "\"score\":0")
                            else
                                l)
                        "a line", Array.removeAt place lines
                        "places",
                        lines
                        |> Array.mapi (fun i l ->
                            if i = 4 then lines[5]
                            elif i = 5 then lines[4]
                            else l) ] do
                      Directory.CreateDirectory cut |> ignore
                      File.WriteAllLines(journal cut, changed)
                      Expect.notEqual (List.ofArray changed) (List.ofArray lines) name

                      expectContains
                          (faultOf name (fun () -> whole (RandomSuggester()) cut |> ignore))
                          [ "journal.jsonl:"; "check" ]))
          testCase "lines that make no sense, though their checks fit, are refused" (fun () ->
              Repository.withFolder (fun folder ->
                  let lineOf (json: string) before =
                      let struct (line, check) = JournalLine.Write((JsonNode.Parse json).AsObject(), before)
                      line + "\n", check

                  let begun, check =
                      lineOf """{ "event": "search", "version": 1, "of": { "seed": "7", "space": "s" } }""" ""

                  for json, expected in
                      [ """{ "event": "suggested", "trial": 1, "seed": 1, "refused": 0, "parameters": { "x": 0, "n": 1, "y_1": 1 } }""",
                        "trial 0"
                        """{ "event": "suggested", "trial": 0, "seed": 1, "refused": 0, "parameters": { "x": 7, "n": 1, "y_1": 1 } }""",
                        "of the space"
                        """{ "event": "suggested", "trial": 0, "seed": 1, "refused": 0, "parameters": { "x": 0, "n": 1 } }""",
                        "of the space"
                        """{ "event": "ended", "trial": 0, "outcome": "complete", "score": 1, "best_epoch": 1, "epochs": 1, "reason": "", "seconds": 1 }""",
                        "under way"
                        """{ "event": "taken", "trial": -1, "worker": 1, "time": "" }""", "at least 0"
                        """{ "event": "worker", "worker": 9, "process": "", "time": "" }""", "worker 1"
                        """{ "event": "search", "version": 1, "of": {} }""", "one first line"
                        """{ "event": "began" }""", "search, worker" ] do
                      File.WriteAllText(journal folder, begun + fst (lineOf json check))

                      expectContains
                          (faultOf json (fun () -> whole (RandomSuggester()) folder |> ignore))
                          [ "journal.jsonl:2"; expected ]))
          testCase "a torn end is replaced, however long it is" (fun () ->
              two (fun reference cut ->
                  whole (RandomSuggester()) reference |> ignore
                  Directory.CreateDirectory cut |> ignore

                  let lines = File.ReadAllLines(journal reference)
                  File.WriteAllText(journal cut, String.Join("\n", lines[..6]) + "\n" + String('x', 9000))
                  whole (RandomSuggester()) cut |> ignore
                  Expect.equal (essence cut) (essence reference) "the same"))
          testCase "a journal that vanishes under a search is one line" (fun () ->
              Repository.withFolder (fun folder ->
                  let trials =
                      trialsOf (fun trial ->
                          if trial.Number = 2 then
                              File.Delete(journal folder))

                  let lost () =
                      run folder (planOf (RandomSuggester()) 5 (Nullable())) trials CancellationToken.None
                      |> ignore

                  expectContains (faultOf "gone" lost) [ "journal.jsonl"; "only grows" ]))
          testCase "another search's journal is refused with what differs" (fun () ->
              Repository.withFolder (fun folder ->
                  whole (RandomSuggester()) folder |> ignore
                  let before = snapshot folder
                  let plan = planOf (RandomSuggester()) 14 (Nullable 1)

                  let other =
                      SearchPlan(
                          plan.Parameters,
                          head [ "seed", "8"; "space", "s" ],
                          plan.Suggester,
                          8UL,
                          14,
                          plan.Halving
                      )

                  let fault =
                      faultOf "seed" (fun () -> run folder other (trialsOf ignore) CancellationToken.None |> ignore)

                  expectContains fault [ "expected a search of seed 8"; "found one of seed 7"; "--force" ]
                  Expect.equal (snapshot folder) before "nothing has changed")) ]
