/// The search as a user of the library meets it: trials that are trained, the files it leaves, what it refuses.
module Redshift.Api.Tests.SearchTests

open System
open System.IO
open System.Threading
open Expecto
open Redshift
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private space =
    """{ "name": "tiny",
         "parameters": [
           { "name": "filters", "type": "ordinal", "values": [2, 4, 8], "path": "network/body/0/filters" },
           { "name": "kernel", "type": "int", "low": 3, "high": 400, "path": "network/body/0/kernel" },
           { "name": "rate", "type": "log_float", "low": 0.0001, "high": 0.05, "path": "learning_rate" },
           { "name": "loss", "type": "categorical", "values": [{ "type": "mse" }, { "type": "mae" }], "path": "loss" } ] }"""

let private tiny = lazy (SearchSpace.Parse space)

let private few = lazy (simulated 8UL 200)

let private optionsOf (change: SearchOptions -> unit) =
    let made =
        SearchOptions(
            Trials = 6,
            Epochs = Nullable 2,
            Threads = 1,
            Method = SearchMethod.Random,
            ProgressInterval = TimeSpan.Zero
        )

    change made
    made

let private search
    (folder: string)
    (changes: (string * string) list)
    (options: SearchOptions)
    tell
    token
    : SearchResult =
    Repository.withFolderOf (fun other ->
        let recipe = Path.Combine(other, "recipe.json")
        File.WriteAllText(recipe, recipeWith changes)

        let progress =
            { new IProgress<SearchProgress> with
                member _.Report value = tell value }

        Search.RunAsync(recipe, few.Value, tiny.Value, folder, options, progress, token).GetAwaiter().GetResult())

let private plainly folder change = search folder [] (optionsOf change) ignore CancellationToken.None

let private scored (result: SearchResult) =
    [ for t in result.Trials -> t.Number, List.ofSeq t.Parameters, t.Seed, t.Outcome, t.Score, t.BestEpoch, t.Epochs ]

let private inFolder run = Repository.withFolder (fun folder -> run (Path.Combine(folder, "search")))

let private found =
    [ testCase "best.json is a recipe that trains, and the score is of the search's own split" (fun () ->
          inFolder (fun folder ->
              let result = plainly folder ignore
              Expect.equal result.Trials.Count 6 "trials"
              Expect.isGreaterThan result.Refused 0L "kernels longer than the spectrum were refused"
              Expect.equal (File.ReadAllText(Path.Combine(folder, "best.json"))) result.Recipe "best.json"
              Expect.equal result.Best.Score.Value (result.Trials |> Seq.map _.Score.Value |> Seq.min) "the lowest"

              let estimator = Estimators.Create(Path.Combine(folder, "best.json"))
              let run = fit estimator few.Value (options ignore)
              Expect.equal run.History.Count 2 "its epochs"
              // Other weights than the trial's, the same rows: near its score.
              let mae = run.History[run.BestEpoch - 1].ValMae

              Expect.isLessThan
                  (abs (mae - result.Best.Score.Value))
                  (0.5 * result.Best.Score.Value)
                  $"{mae} and {result.Best.Score}"

              Expect.isTrue (File.Exists(Path.Combine(folder, "report.html"))) "report.html"
              Expect.isEmpty (Directory.GetDirectories folder) "no checkpoint is left"))
      testCase "a trial's score does not depend on the trials before it, nor on threads" (fun () ->
          Repository.withFolder (fun folder ->
              let random = plainly (Path.Combine(folder, "a")) ignore
              let threads = plainly (Path.Combine(folder, "b")) (fun o -> o.Threads <- 2)
              Expect.equal (scored threads) (scored random) "two threads"
              let other = plainly (Path.Combine(folder, "c")) (fun o -> o.Seed <- Nullable 9UL)
              Expect.notEqual (scored other) (scored random) "another seed"))
      testCase "interrupted in the middle of trials, it ends as if it had not been" (fun () ->
          Repository.withFolder (fun folder ->
              let bayes =
                  fun (o: SearchOptions) ->
                      o.Method <- SearchMethod.Bayes
                      o.Trials <- 9
                      o.HalvingEpochs <- Nullable 1

              let whole = plainly (Path.Combine(folder, "whole")) bayes
              let cut = Path.Combine(folder, "cut")

              for stop, epoch in [ 0, 1; 4, 2; 8, 1 ] do
                  use source = new CancellationTokenSource()

                  let tell (p: SearchProgress) =
                      if p.Trial = stop && not (isNull p.Training) && p.Training.Epoch = epoch then
                          source.Cancel()

                  // A trial that was stopped at its first rung has no second epoch: then the search ends.
                  try
                      search
                          cut
                          []
                          (optionsOf (fun o ->
                              bayes o
                              o.Resume <- true))
                          tell
                          source.Token
                      |> ignore
                  with :? OperationCanceledException ->
                      ()

              let ended =
                  plainly cut (fun o ->
                      bayes o
                      o.Resume <- true)

              Expect.equal (scored ended) (scored whole) "trials"
              Expect.equal ended.Recipe whole.Recipe "best.json"

              Expect.equal
                  (JournalTesting.essence cut)
                  (JournalTesting.essence (Path.Combine(folder, "whole")))
                  "the journal"))
      testCase "a trial goes on from its checkpoint" (fun () ->
          inFolder (fun folder ->
              use source = new CancellationTokenSource()

              let three =
                  fun (o: SearchOptions) ->
                      o.Trials <- 1
                      o.Epochs <- Nullable 3
                      o.Resume <- true

              let stop (p: SearchProgress) =
                  if not (isNull p.Training) && p.Training.Epoch = 3 then
                      source.Cancel()

              Expect.throwsT<OperationCanceledException>
                  (fun () -> search folder [] (optionsOf three) stop source.Token |> ignore)
                  "cancelled"

              let epochs = ResizeArray<int>()

              search
                  folder
                  []
                  (optionsOf three)
                  (fun p ->
                      if not (isNull p.Training) then
                          epochs.Add p.Training.Epoch)
                  CancellationToken.None
              |> ignore

              Expect.equal (Seq.distinct epochs |> List.ofSeq) [ 3 ] "only the third epoch was left"))
      testCase "a trial that goes astray is a failed one, and the search goes on" (fun () ->
          inFolder (fun folder ->
              let sgd = [ "optimiser", """{ "type": "sgd", "momentum": 0.99 }"""; "scaling", "\"none\"" ]

              let wild =
                  SearchSpace.Parse
                      """{ "name": "wild", "parameters": [ { "name": "rate", "type": "ordinal", "values": [1e-5, 1e30], "path": "learning_rate" } ] }"""

              Repository.withFolder (fun other ->
                  let recipe = Path.Combine(other, "recipe.json")
                  File.WriteAllText(recipe, recipeWith sgd[..0])

                  let result =
                      Search
                          .RunAsync(
                              recipe,
                              few.Value,
                              wild,
                              folder,
                              optionsOf (fun o -> o.Method <- SearchMethod.Grid)
                          )
                          .GetAwaiter()
                          .GetResult()

                  Expect.equal
                      [ for t in result.Trials -> t.Outcome ]
                      [ TrialOutcome.Complete; TrialOutcome.Failed ]
                      "outcomes"

                  Expect.stringContains result.Trials[1].Reason "expected a finite" "why"
                  Expect.equal result.Best.Number 0 "the best"))) ]

