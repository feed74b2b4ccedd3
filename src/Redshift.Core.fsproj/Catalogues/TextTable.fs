namespace Redshift.Core.Catalogues

open System
open System.Text

/// Arrays in cells of text: `(a, b, …)` as GaiaXPy and the Gaia archive's CSV files have them, `[a,b,…]` as in ECSV.
module internal ArrayCells =

    let private isBlank (value: byte) = value = ' 'B || value = '\t'B || value = '\n'B || value = '\r'B

    let private skip (bytes: byte[]) (at: int) (stop: int) =
        let mutable p = at

        while p < stop && isBlank bytes[p] do
            p <- p + 1

        p

    /// One number at `at`, into place `n`: the index behind it, or -1 where there is no finite one.
    let private number (bytes: byte[]) (at: int) (stop: int) (into: float[]) (n: int) =
        let mutable scanned = Unchecked.defaultof<Scanned>
        let behind = if at < stop then Numbers.scan bytes at &scanned else -1

        if behind < 0 || behind > stop then
            -1
        else
            let value = Numbers.toDouble &scanned bytes at behind

            if n < into.Length then
                into[n] <- value

            if Double.IsFinite value then behind else -1

    /// The numbers between brackets, from behind the first to the closing one at `last`.
    let private elements (bytes: byte[]) first last (into: float[]) most =
        let mutable p = skip bytes first last
        let mutable n = 0
        let mutable result = if p = last then 0 else Int32.MaxValue

        while result = Int32.MaxValue do
            let behind = if n < most then number bytes p last into n else last

            if n = most then
                result <- most + 1
            elif behind < 0 then
                result <- -(n + 1)
            else
                n <- n + 1
                p <- skip bytes behind last

                if p = last then result <- n
                elif bytes[p] = ','B then p <- skip bytes (p + 1) last
                else result <- -n

        result

    /// As `Table.Numbers`, of the bytes from `start` to before `stop`.
    let read (bytes: byte[]) (start: int) (stop: int) (into: float[]) (most: int) : int =
        let start = skip bytes start stop
        let mutable last = stop

        while last > start && isBlank bytes[last - 1] do
            last <- last - 1

        if start = last then
            0
        else
            match bytes[start], bytes[last - 1] with
            | '('B, ')'B
            | '['B, ']'B when last - start >= 2 -> elements bytes (start + 1) (last - 1) into most
            | '('B, _
            | '['B, _ -> Int32.MinValue
            | _ ->
                if number bytes start last into 0 = last then
                    1
                else
                    Int32.MinValue

/// The rows of a text table whose separator and column count are known.
[<Sealed>]
type internal TextTable
    (records: RecordReader, source, names: string[], headerLine, columnCount: int, separator: byte, firstIsRow: bool) =
    inherit Table(source, names, headerLine)

    let mutable pending = firstIsRow
    // For each column, which wanted cell it is, or -1.
    let mutable cellOf: int[] = Array.create columnCount -1

    let rec toRow () =
        match records.Next() with
        | Next.Record when CsvDialect.isEmpty records || CsvDialect.isComment records -> toRow ()
        | status -> status

    let label column =
        if names.Length > 0 then
            names[column]
        else
            string (column + 1)

    override _.ColumnCount = columnCount

    override _.Want columns =
        cellOf <- Array.create columnCount -1
        columns |> Array.iteri (fun cell column -> cellOf[column] <- cell)

    override _.Next row =
        let status = if pending then Next.Record else toRow ()
        pending <- false

        if status = Next.Record then
            let count = records.Stop - records.Start
            row.Length <- 0
            row.Fault <- ValueNone
            row.Line <- records.Line
            let at = row.Extend(count + 1)
            Buffer.BlockCopy(records.Buffer, records.Start, row.Bytes, at, count)
            row.Bytes[at + count] <- '\n'B
            row.Length <- count

        status

    override _.Fault = records.Fault

    override _.Part row =
        let struct (start, stop) = Cells.trim separator row.Bytes 0 row.Length
        let mutable cell = Unchecked.defaultof<Cell>
        let mutable at = start
        let mutable column = 0
        let mutable fault = ValueNone
        let mutable go = true

        let count () =
            let found = Cells.count separator row.Bytes start stop
            let found = if found > 0 then string found else "others"
            ValueSome(CatalogueError.ofLine source row.Line $"{columnCount} columns" found)

        while go do
            let behind =
                if column = columnCount then
                    Int32.MinValue
                else
                    Cells.read separator row.Bytes at stop &cell

            if behind = Int32.MinValue then
                fault <- count ()
            elif behind < 0 then
                let expected = "a separator behind the closing quote"
                fault <- ValueSome(CatalogueError.ofCell source row.Line (label column) expected "further text")
            else
                if cellOf[column] >= 0 then
                    row.Starts[cellOf[column]] <- cell.Start
                    row.Stops[cellOf[column]] <- cell.Stop

                column <- column + 1

                if behind < stop then
                    at <- Cells.after separator row.Bytes behind stop
                elif column < columnCount then
                    fault <- count ()
                else
                    go <- false

            go <- go && fault.IsNone

        fault

    override _.IsMissing(row, cell) =
        let start, stop = row.Starts[cell], row.Stops[cell]

        match stop - start with
        | 0 -> true
        | 3 -> Ascii.EqualsIgnoreCase(row.Bytes.AsSpan(start, 3), ReadOnlySpan "nan"B)
        | 4 -> Ascii.EqualsIgnoreCase(row.Bytes.AsSpan(start, 4), ReadOnlySpan "null"B)
        | _ -> false

    override this.Text(row, cell) =
        if this.IsMissing(row, cell) then
            ""
        else
            Encoding.UTF8
                .GetString(row.Bytes, row.Starts[cell], row.Stops[cell] - row.Starts[cell])
                .Replace("\"\"", "\"")

    override _.Numbers(row, cell, into, most) = ArrayCells.read row.Bytes row.Starts[cell] row.Stops[cell] into most

    override _.Close() = (records :> IDisposable).Dispose()

