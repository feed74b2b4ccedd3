/// The k nearest neighbours of the photo-z comparison, under three scalings.
module Redshift.Core.Models.BrownNeighbours

open Redshift.Core.Baselines
open Redshift.Core.Calibration
open Redshift.Core.Catalogues
open Redshift.Core.Frames

/// Numbers of neighbours to choose from.
let private numbers = [ 1; 2; 3; 4; 5; 6; 7; 8; 10; 12; 15; 20; 25; 30; 40; 50 ]

let private recipe (suffix: string) (scaling: Scaling) (words: string) (survey: Survey) : Recipe =
    { Name = $"brown-knn-{suffix}"
      Description =
        $"Magnitudes, missing bands filled by mean colours, to redshift by nearest neighbours, {words} scaling"
      Survey = survey.Name
      Cleaning = { RedshiftRange = None }
      Features = BrownFcnn.features survey
      Scaling = scaling
      Clip = None
      Split = Division.Thesis
      Learner =
        Learner.Neighbours
            { Estimate = NeighbourEstimate.Mean
              Neighbours = numbers
              Weights = [ NeighbourWeights.Uniform; NeighbourWeights.Distance ]
              Folds = 5 }
      Calibration = Calibration.None
      Flags = false
      Seed = 1UL }

let minMax (survey: Survey) : Recipe = recipe "minmax" Scaling.MinMax "min-max" survey
let standard (survey: Survey) : Recipe = recipe "standard" Scaling.Standard "standard" survey
let robust (survey: Survey) : Recipe = recipe "robust" Scaling.Robust "robust" survey
