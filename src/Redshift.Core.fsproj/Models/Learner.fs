namespace Redshift.Core.Models

open System
open Redshift.Core
open Redshift.Core.Baselines
open Redshift.Core.Frames
open Redshift.Core.Layers

/// When to stop before the last epoch.
type EarlyStopping =
    {
        /// Epochs without a better validation loss before training stops.
        Patience: int
        /// By how much the validation loss must fall to count as better.
        MinimumGain: float
    }

/// How a network is trained.
type Training =
    {
        Loss: Loss
        Optimiser: Optimiser
        LearningRate: float
        Schedule: Schedule
        Penalty: Penalty
        /// The largest norm of a step's gradient.
        ClipNorm: float option
        BatchSize: int
        Epochs: int
        /// With early stopping the weights of the best validation loss are kept; without, those of the last epoch.
        EarlyStopping: EarlyStopping option
        /// Noise added to training spectra, if any.
        Augmentation: Augmentation option
        /// How much more rare redshifts count, if they do.
        Weighting: LabelWeighting option
        /// Networks that are trained alike but for their seeds, and pooled: p(z) averaged, or redshifts where a head has none.
        Ensemble: int
    }

    /// One network by Adam at 1e-3 on the mean squared error, batches of 32, an epoch, and nothing else: to be changed.
    static member Plain =
        { Loss = Loss.Mse
          Optimiser = Optimiser.adam
          LearningRate = 1e-3
          Schedule = Schedule.Constant
          Penalty = Penalty.None
          ClipNorm = None
          BatchSize = 32
          Epochs = 1
          EarlyStopping = None
          Augmentation = None
          Weighting = None
          Ensemble = 1 }

/// Networks, and how they are trained.
type NetworkLearner =
    { Network: Network; Training: Training }

/// Neighbours in the space of features. How many, and what each counts for, is chosen by cross-validation on the training
/// part, by the least mean squared error; the validation part takes no part.
type NeighbourLearner =
    {
        /// What is made of the neighbours.
        Estimate: NeighbourEstimate
        /// The numbers of neighbours to choose from, one or more, ascending.
        Neighbours: int list
        /// The weights to choose from, one or more.
        Weights: NeighbourWeights list
        /// Folds of the cross-validation, 2 or more.
        Folds: int
    }

/// Learners of neighbours.
module NeighbourLearner =

    /// How neighbours are chosen, for people; lines end in `\n`.
    let summary (learner: NeighbourLearner) : string =
        let numbers = learner.Neighbours |> List.map string |> String.concat ", "
        let weights = learner.Weights |> List.map NeighbourJson.nameOfWeights |> String.concat ", "

        let estimate =
            match learner.Estimate with
            | NeighbourEstimate.Mean -> "mean of the neighbours' redshifts"
            | NeighbourEstimate.LocalLinear -> "plane fitted to the neighbours' redshifts"

        $"Estimate    {estimate}\nNeighbours  one of {numbers}\nWeights     one of {weights}\n"
        + $"Chosen by   mean squared error, {learner.Folds}-fold cross-validation on the training part\n"

/// What learns.
[<RequireQualifiedAccess>]
type Learner =
    | Networks of NetworkLearner
    | Neighbours of NeighbourLearner
    | Templates of TemplateLearner

    /// One case a learner, for C#, which then breaks with a new one until it is handled.
    member this.Match
        (
            networks: Func<NetworkLearner, 'T>,
            neighbours: Func<NeighbourLearner, 'T>,
            templates: Func<TemplateLearner, 'T>
        ) : 'T =
        match this with
        | Networks learner -> networks.Invoke learner
        | Neighbours learner -> neighbours.Invoke learner
        | Templates learner -> templates.Invoke learner

