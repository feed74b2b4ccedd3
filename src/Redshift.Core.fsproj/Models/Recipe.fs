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

/// A whole experiment: what is read, how it is prepared, what is trained on it and how.
type Recipe =
    {
        Name: string
        Description: string
        /// The survey definition it is written for; `--survey` overrides it.
        Survey: string
        Cleaning: Cleaning
        Features: Features
        Scaling: Scaling
        /// Scaled inputs are held within these ends, if given.
        Clip: (float * float) option
        Split: SplitFractions
        Network: Network
        Training: Training
        /// What is fitted on the validation part.
        Calibration: Calibration
        /// Whether predictions are flagged.
        Flags: bool
        Seed: uint64
    }

/// Recipes as JSON, and changes a command line may make.
module Recipe =

    /// Networks of an ensemble at most.
    [<Literal>]
    let MostNetworks = 100

    let private pair (low: float, high: float) = Json.list [ Json.float low; Json.float high ]

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

    /// The recipe as a JSON document; `read (write r) = Ok r`.
    let write (recipe: Recipe) : string =
        [ "name", Json.string recipe.Name
          "description", Json.string recipe.Description
          "survey", Json.string recipe.Survey
          "cleaning", Json.object [ "redshift_range", recipe.Cleaning.RedshiftRange |> Json.option pair ]
          "features", FeaturesJson.write recipe.Features
          "scaling", Scaling.writeKind recipe.Scaling
          "clip", Preprocessing.writeClip recipe.Clip
          "split", Split.writeFractions recipe.Split
          "network", Network.write recipe.Network ]
        @ writeTraining recipe.Training
        @ [ "calibration", Calibration.write recipe.Calibration
            "flags", Json.bool recipe.Flags
            "seed", Json.uint64 recipe.Seed ]
        |> Json.object
        |> Json.text

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

    /// The calibration, where it fits the head.
    let private readCalibration (head: Head) (json: JsonReader) : Calibration =
        let calibration = Calibration.read json

        match Calibration.misfit head calibration with
        | None -> calibration
        | Some expected -> json.Fail(expected, (if calibration.Pit then "pit: true" else "one"))

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

    /// Reads a recipe. An error is one line with the path: `network: expected …, found …`.
    let read (text: string) : Result<Recipe, string> =
        JsonReader.Parse(
            text,
            fun json ->
                json.Object(fun o ->
                    let network = o.Required("network", Network.read)

                    { Name = o.Required("name", _.String)
                      Description = o.Default("description", "", _.String)
                      Survey = o.Required("survey", _.String)
                      Cleaning =
                        o.Default(
                            "cleaning",
                            { RedshiftRange = None },
                            _.Object(fun c -> { RedshiftRange = c.Optional("redshift_range", Preprocessing.readClip) })
                        )
                      Features = o.Required("features", FeaturesJson.read)
                      Scaling = o.Required("scaling", Scaling.readKind)
                      Clip = o.Optional("clip", Preprocessing.readClip)
                      Split = o.Default("split", SplitFractions.Thesis, Split.readFractions)
                      Network = network
                      Training = readTraining network.Head o
                      Calibration = o.Default("calibration", Calibration.None, readCalibration network.Head)
                      Flags = o.Default("flags", false, _.Bool)
                      Seed = o.Default("seed", 1UL, _.UInt64) })
        )

    /// The same recipe with other words.
    let withDescription (description: string) (recipe: Recipe) : Recipe =
        { recipe with
            Description = description }

    /// The same recipe for redshifts up to `highest`.
    let withMaxRedshift (highest: float) (recipe: Recipe) : Recipe =
        let low = recipe.Cleaning.RedshiftRange |> Option.map fst |> Option.defaultValue 0.0

        { recipe with
            Cleaning = { RedshiftRange = Some(low, highest) } }

    /// The same recipe with what a command line changes; `None` changes nothing.
    let withChanges
        (seed: uint64 option)
        (epochs: int option)
        (batchSize: int option)
        (maxRedshift: float option)
        (recipe: Recipe)
        : Recipe =
        let changed =
            { recipe with
                Seed = defaultArg seed recipe.Seed
                Training =
                    { recipe.Training with
                        Epochs = defaultArg epochs recipe.Training.Epochs
                        BatchSize = defaultArg batchSize recipe.Training.BatchSize } }

        match maxRedshift with
        | Some highest -> withMaxRedshift highest changed
        | None -> changed

    /// The same recipe with so many networks, and slope correction in a space or none.
    let withLaterChoices (ensemble: int) (slope: CorrectionSpace option) (recipe: Recipe) : Recipe =
        { recipe with
            Training =
                { recipe.Training with
                    Ensemble = ensemble }
            Calibration =
                { recipe.Calibration with
                    Slope = slope } }

    /// What two runs share whose networks are the same up to the epoch that the shorter one ends with: what is fitted after
    /// training is left out, the networks of an ensemble are put at 1 and, where the schedule does not look ahead to the
    /// last epoch, the number of epochs too.
    let withoutLaterChoices (recipe: Recipe) : Recipe =
        let epochs =
            match recipe.Training.Schedule with
            | Schedule.Constant
            | Schedule.StepDecay _ -> 1
            | Schedule.Cosine _
            | Schedule.OneCycle _ -> recipe.Training.Epochs

        { recipe with
            Calibration = Calibration.None
            Flags = false
            Training =
                { recipe.Training with
                    Epochs = epochs
                    Ensemble = 1 } }
