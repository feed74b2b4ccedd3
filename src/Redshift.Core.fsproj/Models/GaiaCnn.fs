/// The Gaia CNN: 186 BP/RP samples to one redshift, 699,073 parameters, as the thesis lists it.
module Redshift.Core.Models.GaiaCnn

open Redshift.Core.Calibration
open Redshift.Core.Frames
open Redshift.Core.Layers

/// A convolution with ReLU, then the larger of each two positions.
let private convolution filters kernel = conv1d filters kernel --> relu --> maxPool1d 2

/// A dense layer with ReLU.
let private hidden units = dense units --> relu

/// Four convolutions, then five dense layers.
let body =
    convolution 256 5
    --> convolution 256 5
    --> convolution 128 3
    --> convolution 64 2
    --> flatten
    --> hidden 256
    --> hidden 256
    --> hidden 128
    --> hidden 64
    --> dense 1

/// The thesis's experiment: min-max scaling, 63 / 27 / 10, Adamax 0.001, Huber 1, batches of 16, 20 epochs.
let recipe: Recipe =
    { Name = "gaia-cnn"
      Description = "Gaia BP/RP spectra (186 samples) to redshift in [0, 0.6] by the thesis's 1-D CNN"
      Survey = "gaia"
      Cleaning = { RedshiftRange = Some(0.0, 0.6) }
      Features =
        { Channels = [ Channel.Flux ]
          Level = Level.AsGiven
          Gaps = Gaps.Refuse }
      Scaling = Scaling.MinMax
      Clip = None
      Split = Division.Thesis
      Learner =
        Learner.Networks
            { Network = Built.network "gaia-cnn" (Shape.Signal(1, 186)) body (Head.Point [ "redshift" ])
              Training =
                { Loss = Loss.Huber 1.0
                  Optimiser = Optimiser.adamax
                  LearningRate = 0.001
                  Schedule = Schedule.Constant
                  Penalty = Penalty.None
                  ClipNorm = None
                  BatchSize = 16
                  Epochs = 20
                  EarlyStopping = None
                  Augmentation = None
                  Weighting = None
                  Ensemble = 1 } }
      Calibration = Calibration.None
      Flags = false
      Seed = 1UL }
