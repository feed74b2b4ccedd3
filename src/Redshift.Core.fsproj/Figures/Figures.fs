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
    | Search

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

    /// The figures of one section.
    let draw (section: Section) (input: FigureInput) : Figure list =
        all
        |> List.filter (fst >> (=) section)
        |> List.choose (fun (_, figure) -> figure input)
