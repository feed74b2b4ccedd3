namespace Redshift.Core.Catalogues

open System
open System.Globalization

/// Row filters on the cells of one row.
module internal RowFilters =

    let private compare (comparison: Comparison) (order: int) =
        match comparison with
        | Comparison.Equal -> order = 0
        | Comparison.NotEqual -> order <> 0
        | Comparison.Less -> order < 0
        | Comparison.LessOrEqual -> order <= 0
        | Comparison.Greater -> order > 0
        | Comparison.GreaterOrEqual -> order >= 0

    let private number (text: string) =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when not (Double.IsNaN value) -> ValueSome value
        | _ -> ValueNone

    let passesText (filter: RowFilter) (cell: string) =
        match number cell, number filter.Value with
        | _ when String.IsNullOrEmpty cell -> false
        | ValueSome a, ValueSome b -> compare filter.Comparison (a.CompareTo b)
        | _ -> compare filter.Comparison (String.Compare(cell, filter.Value, StringComparison.OrdinalIgnoreCase))

    let passesNumber (filter: RowFilter) (cell: float) =
        match number filter.Value with
        | _ when Double.IsNaN cell -> false
        | ValueSome value -> compare filter.Comparison (cell.CompareTo value)
        | ValueNone -> filter.Comparison = Comparison.NotEqual

