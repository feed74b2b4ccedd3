namespace Redshift.Core.Figures

/// A hyper-parameter that was searched.
type SearchedParameter =
    {
        Name: string
        /// Its least and greatest value, or its values in order, as text.
        Values: string list
        /// Whether `Values` are all there are; else they are the two ends.
        Listed: bool
        /// Share of the scores' variance that it explains by itself, 0 to 1; NaN where that is not known.
        Importance: float
    }

/// A trial of a search.
type SearchedTrial =
    {
        /// From 0.
        Number: int
        /// `complete`, `pruned` or `failed`.
        Outcome: string
        /// Lower is better; NaN where it failed.
        Score: float
        Epochs: int
        Seconds: float
        /// One a parameter: where its value lies in its range, 0 to 1; NaN where it was not active.
        Positions: float[]
        /// One a parameter: its value as text, empty where it was not active.
        Labels: string[]
    }

    /// Trained to its end.
    member this.IsComplete = this.Outcome = "complete"

/// A search and what came of it.
type SearchSummary =
    {
        /// The score with its first letter great: `Validation MAE`.
        ScoreTitle: string
        Method: string
        Parameters: SearchedParameter list
        /// In their order; at least one is complete.
        Trials: SearchedTrial list
        /// Suggestions that were refused before training.
        Refused: int64
    }

    /// The complete trial of the lowest score.
    member this.Best = this.Trials |> List.filter _.IsComplete |> List.minBy _.Score
