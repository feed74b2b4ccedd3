/// Two graph attention networks of photometry: a galaxy is a complete graph, a node a band.
///
/// The published network (`brown-gat`) is known by one line: GATConv, mean pooling, AdamW with rate 1e-3 and decay 1e-5, one
/// number a node. As it stands it is given a set: every node is treated alike and the mean forgets their order, so that it
/// cannot tell one band from another (arXiv:1710.10903, section 2.2: the layer works on nodes of any order). What it learns
/// it learns from the scaled magnitudes of a galaxy as a bag of numbers: how bright it is and how they spread, not its colours.
/// Its predictions stay the same when two scaled magnitudes change places, and are reported as they are.
///
/// `brown-gat-bands` is the same network with one change: each node also has its band's identity, as n numbers of which its
/// own is 1 (`GraphIdentity`). The kernel that follows turns W [x, e_j] into x w + E_j: a learnt vector E_j for each band, as
/// a table of embeddings would hold, without a new kind of weight.
///
/// From Velickovic et al. 2018 (arXiv:1710.10903): the layer, self loops, LeakyReLU 0.2, Glorot's initial weights, two
/// layers, 8 heads of 8 units, heads concatenated. Ours, chosen on validation parts: attention heads are concatenated in the
/// second layer too (the dense layer after the mean can average them, which is the paper's last layer), ReLU for its ELU, no
/// dropout, the mean squared error, batches of 64, 100 epochs, the rate going down by half a cosine.
module Redshift.Core.Models.BrownGat

open Redshift.Core.Calibration
open Redshift.Core.Catalogues
open Redshift.Core.Frames
open Redshift.Core.Layers

/// Two layers of attention, the mean over the nodes, one number.
let body =
    graphAttention 8 8
    --> relu
    --> graphAttention 8 8
    --> relu
    --> graphMean
    --> dense 1

/// Magnitudes alone, missing ones by mean colours (of a survey of fluxes, fluxes, interpolated), each band scaled to mean 0
/// and width 1 over the training part.
let private recipeOf name description body (survey: Survey) : Recipe =
    { Name = name
      Description = description
      Survey = survey.Name
      Cleaning = { RedshiftRange = None }
      Features =
        { Channels = [ Channel.Flux ]
          Level = Level.AsGiven
          Gaps =
            if survey.Kind.IsMagnitude then
                Gaps.Impute
            else
                Gaps.Interpolate }
      Scaling = Scaling.Standard
      Clip = None
      Split = Division.Thesis
      Learner =
        Learner.Networks
            { Network = Built.network name (Shape.Graph(survey.SampleCount, 1)) body (Head.Point [ "redshift" ])
              Training =
                { Training.Plain with
                    Optimiser = Optimiser.adamW 1e-5
                    Schedule = Schedule.Cosine 0.01
                    BatchSize = 64
                    Epochs = 100 } }
      Calibration = Calibration.None
      Flags = false
      Seed = 1UL }

/// As published: an unordered set of magnitudes.
let recipe: Survey -> Recipe =
    recipeOf
        "brown-gat"
        "Magnitudes as an unordered set to redshift by graph attention, which cannot tell one band from another"
        body

/// The same network, each node with its band's identity.
let bands: Survey -> Recipe =
    recipeOf
        "brown-gat-bands"
        "Magnitudes to redshift by graph attention; each node knows its band"
        (graphIdentity --> body)
