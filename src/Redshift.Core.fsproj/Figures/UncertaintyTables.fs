namespace Redshift.Core.Figures

open System
open Redshift.Core.Evaluation

/// The words and tables of a report on p(z).
module internal UncertaintyTables =

    /// The intervals that the words speak of.
    let private told = [ 0.68; 0.9; 0.95 ]

    let private shareOf (evaluation: DensityEvaluation) (level: float) =
        let metric =
            List.zip DensityMetrics.levels DensityMetrics.coverages
            |> List.find (fst >> (=) level)
            |> snd

        DensityEvaluation.value metric.Key evaluation

    let private enumerate (parts: string list) =
        match List.rev parts with
        | [] -> ""
        | [ one ] -> one
        | last :: others -> String.Join(", ", List.rev others) + " and " + last

    /// "the 90 % and 95 % intervals are a little too narrow": a little, where none is off by 2 per cent of all galaxies.
    let private judged what (shares: (float * float) list) =
        let names = shares |> List.map (fst >> Style.percent 0) |> enumerate
        let noun = if shares.Length = 1 then "interval is" else "intervals are"
        let little = shares |> List.forall (fun (level, share) -> abs (share - level) < 0.02)
        let degree = if little then "a little " else ""
        $"the {names} {noun} {degree}too {what}"

    let private capital (text: string) = string (Char.ToUpperInvariant text[0]) + text.Substring 1

    /// Whether the intervals are as wide as they should be, judged by what chance allows.
    let private verdict (evaluation: DensityEvaluation) =
        let shares = told |> List.map (fun level -> level, shareOf evaluation level)
        let band level = BinomialBand.shares evaluation.Bootstrap.Confidence evaluation.N level
        let narrow = shares |> List.filter (fun (level, share) -> share < fst (band level))
        let wide = shares |> List.filter (fun (level, share) -> share > snd (band level))

        match narrow, wide with
        | [], [] -> "Within what chance allows of so many galaxies, that is as it should be."
        | narrow, [] -> capital (judged "narrow" narrow) + ": errors are larger than they say."
        | [], wide -> capital (judged "wide" wide) + ": errors are smaller than they say."
        | narrow, wide -> capital (judged "narrow" narrow) + "; " + judged "wide" wide + "."

    /// Whether sigma tells good redshifts from bad ones.
    let private resolution (evaluation: DensityEvaluation) =
        match evaluation.SigmaBins with
        | bins when bins.Length > 1 ->
            let first, last = bins[0], Array.last bins

            $"Where p(z) is narrowest (σ up to {Style.digits 3 first.Hi}, n = {Style.count first.N}) the root mean square "
            + $"error is {Style.digits 3 first.RmsError}; where it is widest (σ from {Style.digits 3 last.Lo}, n = "
            + $"{Style.count last.N}) it is {Style.digits 3 last.RmsError}."
        | _ -> ""

    let private leftOut (evaluation: DensityEvaluation) =
        if evaluation.Missing = 0 then
            ""
        else
            $"Not scored: {Style.count evaluation.Missing} whose p(z) is not finite."

    /// What was found, in plain words.
    let sentence (evaluation: DensityEvaluation) : string =
        if evaluation.N = 0 then
            $"No object has a p(z) to be scored. {leftOut evaluation}"
        else
            let names = told |> List.map (Style.percent 0) |> enumerate
            let found = told |> List.map (shareOf evaluation >> Style.percent 1) |> enumerate

            [ $"The central intervals of {names} hold the true redshift of {found} of n = {Style.count evaluation.N} galaxies."
              verdict evaluation
              resolution evaluation
              leftOut evaluation ]
            |> List.filter ((<>) "")
            |> String.concat " "

    let private shown (metric: DensityMetric) (value: float) =
        if metric.IsShare then Style.percent 2 value
        elif Double.IsPositiveInfinity value then "∞"
        else Style.digits 4 value

    let private confidence (evaluation: DensityEvaluation) = Style.percent 0 evaluation.Bootstrap.Confidence

    let metrics (evaluation: DensityEvaluation) : string =
        evaluation.Scores
        |> List.map (fun score ->
            [ score.Metric.Title
              shown score.Metric score.Value
              ReportTables.interval (shown score.Metric) score.Interval
              score.Metric.Key
              score.Metric.Definition ])
        |> ReportTables.metricTable (confidence evaluation)

    let private explanation (evaluation: DensityEvaluation) =
        let n = Style.count evaluation.N

        let impossible =
            if evaluation.Impossible = 0 then
                ""
            else
                $" {Style.count evaluation.Impossible} of {n} have p = 0 at their true redshift, which makes the log score "
                + "infinite."

        let expected = Style.digits 1 (2e-4 * float evaluation.N)

        Html.paragraph (
            "F is the cumulative p(z), PIT its value at the true redshift. CRPS, CDE loss and log score: the lower the "
            + "better; the PIT tests measure the distance from a uniform distribution. Intervals as above; the tests have none."
            + $"{impossible} PIT below 0.0001 or above 0.9999: {Style.count evaluation.PitOutliers} of {n}, {expected} expected of "
            + "honest p(z)."
        )

    let coverageBins (evaluation: DensityEvaluation) : string =
        evaluation.CoverageBins
        |> List.ofArray
        |> List.map (fun bin ->
            [ $"{Style.digits 2 bin.Lo}–{Style.digits 2 bin.Hi}"
              Style.count bin.N
              yield! bin.Coverage |> List.map (Style.percent 1) ])
        |> Html.table
            "Coverage by predicted redshift"
            [ "z", Html.Column.Number
              "n", Html.Column.Number
              for level in DensityMetrics.levels do
                  $"in {Style.percent 0 level}", Html.Column.Number ]

    let sigmaBins (evaluation: DensityEvaluation) : string =
        evaluation.SigmaBins
        |> List.ofArray
        |> List.map (fun bin ->
            [ $"{Style.digits 4 bin.Lo}–{Style.digits 4 bin.Hi}"
              Style.count bin.N
              Style.digits 4 bin.Sigma
              Style.digits 4 bin.RmsError
              ReportTables.interval (Style.digits 4) bin.RmsErrorInterval ])
        |> Html.table
            "Error by σ"
            [ "σ", Html.Column.Number
              "n", Html.Column.Number
              "σ, rms", Html.Column.Number
              "Error, rms", Html.Column.Number
              confidence evaluation, Html.Column.Number ]

    /// The parts of the section, `figures` being its figures; the words alone where nothing could be scored.
    let section (figures: string) (evaluation: DensityEvaluation) : string list =
        [ $"<p class=\"lead\">{Html.text (sentence evaluation)}</p>"
          if evaluation.N > 0 then
              metrics evaluation
              explanation evaluation
              figures
              Html.beside [ coverageBins evaluation; sigmaBins evaluation ]

              Html.paragraph (
                  "Coverage is the share of the bin's galaxies whose true redshift lies in the central interval of that "
                  + "probability; the fewer the galaxies, the more it differs by chance. rms: root mean square, of the error "
                  + "predicted − true redshift."
              ) ]
