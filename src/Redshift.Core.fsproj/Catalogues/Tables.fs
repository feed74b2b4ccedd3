namespace Redshift.Core.Catalogues

open System
open System.IO

/// Opening a table of any format that Redshift reads row by row: CSV, ECSV, FITS.
module internal Tables =

    /// Faults of the medium count as faults of the file.
    let guard source (read: unit -> Result<'T, CatalogueError>) =
        try
            read ()
        with
        | :? IOException
        | :? InvalidDataException
        | :? UnauthorizedAccessException as e ->
            Error(CatalogueError.ofFile source "a readable file" (e.Message.ReplaceLineEndings " "))

    /// Reads up to the first row. The stream stays the caller's; a FITS file's has to be one that can seek.
    let openTable (source: string) (stream: Stream) : Result<Table, CatalogueError> =
        guard source (fun () ->
            let prefix = Array.zeroCreate<byte> 4096
            let length = stream.ReadAtLeast(prefix.AsSpan(), prefix.Length, false)
            let prefix = Array.sub prefix 0 length

            if FitsTable.opens prefix then
                FitsTable.openTable stream source
            else
                TextTable.openTable prefix stream source)

    /// Where the named column is; an error that says which is missing.
    let column (table: Table) (name: string) : Result<int, CatalogueError> =
        match Array.IndexOf(table.Names, name.ToLowerInvariant()) with
        | -1 ->
            let names = table.Names |> Seq.truncate 6 |> String.concat ", "
            let more = if table.Names.Length > 6 then ", …" else ""

            let found =
                if table.Names.Length = 0 then
                    "no header"
                else
                    $"{names}{more}"

            Error(Table.headerError table $"a column {CatalogueError.quote name}" (CatalogueError.quote found))
        | at -> Ok at

    /// Where the named columns are.
    let columns (table: Table) (names: string list) : Result<int list, CatalogueError> =
        let add found name =
            found
            |> Result.bind (fun found -> column table name |> Result.map (fun at -> at :: found))

        names |> List.fold add (Ok []) |> Result.map List.rev
