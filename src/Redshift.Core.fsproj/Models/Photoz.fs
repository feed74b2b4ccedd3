/// The recipe a user of photometry should take: p(z) of a pooled ensemble that learns from every row.
module Redshift.Core.Models.Photoz

open Redshift.Core.Calibration
open Redshift.Core.Catalogues
open Redshift.Core.Distributions
open Redshift.Core.Frames
open Redshift.Core.Layers

/// All that a survey says of each band, told apart: what was measured and how well, what was not looked at, what was too
/// faint or too bright.
let private features (survey: Survey) : Features =
    let errors =
        if survey.Samples |> List.forall _.Error.IsSome then
            [ Channel.LogError ]
        else
            []

    let missing =
        if survey.SamplesRequired then
            []
        else
            [ Channel.Observed
              if
                  survey.HasZeroPoints
                  || survey.Sentinels |> List.exists (fun s -> s.Meaning = SampleState.NotDetected)
              then
                  Channel.NotDetected
              if survey.Sentinels |> List.exists (fun s -> s.Meaning = SampleState.Saturated) then
                  Channel.Saturated ]

    match survey.Kind with
    | SampleKind.Magnitude ->
        { Channels = Channel.Flux :: errors @ missing @ [ Channel.Colours ]
          Level = Level.AsGiven
          Gaps = if survey.SamplesRequired then Gaps.Refuse else Gaps.Impute }
    | SampleKind.Flux ->
        { Channels = Channel.Flux :: errors @ missing @ [ Channel.LogLevel ]
          Level = Level.MeanFlux
          Gaps =
            if survey.SamplesRequired then
                Gaps.Refuse
            else
                Gaps.Interpolate }

/// Redshifts that the survey usually has; bins of a 200th of them.
let private grid (survey: Survey) : RedshiftGrid =
    { Lowest = fst survey.RedshiftRange
      Highest = snd survey.RedshiftRange
      Bins = 200 }

let private body (bins: int) =
    flatten
    --> dense 64
    --> relu
    --> dense 64
    --> relu
    --> dense 64
    --> relu
    --> dense bins

/// AdamW on a one-cycle schedule (Smith & Topin 2018, arXiv:1708.07120), two networks.
let internal training: Training =
    { Training.Plain with
        Loss = Loss.CrossEntropy
        Optimiser = Optimiser.adamW 0.03
        LearningRate = 0.003
        Schedule = Schedule.OneCycle(0.3, 25.0, 1e4)
        BatchSize = 64
        Epochs = 40
        Ensemble = 2 }

/// Five folds of two small networks each, pooled; p(z)
/// recalibrated and 90 % conformal intervals, both fitted on what each fold says of the objects that it has not seen.
let recipe (survey: Survey) : Recipe =
    let features = features survey
    let grid = grid survey
    let inputs = Shape.Features(Features.size features survey.SampleCount)

    { Name = "photoz"
      Description = "Photometry to p(z) by small networks, cross-fitted on every row, pooled and calibrated"
      Survey = survey.Name
      Cleaning = { RedshiftRange = Some(grid.Lowest, grid.Highest) }
      Features = features
      Scaling = Scaling.Standard
      Clip = Some(-8.0, 8.0)
      Split = Division.Folds(5, 0.0)
      Learner =
        Learner.Networks
            { Network =
                Built.network
                    "photoz"
                    inputs
                    (body grid.Bins)
                    (Head.Binned(grid, (grid.Highest - grid.Lowest) / float grid.Bins))
              Training = training }
      Calibration =
        { Calibration.None with
            Pit = true
            Conformal = Some 0.9 }
      Flags = true
      Seed = 1UL }