/// Collects rows. A format writes the cells of row `Count` into the arrays and commits it, or drops it by not
/// committing; it may write further rows ahead where it has reserved them.
[<Sealed>]
type internal CatalogueBuilder(survey: Survey, source: string, columns: Columns, rowsAtFirst: int) =
    let k = survey.SampleCount
    let mostRows = Array.MaxLength / max 1 k

    let zeroPoints =
        if survey.HasZeroPoints then
            survey.Samples
            |> List.map (fun sample -> sample.ZeroPoint |> Option.defaultValue nan)
            |> Array.ofList
        else
            [||]

    let givesLimits = survey.Limits <> LimitPlace.NotGiven && columns.HasErrors
    let hasLimits = givesLimits || zeroPoints.Length > 0
    let hasStates = hasLimits || not survey.Sentinels.IsEmpty
    let mutable capacity = min rowsAtFirst mostRows
    let mutable count = 0
    let mutable samples = GC.AllocateUninitializedArray<float32>(capacity * k)

    let mutable errors =
        if columns.HasErrors then
            Array.create (capacity * k) Single.NaN
        else
            [||]

    let mutable states: SampleState[] = if hasStates then Array.zeroCreate (capacity * k) else [||]
    let mutable limits: float32[] = if hasLimits then Array.zeroCreate (capacity * k) else [||]
    let mutable rowNumbers: int[] = Array.zeroCreate capacity
    let numbers: float[][] = Array.init columns.NumberCount (fun _ -> Array.zeroCreate capacity)
    let texts: string[][] = Array.init columns.TextCount (fun _ -> Array.zeroCreate capacity)

    let passing: bool[][] =
        columns.Filters
        |> Array.map (fun f -> if f.Length = 0 then [||] else Array.zeroCreate capacity)

    let resized (length: int) (values: 'T[]) =
        let mutable result = values

        if values.Length > 0 && values.Length <> length then
            Array.Resize(&result, length)

        result

    let resize rows =
        let known = errors.Length
        samples <- resized (rows * k) samples
        errors <- resized (rows * k) errors

        if errors.Length > known then
            Array.Fill(errors, Single.NaN, known, errors.Length - known)

        states <- resized (rows * k) states
        limits <- resized (rows * k) limits
        rowNumbers <- resized rows rowNumbers
        numbers |> Array.iteri (fun i values -> numbers[i] <- resized rows values)
        texts |> Array.iteri (fun i values -> texts[i] <- resized rows values)
        passing |> Array.iteri (fun i values -> passing[i] <- resized rows values)
        capacity <- rows

    /// Twice the room where that does: an addition takes a constant number of copies on average.
    let grow rows =
        let doubled = max (2L * int64 capacity) (int64 count + int64 rows)
        resize (int (min doubled (int64 mostRows)))

    let passes (slot: FilterSlot) =
        if slot.NumberSlot >= 0 then
            let column = numbers[slot.NumberSlot]
            RowFilters.passesNumber slot.Filter column[count]
        elif slot.TextSlot >= 0 then
            let column = texts[slot.TextSlot]
            RowFilters.passesText slot.Filter column[count]
        else
            false

    /// The flux density at a place as a magnitude; none detected where it is not positive.
    let toMagnitude at (zeroPoint: float) =
        let flux = float samples[at]
        let error = if errors.Length > 0 then float errors[at] else nan

        if flux > 0.0 then
            samples[at] <- float32 (zeroPoint - 2.5 * log10 flux)

            if errors.Length > 0 then
                errors[at] <- float32 (2.5 / log 10.0 * error / flux)
        else
            states[at] <- SampleState.NotDetected
            samples[at] <- Single.NaN

            limits[at] <-
                if error > 0.0 then
                    float32 (zeroPoint - 2.5 * log10 (3.0 * error))
                else
                    Single.NaN

    /// Makes room for so many further rows; false where an array cannot hold them.
    member _.Reserve(rows: int) : bool =
        if rows > capacity - count && capacity < mostRows then
            grow rows

        rows <= capacity - count

    member _.Count = count
    member _.Samples = samples
    member _.Errors = errors
    member _.States = states
    /// What `SettleRow` has to write; empty where there is nothing to settle.
    member _.Limits = limits
    member _.Numbers = numbers
    member _.Texts = texts

    /// Moves the limits of samples that were not detected from where the survey has them and makes flux densities with a
    /// zero point magnitudes, once a row's cells are written; a sample without a value has no error.
    member _.SettleRow(row: int) : unit =
        if hasLimits then
            for at in row * k .. row * k + k - 1 do
                limits[at] <- Single.NaN

                let zeroPoint =
                    if zeroPoints.Length > 0 then
                        zeroPoints[at - row * k]
                    else
                        nan

                if
                    states[at] = SampleState.Observed
                    && not (Single.IsNaN samples[at] || Double.IsNaN zeroPoint)
                then
                    toMagnitude at zeroPoint
                elif not givesLimits then
                    ()
                elif survey.Limits = LimitPlace.NegativeError && errors[at] < 0f then
                    if states[at] = SampleState.Observed then
                        states[at] <- SampleState.NotDetected
                        limits[at] <- samples[at]
                        samples[at] <- Single.NaN
                elif survey.Limits = LimitPlace.InError && states[at] = SampleState.NotDetected then
                    limits[at] <- errors[at]

                if errors.Length > 0 && states[at] <> SampleState.Observed then
                    errors[at] <- Single.NaN

    /// Whether the row being written passes the filters of target number `target`.
    member _.Passes(target: int) : bool = columns.Filters[target] |> Array.forall passes

    /// Keeps the row being written.
    member this.Commit(rowNumber: int) : unit =
        for target in 0 .. passing.Length - 1 do
            if passing[target].Length > 0 then
                passing[target][count] <- this.Passes target

        rowNumbers[count] <- rowNumber
        count <- count + 1

    /// The rows kept; the builder is done with.
    member _.ToCatalogue(skipped: CatalogueError list, skippedCount: int) : Catalogue =
        let joined (row: int) = String.Join("/", columns.Id |> Seq.map (fun slot -> texts[slot][row]))

        if count < capacity then
            resize count

        let ids =
            if columns.Id.Length = 0 then
                [||]
            else
                Array.init count joined

        let pick (all: 'T[][]) named = named |> List.map (fun (name, slot) -> name, all[slot])

        let objectTexts =
            [ if ids.Length > 0 then
                  "id", ids
              yield! pick texts columns.Texts ]

        // Names for the frame alone, lest it hold on to this builder and its samples.
        let objectNumbers = pick numbers columns.Numbers
        let rows = count

        { Survey = survey
          Source = source
          RowNumbers = rowNumbers
          Ids = ids
          Samples = samples
          SampleErrors = errors
          SampleStates = states
          SampleLimits = limits
          Redshift =
            if columns.Redshift < 0 then
                [||]
            else
                Array.copy numbers[columns.Redshift]
          Passing = passing
          ObjectFrame = lazy (Objects.frame rows objectNumbers objectTexts)
          Skipped = skipped
          SkippedCount = skippedCount }
