namespace Redshift.Core.Frames

open System
open System.Globalization
open System.IO
open System.Text
open Redshift.Core.Catalogues

/// What became of a file whose missing magnitudes were inferred.
type Completed =
    {
        /// How many rows were written.
        Rows: int
        /// Every cell that was inferred, in the rows' order.
        Cells: ImputedSample[]
        /// How many saturated cells stand as they were.
        SaturatedKept: int
        /// The rows at fault that were left out beyond those that could not be read.
        Skipped: CatalogueError list
        /// How many these are.
        SkippedCount: int
    }

/// The cells of one row.
module internal CompletedRow =

    /// What stands for a missing error.
    let private missingText (survey: Survey) (separator: byte) =
        match survey.Sentinels, survey.Blanks with
        | sentinel :: _, _ -> sentinel.Value.ToString("R", CultureInfo.InvariantCulture)
        | [], blank :: _ -> blank
        | [], [] -> if separator = ' 'B then "nan" else ""

    /// The texts that replace cells of a row, by column; null where a cell stays.
    let replacements (survey: Survey) (dialect: CsvDialect) (cells: ImputedSample list) =
        let uses = dialect.Columns.Uses
        let result: string[] = Array.zeroCreate uses.Length

        for cell in cells do
            for column in 0 .. uses.Length - 1 do
                if uses[column].Sample = cell.Sample then
                    result[column] <- cell.Value.ToString("R", CultureInfo.InvariantCulture)
                elif uses[column].Error = cell.Sample && survey.Limits <> LimitPlace.NotGiven then
                    result[column] <- missingText survey dialect.Separator

        result

    /// Writes a record with some cells replaced; false where it has not the columns that the catalogue was read with.
    let write (dialect: CsvDialect) (records: RecordReader) (texts: string[]) (output: Stream) =
        let buffer = records.Buffer
        let struct (start, stop) = Cells.trim dialect.Separator buffer records.Start records.Stop
        let mutable cell = Unchecked.defaultof<Cell>
        let mutable written = records.Start
        let mutable at = start
        let mutable column = 0
        let mutable go = true

        while go do
            let behind = Cells.read dialect.Separator buffer at stop &cell
            go <- behind >= 0 && column < texts.Length

            if go then
                if not (isNull texts[column]) then
                    output.Write(buffer, written, cell.Start - written)
                    output.Write(ReadOnlySpan(Encoding.UTF8.GetBytes texts[column]))
                    written <- cell.Stop

                column <- column + 1
                go <- behind < stop

                if go then
                    at <- Cells.after dialect.Separator buffer behind stop

        output.Write(buffer, written, records.Stop - written)
        output.WriteByte '\n'B
        column = texts.Length

