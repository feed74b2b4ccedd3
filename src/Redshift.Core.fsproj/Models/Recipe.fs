namespace Redshift.Core.Models

open Redshift.Core
open Redshift.Core.Calibration
open Redshift.Core.Frames
open Redshift.Core.Layers

/// Which rows take part in training and evaluation.
type Cleaning =
    {
        /// Redshifts outside [low, high] are left out and counted.
        RedshiftRange: (float * float) option
    }

/// A whole experiment: what is read, how it is prepared, what is trained on it and how.
type Recipe =
    {
        Name: string
        Description: string
        /// The survey definition it is written for; `--survey` overrides it.
        Survey: string
        Cleaning: Cleaning
        /// Of templates, which take bands as they are, `TemplateLearner.features`, no scaling and no clip; their JSON has none.
        Features: Features
        Scaling: Scaling
        /// Scaled inputs are held within these ends, if given.
        Clip: (float * float) option
        Split: Division
        Learner: Learner
        /// What is fitted on the validation part; with folds on the predictions of each fold by what has not seen it.
        Calibration: Calibration
        /// Whether predictions are flagged.
        Flags: bool
        Seed: uint64
    }

    /// Its networks, where it has them.
    member this.Networks: NetworkLearner option =
        match this.Learner with
        | Learner.Networks networks -> Some networks
        | Learner.Neighbours _
        | Learner.Templates _
        | Learner.PerTarget _ -> None

/// Putting recipes on folds.
module Folding =

    /// The share of a fold's other rows that watches training where early stopping chooses by it.
    [<Literal>]
    let WatchingShare = 0.2

    /// The share of a fold's other rows that watches: what folds of the recipe's own say, else none but for early stopping.
    let watchingShare (split: Division) (learner: Learner) : float =
        let stopsEarly (networks: NetworkLearner) = networks.Training.EarlyStopping.IsSome

        match split, learner with
        | Division.Folds(_, share), _ when share > 0.0 -> share
        | _, Learner.Networks networks when stopsEarly networks -> WatchingShare
        | _, Learner.PerTarget learners when learners |> List.exists (fun l -> stopsEarly l.Networks) -> WatchingShare
        | _, Learner.Networks _
        | _, Learner.PerTarget _
        | _, Learner.Neighbours _
        | _, Learner.Templates _ -> 0.0

