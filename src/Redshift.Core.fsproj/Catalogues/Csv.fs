namespace Redshift.Core.Catalogues

open System
open System.Threading.Tasks

/// Reads the rows of a text table whose dialect is known. The records that the buffer holds are cut one after the other,
/// parsed by several threads, and taken in their order; where one is at fault, it and those behind it are parsed again in
/// turn. So rows and errors are those of parsing in turn, whatever the number of threads.
[<Sealed>]
type internal CsvReader
    (records: RecordReader, dialect: CsvDialect, source: string, survey: Survey, options: ReadOptions) =
    let columns = dialect.Columns
    let rows = CsvRows(dialect, source, survey)

    // The batch: where each record begins and ends, its line, and whether it was parsed ahead without fault.
    let mostAtOnce = 1024
    let starts: int[] = Array.zeroCreate mostAtOnce
    let stops: int[] = Array.zeroCreate mostAtOnce
    let lines: int[] = Array.zeroCreate mostAtOnce
    let parsed: bool[] = Array.zeroCreate mostAtOnce
    let mutable size = 0

    let mutable pending = dialect.FirstIsRow
    let mutable rowNumber = 0
    let mutable kept = 0L
    let mutable skippedCount = 0
    let mutable firstSkipped: CatalogueError voption = ValueNone
    let mutable failed: CatalogueError voption = ValueNone

    /// Rows to make room for: as many as lines follow.
    let rowsExpected =
        if options.LinesExpected > 0 then
            max 1 (options.LinesExpected - records.Line + (if dialect.FirstIsRow then 1 else 0))
        else
            4096

    /// The redshift's fault in a row otherwise good.
    let redshiftFault (builder: CatalogueBuilder) line =
        if not options.RequireRedshift then
            ValueNone
        else
            let redshift = builder.Numbers[columns.Redshift][builder.Count]

            // -99 and the like would otherwise be learnt as labels.
            if redshift > -1.0 || not (builder.Passes 0) then
                ValueNone
            else
                let label = columns.Labels[columns.RedshiftColumn]
                let found = if Double.IsNaN redshift then "nothing" else string redshift

                let expected =
                    if Double.IsNaN redshift then
                        "a redshift"
                    else
                        "a redshift above -1"

                ValueSome(CatalogueError.ofCell source line label expected found)

    /// To the next line that is a row, by `next`.
    let rec toRow (next: unit -> Next) =
        match next () with
        | Next.Record when CsvDialect.isEmpty records || CsvDialect.isComment records -> toRow next
        | status -> status

    let nextRow () =
        if pending then
            pending <- false
            Next.Record
        else
            toRow records.Next

    /// Puts the current record and those behind it in the buffer into the batch, at most so many.
    let gather most =
        let mutable status = Next.Record
        size <- 0

        while status = Next.Record do
            starts[size] <- records.Start
            stops[size] <- records.Stop
            lines[size] <- records.Line
            size <- size + 1

            status <-
                if size < most then
                    toRow records.NextInBuffer
                else
                    Next.NotYet

    let parse (builder: CatalogueBuilder) i row =
        rows.Parse(records.Buffer, starts[i], stops[i], lines[i], builder, row)

    /// Parses the batch into the rows that it takes if none is at fault.
    let parseAhead (builder: CatalogueBuilder) =
        let first = builder.Count
        let part = 64

        let parsePart p =
            for i in p * part .. min size ((p + 1) * part) - 1 do
                parsed[i] <- (parse builder i (first + i)).IsNone

        Parallel.For(0, (size + part - 1) / part, parsePart) |> ignore

    let skip (skipped: ResizeArray<CatalogueError>) error =
        if skippedCount < options.MostListed then
            skipped.Add error

        if firstSkipped.IsNone then
            firstSkipped <- ValueSome error

        skippedCount <- skippedCount + 1

    /// Takes record `i` of the batch as the next row, or skips it; a fault that stops the reading.
    let take (builder: CatalogueBuilder) skipped i isParsed =
        if not (isParsed || builder.Reserve 1) then
            let expected = $"at most {builder.Count} rows to hold in memory"
            ValueSome(CatalogueError.ofLine source lines[i] expected "more")
        else
            let bad =
                if isParsed then
                    ValueNone
                else
                    parse builder i builder.Count

            let bad = if bad.IsSome then bad else redshiftFault builder lines[i]

            let fault =
                match bad, options.OnBadRow with
                | ValueNone, _ ->
                    builder.Commit rowNumber
                    ValueNone
                | ValueSome error, OnBadRow.Error -> ValueSome error
                | ValueSome error, OnBadRow.Skip ->
                    skip skipped error
                    ValueNone

            rowNumber <- rowNumber + 1
            fault

    let takeBatch (builder: CatalogueBuilder) skipped =
        let first = builder.Count
        let ahead = size > 1 && builder.Reserve size
        let mutable fault = ValueNone
        let mutable i = 0

        if ahead then
            parseAhead builder

        while fault.IsNone && i < size do
            fault <- take builder skipped i (ahead && parsed[i] && builder.Count = first + i)
            i <- i + 1

        fault

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
        let builder = CatalogueBuilder(survey, source, columns, min maxRows rowsExpected)
        let skipped = ResizeArray()
        let before = skippedCount
        let mutable fault = ValueNone
        let mutable ended = false

        while not ended && fault.IsNone && builder.Count < maxRows do
            match nextRow () with
            | Next.EndOfFile -> ended <- true
            | Next.Fault -> fault <- ValueSome records.Fault
            | _ ->
                gather (min mostAtOnce (maxRows - builder.Count))
                fault <- takeBatch builder skipped

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
