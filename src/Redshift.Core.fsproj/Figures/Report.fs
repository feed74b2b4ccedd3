namespace Redshift.Core.Figures

open Redshift.Core.Evaluation
open Redshift.Core.Layers

/// What a report tells. Texts are plain: whatever they contain, they are shown as they are.
type ReportInput =
    {
        Title: string
        Subtitle: string
        /// Remarks that stand before all else: that this is a short run, for example.
        Notes: string list
        /// What the figures are drawn from; sections without anything to show are left out.
        Figures: FigureInput
        Network: Network option
        /// Names and values, in this order, at the end.
        Provenance: (string * string) list
        Script: PlotlyScript
    }

/// One self-contained page.
module Report =

    let private sections (input: ReportInput) : (string * string * string list) list =
        let figures section = Figures.draw section input.Figures |> Html.figures
        let results = input.Figures.Results
        let ofResults (html: Results -> string) = results |> Option.map html |> Option.defaultValue ""
        let ofEvaluation html = ofResults (fun r -> html r.Evaluation)
        let statistics = input.Figures.Statistics |> Option.map ReportTables.statistics

        let bootstrap (evaluation: PointEvaluation) =
            Html.paragraph (
                "Δ = (predicted − true) / (1 + true). Intervals are percentile bootstrap, "
                + $"{Style.count evaluation.Bootstrap.Resamples} resamples, seed {evaluation.Bootstrap.Seed}. "
                + "R² and the squared errors are on z itself."
            )

        let bins (evaluation: PointEvaluation) =
            Html.beside
                [ ReportTables.bins evaluation "By true redshift" evaluation.Bins
                  ReportTables.bins evaluation "By predicted redshift" evaluation.BinsByPredicted ]

        [ "summary",
          "Summary",
          [ ofResults (fun r -> $"<p class=\"lead\">{Html.text (ReportTables.sentence r)}</p>")
            ofEvaluation ReportTables.cards
            ofEvaluation ReportTables.metrics
            ofEvaluation bootstrap ]
          "search",
          "Search",
          [ input.Figures.Search
            |> Option.map SearchTables.summary
            |> Option.defaultValue ""
            figures Section.Search
            input.Figures.Search |> Option.map SearchTables.trials |> Option.defaultValue "" ]
          "data", "Data", [ Option.defaultValue "" statistics; figures Section.Data ]
          "network", "Network", [ input.Network |> Option.map ReportTables.network |> Option.defaultValue "" ]
          "training", "Training", [ figures Section.Training ]
          "evaluation", "Evaluation", [ figures Section.Evaluation ]
          "uncertainty",
          "Uncertainty",
          results
          |> Option.bind _.Density
          |> Option.map (UncertaintyTables.section (figures Section.Uncertainty))
          |> Option.defaultValue []
          "targets",
          "Other targets",
          results
          |> Option.filter (fun r -> not r.Targets.IsEmpty)
          |> Option.map (fun r ->
              [ yield! r.Targets |> List.map ReportTables.target
                figures Section.Targets
                if r.Values |> List.exists (fun v -> v.Target = "spectral_type") then
                    Html.paragraph
                        "A spectral type that was itself fitted to the magnitudes at the known redshift is a function of the input and \
                         z: its R² says how well the fit is imitated, not how well the type is known." ])
          |> Option.defaultValue []
          "flags",
          "Flags",
          results
          |> Option.bind _.Flags
          |> Option.map (fun scores ->
              [ ReportTables.flags scores
                Html.paragraph
                    "An object with several flags counts in each. Outliers are off by more than 0.15 of 1 + z." ])
          |> Option.defaultValue []
          "bins",
          "In bins of redshift",
          [ ofEvaluation bins
            ofEvaluation (fun _ ->
                Html.paragraph (
                    "Mean and Std are of predicted − true, the interval is the mean's; bins hold their lower edge, the last also its upper. Bins of true redshift "
                    + "show regression to the mean even for perfect posteriors; bins of predicted redshift are what a user of "
                    + "the predictions meets."
                )) ]
          "provenance", "Provenance", [ Html.pairs input.Provenance ] ]

    /// The page as HTML, in parts to be written one after the other: the charts' script is several MiB, of which no copies
    /// are made. The same input gives the same text.
    let parts (input: ReportInput) : string list =
        Page.parts
            { Title = input.Title
              Subtitle = input.Subtitle
              Notes = input.Notes
              Sections = sections input
              Figures =
                [ Section.Search
                  Section.Data
                  Section.Training
                  Section.Evaluation
                  Section.Uncertainty
                  Section.Targets ]
                |> List.collect (fun section -> Figures.draw section input.Figures)
              Script = input.Script }

    /// The page as HTML, whole.
    let html (input: ReportInput) : string = String.concat "" (parts input)
