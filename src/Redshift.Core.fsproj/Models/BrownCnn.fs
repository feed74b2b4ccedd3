/// The 1-D CNN of the photo-z comparison.
module Redshift.Core.Models.BrownCnn

open Redshift.Core.Calibration
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Layers

/// 16 filters of width 3 with a zero at each end, pooled by 2, a linear layer: as published, without an activation, so that
/// the pooling is all that is not linear.
let private body = conv1dPadded 16 3 1 --> maxPool1d 2 --> flatten --> dense 1

/// RMSprop at 1e-6, batches of 16, at most 100 epochs with early stopping, as published. So slow a rate hardly moves the
/// weights within 100 epochs of a few thousand objects: 1e-3 does. The loss and the patience of 10 are ours.
let recipe (survey: Survey) : Recipe =
    { Name = "brown-cnn"
      Description =
        "Magnitudes, missing bands filled by mean colours, to redshift by a small 1-D CNN at the published rate of 1e-6"
      Survey = survey.Name
      Cleaning = { RedshiftRange = None }
      Features = BrownFcnn.features survey
      Scaling = Scaling.Standard
      Clip = None
      Split = Division.Thesis
      Learner =
        Learner.Networks
            { Network = Built.network "brown-cnn" (Shape.Signal(1, survey.SampleCount)) body (Head.Point [ "redshift" ])
              Training =
                { Training.Plain with
                    Optimiser = Optimiser.rmsProp
                    LearningRate = 1e-6
                    BatchSize = 16
                    Epochs = 100
                    EarlyStopping = Some { Patience = 10; MinimumGain = 0.0 } } }
      Calibration = Calibration.None
      Flags = false
      Seed = 1UL }
