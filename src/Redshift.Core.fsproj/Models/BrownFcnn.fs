/// The fully connected network of the photo-z comparison: normalised magnitudes to one redshift.
module Redshift.Core.Models.BrownFcnn

open Redshift.Core.Calibration
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Layers

/// What the slides give the network: magnitudes (of a survey of fluxes, fluxes) whose missing bands mean colours fill, held
/// within 0 and 27.
let internal features (survey: Survey) : Features =
    { Channels =
        [ if survey.Kind.IsMagnitude then
              Channel.Clipped(0.0, 27.0)
          else
              Channel.Flux ]
      Level = Level.AsGiven
      Gaps =
        if survey.Kind.IsMagnitude then
            Gaps.Impute
        else
            Gaps.Interpolate }

/// Published are that it is fully connected, the learning rate of 1e-4 and normalised inputs; widths, Adam, batches of 32
/// and early stopping are ours.
let recipe (survey: Survey) : Recipe =
    let body =
        flatten
        --> dense 256
        --> relu
        --> dense 128
        --> relu
        --> dense 64
        --> relu
        --> dense 1

    { Name = "brown-fcnn"
      Description = "Magnitudes, missing bands filled by mean colours, to redshift by a fully connected network"
      Survey = survey.Name
      Cleaning = { RedshiftRange = None }
      Features = features survey
      Scaling = Scaling.Standard
      Clip = None
      Split = Division.Thesis
      Learner =
        Learner.Networks
            { Network =
                Built.network "brown-fcnn" (Shape.Signal(1, survey.SampleCount)) body (Head.Point [ "redshift" ])
              Training =
                { Training.Plain with
                    LearningRate = 1e-4
                    Epochs = 300
                    EarlyStopping = Some { Patience = 30; MinimumGain = 0.0 } } }
      Calibration = Calibration.None
      Flags = false
      Seed = 1UL }
