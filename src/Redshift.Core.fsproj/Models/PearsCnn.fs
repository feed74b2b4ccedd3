/// A small 1-D CNN over the 21 bins of a PEARS grism spectrum (HST/ACS G800L).
module Redshift.Core.Models.PearsCnn

open Redshift.Core.Calibration
open Redshift.Core.Frames
open Redshift.Core.Layers

/// Two narrow convolutions that keep the length, pooling, two dense layers.
let body =
    conv1dPadded 32 5 2
    --> relu
    --> conv1dPadded 32 3 1
    --> relu
    --> maxPool1d 2
    --> flatten
    --> dense 64
    --> relu
    --> dropout 0.1
    --> dense 32
    --> relu
    --> dense 1

/// Fluxes in units of the object's own mean flux, the level and a mask of what was observed as further channels.
let recipe: Recipe =
    { Name = "pears-cnn"
      Description = "PEARS grism spectra (21 bins of 150 Å) to redshift by a small 1-D CNN; missing bins are masked"
      Survey = "pears"
      Cleaning = { RedshiftRange = None }
      Features =
        { Channels = [ Channel.Flux; Channel.Observed; Channel.LogLevel ]
          Level = Level.MeanFlux
          Gaps = Gaps.Interpolate }
      Scaling = Scaling.Robust
      Clip = Some(-10.0, 10.0)
      Split = Division.Thesis
      Learner =
        Learner.Networks
            { Network = Built.network "pears-cnn" (Shape.Signal(3, 21)) body (Head.Point [ "redshift" ])
              Training =
                { Loss = Loss.Huber 0.1
                  Optimiser = Optimiser.adam
                  LearningRate = 0.001
                  Schedule = Schedule.Cosine 0.01
                  Penalty = Penalty.None
                  ClipNorm = Some 1.0
                  BatchSize = 32
                  Epochs = 80
                  EarlyStopping = Some { Patience = 30; MinimumGain = 0.0 }
                  Augmentation = None
                  Weighting = None
                  Ensemble = 1 } }
      Calibration = Calibration.None
      Flags = false
      Seed = 1UL }
