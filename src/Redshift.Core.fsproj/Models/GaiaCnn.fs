/// The Gaia CNN: 186 BP/RP samples to one redshift, 699,073 parameters, as the thesis lists it.
module Redshift.Core.Models.GaiaCnn

open Redshift.Core.Frames
open Redshift.Core.Layers

/// Four convolutions, each with ReLU and pooling, then five dense layers.
let body =
    conv1d 256 5
    --> relu
    --> maxPool1d 2
    --> conv1d 256 5
    --> relu
    --> maxPool1d 2
    --> conv1d 128 3
    --> relu
    --> maxPool1d 2
    --> conv1d 64 2
    --> relu
    --> maxPool1d 2
    --> flatten
    --> dense 256
    --> relu
    --> dense 256
    --> relu
    --> dense 128
    --> relu
    --> dense 64
    --> relu
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
      Split = SplitFractions.Thesis
      Network = Built.network "gaia-cnn" (Shape.Signal(1, 186)) body (Head.Point [ "redshift" ])
      Training =
        { Loss = Loss.Huber 1.0
          Optimiser = Optimiser.adamax
          LearningRate = 0.001
          Schedule = Schedule.Constant
          Penalty = Penalty.None
          ClipNorm = None
          BatchSize = 16
          Epochs = 20
          EarlyStopping = None }
      Seed = 1UL }