/// Writing the rows of one file, in their order.
[<Sealed>]
type internal Completion
    (
        fitted: Imputation,
        saturated: bool,
        options: ReadOptions,
        catalogue: Catalogue,
        dialect: CsvDialect,
        records: RecordReader,
        output: Stream
    ) =
    let survey, source, k = catalogue.Survey, catalogue.Source, catalogue.SampleCount
    let unchanged: string[] = Array.zeroCreate dialect.Columns.Uses.Length
    let cells = ResizeArray()
    let skipped = ResizeArray()
    let mutable skippedCount = 0
    let mutable kept = 0
    let mutable written = 0
    let mutable next = 0
    let mutable rowNumber = 0
    let mutable headerIsNext = not dialect.FirstIsRow

    let changed () = Some(CatalogueError.ofLine source records.Line "the file as it was first read" "another")

    /// Leaves out a row of whose bands none was observed, or stops there.
    let refuse sample =
        let column = survey.Samples[sample].Column
        let error = CatalogueError.ofCell source records.Line column "a band observed to infer it from" "none"

        match options.OnBadRow with
        | OnBadRow.Error -> Some error
        | OnBadRow.Skip ->
            skippedCount <- skippedCount + 1

            if skipped.Count < options.MostListed then
                skipped.Add error

            None

    let countSaturated () =
        if not saturated then
            for sample in 0 .. k - 1 do
                if Imputation.stateOf catalogue next sample = SampleState.Saturated then
                    kept <- kept + 1

    /// The current record as the catalogue's row `next`.
    let writeRow () =
        match Imputation.row fitted saturated catalogue next with
        | Error sample -> refuse sample
        | Ok imputed ->
            let texts =
                if imputed.IsEmpty then
                    unchanged
                else
                    CompletedRow.replacements survey dialect imputed

            cells.AddRange imputed
            countSaturated ()
            written <- written + 1

            if CompletedRow.write dialect records texts output then
                None
            else
                changed ()

    let writeLine () =
        output.Write(records.Buffer, records.Start, records.Stop - records.Start)
        output.WriteByte '\n'B
        None

    /// The current record, whatever it is; its fault, if any.
    let writeRecord () =
        if CsvDialect.isEmpty records || CsvDialect.isComment records then
            writeLine ()
        elif headerIsNext then
            headerIsNext <- false
            writeLine ()
        else
            // Rows that could not be read are not in the catalogue.
            let isRow = next < catalogue.Count && catalogue.RowNumbers[next] = rowNumber
            let fault = if isRow then writeRow () else None
            next <- next + (if isRow then 1 else 0)
            rowNumber <- rowNumber + 1
            fault

    let rec run () =
        match records.Next() with
        | Next.EndOfFile -> if next < catalogue.Count then changed () else None
        | Next.Record ->
            match writeRecord () with
            | None -> run ()
            | fault -> fault
        | _ -> Some records.Fault

    member _.Run() : Result<Completed, CatalogueError> =
        match run () with
        | Some fault -> Error fault
        | None ->
            Ok
                { Rows = written
                  Cells = cells.ToArray()
                  SaturatedKept = kept
                  Skipped = List.ofSeq skipped
                  SkippedCount = skippedCount }

/// A text table again, with the cells of missing magnitudes replaced and all else as it was: comments, header, order of
/// rows and columns, further cells, and what parts them. Lines end in LF.
///
/// Where the survey's limits stand in error columns or are marked by them, the error of an inferred cell becomes a code
/// for missing, since read again it would be taken for an error or make the cell a limit.
[<RequireQualifiedAccess>]
module CompletedCsv =

    let private reader (source: string) (options: ReadOptions) (stream: Stream) =
        let prefix = Array.zeroCreate<byte> Formats.PrefixLength
        let length = stream.ReadAtLeast(prefix.AsSpan(), prefix.Length, false)
        let prefix = Array.sub prefix 0 length
        new RecordReader(stream, source, prefix, options.LongestLine), prefix

    let private findDialect (survey: Survey) (options: ReadOptions) source (reopen: Func<Stream>) =
        use stream = reopen.Invoke()
        let records, prefix = reader source options stream
        use records = records
        CsvDialect.find survey options source prefix records

    /// Writes the file that a catalogue was read from (whole, with the same options) once more. `reopen` gives it from
    /// its beginning, each time it is called. `saturated`: whether saturated cells are inferred too. Rows that the
    /// catalogue has not are left out, and with `OnBadRow.Skip` so are rows without any band observed.
    let write
        (fitted: Imputation)
        (saturated: bool)
        (options: ReadOptions)
        (catalogue: Catalogue)
        (reopen: Func<Stream>)
        (output: Stream)
        : Result<Completed, CatalogueError> =
        let survey, source = catalogue.Survey, catalogue.Source

        match findDialect survey options source reopen with
        | Error fault -> Error fault
        | Ok dialect ->
            use stream = reopen.Invoke()
            let records, _ = reader source options stream
            use records = records
            records.Separator <- dialect.Separator
            Completion(fitted, saturated, options, catalogue, dialect, records, output).Run()
