namespace Redshift.Core.Figures

open Redshift.Core.Evaluation

/// A cell of a comparison's table, in plain text.
type internal ComparedCell =
    {
        Value: string
        /// Both ends; empty where there is none.
        Interval: string
        /// Whether it is the best of its column.
        Best: bool
    }

/// The words and tables of a comparison.
module internal ComparisonTables =

    let private interval show ends =
        match ends with
        | None -> ""
        | Some _ -> ReportTables.interval show ends

    /// A column: the cells of all recipes, the best of them known by how far each is from what would be perfect.
    let private column (show: 'T -> string * string) (fault: 'T -> float) (values: 'T list) : ComparedCell list =
        List.map2
            (fun value best ->
                let shown, ends = show value

                { Value = shown
                  Interval = ends
                  Best = best })
            values
            (RecipeComparison.best (List.map fault values))

    let private ofMetric (compared: ComparedMetric) (recipes: RecipeScores list) =
        recipes
        |> List.map (RecipeComparison.score compared.Metric)
        |> column
            (fun score ->
                let shown = ReportTables.shown score.Metric
                shown score.Value, interval shown score.Interval)
            (fun score -> compared.Fault score.Value)

    let private speed (perSecond: float) =
        if System.Double.IsFinite perSecond then
            perSecond.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)
        else
            "–"

    /// Titles of the columns beside the recipe's name.
    let titles: string list =
        [ "MSE"; "R²"; "σ(NMAD)"; "Outliers, |Δ| > 0.15"; "Mean bias"; "Slope"; "Training, s"; "Objects/s" ]

    /// The names, and the cells of each recipe's row.
    let rows (comparison: RecipeComparison) : (string * ComparedCell list) list =
        let recipes = comparison.Recipes
        let times = recipes |> List.map _.Times

        let columns =
            [ for compared in RecipeComparison.metrics do
                  ofMetric compared recipes
              times
              |> column (fun t -> Style.digits 1 t.TrainingSeconds, "") _.TrainingSeconds
              times
              |> column (fun t -> speed t.ObjectsPerSecond, "") (fun t -> -t.ObjectsPerSecond) ]

        List.zip (recipes |> List.map _.Name) (List.transpose columns)

    /// Titles of the differences' columns beside the recipe's name.
    let differenceTitles: string list =
        RecipeComparison.paired
        |> List.map (fun metric -> if metric.Key = "mse" then "MSE" else metric.Title)

    /// The names of all recipes but the first, and their differences to it; `Best` where the interval is wholly below 0.
    let differences (comparison: RecipeComparison) : (string * ComparedCell list) list =
        let cell (difference: Difference) =
            let shown = ReportTables.shown difference.Metric

            { Value = shown difference.Value
              Interval = interval shown difference.Interval
              Best = difference.Interval |> Option.exists (fun (_, high) -> high < 0.0) }

        comparison.Recipes.Tail
        |> List.map (fun recipe -> recipe.Name, List.map cell recipe.Differences)

    let private first (comparison: RecipeComparison) = comparison.Recipes.Head.Evaluation

    let private range (comparison: RecipeComparison) =
        match comparison.RedshiftRange with
        | None -> ""
        | Some(low, high) -> $" with redshifts from {Style.digits 2 low} to {Style.digits 2 high}"

    /// How many of the other folds' objects a recipe did not learn from, where there are any.
    let private watching (comparison: RecipeComparison) =
        comparison.Recipes
        |> List.filter (fun recipe -> recipe.WatchingShare > 0.0)
        |> List.map (fun recipe -> $"{recipe.Name} {Style.percent 0 recipe.WatchingShare}")
        |> function
            | [] -> ""
            | shares ->
                $""" Of these folds some set a share aside to watch their training: {String.concat ", " shares}."""

    /// What was done, in a sentence or two.
    let method (comparison: RecipeComparison) : string =
        let objects = $"{Style.count comparison.Truth.Length} galaxies{range comparison}"

        let leftOut = (first comparison).LeftOut

        let left =
            [ leftOut.Filtered, "held back by filters or by the range of redshifts that all recipes take"
              leftOut.Skipped, "skipped because they could not be read" ]
            |> List.filter (fun (n, _) -> n > 0)
            |> List.map (fun (n, what) -> $"{Style.count n} {what}")
            |> function
                | [] -> ""
                | parts -> $""" Rows left out: {String.concat "; " parts}."""

        let how =
            if comparison.Folds = 0 then
                $"Each recipe is scored on the same {objects}, a tenth of the catalogue; of the rest the same 70 %% train and 30 %% "
                + "watch, for those that choose or calibrate by them."
            else
                $"Each recipe is scored on the same {objects}, every one of them predicted by what has learnt from the other "
                + $"{comparison.Folds - 1} of the same {comparison.Folds} folds."
                + watching comparison

        how + left

    let private shownNmad (value: float) = Style.digits 4 value

    /// Whether the smallest σ(NMAD) is surely smaller than that of the first recipe, or of the others where it is the first's.
    let private certainty (comparison: RecipeComparison) (best: RecipeScores) : string =
        let first = comparison.Recipes.Head

        let ofNmad (recipe: RecipeScores) =
            recipe.Differences
            |> List.tryFind (fun d -> d.Metric.Key = Metrics.normalisedMad.Key)
            |> Option.bind (fun d -> d.Interval |> Option.map (fun ends -> d.Value, ends))

        if best.Name = first.Name then
            comparison.Recipes.Tail
            |> List.filter (fun recipe -> ofNmad recipe |> Option.exists (fun (_, (low, _)) -> low <= 0.0))
            |> List.map _.Name
            |> function
                | [] -> ""
                | names -> $""" That it is smaller than that of {String.concat ", " names} may be chance."""
        else
            match ofNmad best with
            | None -> ""
            | Some(value, (low, high)) ->
                let verdict =
                    if high < 0.0 then
                        "more than chance"
                    else
                        "which may be chance"

                $" It differs from {first.Name}'s by {shownNmad value} ({ReportTables.interval shownNmad (Some(low, high))}), {verdict}."

    /// Which recipe is ahead, and how sure that is.
    let finding (comparison: RecipeComparison) : string =
        let nmad recipe = RecipeComparison.score Metrics.normalisedMad recipe

        match
            comparison.Recipes
            |> List.filter (fun r -> System.Double.IsFinite (nmad r).Value)
        with
        | [] -> "No recipe has predictions to be scored."
        | scored ->
            let best = scored |> List.minBy (fun r -> (nmad r).Value)

            let ends =
                match (nmad best).Interval with
                | None -> ""
                | Some ends -> $" ({ReportTables.interval shownNmad (Some ends)})"

            $"{best.Name} has the smallest σ(NMAD), {shownNmad (nmad best).Value}{ends}.{certainty comparison best}"

    /// How to read the tables.
    let legend (comparison: RecipeComparison) : string list =
        let bootstrap = (first comparison).Bootstrap

        let missing =
            comparison.Recipes
            |> List.filter (fun r -> r.Evaluation.Missing > 0)
            |> List.map (fun r ->
                $"{r.Name} has no finite prediction for {Style.count r.Evaluation.Missing} of {Style.count comparison.Truth.Length} galaxies")

        [ "Δ = (predicted − true) / (1 + true); MSE, R² and the slope (of predicted on true) are on z itself. Bold: the best of "
          + "a column: nearest to 1 for R² and slope, the most objects a second, nearest to 0 in the others."
          $"With each value stands its {Style.percent 0 bootstrap.Confidence} interval: percentile bootstrap over the galaxies, "
          + $"{Style.count bootstrap.Resamples} resamples, seed {bootstrap.Seed}. It does not hold what another seed of training would change."
          "Training is the whole fit by the clock"
          + (if comparison.Folds = 0 then
                 ""
             else
                 $", all {comparison.Folds} folds together")
          + "; objects/s is one prediction of all galaxies that take part, start-up with it"
          + (if comparison.Folds = 0 then
                 ""
             else
                 ", by all folds pooled as the command predict does")
          + $"""; worker threads: {comparison.Recipes
                                   |> List.map (fun r -> string r.Times.Threads)
                                   |> List.distinct
                                   |> String.concat ", "}."""
          if not missing.IsEmpty then
              let all = String.concat "; " missing
              $"Not scored: {all}. Differences are on the galaxies that both recipes predict." ]

    /// How to read the differences.
    let differenceLegend (comparison: RecipeComparison) : string =
        $"Each recipe's value less that of {comparison.Recipes.Head.Name}, with the interval of paired resamples: the same galaxies are drawn for "
        + "both. Below 0 the recipe is better; bold where the whole interval is."
