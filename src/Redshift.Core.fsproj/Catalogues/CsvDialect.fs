namespace Redshift.Core.Catalogues

open System
open System.Collections.Generic

/// How a text table is written: what parts its cells, and what they mean.
type internal CsvDialect =
    {
        /// A comma, semicolon or tab; a blank for runs of blanks.
        Separator: byte
        Columns: Columns
        /// The header's bytes, to know it again; empty where there is none.
        Header: byte[]
        /// Whether the current record is the first row, not the header.
        FirstIsRow: bool
    }

/// Finding out a dialect from a file's first lines.
module internal CsvDialect =

    [<Literal>]
    let MostColumns = 100_000

    let private separators = [ ','B; ';'B; '\t'B; ' 'B ]

    /// Whether the whole text is a number.
    let isNumber (text: string) =
        let bytes = Array.append (Text.Encoding.UTF8.GetBytes text) [| '\n'B |]
        let mutable scanned = Unchecked.defaultof<Scanned>
        Numbers.scan bytes 0 &scanned = bytes.Length - 1

    let private binaries =
        [ [| 0x1Fuy; 0x8Buy |], "gzip data; decompress it first"
          [| 0x50uy; 0x4Buy; 3uy; 4uy |], "a zip archive; unpack it first"
          [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy |], "a PNG image"
          [| 0xFFuy; 0xFEuy |], "UTF-16 text; save it as UTF-8"
          [| 0xFEuy; 0xFFuy |], "UTF-16 text; save it as UTF-8" ]

    /// What a file that is not text seems to be.
    let private binary (prefix: byte[]) =
        binaries
        |> List.tryFind (fun (magic, _) -> prefix.AsSpan().StartsWith(ReadOnlySpan magic))
        |> Option.map snd

    /// A line with these bytes is a comment where its first is `#`.
    let isComment (records: RecordReader) =
        let struct (start, stop) = Cells.trim ','B records.Buffer records.Start records.Stop
        start < stop && records.Buffer[start] = '#'B

    /// A line of nothing but blanks.
    let isEmpty (records: RecordReader) =
        let struct (start, stop) = Cells.trim ' 'B records.Buffer records.Start records.Stop
        start = stop

    /// To the first line that is neither empty nor a comment; with the last comment before it.
    let rec private firstLine (records: RecordReader) (comment: byte[]) (commentLine: int) =
        match records.Next() with
        | Next.Record when isEmpty records -> firstLine records comment commentLine
        | Next.Record when isComment records ->
            let text = records.Buffer[records.Start .. records.Stop - 1]
            let text = text[Array.IndexOf(text, '#'B) + 1 ..]
            firstLine records text records.Line
        | status -> struct (status, comment, commentLine)

    /// The separator that makes most cells numbers or known names; in doubt the one that makes most cells.
    let private sniff (known: HashSet<string>) (records: RecordReader) =
        let score separator =
            let cells = Cells.split separator records.Buffer records.Start records.Stop
            cells |> Seq.filter (fun c -> isNumber c || known.Contains c) |> Seq.length, cells.Length

        separators |> List.maxBy score

    /// A header that is commented out: as many cells as the first row, one of them a known name.
    let private commentedHeader (known: HashSet<string>) separator (comment: byte[]) count =
        let names = Cells.split separator (Array.append comment [| '\n'B |]) 0 comment.Length

        if names.Length = count && Seq.exists known.Contains names then
            Some names
        else
            None

    let private trimmed (buffer: byte[]) start stop =
        let struct (a, b) = Cells.trim ' 'B buffer start stop
        buffer[a .. b - 1]

    let private ofFirstLine survey options file (records: RecordReader) (comment: byte[]) commentLine =
        let known = Columns.known survey
        let separator = sniff known records
        let cells = Cells.split separator records.Buffer records.Start records.Stop

        // A row may have text cells; a header has a name that the survey knows, or at least no more numbers than names.
        let isRow =
            not (Array.exists known.Contains cells)
            && 2 * (cells |> Seq.filter (fun c -> c = "" || isNumber c) |> Seq.length) > cells.Length

        let header =
            if isRow then
                commentedHeader known separator comment cells.Length
            else
                Some cells

        let columns, bytes =
            match header, isRow with
            | Some names, true ->
                Columns.ofHeader survey options file commentLine names, trimmed comment 0 comment.Length
            | Some names, false ->
                Columns.ofHeader survey options file records.Line names,
                trimmed records.Buffer records.Start records.Stop
            | None, _ -> Columns.ofCount survey options file records.Line cells.Length, [||]

        columns
        |> Result.map (fun columns ->
            { Separator = separator
              Columns = columns
              Header = bytes
              FirstIsRow = isRow })

    /// Reads the first lines.
    let find (survey: Survey) (options: ReadOptions) file (prefix: byte[]) (records: RecordReader) =
        match binary prefix with
        | Some kind -> Error(CatalogueError.ofFile file "a text table" kind)
        | None ->
            let struct (status, comment, commentLine) = firstLine records [||] 0

            match status with
            | Next.Fault -> Error records.Fault
            | Next.EndOfFile ->
                let found = if commentLine = 0 then "an empty file" else "only comments"
                Error(CatalogueError.ofFile file "a header or rows of numbers" found)
            | _ ->
                let counts =
                    separators
                    |> List.map (fun s -> Cells.count s records.Buffer records.Start records.Stop)

                if List.max counts > MostColumns then
                    Error(CatalogueError.ofLine file records.Line $"at most {MostColumns} columns" $"{List.max counts}")
                else
                    ofFirstLine survey options file records comment commentLine