/// Opening text tables: CSV (also with semicolons, tabs or blanks) and ECSV (Astropy Proposal for Enhancement 6,
/// doi:10.5281/zenodo.4792325).
module internal TextTable =

    // Continuous spectra have some 42,000 bytes a row.
    let private longestRecord = 1 <<< 22

    let private comment (records: RecordReader) =
        Encoding.UTF8
            .GetString(records.Buffer, records.Start, records.Stop - records.Start)
            .TrimStart()
            .TrimStart('#')
            .Trim()

    /// To the first line that is neither empty nor a comment. ECSV says in a comment what parts its cells: a blank
    /// unless told otherwise.
    let rec private toHeader source (records: RecordReader) (separator: byte voption) =
        match records.Next() with
        | Next.Record when CsvDialect.isEmpty records -> toHeader source records separator
        | Next.Record when CsvDialect.isComment records ->
            match comment records with
            | text when text.StartsWith("%ECSV", StringComparison.Ordinal) -> toHeader source records (ValueSome ' 'B)
            | text when separator.IsSome && text.StartsWith("delimiter:", StringComparison.Ordinal) ->
                match text.Substring(10).Trim() with
                | "','"
                | "\",\""
                | "," -> toHeader source records (ValueSome ','B)
                | "' '"
                | "\" \"" -> toHeader source records (ValueSome ' 'B)
                | other ->
                    let found = CatalogueError.quote other
                    Error(CatalogueError.ofLine source records.Line "the delimiter ',' or ' ' of ECSV" found)
            | _ -> toHeader source records separator
        | Next.Record -> Ok separator
        | Next.Fault -> Error records.Fault
        | _ -> Error(CatalogueError.ofFile source "a table with a header" "an empty file")

    let private sniff (records: RecordReader) =
        [ ','B; ';'B; '\t'B; ' 'B ]
        |> List.maxBy (fun s -> Cells.count s records.Buffer records.Start records.Stop)

    let private ofHeader source (records: RecordReader) (given: byte voption) : Result<Table, CatalogueError> =
        let separator = given |> ValueOption.defaultWith (fun () -> sniff records)
        let count = Cells.count separator records.Buffer records.Start records.Stop

        if count > CsvDialect.MostColumns then
            Error(CatalogueError.ofLine source records.Line $"at most {CsvDialect.MostColumns} columns" $"{count}")
        else
            let cells = Cells.split separator records.Buffer records.Start records.Stop
            let isRow = cells |> Array.forall CsvDialect.isNumber

            let names =
                if isRow then
                    [||]
                else
                    cells |> Array.map _.ToLowerInvariant()

            match Table.twice names with
            | Some name ->
                Error(CatalogueError.ofCell source records.Line name "each column once" "it in several columns")
            | None ->
                records.Separator <- separator
                Ok(new TextTable(records, source, names, records.Line, cells.Length, separator, isRow))

    /// Reads up to the first row. The stream stays the caller's.
    let openTable (prefix: byte[]) (stream: IO.Stream) (source: string) : Result<Table, CatalogueError> =
        let records = new RecordReader(stream, source, prefix, longestRecord)

        match toHeader source records ValueNone |> Result.bind (ofHeader source records) with
        | Ok table -> Ok table
        | Error error ->
            (records :> IDisposable).Dispose()
            Error error