let private refused name change (expected: string list) =
    testCase name (fun () ->
        inFolder (fun folder ->
            let fault = Expect.throwsC (fun () -> plainly folder change |> ignore) _.Message
            expectContains fault expected
            Expect.isFalse (Directory.Exists folder) "nothing is left"))

let private refusals =
    [ refused "no trials" (fun o -> o.Trials <- 0) [ "Trials of at least 1" ]
      refused
          "the loss as score where it varies"
          (fun o -> o.Score <- SearchScore.ValidationLoss)
          [ "which varies the loss" ]
      refused "a halving factor of 1" (fun o -> o.HalvingFactor <- 1) [ "2 to 100" ]
      refused "an unknown backend" (fun o -> o.Backend <- "jax") [ "jax" ]
      testCase "a catalogue without redshifts" (fun () ->
          inFolder (fun folder ->
              let samples, _ = arraysOf few.Value
              let blind = Catalogue.FromArrays(Surveys.Gaia, samples)

              let run () =
                  Search.RunAsync("gaia-cnn", blind, tiny.Value, folder, optionsOf ignore).GetAwaiter().GetResult()
                  |> ignore

              expectContains (faultOf "blind" run) [ "expected a redshift" ]))
      testCase "a folder that holds a run" (fun () ->
          Repository.withFolder (fun folder ->
              File.WriteAllText(Path.Combine(folder, "recipe.json"), "{}")
              Expect.throwsT<ArgumentException> (fun () -> plainly folder ignore |> ignore) "refused"))
      testCase "a journal of other data" (fun () ->
          inFolder (fun folder ->
              plainly folder ignore |> ignore
              let other = simulated 9UL 200
              let resume = optionsOf (fun o -> o.Resume <- true)

              Repository.withFolder (fun files ->
                  let recipe = Path.Combine(files, "recipe.json")
                  File.WriteAllText(recipe, recipeWith [])

                  let run () =
                      Search.RunAsync(recipe, other, tiny.Value, folder, resume).GetAwaiter().GetResult()
                      |> ignore

                  expectContains (faultOf "other data" run) [ "journal.jsonl: expected a search of data" ])))
      testCase "begun anew, an older search is gone, and a user's files are not" (fun () ->
          inFolder (fun folder ->
              plainly folder ignore |> ignore
              Directory.CreateDirectory(Path.Combine(folder, "trial-notes")) |> ignore
              File.WriteAllText(Path.Combine(folder, "notes.txt"), "mine")
              Directory.CreateDirectory(Path.Combine(folder, "trial-0003")) |> ignore
              let again = plainly folder (fun o -> o.Trials <- 1)
              Expect.equal again.Trials.Count 1 "one trial"
              Expect.isTrue (File.Exists(Path.Combine(folder, "notes.txt"))) "a file"

              Expect.equal
                  (Directory.GetDirectories folder |> Array.map Path.GetFileName)
                  [| "trial-notes" |]
                  "a folder")) ]

let tests = testList "search" [ testList "finds" found; testList "refuses" refusals ]
