namespace Redshift.Core.Frames

open Redshift.Core

/// How a catalogue is divided: `Test` of all rows, then `Validation` of the rest; what remains is for training.
type SplitFractions =
    { Test: float
      Validation: float }

    /// Test 10 %; of the rest 30 % validation: 63 / 27 / 10.
    static member Thesis = { Test = 0.10; Validation = 0.30 }

/// How the rows of a catalogue are shared out between learning and scoring.
[<RequireQualifiedAccess>]
type Division =
    /// A training, a validation and a test part.
    | Fractions of SplitFractions
    /// Cross-validation with so many folds, at least 2: each fold is scored by what has learnt from the others, of which
    /// the share `validation`, in [0, 1), only watches. With a share of 0 a fold watches its own training: its rows then show in
    /// the history, and must choose nothing.
    | Folds of count: int * validation: float

    /// The parts of the thesis.
    static member Thesis = Division.Fractions SplitFractions.Thesis

/// Three disjoint sets of row indices that together are all rows; each ascending.
type Split =
    { Train: int[]
      Validation: int[]
      Test: int[] }

/// Dividing a catalogue.
module Split =

    /// Folds of a recipe at most.
    [<Literal>]
    let MostFolds = 100

    let private share (fraction: float) (count: int) =
        int (System.Math.Round(fraction * float count, System.MidpointRounding.AwayFromZero))

    /// Divides `count` rows by a seeded shuffle; parts are rounded to the nearest whole number. Each part must get at
    /// least one row, else an error says how many rows there are.
    let create (fractions: SplitFractions) (seed: uint64) (count: int) : Result<Split, string> =
        let test = share fractions.Test count
        let validation = share fractions.Validation (count - test)
        let train = count - test - validation

        if test < 1 || validation < 1 || train < 1 then
            Error
                $"expected enough rows for a training, a validation and a test part, found {count} usable rows (parts of {train}, {validation} and {test})"
        else
            let order = Array.init count id
            RandomStream(seed).Shuffle order
            let part first length = Array.sort (Array.sub order first length)

            Ok
                { Test = part 0 test
                  Validation = part test validation
                  Train = part (test + validation) train }

    /// Cross-validation: as many splits as there are folds, at least 2, whose test parts are disjoint and together all rows,
    /// of sizes that differ by one at most. `validation`, in [0, 1), is the share of a split's other rows that watch its
    /// training. One seeded shuffle divides the rows. An error where a fold or a training part would be empty.
    let folds (folds: int) (validation: float) (seed: uint64) (count: int) : Result<Split[], string> =
        let largest = if folds < 1 then count else (count + folds - 1) / folds
        let watching = share validation (count - largest)

        if folds < 2 || count < folds || count - largest - watching < 1 then
            Error
                $"expected 2 folds or more and at least a row for each of them and for training, found {folds} folds of {count} usable rows"
        elif not (validation >= 0.0 && validation < 1.0) then
            Error $"expected a validation share in [0, 1), found {validation}"
        else
            let order = Array.init count id
            RandomStream(seed).Shuffle order
            // The first folds take a row more, as scikit-learn's KFold.
            let start fold = fold * (count / folds) + min fold (count % folds)

            Array.init folds (fun fold ->
                let rest = Array.append order[.. start fold - 1] order[start (fold + 1) ..]
                let watched = share validation rest.Length

                { Test = Array.sort order[start fold .. start (fold + 1) - 1]
                  Validation = Array.sort rest[.. watched - 1]
                  Train = Array.sort rest[watched..] })
            |> Ok

    /// Divides `count` rows: one split, or one a fold. Errors as of `create` and `folds`.
    let divide (division: Division) (seed: uint64) (count: int) : Result<Split[], string> =
        match division with
        | Division.Fractions fractions -> create fractions seed count |> Result.map Array.singleton
        | Division.Folds(number, validation) ->
            folds number validation seed count
            |> Result.map (
                Array.map (fun split ->
                    if split.Validation.Length = 0 then
                        { split with Validation = split.Test }
                    else
                        split)
            )

    let private writeFractions (fractions: SplitFractions) : JsonValue =
        Json.object [ "test", Json.float fractions.Test; "validation", Json.float fractions.Validation ]

    let private fraction (json: JsonReader) =
        let value = json.Float

        if value > 0.0 && value < 1.0 then
            value
        else
            json.Fail "a fraction between 0 and 1"

    let private readFolds (json: JsonReader) =
        match json.Count with
        | few when few < 2 -> json.Fail("2 folds or more", string few)
        | many when many > MostFolds -> json.Fail($"at most {MostFolds} folds", string many)
        | folds -> folds

    let private shareOrNone (json: JsonReader) =
        let value = json.Float

        if value >= 0.0 && value < 1.0 then
            value
        else
            json.Fail "a fraction from 0 to below 1"

    let internal write (division: Division) : JsonValue =
        match division with
        | Division.Fractions fractions -> writeFractions fractions
        | Division.Folds(count, validation) ->
            Json.object [ "folds", Json.int count; "validation", Json.float validation ]

    let internal read (json: JsonReader) : Division =
        json.Object(fun o ->
            if o.Has "folds" then
                Division.Folds(o.Required("folds", readFolds), o.Default("validation", 0.0, shareOrNone))
            else
                Division.Fractions
                    { Test = o.Required("test", fraction)
                      Validation = o.Required("validation", fraction) })
