/// The k nearest neighbours of the photo-z comparison, under three scalings, and planes through them.
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

/// A plane through the neighbours in colours and one magnitude, as SDSS has done (Beck et al. 2016, doi:10.1093/mnras/stw1009);
/// of a survey of fluxes, in fluxes.
let localLinear (survey: Survey) : Recipe =
    let recipe = recipe "local-linear" Scaling.Standard "standard" survey

    { recipe with
        Description =
            "Colours and a magnitude, missing bands filled by mean colours, to redshift by a plane through the nearest neighbours"
        Features =
            { recipe.Features with
                Channels =
                    if survey.Kind.IsMagnitude then
                        [ Channel.Flux; Channel.Colours ]
                    else
                        [ Channel.Flux ] }
        Learner =
            Learner.Neighbours
                { Estimate = NeighbourEstimate.LocalLinear
                  Neighbours = [ 30; 50; 70; 100; 150; 200 ]
                  Weights = [ NeighbourWeights.Uniform; NeighbourWeights.Tricube ]
                  Folds = 5 } }

let minMax (survey: Survey) : Recipe = recipe "minmax" Scaling.MinMax "min-max" survey
let standard (survey: Survey) : Recipe = recipe "standard" Scaling.Standard "standard" survey
let robust (survey: Survey) : Recipe = recipe "robust" Scaling.Robust "robust" survey
