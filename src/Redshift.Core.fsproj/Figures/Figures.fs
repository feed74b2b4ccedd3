namespace Redshift.Core.Figures

open Redshift.Core.Baselines
open Redshift.Core.Evaluation
open Redshift.Core.Frames

/// Where in a report a figure stands.
[<RequireQualifiedAccess>]
type Section =
    | Data
    | Training
    | Evaluation
    | Uncertainty
    | Targets
    | Search

/// What is known and predicted of a target other than the redshift that is a real number, one an object.
type TargetValues =
    { Target: string
      Truth: float[]
      Predicted: float[] }

/// Predictions and what was found of them.
type Results =
    {
        /// True redshifts, one an object.
        Truth: float[]
        /// Predicted redshifts, NaN where there is none.
        Predicted: float[]
        Evaluation: PointEvaluation
        /// Where p(z) was predicted.
        Density: DensityEvaluation option
        /// Where objects were flagged.
        Flags: FlagScore list option
        /// Of other targets, where some are predicted and known.
        Targets: TargetEvaluation list
        Values: TargetValues list
    }

/// All that figures are drawn from; what a command does not have is left out.
type FigureInput =
    {
        /// Of the whole catalogue, NaN where missing.
        Redshifts: float[]
        Statistics: CatalogueStatistics option
        Spectrum: ExampleSpectrum option
        /// Title of the axis of fluxes, the unit in brackets: `flux (arbitrary unit)`.
        FluxTitle: string
        History: HistoryRow list
        /// Of the networks of other targets, by target.
        TargetHistories: (string * HistoryRow list) list
        /// What a number of neighbours was chosen by.
        Neighbours: ValidationPoint list
        Results: Results option
        Search: SearchSummary option
        /// Of what is drawn at random.
        Seed: uint64
    }

    /// Nothing.
    static member Empty =
        { Redshifts = [||]
          Statistics = None
          Spectrum = None
          FluxTitle = "flux"
          History = []
          TargetHistories = []
          Neighbours = []
          Results = None
          Search = None
          Seed = 0UL }

/// The figures. To add one: its file and a line here.
module Figures =

    let private ofStatistics draw input = input.Statistics |> Option.bind (draw input)
    let private ofResults draw input = input.Results |> Option.bind draw
    let private ofDensity draw = ofResults (fun r -> r.Density |> Option.bind draw)
    let private ofSearch draw input = input.Search |> Option.bind draw

    /// Each figure, in the order of a report; it draws nothing where the input lacks what it needs.
    let all: (Section * (FigureInput -> Figure option)) list =
        [ Section.Data, (fun input -> RedshiftHistogram.draw input.Redshifts)
          Section.Data, (fun input -> CumulativeRedshift.draw input.Redshifts)
          Section.Data,
          (fun input ->
              let wavelengths = input.Statistics |> Option.bind _.Wavelengths
              input.Spectrum |> Option.bind (Spectra.single input.FluxTitle wavelengths))
          Section.Data, ofStatistics (fun input s -> Spectra.means input.FluxTitle s.Wavelengths s.Spectra)
          Section.Training, (fun input -> TrainingCurves.loss input.History)
          Section.Training, (fun input -> TrainingCurves.meanAbsoluteError input.History)
          Section.Training, (fun input -> NeighbourCurve.draw input.Neighbours)
          Section.Evaluation, ofResults (fun r -> TrueAndPredicted.density r.Truth r.Predicted)
          Section.Evaluation, ofResults (fun r -> TrueAndPredicted.histograms r.Truth r.Predicted)
          Section.Evaluation, ofResults (fun r -> ErrorsByRedshift.byTrue r.Evaluation)
          Section.Evaluation, ofResults (fun r -> ErrorsByRedshift.byPredicted r.Evaluation)
          Section.Evaluation,
          (fun input ->
              input.Results
              |> Option.bind (fun r -> ErrorsByRedshift.residuals input.Seed r.Truth r.Predicted))
          Section.Uncertainty, ofDensity PitHistogram.draw
          Section.Uncertainty, ofDensity CoverageCurve.draw
          Section.Uncertainty, ofDensity CoverageByRedshift.draw
          Section.Uncertainty, ofDensity ErrorsBySigma.draw
          Section.Search, ofSearch SearchHistory.draw
          Section.Search, ofSearch ParameterImportance.draw
          Section.Search, ofSearch ParallelCoordinates.draw ]

    let private ofClass draw =
        fun evaluation ->
            match evaluation with
            | TargetEvaluation.Class found -> draw found
            | TargetEvaluation.Value _ -> None

    /// Those of each target other than the redshift, in the order of a report.
    let ofTargets: (Section * (FigureInput -> Figure option list)) list =
        let each draw (results: Results) = results.Targets |> List.map draw

        let results draw (input: FigureInput) = input.Results |> Option.map draw |> Option.defaultValue []

        let histories draw (input: FigureInput) =
            input.TargetHistories |> List.map (fun (target, history) -> draw target history)

        [ Section.Training, histories TrainingCurves.lossOf
          Section.Training, histories TrainingCurves.meanAbsoluteErrorOf
          Section.Targets, results (each (ofClass RocCurve.draw))
          Section.Targets, results (each (ofClass CompletenessPurity.draw))
          Section.Targets, results (each (ofClass ConfusionMatrix.draw))
          Section.Targets,
          results (fun r ->
              r.Values
              |> List.map (fun v -> TrueAndPredicted.values v.Target v.Truth v.Predicted)) ]

    /// The figures of one section.
    let draw (section: Section) (input: FigureInput) : Figure list =
        let single =
            all
            |> List.filter (fst >> (=) section)
            |> List.choose (fun (_, figure) -> figure input)

        let several =
            ofTargets
            |> List.filter (fst >> (=) section)
            |> List.collect (fun (_, figures) -> figures input |> List.choose id)

        single @ several
