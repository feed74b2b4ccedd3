namespace Redshift.Core.Catalogues

/// What to do with a row at fault.
[<RequireQualifiedAccess>]
type OnBadRow =
    /// Stop with its error.
    | Error
    /// Count it, list it, and go on. Faults of the whole file stop the reading all the same.
    | Skip

/// How to read a catalogue.
type ReadOptions =
    {
        /// What to do with a row at fault.
        OnBadRow: OnBadRow
        /// True to train and evaluate: a file without the redshift's column is at fault, and so is a row without a
        /// redshift that passes the redshift's filters.
        RequireRedshift: bool
        /// How many skipped rows are listed; all are counted.
        MostListed: int
        /// The longest line in bytes.
        LongestLine: int
        /// How many lines the stream seems to have, 0 where unknown. Room for so many rows is made at once, without
        /// copies as they grow; where it is wrong the result is the same.
        LinesExpected: int
    }

    /// Stop at the first bad row; redshifts not needed; 1000 rows listed; lines up to 16 MiB, how many unknown.
    static member Default =
        { OnBadRow = OnBadRow.Error
          RequireRedshift = false
          MostListed = 1000
          LongestLine = 1 <<< 24
          LinesExpected = 0 }
