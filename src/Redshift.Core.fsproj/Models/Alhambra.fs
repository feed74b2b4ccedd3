/// Several targets of one catalogue: the redshift, whether it is a star, its spectral type and its stellar mass, whichever of
/// them a survey has.
///
/// `alhambra` is the published system, four networks of their own: widths, activations, optimisers and epochs as published,
/// trained on 10 % and validated on 1 %. Published too is that they take the magnitudes of all bands. Ours: missing bands
/// filled by mean colours, magnitudes held within 0 and 27 and each band scaled; the mean squared error where no loss is
/// known; rates of 1e-3 and batches of 32, which were the defaults of Keras. Networks of linear layers are one linear map.
///
/// `alhambra-modern` has one body for all, a head for each, and learns from every row as `photoz` does: a target that a row
/// lacks is out of its loss.
module Redshift.Core.Models.Alhambra

open Redshift.Core.Calibration
open Redshift.Core.Catalogues
open Redshift.Core.Distributions
open Redshift.Core.Frames
open Redshift.Core.Layers

let private classes = [ "galaxy"; "star" ]

let private has (survey: Survey) target =
    target = "redshift" || survey.Targets |> List.exists (fun t -> t.Name = target)

/// Target, its body, its head, what trains it.
let private published: (string * Layer * Head * Training) list =
    let training optimiser epochs =
        { Training.Plain with
            Optimiser = optimiser
            Epochs = epochs }

    let value target = Head.Point [ target ]

    [ "redshift", flatten --> dense 75 --> dense 120 --> dense 1, value "redshift", training Optimiser.adam 80
      "stellarity",
      flatten
      --> dense 75
      --> relu
      --> dense 2
      --> relu
      --> dense 3
      --> relu
      --> dense 2,
      Head.Classes classes,
      { training Optimiser.adam 20 with
          Loss = Loss.CrossEntropy }
      "spectral_type",
      flatten --> dense 75 --> dense 20 --> dense 10 --> dense 1,
      value "spectral_type",
      training Optimiser.rmsProp 10
      "stellar_mass",
      flatten --> dense 75 --> dense 120 --> dense 200 --> dense 50 --> dense 1,
      value "stellar_mass",
      training Optimiser.adam 7 ]

/// Of 100 objects 10 train, 1 validates and 89 test.
let private tenth = Division.Fractions { Test = 0.89; Validation = 1.0 / 11.0 }

/// The four networks, those of a survey's targets.
let recipe (survey: Survey) : Recipe =
    { Name = "alhambra"
      Description =
        "Magnitudes to redshift, stellarity, spectral type and stellar mass by four networks, trained on a tenth as published"
      Survey = survey.Name
      Cleaning = { RedshiftRange = None }
      Features = BrownFcnn.features survey
      Scaling = Scaling.Standard
      Clip = None
      Split = tenth
      Learner =
        Learner.PerTarget
            [ for target, body, head, training in published do
                  if has survey target then
                      { Target = target
                        Networks =
                          { Network = Built.network $"alhambra-{target}" (Shape.Signal(1, survey.SampleCount)) body head
                            Training = training } } ]
      Calibration =
        { Calibration.None with
            Slope = Some CorrectionSpace.Redshift }
      Flags = false
      Seed = 1UL }

/// p of a stellar mass in log10 of solar masses.
let private masses: RedshiftGrid =
    { Lowest = 4.0
      Highest = 13.0
      Bins = 180 }

/// p of a spectral type, which is a template's place in its list, from 1.
let private types: RedshiftGrid =
    { Lowest = 0.5
      Highest = 31.5
      Bins = 310 }

/// One body, a head for each of a survey's targets; otherwise as `photoz`.
let modern (survey: Survey) : Recipe =
    let like = Photoz.recipe survey

    let redshifts: RedshiftGrid =
        { Lowest = fst survey.RedshiftRange
          Highest = snd survey.RedshiftRange
          Bins = 200 }

    let part target head =
        { Target = target
          Weight = 1.0
          Head = head }

    let head =
        [ part "redshift" (Head.Binned(redshifts, (redshifts.Highest - redshifts.Lowest) / float redshifts.Bins))
          part "stellarity" (Head.Classes classes)
          part "spectral_type" (Head.Binned(types, 0.2))
          part "stellar_mass" (Head.Binned(masses, 0.25)) ]
        |> List.filter (fun part -> has survey part.Target)
        |> Head.Joint

    let body =
        flatten
        --> dense 128
        --> relu
        --> dense 128
        --> relu
        --> dense 128
        --> relu
        --> dense (Head.outputs head)

    { like with
        Name = "alhambra-modern"
        Description =
            "Magnitudes to redshift, stellarity, spectral type and stellar mass by one body with a head for each, calibrated"
        Learner =
            Learner.Networks
                { Network =
                    Built.network
                        "alhambra-modern"
                        (Shape.Features(Features.size like.Features survey.SampleCount))
                        body
                        head
                  // Four targets from one body need more restraint than one, above all of small catalogues.
                  Training =
                    { Photoz.training with
                        Optimiser = Optimiser.adamW 0.3
                        BatchSize = 32
                        Ensemble = 4 } }
        Calibration =
            { like.Calibration with
                Logistic = true } }
