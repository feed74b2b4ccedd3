namespace Redshift.Core.Catalogues

open System

/// Writes the cells of single records into a builder's rows. Holds nothing of a record, so that several threads may
/// parse records of one buffer into different rows.
[<Sealed>]
type internal CsvRows(dialect: CsvDialect, source: string, survey: Survey) =
    let columns = dialect.Columns
    let uses = columns.Uses
    let separator = dialect.Separator
    let k = survey.SampleCount

    let sentinels =
        survey.Sentinels
        |> List.map (fun s -> struct (s.Value, s.Meaning))
        |> Array.ofList

    let blanks = Array.ofList survey.Blanks

    /// The sample that a column is and nothing else, the usual case by far; otherwise -1.
    let samplesAlone =
        uses
        |> Array.map (fun u ->
            if sentinels.Length = 0 && u.Error < 0 && u.Number < 0 && u.Text < 0 then
                u.Sample
            else
                -1)

    let lineError line expected found = CatalogueError.ofLine source line expected found

    let cellError line (column: int) expected found =
        ValueSome(CatalogueError.ofCell source line columns.Labels[column] expected found)

    let meaning (value: float) =
        let mutable result = SampleState.Observed

        for struct (sentinel, state) in sentinels do
            if value = sentinel || float32 value = float32 sentinel then
                result <- state

        result

    let isBlank (buffer: byte[]) (cell: inref<Cell>) =
        cell.IsBlank
        || (blanks.Length > 0 && Array.contains (Cells.text buffer &cell) blanks)

    /// Why the cell's text is no number.
    let notANumber line column (text: string) =
        match text.Trim().TrimStart('+', '-').ToLowerInvariant() with
        | "" when text.Trim() = "" -> cellError line column "a number" "nothing"
        | "nan"
        | "inf"
        | "infinity" -> cellError line column "a finite number" (CatalogueError.quote text)
        | _ -> cellError line column "a number" (CatalogueError.quote text)

    /// The numbers of a cell of column `column`: into samples, errors and object columns. Blanks become NaN.
    let storeNumber (builder: CatalogueBuilder) row (buffer: byte[]) line (column: int) (cell: inref<Cell>) =
        let usage = uses[column]
        let mutable scanned = Unchecked.defaultof<Scanned>
        let blank = isBlank buffer &cell

        let stop =
            if blank then
                cell.Stop
            else
                Numbers.scan buffer cell.Start &scanned

        if not blank && stop <> cell.Stop then
            notANumber line column (Cells.text buffer &cell)
        else
            let exact =
                if blank then
                    nan
                else
                    Numbers.toDouble &scanned buffer cell.Start stop

            let single =
                if blank then
                    Single.NaN
                else
                    Numbers.toSingle &scanned buffer cell.Start stop

            let state = if blank then SampleState.NotObserved else meaning exact
            let missing = state <> SampleState.Observed
            let at = row * k

            if usage.Number >= 0 then
                builder.Numbers[usage.Number][row] <- if missing then nan else exact

            if usage.Error >= 0 then
                builder.Errors[at + usage.Error] <- if missing then Single.NaN else single

            if usage.Sample >= 0 then
                builder.Samples[at + usage.Sample] <- if missing then Single.NaN else single

                if builder.States.Length > 0 then
                    builder.States[at + usage.Sample] <- state

            if missing && usage.Sample >= 0 && survey.SamplesRequired then
                if blank then
                    cellError line column "a number" "nothing"
                else
                    let text = CatalogueError.quote (Cells.text buffer &cell)
                    cellError line column "a number" $"{text}, which means missing"
            elif Double.IsInfinity exact then
                cellError line column "a finite number" (CatalogueError.quote (Cells.text buffer &cell))
            elif (usage.Sample >= 0 || usage.Error >= 0) && Single.IsInfinity single then
                cellError line column "a number within ±3.4e38" (CatalogueError.quote (Cells.text buffer &cell))
            else
                ValueNone

    let store (builder: CatalogueBuilder) row (buffer: byte[]) line (column: int) (cell: inref<Cell>) =
        let usage = uses[column]

        if usage.Text >= 0 then
            builder.Texts[usage.Text][row] <- Cells.text buffer &cell

        if usage.Sample >= 0 || usage.Error >= 0 || usage.Number >= 0 then
            storeNumber builder row buffer line column &cell
        else
            ValueNone

    /// Reads plain numbers that are samples alone, from column `column` on, to the first that needs a closer look or to
    /// the record's end: that column, and where its cell begins (`stop` behind the last cell).
    let storeSamples (into: Span<float32>) (buffer: byte[]) (column: byref<int>) (at: byref<int>) (stop: int) =
        let mutable scanned = Unchecked.defaultof<Scanned>
        let mutable go = at < stop

        while go && column < samplesAlone.Length && samplesAlone[column] >= 0 do
            let behind = Numbers.scan buffer at &scanned

            // The last cell is left to the general way, which knows whether columns lack or exceed.
            if behind >= 0 && behind < stop && buffer[behind] = separator then
                let value = Numbers.toSingle &scanned buffer at behind
                into[samplesAlone[column]] <- value

                if Single.IsFinite value then
                    column <- column + 1
                    at <- Cells.after separator buffer behind stop
                    go <- at < stop
                else
                    go <- false
            else
                go <- false

    /// What is wrong with a row whose cells did not fit.
    let faultOfRow (fault: CatalogueError voption) (buffer: byte[]) start stop line =
        let count = Cells.count separator buffer start stop
        let struct (a, b) = Cells.trim ' 'B buffer start stop

        if
            dialect.Header.Length > 0
            && buffer.AsSpan(a, b - a).SequenceEqual(ReadOnlySpan dialect.Header)
        then
            ValueSome(lineError line "a row of data" "the header again")
        elif count >= 0 && count <> uses.Length then
            ValueSome(lineError line $"{uses.Length} columns" $"{count}")
        else
            fault

    /// Writes the record `buffer[start .. stop - 1]`, which begins on that line, into the builder's row `row`; its fault,
    /// if any.
    member _.Parse
        (buffer: byte[], start: int, stop: int, line: int, builder: CatalogueBuilder, row: int)
        : CatalogueError voption =
        let struct (start, stop) = Cells.trim separator buffer start stop
        let mutable cell = Unchecked.defaultof<Cell>
        let mutable fault = ValueNone
        let mutable at = start
        let mutable column = 0
        let mutable go = true

        while go do
            storeSamples (builder.Samples.AsSpan(row * k, k)) buffer &column &at stop

            let behind =
                if column = uses.Length then
                    -1
                else
                    Cells.read separator buffer at stop &cell

            if column = uses.Length then
                fault <- ValueSome(lineError line $"{uses.Length} columns" "more")
            elif behind < 0 then
                fault <- cellError line column "a separator behind the closing quote" "further text"
            else
                fault <- store builder row buffer line column &cell

            column <- column + 1

            if fault.IsSome then
                go <- false
            elif behind = stop then
                go <- false

                if column < uses.Length then
                    fault <- ValueSome(lineError line $"{uses.Length} columns" $"{column}")
            else
                at <- Cells.after separator buffer behind stop

        if fault.IsSome then
            faultOfRow fault buffer start stop line
        else
            builder.SettleRow row
            ValueNone
