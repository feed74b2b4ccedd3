namespace Redshift.Core.Catalogues

open System

/// Reads the rows of a text table whose dialect is known.
[<Sealed>]
type internal CsvReader
    (records: RecordReader, dialect: CsvDialect, source: string, survey: Survey, options: ReadOptions) =
    let columns = dialect.Columns
    let uses = columns.Uses
    let separator = dialect.Separator
    let k = survey.SampleCount

    let sentinels =
        survey.Sentinels
        |> List.map (fun s -> struct (s.Value, s.Meaning))
        |> Array.ofList

    let blanks = Array.ofList survey.Blanks

    let mutable pending = dialect.FirstIsRow
    let mutable rowNumber = 0
    let mutable kept = 0L
    let mutable skippedCount = 0
    let mutable firstSkipped: CatalogueError voption = ValueNone
    let mutable failed: CatalogueError voption = ValueNone

    let lineError expected found = CatalogueError.ofLine source records.Line expected found

    let cellError (column: int) expected found =
        ValueSome(CatalogueError.ofCell source records.Line columns.Labels[column] expected found)

    let meaning (value: float) =
        let mutable result = SampleState.Observed

        for struct (sentinel, state) in sentinels do
            if value = sentinel || float32 value = float32 sentinel then
                result <- state

        result

    let isBlank (cell: inref<Cell>) =
        cell.IsBlank
        || (blanks.Length > 0 && Array.contains (Cells.text records.Buffer &cell) blanks)

    /// Why the cell's text is no number.
    let notANumber column (text: string) =
        match text.Trim().TrimStart('+', '-').ToLowerInvariant() with
        | "" when text.Trim() = "" -> cellError column "a number" "nothing"
        | "nan"
        | "inf"
        | "infinity" -> cellError column "a finite number" (CatalogueError.quote text)
        | _ -> cellError column "a number" (CatalogueError.quote text)

    /// The numbers of a cell of column `column`: into samples, errors and object columns. Blanks become NaN.
    let storeNumber (builder: CatalogueBuilder) (column: int) (usage: ColumnUse) (cell: inref<Cell>) =
        let buffer = records.Buffer
        let mutable scanned = Unchecked.defaultof<Scanned>
        let blank = isBlank &cell

        let stop =
            if blank then
                cell.Stop
            else
                Numbers.scan buffer cell.Start &scanned

        if not blank && stop <> cell.Stop then
            notANumber column (Cells.text buffer &cell)
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
            let at = builder.Count * k

            if usage.Number >= 0 then
                builder.Numbers[usage.Number][builder.Count] <- if missing then nan else exact

            if usage.Error >= 0 then
                builder.Errors[at + usage.Error] <- if missing then Single.NaN else single

            if usage.Sample >= 0 then
                builder.Samples[at + usage.Sample] <- if missing then Single.NaN else single

                if builder.States.Length > 0 then
                    builder.States[at + usage.Sample] <- state

            if missing && usage.Sample >= 0 && survey.SamplesRequired then
                if blank then
                    cellError column "a number" "nothing"
                else
                    cellError column "a number" $"{CatalogueError.quote (Cells.text buffer &cell)}, which means missing"
            elif Double.IsInfinity exact then
                cellError column "a finite number" (CatalogueError.quote (Cells.text buffer &cell))
            elif (usage.Sample >= 0 || usage.Error >= 0) && Single.IsInfinity single then
                cellError column "a number within ±3.4e38" (CatalogueError.quote (Cells.text buffer &cell))
            else
                ValueNone

    let store (builder: CatalogueBuilder) (column: int) (cell: inref<Cell>) =
        let usage = uses[column]

        if usage.Text >= 0 then
            builder.Texts[usage.Text][builder.Count] <- Cells.text records.Buffer &cell

        if usage.Sample >= 0 || usage.Error >= 0 || usage.Number >= 0 then
            storeNumber builder column usage &cell
        else
            ValueNone

    /// A plain number of a sample alone, the usual case by far: where it ends, or -1 where the cell needs a closer
    /// look.
    let storeSample (builder: CatalogueBuilder) (usage: ColumnUse) (at: int) (stop: int) =
        let buffer = records.Buffer
        let mutable scanned = Unchecked.defaultof<Scanned>
        let behind = Numbers.scan buffer at &scanned

        if behind >= 0 && (behind = stop || buffer[behind] = separator) then
            let value = Numbers.toSingle &scanned buffer at behind
            builder.Samples[builder.Count * k + usage.Sample] <- value
            if Single.IsFinite value then behind else -1
        else
            -1

    /// What is wrong with a row whose cells did not fit.
    let faultOfRow (fault: CatalogueError voption) start stop =
        let count = Cells.count separator records.Buffer start stop
        let struct (a, b) = Cells.trim ' 'B records.Buffer start stop

        if
            dialect.Header.Length > 0
            && records.Buffer.AsSpan(a, b - a).SequenceEqual(ReadOnlySpan dialect.Header)
        then
            ValueSome(lineError "a row of data" "the header again")
        elif count >= 0 && count <> uses.Length then
            ValueSome(lineError $"{uses.Length} columns" $"{count}")
        else
            fault

    /// Writes the current record into the builder's next row; its fault, if any.
    let parse (builder: CatalogueBuilder) : CatalogueError voption =
        let struct (start, stop) = Cells.trim separator records.Buffer records.Start records.Stop
        let plain = sentinels.Length = 0
        let mutable cell = Unchecked.defaultof<Cell>
        let mutable fault = ValueNone
        let mutable at = start
        let mutable column = 0
        let mutable go = true

        while go do
            let usage = uses[column]

            let mutable behind =
                if plain && usage.Sample >= 0 && usage.Number < 0 && usage.Text < 0 then
                    storeSample builder usage at stop
                else
                    -1

            if behind < 0 then
                behind <- Cells.read separator records.Buffer at stop &cell

                if behind < 0 then
                    fault <- cellError column "a separator behind the closing quote" "further text"
                else
                    fault <- store builder column &cell

            column <- column + 1

            if fault.IsSome || behind < 0 then
                go <- false
            elif behind = stop then
                go <- false

                if column < uses.Length then
                    fault <- ValueSome(lineError $"{uses.Length} columns" $"{column}")
            elif column = uses.Length then
                go <- false
                fault <- ValueSome(lineError $"{uses.Length} columns" "more")
            else
                at <- Cells.after separator records.Buffer behind stop

        if fault.IsSome then
            faultOfRow fault start stop
        else
            ValueNone

    /// The redshift's fault in a row otherwise good.
    let redshiftFault (builder: CatalogueBuilder) =
        if
            options.RequireRedshift
            && Double.IsNaN(builder.Numbers[columns.Redshift][builder.Count])
            && builder.Passes 0
        then
            cellError columns.RedshiftColumn "a redshift" "nothing"
        else
            ValueNone

    /// To the next line that is a row.
    let rec nextRow () =
        if pending then
            pending <- false
            Next.Record
        else
            match records.Next() with
            | Next.Record when CsvDialect.isEmpty records || CsvDialect.isComment records -> nextRow ()
            | status -> status

    let fail error =
        failed <- ValueSome error
        Error error

    /// At the end of the file: nothing more, or an error where there was no good row at all.
    let finish () =
        if kept > 0L then
            Ok None
        else
            match firstSkipped with
            | ValueSome first ->
                fail
                    { first with
                        Found = $"{first.Found}; none of the {skippedCount} rows is good" }
            | ValueNone -> fail (CatalogueError.ofFile source "at least one row of data" "only a header")

    let readChunk (maxRows: int) =
        let builder = CatalogueBuilder(survey, source, columns, min maxRows 4096)
        let skipped = ResizeArray()
        let before = skippedCount
        let mutable fault = ValueNone
        let mutable ended = false

        while not ended && fault.IsNone && builder.Count < maxRows do
            match nextRow () with
            | Next.EndOfFile -> ended <- true
            | Next.Fault -> fault <- ValueSome records.Fault
            | _ when not (builder.Reserve()) ->
                fault <- ValueSome(lineError $"at most {builder.Count} rows to hold in memory" "more")
            | _ ->
                let bad = parse builder
                let bad = if bad.IsSome then bad else redshiftFault builder

                match bad, options.OnBadRow with
                | ValueNone, _ -> builder.Commit rowNumber
                | ValueSome error, OnBadRow.Error -> fault <- ValueSome error
                | ValueSome error, OnBadRow.Skip ->
                    if skippedCount < options.MostListed then
                        skipped.Add error

                    if firstSkipped.IsNone then
                        firstSkipped <- ValueSome error

                    skippedCount <- skippedCount + 1

                rowNumber <- rowNumber + 1

        kept <- kept + int64 builder.Count

        match fault with
        | ValueSome fault -> fail fault
        | ValueNone when builder.Count = 0 && (kept = 0L || skippedCount = before) -> finish ()
        | ValueNone -> Ok(Some(builder.ToCatalogue(List.ofSeq skipped, skippedCount - before)))

    interface IChunkReader with
        member _.ReadChunk maxRows =
            match failed with
            | ValueSome error -> Error error
            | ValueNone -> readChunk maxRows

        member _.Dispose() = (records :> IDisposable).Dispose()

/// Text tables: cells parted by commas, semicolons, tabs or runs of blanks, with a header or without.
module internal Csv =

    /// A reader that has failed.
    let private failed error =
        { new IChunkReader with
            member _.ReadChunk _ = Error error
            member _.Dispose() = () }

    /// The format; it opens whatever no other format does, and says what is wrong with it.
    let format: Format =
        { Name = "csv"
          Opens = fun _ -> true
          Open =
            fun prefix stream source survey options ->
                let records = new RecordReader(stream, source, prefix, options.LongestLine)

                match CsvDialect.find survey options source prefix records with
                | Ok dialect ->
                    records.Separator <- dialect.Separator
                    new CsvReader(records, dialect, source, survey, options)
                | Error error ->
                    (records :> IDisposable).Dispose()
                    failed error }
