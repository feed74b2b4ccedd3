namespace Redshift.Core.Figures

open System

/// The words and tables of a search.
module internal SearchTables =

    /// Trials listed at most.
    let private most = 50

    let private score (value: float) =
        if Double.IsFinite value then
            value.ToString("G5", Globalization.CultureInfo.InvariantCulture)
        else
            "–"

    let private ended (search: SearchSummary) outcome =
        search.Trials |> List.filter (fun t -> t.Outcome = outcome) |> List.length

    /// The best trial and how many there were.
    let summary (search: SearchSummary) : string =
        let best = search.Best

        let parts =
            [ "complete", "trained to their end"; "pruned", "stopped early"; "failed", "failed" ]
            |> List.map (fun (outcome, words) -> ended search outcome, words)
            |> List.filter (fun (n, _) -> n > 0)
            |> List.map (fun (n, words) -> $"{Style.count n} {words}")
            |> String.concat ", "

        let rows =
            List.zip search.Parameters (List.ofArray best.Labels)
            |> List.filter (fun (_, label) -> label <> "")
            |> List.map (fun (parameter, label) -> parameter.Name, label)

        let lead =
            $"Trial {best.Number} is the best: {search.ScoreTitle} {score best.Score}, after {best.Epochs} epochs."

        Html.lines
            [ $"<p class=\"lead\">{Html.text lead}</p>"
              Html.paragraph (
                  $"Of {Style.count search.Trials.Length} trials ({search.Method}), {parts}. {search.Refused} suggestions "
                  + "were refused before training, as their network was impossible or known already."
              )
              Html.pairs rows ]

    /// The trials, the best first.
    let trials (search: SearchSummary) : string =
        let order (trial: SearchedTrial) =
            (if trial.IsComplete then 0 else 1),
            (if Double.IsFinite trial.Score then
                 trial.Score
             else
                 infinity),
            trial.Number

        let words (trial: SearchedTrial) =
            List.zip search.Parameters (List.ofArray trial.Labels)
            |> List.filter (fun (_, label) -> label <> "")
            |> List.map (fun (parameter, label) -> $"{parameter.Name} {label}")
            |> String.concat ", "

        let caption =
            if search.Trials.Length > most then
                $"The {most} best of {search.Trials.Length} trials"
            else
                "Trials, the best first"

        search.Trials
        |> List.sortBy order
        |> List.truncate most
        |> List.map (fun trial ->
            [ string trial.Number
              score trial.Score
              trial.Outcome
              string trial.Epochs
              Style.digits 1 trial.Seconds
              words trial ])
        |> Html.table
            caption
            [ "Trial", Html.Column.Number
              search.ScoreTitle, Html.Column.Number
              "Outcome", Html.Column.Text
              "Epochs", Html.Column.Number
              "Seconds", Html.Column.Number
              "Parameters", Html.Column.Text ]
