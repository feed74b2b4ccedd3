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

/// Networks for one target of several.
type TargetLearner =
    {
        /// What they learn: `redshift`, `stellarity`, `spectral_type`, `stellar_mass`. Their heads are point heads of this
        /// target, or classes.
        Target: string
        Networks: NetworkLearner
    }

/// A target other than the redshift, as predictions have it.
type TargetColumn =
    {
        /// Its name.
        Target: string
        /// The column of predictions: the target's name, of two classes `star_probability`, after the second.
        Column: string
        /// The names of its classes, by their numbers; empty where it is a real number.
        Classes: string list
        /// Whether predictions have a width.
        HasSigma: bool
        /// Whether it is learnt from known values, which a catalogue must have then.
        IsLearnt: bool
    }

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
    /// A network, or several pooled, for each target, the redshift the first.
    | PerTarget of TargetLearner list

    /// One case a learner, for C#, which then breaks with a new one until it is handled.
    member this.Match
        (
            networks: Func<NetworkLearner, 'T>,
            neighbours: Func<NeighbourLearner, 'T>,
            templates: Func<TemplateLearner, 'T>,
            perTarget: Func<TargetLearner list, 'T>
        ) : 'T =
        match this with
        | Networks learner -> networks.Invoke learner
        | Neighbours learner -> neighbours.Invoke learner
        | Templates learner -> templates.Invoke learner
        | PerTarget learners -> perTarget.Invoke learners

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

    let private networks (n: NetworkLearner) = ("network", Network.write n.Network) :: writeTraining n.Training

    let private readNetworks (o: JsonFields) : NetworkLearner =
        let network = o.Required("network", Network.read)

        { Network = network
          Training = readTraining network.Head o }

    let private writeTarget (learner: TargetLearner) =
        ("target", Json.string learner.Target) :: networks learner.Networks
        |> Json.object

    /// Whether a network says what is to be learnt.
    let private says (target: string) (head: Head) =
        match head with
        | Head.Point targets -> targets = [ target ]
        | Head.Classes names -> target <> "redshift" && names.Length = 2
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _
        | Head.Joint _ -> false

    let private readTarget (json: JsonReader) : TargetLearner =
        let learner =
            json.Object(fun o ->
                { Target = o.Required("target", _.String)
                  Networks = readNetworks o })

        if says learner.Target learner.Networks.Network.Head then
            learner
        else
            json.Fail
                $"a point head of {learner.Target} or, of a target other than the redshift, one of two classes for it"

    let private readTargets (json: JsonReader) : TargetLearner list =
        let learners = json.List readTarget
        let names = learners |> List.map _.Target

        match names with
        | "redshift" :: _ when names = List.distinct names -> learners
        | _ ->
            let found = String.concat ", " names
            json.Fail("different targets, the redshift the first", found)

    /// The fields of a learner.
    let write (learner: Learner) : (string * JsonValue) list =
        match learner with
        | Learner.Networks n -> networks n
        | Learner.Neighbours n -> [ "neighbours", writeNeighbours n ]
        | Learner.Templates t -> [ "templates", TemplateJson.write t ]
        | Learner.PerTarget learners -> [ "targets", learners |> List.map writeTarget |> Json.list ]

    /// The learner that a recipe's fields give: the one of `neighbours` or `templates`, else networks.
    let read (o: JsonFields) : Learner =
        if o.Has "neighbours" then
            Learner.Neighbours(o.Required("neighbours", readNeighbours))
        elif o.Has "templates" then
            Learner.Templates(o.Required("templates", TemplateJson.read))
        elif o.Has "targets" then
            Learner.PerTarget(o.Required("targets", readTargets))
        else
            Learner.Networks(readNetworks o)

/// What learners learn and say beside the redshift.
module Learner =

    let private column target (head: Head) =
        let learnt classes name hasSigma =
            Some
                { Target = target
                  Column = name
                  Classes = classes
                  HasSigma = hasSigma
                  IsLearnt = true }

        match head with
        | Head.Classes names -> learnt names $"{List.last names}_probability" false
        | Head.Binned _ -> learnt [] target true
        | Head.Point _ -> learnt [] target false
        | Head.Gaussian
        | Head.Mixture _
        | Head.Joint _ -> None

    let private fitted name =
        { Target = name
          Column = name
          Classes = []
          HasSigma = false
          IsLearnt = false }

    /// The targets other than the redshift, in the order of their columns.
    let others (learner: Learner) : TargetColumn list =
        match learner with
        | Learner.Networks { Network = network } ->
            match network.Head with
            | Head.Joint parts ->
                parts
                |> List.filter (fun part -> part.Target <> "redshift")
                |> List.choose (fun part -> column part.Target part.Head)
            | Head.Point _
            | Head.Gaussian
            | Head.Binned _
            | Head.Mixture _
            | Head.Classes _ -> []
        | Learner.PerTarget learners ->
            learners
            |> List.filter (fun l -> l.Target <> "redshift")
            |> List.choose (fun l -> column l.Target l.Networks.Network.Head)
        | Learner.Templates _ -> [ fitted "spectral_type"; fitted "odds" ]
        | Learner.Neighbours _ -> []

    /// The same network for fewer targets: the parts of its head and as many outputs of its last layer.
    let private narrowed (keep: string -> bool) (network: Network) : Result<Network, string> =
        match network.Head with
        | Head.Joint parts when parts |> List.exists (fun part -> not (keep part.Target)) ->
            let head = parts |> List.filter (fun part -> keep part.Target) |> Head.Joint

            match List.rev (Layer.toList network.Body) with
            | Layer.Dense last :: earlier ->
                let body = Layer.Dense { last with Units = Head.outputs head } :: earlier

                Network.create network.Name network.Input (Layer.ofList (List.rev body)) head
                |> Result.mapError string
            | _ -> Error "network/body: expected a Dense layer at its end, which can be made narrower, found another"
        | _ -> Ok network

    /// The same learner for the redshift and those of its other targets that are named. An error where a network cannot be
    /// made narrower.
    let withTargets (names: string list) (learner: Learner) : Result<Learner, string> =
        let keep target = target = "redshift" || List.contains target names

        match learner with
        | Learner.Networks networks ->
            narrowed keep networks.Network
            |> Result.map (fun network -> Learner.Networks { networks with Network = network })
        | Learner.PerTarget learners -> learners |> List.filter (fun l -> keep l.Target) |> Learner.PerTarget |> Ok
        | Learner.Neighbours _
        | Learner.Templates _ -> Ok learner
