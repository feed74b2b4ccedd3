/// Searches of trials that cost nothing, for tests of the loop and its journal.
module internal Redshift.Api.Tests.JournalTesting

open System
open System.IO
open System.Text.Json.Nodes
open System.Threading
open Redshift
open Redshift.HyperParameters
open Redshift.Tests

let parameters =
    lazy
        (SearchSpace.Parse(
            """{ "name": "s", "parameters": [
              { "name": "x", "type": "float", "low": -1, "high": 1 },
              { "name": "n", "type": "int", "low": 1, "high": 3 },
              { "name": "y", "type": "ordinal", "values": [1, 2, 4], "for_each": "n" } ] }"""
        ))
            .Content.Parameters

let epochs = 9

/// Trials whose score falls with the epochs. `x` above 0.9 is impossible, below -0.9 fails.
let trialsOf (tell: TrialState -> unit) =
    { new ITrials with
        member _.IsPossible(configuration, reason) =
            reason <- "x above 0.9"
            configuration[0] <= 0.9

        member _.Run(trial, goesOn, _, cancellation) =
            tell trial
            cancellation.ThrowIfCancellationRequested()
            let x = trial.Configuration[0]

            if x < -0.9 then
                TrialResult(Nullable(), 0, 0, "went astray")
            else
                let score epoch = (x - 0.3) ** 2.0 + float trial.Suggested.Seed * 1e-12 + 1.0 / float epoch
                let mutable epoch = 1

                while goesOn.Invoke(epoch, score epoch) && epoch < epochs do
                    epoch <- epoch + 1

                TrialResult(Nullable(score epoch), epoch, epoch, "")

        member _.HasEnded(_, _) = () }

let head entries = JournalHead([| for name, value in entries -> struct (name, value) |])

let planOf (suggester: ISuggester) (trials: int) (halving: Nullable<int>) =
    SearchPlan(
        parameters.Value,
        head [ "seed", "7"; "space", "s" ],
        suggester,
        7UL,
        trials,
        Halving(halving, 3, epochs)
    )

let run (folder: string) (plan: SearchPlan) (trials: ITrials) (token: CancellationToken) =
    SearchLoop(folder, plan, trials).Run token

let journal (folder: string) = Path.Combine(folder, "journal.jsonl")

/// The events without what an interruption may change: workers, times and the checks that depend on them.
let essence (folder: string) : string list =
    [ for line in File.ReadLines(journal folder) do
          let json = (JsonNode.Parse line).AsObject()

          if json["event"].ToString() <> "worker" && json["event"].ToString() <> "taken" then
              for name in [ "seconds"; "check" ] do
                  json.Remove name |> ignore

              json.ToJsonString() ]

let methods: (string * ISuggester) list =
    [ "grid", GridSuggester(); "random", RandomSuggester(); "bayes", BayesSuggester() ]

/// An uninterrupted search of 14 trials with halving, in a folder that does not exist before.
let whole (suggester: ISuggester) (folder: string) =
    Directory.CreateDirectory folder |> ignore
    run folder (planOf suggester 14 (Nullable 1)) (trialsOf ignore) CancellationToken.None

let two (use': string -> string -> unit) =
    Repository.withFolder (fun folder -> use' (Path.Combine(folder, "whole")) (Path.Combine(folder, "cut")))