/// Learners as JSON: fields of the recipe's document.
module internal LearnerJson =

    /// Networks of an ensemble at most.
    [<Literal>]
    let MostNetworks = 100

    let private writeTraining (t: Training) =
        [ "loss", Loss.write t.Loss
          "optimiser", Optimiser.write t.Optimiser
          "learning_rate", Json.float t.LearningRate
          "schedule", Schedule.write t.Schedule
          "penalty", Json.object [ "l1", Json.float t.Penalty.L1; "l2", Json.float t.Penalty.L2 ]
          "clip_norm", t.ClipNorm |> Json.option Json.float
          "batch_size", Json.int t.BatchSize
          "epochs", Json.int t.Epochs
          "early_stopping",
          t.EarlyStopping
          |> Json.option (fun e ->
              Json.object [ "patience", Json.int e.Patience; "minimum_gain", Json.float e.MinimumGain ])
          "augmentation", t.Augmentation |> Json.option Augmentation.write
          "label_weights", t.Weighting |> Json.option LabelWeights.write
          "ensemble", Json.int t.Ensemble ]

    /// The loss, where it fits the head.
    let private readLoss (head: Head) (json: JsonReader) : Loss =
        let loss = Loss.read json

        match Loss.misfit head loss with
        | None -> loss
        | Some expected -> json.Fail(expected, string ((Loss.write loss)["type"]))

    let private readEnsemble (json: JsonReader) : int =
        let networks = json.Count

        if networks > MostNetworks then
            json.Fail($"at most {MostNetworks} networks", string networks)
        else
            networks

    let private readTraining (head: Head) (o: JsonFields) : Training =
        { Loss = o.Required("loss", readLoss head)
          Optimiser = o.Required("optimiser", Optimiser.read)
          LearningRate = o.Required("learning_rate", _.Positive)
          Schedule = o.Default("schedule", Schedule.Constant, Schedule.read)
          Penalty =
            o.Default(
                "penalty",
                Penalty.None,
                _.Object(fun p ->
                    { L1 = p.Default("l1", 0.0, _.NonNegative)
                      L2 = p.Default("l2", 0.0, _.NonNegative) })
            )
          ClipNorm = o.Optional("clip_norm", _.Positive)
          BatchSize = o.Required("batch_size", _.Count)
          Epochs = o.Required("epochs", _.Count)
          EarlyStopping =
            o.Optional(
                "early_stopping",
                _.Object(fun e ->
                    { Patience = e.Required("patience", _.Count)
                      MinimumGain = e.Default("minimum_gain", 0.0, _.NonNegative) })
            )
          Augmentation = o.Optional("augmentation", Augmentation.read)
          Weighting = o.Optional("label_weights", LabelWeights.read)
          Ensemble = o.Default("ensemble", 1, readEnsemble) }

    let private writeNeighbours (n: NeighbourLearner) =
        Json.object
            [ "estimate", NeighbourJson.writeEstimate n.Estimate
              "numbers", n.Neighbours |> List.map Json.int |> Json.list
              "weights", n.Weights |> List.map NeighbourJson.writeWeights |> Json.list
              "folds", Json.int n.Folds ]

    let private ascending (json: JsonReader) =
        match json.List _.Count with
        | [] -> json.Fail("one number of neighbours or more", "none")
        | numbers when numbers <> List.sort (List.distinct numbers) ->
            json.Fail "different numbers of neighbours, in ascending order"
        | numbers -> numbers

    let private someWeights (json: JsonReader) =
        match json.List NeighbourJson.readWeights with
        | [] -> json.Fail("one kind of weights or more", "none")
        | some -> List.distinct some

    let private folds (json: JsonReader) =
        let count = json.Count

        if count < 2 then
            json.Fail("2 folds or more", string count)
        else
            count

    let private readNeighbours (json: JsonReader) : NeighbourLearner =
        json.Object(fun o ->
            { Estimate = o.Default("estimate", NeighbourEstimate.Mean, NeighbourJson.readEstimate)
              Neighbours = o.Required("numbers", ascending)
              Weights = o.Default("weights", [ NeighbourWeights.Uniform ], someWeights)
              Folds = o.Default("folds", 5, folds) })

    /// The fields of a learner.
    let write (learner: Learner) : (string * JsonValue) list =
        match learner with
        | Learner.Networks n -> ("network", Network.write n.Network) :: writeTraining n.Training
        | Learner.Neighbours n -> [ "neighbours", writeNeighbours n ]
        | Learner.Templates t -> [ "templates", TemplateJson.write t ]

    /// The learner that a recipe's fields give: the one of `neighbours` or `templates`, else networks.
    let read (o: JsonFields) : Learner =
        if o.Has "neighbours" then
            Learner.Neighbours(o.Required("neighbours", readNeighbours))
        elif o.Has "templates" then
            Learner.Templates(o.Required("templates", TemplateJson.read))
        else
            let network = o.Required("network", Network.read)

            Learner.Networks
                { Network = network
                  Training = readTraining network.Head o }