/// Recipes as JSON, and changes a command line may make.
module Recipe =

    /// Networks of an ensemble at most.
    [<Literal>]
    let MostNetworks = LearnerJson.MostNetworks

    let private pair (low: float, high: float) = Json.list [ Json.float low; Json.float high ]

    /// What stands between samples and what learns.
    let private writePreparation (recipe: Recipe) =
        match recipe.Learner with
        | Learner.Networks _
        | Learner.PerTarget _
        | Learner.Neighbours _ ->
            [ "features", FeaturesJson.write recipe.Features
              "scaling", Scaling.writeKind recipe.Scaling
              "clip", Preprocessing.writeClip recipe.Clip ]
        | Learner.Templates _ -> []

    let private readPreparation (learner: Learner) (o: JsonFields) =
        match learner with
        | Learner.Networks _
        | Learner.PerTarget _
        | Learner.Neighbours _ ->
            struct (o.Required("features", FeaturesJson.read),
                    o.Required("scaling", Scaling.readKind),
                    o.Optional("clip", Preprocessing.readClip))
        | Learner.Templates _ -> struct (TemplateLearner.features, Scaling.Identity, None)

    /// The recipe as a JSON document; `read (write r) = Ok r`.
    let write (recipe: Recipe) : string =
        [ "name", Json.string recipe.Name
          "description", Json.string recipe.Description
          "survey", Json.string recipe.Survey
          "cleaning", Json.object [ "redshift_range", recipe.Cleaning.RedshiftRange |> Json.option pair ] ]
        @ writePreparation recipe
        @ [ "split", Split.write recipe.Split ]
        @ LearnerJson.write recipe.Learner
        @ [ "calibration", Calibration.write recipe.Calibration
            "flags", Json.bool recipe.Flags
            "seed", Json.uint64 recipe.Seed ]
        |> Json.object
        |> Json.text

    /// Why what learns cannot be calibrated so, if it cannot: what the recipe should say.
    let private misfit (learner: Learner) (calibration: Calibration) =
        match learner with
        | Learner.Networks networks -> Calibration.misfit networks.Network.Head calibration
        | Learner.PerTarget _ when calibration.Pit -> Some "pit: false, for point heads, which give no p(z)"
        | Learner.Neighbours _ when calibration.Pit -> Some "pit: false, for neighbours, which give no p(z)"
        | Learner.PerTarget _
        | Learner.Neighbours _
        | Learner.Templates _ -> None

    /// The calibration, where it fits what learns.
    let private readCalibration (learner: Learner) (json: JsonReader) : Calibration =
        let calibration = Calibration.read json

        match misfit learner calibration with
        | None -> calibration
        | Some expected -> json.Fail(expected, (if calibration.Pit then "pit: true" else "one"))

    /// The division; folds that watch their own training can choose nothing by it.
    let private readSplit (learner: Learner) (json: JsonReader) : Division =
        let watches =
            match learner with
            | Learner.Networks networks -> networks.Training.EarlyStopping.IsSome
            | Learner.PerTarget learners -> learners |> List.exists (fun l -> l.Networks.Training.EarlyStopping.IsSome)
            | Learner.Neighbours _
            | Learner.Templates _ -> false

        match Split.read json with
        | Division.Folds(_, 0.0) when watches ->
            json.Fail("a validation share above 0, by which early stopping can choose", "0")
        | division -> division

    /// Reads a recipe. An error is one line with the path: `network: expected …, found …`.
    let read (text: string) : Result<Recipe, string> =
        JsonReader.Parse(
            text,
            fun json ->
                json.Object(fun o ->
                    let learner = LearnerJson.read o
                    let struct (features, scaling, clip) = readPreparation learner o

                    { Name = o.Required("name", _.String)
                      Description = o.Default("description", "", _.String)
                      Survey = o.Required("survey", _.String)
                      Cleaning =
                        o.Default(
                            "cleaning",
                            { RedshiftRange = None },
                            _.Object(fun c -> { RedshiftRange = c.Optional("redshift_range", Preprocessing.readClip) })
                        )
                      Features = features
                      Scaling = scaling
                      Clip = clip
                      Split = o.Default("split", Division.Thesis, readSplit learner)
                      Learner = learner
                      Calibration = o.Default("calibration", Calibration.None, readCalibration learner)
                      Flags = o.Default("flags", false, _.Bool)
                      Seed = o.Default("seed", 1UL, _.UInt64) })
        )

    /// What learns, for people: a network layer by layer, or how neighbours are chosen or templates fitted; lines end in `\n`.
    let summary (recipe: Recipe) : string =
        match recipe.Learner with
        | Learner.Networks networks -> Network.summary networks.Network
        | Learner.Neighbours neighbours -> NeighbourLearner.summary neighbours
        | Learner.Templates templates -> TemplateLearner.summary templates
        | Learner.PerTarget learners ->
            learners
            |> List.map (fun l -> $"Target {l.Target}\n{Network.summary l.Networks.Network}")
            |> String.concat "\n"

    /// The same recipe with other words.
    let withDescription (description: string) (recipe: Recipe) : Recipe =
        { recipe with
            Description = description }

    /// Whether it trains networks.
    let trainsNetworks (recipe: Recipe) : bool =
        match recipe.Learner with
        | Learner.Networks _
        | Learner.PerTarget _ -> true
        | Learner.Neighbours _
        | Learner.Templates _ -> false

    /// The same recipe learning in so many folds from every row it is given. Where its networks stop early, a fifth of a
    /// fold's other rows watches, or the share that its own folds have.
    let withFolds (count: int) (recipe: Recipe) : Recipe =
        { recipe with
            Split = Division.Folds(count, Folding.watchingShare recipe.Split recipe.Learner) }

    /// The same recipe for redshifts up to `highest`.
    let withMaxRedshift (highest: float) (recipe: Recipe) : Recipe =
        let low = recipe.Cleaning.RedshiftRange |> Option.map fst |> Option.defaultValue 0.0

        { recipe with
            Cleaning = { RedshiftRange = Some(low, highest) } }

    /// The same recipe with its networks trained otherwise; others as they are.
    let withTraining (change: Training -> Training) (recipe: Recipe) : Recipe =
        match recipe.Learner with
        | Learner.Networks networks ->
            { recipe with
                Learner =
                    Learner.Networks
                        { networks with
                            Training = change networks.Training } }
        | Learner.PerTarget learners ->
            let changed (l: TargetLearner) =
                { l with
                    Networks =
                        { l.Networks with
                            Training = change l.Networks.Training } }

            { recipe with
                Learner = Learner.PerTarget(List.map changed learners) }
        | Learner.Neighbours _
        | Learner.Templates _ -> recipe

    /// The same recipe with its template and filter files in these folders; `None` changes nothing, and others than recipes
    /// of templates are as they are.
    let withFolders (templates: string option) (filters: string option) (recipe: Recipe) : Recipe =
        match recipe.Learner with
        | Learner.Networks _
        | Learner.PerTarget _
        | Learner.Neighbours _ -> recipe
        | Learner.Templates learner ->
            { recipe with
                Learner =
                    Learner.Templates
                        { learner with
                            TemplateFolder = templates |> Option.orElse learner.TemplateFolder
                            FilterFolder = filters |> Option.orElse learner.FilterFolder } }

    /// The same recipe with what a command line changes; `None` changes nothing, and epochs and batches matter to networks
    /// alone.
    let withChanges
        (seed: uint64 option)
        (epochs: int option)
        (batchSize: int option)
        (maxRedshift: float option)
        (recipe: Recipe)
        : Recipe =
        let changed =
            { recipe with
                Seed = defaultArg seed recipe.Seed }
            |> withTraining (fun training ->
                { training with
                    Epochs = defaultArg epochs training.Epochs
                    BatchSize = defaultArg batchSize training.BatchSize })

        match maxRedshift with
        | Some highest -> withMaxRedshift highest changed
        | None -> changed

    /// The same recipe with so many networks, and slope correction in a space or none.
    let withLaterChoices (ensemble: int) (slope: CorrectionSpace option) (recipe: Recipe) : Recipe =
        { recipe with
            Calibration =
                { recipe.Calibration with
                    Slope = slope } }
        |> withTraining (fun training -> { training with Ensemble = ensemble })

    /// The same recipe in batches of another size, with the learning rate that goes with them: times the ratio of the sizes for
    /// gradient descent (Goyal et al. 2017, arXiv:1706.02677, section 2.1), times its square root for optimisers that divide
    /// by the gradient's size (Malladi et al. 2022, arXiv:2205.10287). Larger batches rise to it over a quarter of the epochs,
    /// at most 5, where the schedule does not rise by itself.
    let withScaledBatch (batchSize: int) (recipe: Recipe) : Recipe =
        recipe
        |> withTraining (fun training ->
            let ratio = float batchSize / float training.BatchSize

            let rise =
                if training.Epochs < 2 then
                    0
                else
                    max 1 (min 5 (training.Epochs / 4))

            let factor =
                match training.Optimiser with
                | Optimiser.Sgd _ -> ratio
                | Optimiser.Adam _
                | Optimiser.AdamW _
                | Optimiser.Adamax _
                | Optimiser.RmsProp _ -> sqrt ratio

            let schedule =
                match training.Schedule with
                | Schedule.Constant
                | Schedule.StepDecay _
                | Schedule.Cosine _ when ratio > 1.0 && rise > 0 -> Schedule.WarmUp(rise, training.Schedule)
                | Schedule.Constant
                | Schedule.StepDecay _
                | Schedule.Cosine _
                | Schedule.OneCycle _
                | Schedule.WarmUp _ -> training.Schedule

            { training with
                BatchSize = batchSize
                LearningRate = training.LearningRate * factor
                Schedule = schedule })

    /// What two runs share whose networks are the same up to the epoch that the shorter one ends with: what is fitted after
    /// training is left out, the networks of an ensemble are put at 1 (but with folds, whose networks are counted on) and,
    /// where the schedule does not look ahead to the last epoch, the number of epochs too.
    let withoutLaterChoices (recipe: Recipe) : Recipe =
        let rec looksAhead schedule =
            match schedule with
            | Schedule.Constant
            | Schedule.StepDecay _ -> false
            | Schedule.Cosine _
            | Schedule.OneCycle _ -> true
            | Schedule.WarmUp(_, after) -> looksAhead after

        let epochs training = if looksAhead training.Schedule then training.Epochs else 1

        let ensemble training =
            match recipe.Split with
            | Division.Fractions _ -> 1
            | Division.Folds _ -> training.Ensemble

        { recipe with
            Calibration = Calibration.None
            Flags = false }
        |> withTraining (fun training ->
            { training with
                Epochs = epochs training
                Ensemble = ensemble training })
